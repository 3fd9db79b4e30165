"""A text of staff's own, sent to several leads of the inbox: who gets it, and who does not."""

from datetime import timedelta

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core import mail
from django.urls import reverse

from hcprograms.followup.broadcast import select_recipients, send_text
from hcprograms.followup.delivery import deliver_due
from hcprograms.followup.models import FollowUp
from hcprograms.institutions.models import Role
from hcprograms.leads.consent import ContactObstacle, ContactPurpose
from hcprograms.leads.models import Consent, Lead, LeadEvent
from hcprograms.leads.suppression import suppress_address
from tests import factories
from tests.factories import NOW
from tests.followup.test_templates import write_template

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unscoped")]

WORDS = ("en-us", "Open day, {first_name}?", "{greeting}\n\nCome and see us.")


@pytest.fixture
def owner(school, client):
    user = factories.make_user(is_staff=True, email="owner@school.example")
    factories.make_member(institution=school, role=Role.OWNER, user=user, receives_leads=False)
    client.force_login(user)
    return user


@pytest.fixture
def text(school):
    return write_template(school, kind="own", key="open-day", versions=[WORDS])


@pytest.fixture
def form(school):
    return factories.make_interest_form(institution=school)


def make_lead(form, **fields):
    return factories.make_lead(form=form, **fields)


def obstacles(found):
    return {lead.name: obstacle for lead, obstacle in found.others}


def sort(text, leads, why=ContactPurpose.ANSWER):
    return select_recipients(template=text, leads=leads, why=why, now=NOW)


# Who gets it


def test_those_who_cannot_get_it_are_told_apart(text, form, school):
    stopped = make_lead(form, name="stopped")
    suppress_address(
        institution=school, channel="email", address=stopped.email, reason="link", now=NOW
    )
    elsewhere = factories.make_lead(name="elsewhere")
    kept = make_lead(form, name="kept")
    leads = [
        kept,
        stopped,
        elsewhere,
        make_lead(form, name="erased", erased_at=NOW),
        make_lead(form, name="merged", merged_into=kept),
        make_lead(form, name="closed", status="closed"),
        make_lead(form, name="held", status="quarantined"),
        make_lead(form, name="nowhere", email=""),
        make_lead(form, name="bounced", email="b@x.example", bounced_address="b@x.example"),
    ]

    found = sort(text, leads)

    assert [one.name for one in found.getting] == ["kept"]
    assert obstacles(found) == {
        "stopped": ContactObstacle.UNSUBSCRIBED,
        "elsewhere": ContactObstacle.ELSEWHERE,
        "erased": ContactObstacle.ERASED,
        "merged": ContactObstacle.MERGED,
        "closed": ContactObstacle.STATUS,
        "held": ContactObstacle.STATUS,
        "nowhere": ContactObstacle.NO_ADDRESS,
        "bounced": ContactObstacle.UNREACHABLE,
    }


@pytest.mark.parametrize(
    ("decisions", "gets_it"),
    [([], False), (["not_granted"], False), (["granted"], True), (["granted", "withdrawn"], False)],
)
def test_news_is_for_those_who_agreed(text, form, school, decisions, gets_it):
    lead = make_lead(form)
    for number, decision in enumerate(decisions):
        Consent.objects.create(
            institution=school,
            lead=lead,
            channel="email",
            decision=decision,
            decided_at=NOW + timedelta(minutes=number),
            seller=school.name,
        )

    assert bool(sort(text, [lead], ContactPurpose.NEWS).getting) is gets_it
    assert sort(text, [lead], ContactPurpose.ANSWER).getting == [lead]


def test_who_asks_anew_after_ending_mail_is_answered_but_gets_no_news(text, form, school):
    lead = make_lead(form)
    suppress_address(
        institution=school,
        channel="email",
        address=lead.email,
        reason="link",
        now=NOW - timedelta(days=1),
    )

    assert sort(text, [lead]).getting == [lead]
    assert sort(text, [lead], ContactPurpose.NEWS).getting == []


# Sending


def send(text, leads, user, why=ContactPurpose.ANSWER, now=NOW):
    return send_text(template=text, leads=leads, why=why, user=user, now=now)


def test_text_is_sent_to_each_and_answers_them(text, form, owner):
    leads = [make_lead(form, name=f"{name} Applicant") for name in ("Ada", "Grace")]

    send(text, leads, owner)
    deliver_due(now=NOW, limit=50)

    assert [one.subject for one in mail.outbox] == ["Open day, Ada?", "Open day, Grace?"]
    assert Lead.objects.filter(first_answered_at=NOW, first_answered_by=owner).count() == 2
    told = LeadEvent.objects.filter(kind="message").values_list("text", flat=True)
    assert list(told) == ["text “open-day” to be sent"] * 2


def test_news_stops_no_clock(text, form, owner, school):
    lead = make_lead(form)
    Consent.objects.create(
        institution=school,
        lead=lead,
        channel="email",
        decision="granted",
        decided_at=NOW,
        seller=school.name,
    )

    send(text, [lead], owner, ContactPurpose.NEWS)

    lead.refresh_from_db()
    deliver_due(now=NOW, limit=50)
    assert lead.first_answered_at is None
    assert len(mail.outbox) == 1
    assert FollowUp.objects.get().template == "open-day"


