"""Managers are told that messages are stuck, past whatever keeps the others waiting."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from hcprograms.followup.delivery import deliver_due
from hcprograms.followup.models import FollowUp, WebhookEndpoint
from hcprograms.followup.monitoring.alerts import run_monitoring, send_alerts
from hcprograms.followup.plan import plan_for_lead
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("unscoped")

MINUTE = timedelta(minutes=1)
LATE = NOW + timedelta(seconds=150) + 15 * MINUTE


@pytest.fixture
def stuck(lead):
    """Three messages that nobody sends."""
    plan_for_lead(lead=lead, now=NOW)
    FollowUp.objects.filter(step__gte=1).delete()
    return lead


def alerts():
    return FollowUp.objects.filter(purpose="stuck")


def test_nothing_stuck_nobody_alerted(stuck, django_assert_num_queries):
    with django_assert_num_queries(4):
        assert send_alerts(now=LATE - MINUTE) == 0


def test_manager_is_told_at_once_while_the_rest_waits_on(stuck):
    send_alerts(now=LATE)

    assert [one.to for one in mail.outbox] == [["mia@school.example"]]
    assert alerts().get().state == "sent"
    assert FollowUp.objects.filter(state="planned").count() == 3


def test_alert_says_what_and_names_no_applicant(stuck):
    send_alerts(now=LATE)

    text = mail.outbox[0].body + str(mail.outbox[0].alternatives[0].content)
    assert mail.outbox[0].subject == "Messages of Fairview School are not being delivered"
    assert "3 messages are due and nobody sends them" in text
    assert not any(word in text for word in ("Ada", stuck.email))


def test_alert_is_written_to_the_log_as_an_error(stuck, caplog):
    send_alerts(now=LATE)

    found = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert [(one.institution, one.stuck) for one in found] == [(stuck.institution.slug, 3)]


def test_alert_is_repeated_after_some_hours_and_not_before(stuck):
    told = [
        hour for hour in range(24) if send_alerts(now=LATE + timedelta(hours=hour)) and mail.outbox
    ]

    assert told == [0, 6, 12, 18]


def test_two_watchmen_at_the_same_moment_alert_once(stuck, monkeypatch):
    """The second has looked before the first wrote."""
    send_alerts(now=LATE)
    monkeypatch.setattr(
        "hcprograms.followup.monitoring.alerts._leave_out_alerted", lambda found, now: found
    )

    send_alerts(now=LATE)

    assert alerts().count() == 1
    assert len(mail.outbox) == 1


def test_mail_server_that_is_down_is_an_error_in_the_log_and_the_alert_is_kept(
    stuck, settings, caplog
):
    settings.EMAIL_BACKEND = "hcprograms.followup.channels.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    send_alerts(now=LATE)

    assert "An alert about stuck follow-ups could not be sent." in caplog.messages
    assert alerts().get().state == "planned"


def test_deferred_messages_alert_while_none_leaves(stuck):
    soon = {"due_at": LATE + MINUTE, "attempts": 8}
    FollowUp.objects.update(first_attempt_at=NOW, **soon)

    send_alerts(now=NOW + 14 * MINUTE)
    before = len(mail.outbox)
    send_alerts(now=NOW + 15 * MINUTE)

    assert (before, len(mail.outbox)) == (0, 1)
    assert "3 emails are tried again and again" in mail.outbox[0].body


def test_deferred_messages_alert_nobody_while_others_leave(stuck):
    FollowUp.objects.update(first_attempt_at=NOW, due_at=LATE + MINUTE, attempts=8)
    one = FollowUp.objects.order_by("pk")[:1]
    FollowUp.objects.filter(pk__in=one).update(state="sent", sent_at=NOW + 5 * MINUTE)

    assert send_alerts(now=NOW + 15 * MINUTE) == 0


def refused(lead, count, **fields):
    values = {"institution": lead.institution, "lead": lead, "purpose": "alert"}
    for number in range(count):
        FollowUp.objects.create(
            recipient="advisor",
            address=f"a{number}@gone.example",
            due_at=NOW,
            step=100,
            **{"state": "failed"} | values | fields,
        )


@pytest.mark.parametrize(("count", "expected"), [(4, 0), (5, 1)])
def test_many_refusals_within_an_hour_alert(lead, count, expected):
    refused(lead, count)

    assert send_alerts(now=NOW + 30 * MINUTE) == expected
    assert send_alerts(now=NOW + timedelta(days=1)) == 0


def test_few_refusals_among_many_taken_alert_nobody(lead):
    refused(lead, 5)
    for number in range(6):
        FollowUp.objects.create(
            institution=lead.institution,
            lead=lead,
            purpose="alert",
            recipient="advisor",
            address=f"b{number}@school.example",
            due_at=NOW,
            state="sent",
            sent_at=NOW,
        )

    assert send_alerts(now=NOW + 30 * MINUTE) == 0


def test_endpoint_that_was_paused_alerts_once(school):
    WebhookEndpoint.objects.create(
        institution=school, name="Our CRM", url="https://crm.example/", paused_at=NOW
    )

    counts = [send_alerts(now=NOW + timedelta(hours=hours)) for hours in range(0, 30, 3)]

    assert sum(counts) <= 2
    assert counts[0] == 1
    assert counts[-1] == 0
    assert "The webhook endpoint “Our CRM” was paused" in mail.outbox[0].body


def test_what_staff_wrote_is_no_markup_in_the_alert(school):
    type(school).objects.update(name="<b>Fair</b>")
    WebhookEndpoint.objects.create(
        institution=school, name="<i>CRM</i>", url="https://crm.example/", paused_at=NOW
    )

    send_alerts(now=NOW)

    html = str(mail.outbox[0].alternatives[0].content)
    assert "<i>" not in html
    assert "<b>" not in html
    assert "&lt;i&gt;CRM&lt;/i&gt;" in html


def test_other_schools_are_left_alone(stuck):
    other = factories.make_institution(email="office@other.example")

    assert send_alerts(now=LATE, institution=other) == 0
    assert send_alerts(now=LATE) == 1
    assert [one.to for one in mail.outbox] == [["mia@school.example"]]


def test_alert_that_could_not_be_sent_for_hours_is_dropped(stuck):
    send_alerts(now=LATE)
    row = alerts().get()
    assert row.day == datetime(2026, 11, 23, tzinfo=UTC).date()
    FollowUp.objects.filter(pk=row.pk).update(state="planned", due_at=NOW)

    delivered = deliver_due(now=LATE + timedelta(hours=6), limit=1, only=[row.pk])

    assert delivered.cancelled == 1


def test_round_plans_digests_and_raises_alarms(stuck):
    tomorrow = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)

    assert run_monitoring(now=tomorrow) == (2, 1)
