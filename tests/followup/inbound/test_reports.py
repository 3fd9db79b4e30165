"""Reports of mail servers: what they say of an address."""

import uuid
from email import message_from_bytes

import pytest

from hcprograms.followup.inbound.reports import ReportKind, classify_status, read_reports
from tests.followup.inbound.messages import write_complaint, write_failure, write_mail

ID = uuid.UUID("0b0e6a8e-1111-4222-8333-444455556666")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("550 5.1.1 no such user", ReportKind.DEAD),
        ("5.1.1", ReportKind.DEAD),
        ("5.1.10 null MX", ReportKind.DEAD),
        ("550 5.2.1 mailbox disabled", ReportKind.DEAD),
        ("5.4.4 no such host", ReportKind.DEAD),
        ("5.0.0", ReportKind.RETURNED),
        ("550 no such user", ReportKind.DEAD),
        ("551 moved", ReportKind.DEAD),
        ("552 5.2.2 mailbox full", ReportKind.RETURNED),
        ("552 over quota", ReportKind.RETURNED),
        ("554 5.7.1 blocked", ReportKind.RETURNED),
        ("550 5.7.26 unauthenticated", ReportKind.RETURNED),
        ("5.3.4 too big", ReportKind.RETURNED),
        ("5.4.7 expired", ReportKind.RETURNED),
        ("5.6.0 content", ReportKind.RETURNED),
        ("451 4.3.0 try later", ReportKind.LATER),
        ("4.2.2 full", ReportKind.LATER),
        ("450 busy", ReportKind.LATER),
        ("something else", ReportKind.RETURNED),
        ("", ReportKind.RETURNED),
        ("550 mail from 10.5.1.1.2 refused", ReportKind.RETURNED),
    ],
)
def test_codes_are_judged_by_what_they_say_of_the_address(said, kind):
    assert classify_status(said) is kind


def read(content):
    return read_reports(message_from_bytes(content))


def test_failure_names_address_message_and_reason():
    content = write_failure("Ada@applicant.example", message_id=f"<{ID}@admissions.example>")

    (report,) = read(content)

    assert (report.kind, report.address, report.message) == (
        ReportKind.DEAD,
        "ada@applicant.example",
        ID,
    )
    assert report.reason.startswith("5.1.1 550 5.1.1 <Ada@applicant.example>")


def test_delay_is_no_failure():
    (report,) = read(write_failure("a@x.example", status="4.4.1", action="delayed"))

    assert report.kind is ReportKind.LATER


def test_given_up_after_days_is_this_message_only():
    content = write_failure("a@x.example", status="4.4.1", said="connection timed out")

    (report,) = read(content)

    assert report.kind is ReportKind.RETURNED


def test_delivered_is_no_report():
    assert read(write_failure("a@x.example", status="2.0.0", action="delivered")) == []


def test_complaint_names_address_and_message():
    (report,) = read(write_complaint("ada@applicant.example", message_id=f"<{ID}@x.example>"))

    assert (report.kind, report.address, report.message) == (
        ReportKind.COMPLAINT,
        "ada@applicant.example",
        ID,
    )


def test_ordinary_message_is_no_report():
    assert read(write_mail("Final-Recipient: rfc822; a@x.example\nAction: failed")) == ()