def test_news_is_not_sent_to_who_took_consent_back_meanwhile(text, form, owner, school):
    lead = make_lead(form)
    values = {"institution": school, "lead": lead, "channel": "email", "seller": school.name}
    Consent.objects.create(decision="granted", decided_at=NOW, **values)
    send(text, [lead], owner, ContactPurpose.NEWS)
    Consent.objects.create(decision="withdrawn", decided_at=NOW + timedelta(minutes=1), **values)

    deliver_due(now=NOW + timedelta(minutes=2), limit=50)

    assert mail.outbox == []


def test_text_is_not_sent_twice_within_a_day(text, form, owner):
    lead = make_lead(form)
    send(text, [lead], owner)

    again = send(text, [lead], owner)

    assert obstacles(again) == {lead.name: ContactObstacle.ALREADY}
    assert FollowUp.objects.count() == 1


def test_answer_to_the_text_reaches_who_sent_it(text, form, owner):
    send(text, [make_lead(form)], owner)

    deliver_due(now=NOW, limit=50)

    assert mail.outbox[0].reply_to[0].endswith("<owner@school.example>")


# In the inbox


def act(client, leads, **asked):
    return client.post(
        reverse("admin:hcprograms_lead_changelist"),
        {"action": "send_text", ACTION_CHECKBOX_NAME: [one.pk for one in leads]} | asked,
    )


def test_inbox_asks_which_text_and_sends_nothing_yet(client, owner, text, form):
    response = act(client, [make_lead(form)])

    assert list(response.context["form"].fields["template"].queryset) == [text]
    assert FollowUp.objects.count() == 0


def test_inbox_shows_who_gets_it_before_anything_is_sent(client, owner, text, form):
    leads = [make_lead(form, name="Ada Applicant"), make_lead(form, status="closed")]

    response = act(client, leads, stage="check", template=text.pk, why="answer")

    assert response.context["found"].count_others() == [("is closed, spam or held for review", 1)]
    assert response.context["shown"]["words"].subject == "Open day, Ada?"
    assert FollowUp.objects.count() == 0


def test_inbox_sends_once_it_is_confirmed(client, owner, text, form):
    leads = [make_lead(form), make_lead(form, status="closed")]

    response = act(client, leads, stage="send", template=text.pk, why="answer")

    told = [str(one) for one in client.get(response.url).context["messages"]]
    assert told == ["1 message planned.", "1 × is closed, spam or held for review"]
    assert [one.lead for one in FollowUp.objects.all()] == [leads[0]]


def test_texts_without_words_or_not_offered_are_not_to_be_chosen(client, owner, school, form):
    write_template(school, kind="own", key="empty")
    write_template(school, kind="own", key="old", versions=[WORDS], is_active=False)
    write_template(school, kind="alert", key="other", versions=[WORDS])

    response = act(client, [make_lead(form)])

    assert response.context["is_empty"]


def test_text_of_another_institution_cannot_be_sent(client, owner, form):
    stranger = factories.make_institution()
    theirs = write_template(stranger, kind="own", key="theirs", versions=[WORDS])

    response = act(client, [make_lead(form)], stage="send", template=theirs.pk, why="answer")

    assert "template" in response.context["form"].errors
    assert FollowUp.objects.count() == 0


def test_leads_of_another_institution_are_left_alone(client, owner, text, form):
    stranger = factories.make_lead()

    act(client, [make_lead(form), stranger], stage="send", template=text.pk, why="answer")

    assert FollowUp.objects.filter(lead=stranger).count() == 0
    assert FollowUp.objects.count() == 1


def test_viewers_cannot_send(client, school, text, form):
    user = factories.make_user(is_staff=True)
    factories.make_member(institution=school, role=Role.VIEWER, user=user)
    client.force_login(user)

    act(client, [make_lead(form)], stage="send", template=text.pk, why="answer")

    assert FollowUp.objects.count() == 0


def test_too_many_leads_at_once_are_refused_in_words(client, owner, text, form, monkeypatch):
    monkeypatch.setattr("hcprograms.followup.admin.leads.MOST_LEADS", 1)

    response = act(client, [make_lead(form), make_lead(form)])

    told = [str(one) for one in client.get(response.url).context["messages"]]
    assert told == ["Choose at most 1 leads at a time."]


def test_nobody_to_send_to_is_said_and_nothing_breaks(client, owner, text, form):
    lead = make_lead(form, status="closed")

    response = act(client, [lead], stage="send", template=text.pk, why="answer")

    told = [str(one) for one in client.get(response.url).context["messages"]]
    assert told == ["0 messages planned.", "1 × is closed, spam or held for review"]
    assert FollowUp.objects.count() == 0


def test_leads_that_the_inbox_does_not_show_are_not_written_to(client, owner, text, form):
    held = make_lead(form, status="quarantined")

    response = act(client, [held], stage="send", template=text.pk, why="answer")

    told = [str(one) for one in client.get(response.url).context["messages"]]
    assert told == ["You can write to none of these."]


def test_page_of_a_lead_offers_to_send_a_text(client, owner, text, form):
    lead = make_lead(form)

    page = client.get(reverse("admin:hcprograms_lead_change", args=[lead.pk])).content.decode()
    response = act(client, [lead])

    assert 'value="send_text"' in page
    assert response.context["leads"] == [lead]
