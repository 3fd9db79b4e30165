"""Staff write to several people: news goes to those who agreed, and is no answer."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models.consent import Consent
from hcprograms.leads.models.lead import Lead
from tests.factories import (
    make_institution,
    make_interest_form,
    make_lead,
    make_member,
)

pytestmark = pytest.mark.django_db

INBOX = "/admin/hcprograms/lead/"
WORDS = {"subject": "Enroll by Friday", "text": "20 % off"}


@pytest.fixture
def form():
    return make_interest_form(institution=make_institution(email="office@school.example"))


@pytest.fixture(params=["advisor", "manager", "owner"])
def staff(request, client, form):
    client.force_login(make_member(institution=form.institution, role=request.param).user)
    return client


def grant(lead, *, decision="granted", contact_point=None, after=0):
    with scopes_disabled():
        Consent.objects.create(
            institution=lead.institution,
            lead=lead,
            channel="email",
            decision=decision,
            decided_at=timezone.now() + timedelta(minutes=after),
            seller="School",
            contact_point=lead.email if contact_point is None else contact_point,
        )
    return lead


def write(client, leads, why, *, stage="send"):
    chosen = [lead.pk for lead in leads]
    typed = {"action": "write_all", "_selected_action": chosen, "why": why, "stage": stage}
    return client.post(f"{INBOX}?queue=all", typed | WORDS, follow=True).content.decode()


def deliver(mailoutbox):
    """The applicants who have got a mail; staff get digests besides."""
    call_command("deliver_followups", "--once")
    sent = [message.to[0] for message in mailoutbox]
    return sorted(one for one in sent if "@applicant.example" in one)


def is_answered(lead):
    with scopes_disabled():
        fresh = Lead.objects.get(pk=lead.pk)
    return fresh.first_answered_at is not None, fresh.status


def test_what_kind_of_mail_it_is_is_asked_first(staff, form):
    page = write(staff, [make_lead(form=form)], "", stage="check")

    assert 'name="why"' in page
    assert 'value="news"' in page
    with scopes_disabled():
        assert not form.institution.follow_ups.exists()


def test_news_goes_only_to_who_agreed_and_answers_nobody(staff, form, mailoutbox):
    agreed = grant(make_lead(form=form, name="Agreed"))
    refused = [
        make_lead(form=form, name="Not asked"),
        grant(make_lead(form=form, name="Declined"), decision="not_granted"),
        grant(grant(make_lead(form=form, name="Ended")), decision="withdrawn", after=1),
        grant(make_lead(form=form, name="Other address"), contact_point="x@applicant.example"),
    ]

    page = write(staff, [agreed, *refused], "news", stage="check")
    nothing_yet = deliver(mailoutbox)
    write(staff, [agreed, *refused], "news")

    assert nothing_yet == []
    for lead in refused:
        assert lead.name in page
    assert page.count("has not agreed to further emails") >= 4
    assert deliver(mailoutbox) == [f"Agreed <{agreed.email}>"]
    assert [is_answered(lead) for lead in [agreed, *refused]] == [(False, "new")] * 5


def test_answer_counts_only_for_those_to_whom_it_is_sent(staff, form, mailoutbox):
    gets_it = make_lead(form=form, name="Gets it")
    stopped = make_lead(form=form, name="Stopped")
    address = f"{INBOX}{stopped.pk}/withdraw/"
    assert staff.post(address, {"channel": "email"}).status_code == 302
    others = [
        stopped,
        make_lead(form=form, name="Closed", status="closed"),
        make_lead(form=form, name="Held", status="quarantined"),
        make_lead(form=form, name="Nowhere", email=""),
        make_lead(
            form=form,
            name="Dead",
            email="dead@applicant.example",
            bounced_address="dead@applicant.example",
            bounced_at=timezone.now(),
        ),
        make_lead(form=form, name="Merged", merged_into=gets_it),
    ]

    page = write(staff, [gets_it, *others], "answer", stage="check")
    write(staff, [gets_it, *others], "answer")

    for lead in others:
        assert lead.name in page
    assert deliver(mailoutbox) == [f"Gets it <{gets_it.email}>"]
    assert is_answered(gets_it) == (True, "contacted")
    assert [is_answered(lead)[0] for lead in others] == [False] * 6


def test_consent_taken_back_before_sending_ends_the_news(staff, form, mailoutbox):
    lead = grant(make_lead(form=form))
    write(staff, [lead], "news")

    grant(lead, decision="withdrawn", after=5)

    assert deliver(mailoutbox) == []


def test_suppressed_address_gets_no_news_however_often_it_was_typed(staff, form, mailoutbox):
    first = make_lead(form=form, email="ada@applicant.example")
    staff.post(f"{INBOX}{first.pk}/withdraw/", {"channel": "email"})
    later = timezone.now() + timedelta(minutes=1)
    again = grant(make_lead(form=form, email="ada@applicant.example", captured_at=later), after=2)

    write(staff, [again], "news")

    assert deliver(mailoutbox) == []


def test_one_lead_written_to_with_news_is_not_answered(staff, form, mailoutbox):
    asked, agreed = make_lead(form=form), grant(make_lead(form=form, name="Agreed"))

    for lead in (asked, agreed):
        staff.post(f"{INBOX}{lead.pk}/message/", WORDS | {"why": "news"})

    assert deliver(mailoutbox) == [f"Agreed <{agreed.email}>"]
    assert [is_answered(lead)[0] for lead in (asked, agreed)] == [False, False]


def test_one_lead_written_to_is_answered(staff, form, mailoutbox):
    lead = make_lead(form=form, name="Ada")

    staff.post(f"{INBOX}{lead.pk}/message/", WORDS | {"why": "answer"})

    assert deliver(mailoutbox) == [f"Ada <{lead.email}>"]
    assert is_answered(lead) == (True, "contacted")


def test_further_message_of_a_sequence_needs_consent_for_this_address(form, mailoutbox):
    from hcprograms.followup.models import FollowUp  # noqa: PLC0415

    agreed = grant(make_lead(form=form, name="Agreed"))
    moved = grant(make_lead(form=form, name="Moved"), contact_point="x@applicant.example")
    for lead in (agreed, moved):
        with scopes_disabled():
            FollowUp.objects.create(
                institution=form.institution,
                lead=lead,
                purpose="news",
                recipient="applicant",
                address=lead.email,
                due_at=timezone.now(),
            )

    assert deliver(mailoutbox) == [f"Agreed <{agreed.email}>"]
