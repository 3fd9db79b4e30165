"""Other systems are told of leads by the same queue, signed, and paused when they take nothing."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from hcprograms.followup.channels.base import Channel, Gone, Refused, TryLater
from hcprograms.followup.delivery import deliver_due
from hcprograms.followup.lifecycle import send_again
from hcprograms.followup.models import FollowUp, WebhookEndpoint
from hcprograms.followup.models.webhooks import Event
from hcprograms.followup.plan import plan_for_lead
from hcprograms.followup.webhooks.condition import resume_endpoint
from hcprograms.followup.webhooks.keeping import change_secret
from hcprograms.followup.webhooks.publishing import publish_event
from hcprograms.leads.consent_records import withdraw_consent
from hcprograms.leads.erasure import erase_lead
from hcprograms.leads.models.consent import Channel as ConsentChannel
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.status import NotAllowedNowError, change_status
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("unscoped")


class OtherSystem(Channel):
    key = "webhook"
    script: list[Exception | None] = []
    taken: list = []

    def send(self, message):
        answer = self.script.pop(0) if self.script else None
        if answer:
            raise answer
        self.taken.append(message)


@pytest.fixture(autouse=True)
def other_system(settings):
    path = f"{__name__}.OtherSystem"
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"CHANNELS": {"webhook": path}}
    OtherSystem.script, OtherSystem.taken = [], []
    return OtherSystem


@pytest.fixture
def endpoint(school):
    return WebhookEndpoint.objects.create(
        institution=school, name="CRM", url="https://crm.example/hook"
    )


@pytest.fixture
def row(lead, endpoint):
    return publish_event(lead=lead, event=Event.LEAD_CREATED, now=NOW)[0]


def deliver(now=NOW, **options):
    return deliver_due(now=now, limit=50, events=True, **options)


def test_event_that_an_endpoint_wants_is_delivered(row, lead, endpoint):
    deliver()

    message = OtherSystem.taken[0]
    body = json.loads(message.text)
    assert message.to == "https://crm.example/hook"
    assert (body["type"], body["data"]["id"]) == ("lead.created", str(lead.public_id))
    assert FollowUp.objects.get().state == "sent"
    endpoint.refresh_from_db()
    assert endpoint.last_success_at is not None


def test_event_tells_the_facts_of_the_lead(row, lead):
    lead.choices.create(title="MHA, online")

    deliver()

    data = json.loads(OtherSystem.taken[0].text)["data"]
    assert (data["name"], data["email"]) == (lead.name, lead.email)
    assert data["programs"] == [{"title": "MHA, online", "offering": None}]
    assert data["assigned_to"] == "ann@school.example"


@pytest.mark.parametrize(
    "change",
    [{"events": ["lead.answered"]}, {"is_active": False}],
    ids=["not asked for", "switched off"],
)
def test_event_that_nobody_wants_is_not_planned(lead, endpoint, change):
    WebhookEndpoint.objects.update(**change)

    assert publish_event(lead=lead, event=Event.LEAD_CREATED, now=NOW) == []


def test_endpoint_of_another_school_is_told_nothing(lead, endpoint):
    WebhookEndpoint.objects.update(institution=factories.make_institution())

    assert publish_event(lead=lead, event=Event.LEAD_CREATED, now=NOW) == []


def test_lead_held_for_review_is_told_to_nobody(lead, endpoint):
    lead.status = Lead.Status.QUARANTINED

    assert publish_event(lead=lead, event=Event.LEAD_CREATED, now=NOW) == []


def test_publishing_costs_one_query_without_endpoints(lead, django_assert_num_queries):
    with django_assert_num_queries(1):
        publish_event(lead=lead, event=Event.LEAD_CREATED, now=NOW)


def test_signature_verifies_over_the_raw_body(row, endpoint):
    deliver(now=timezone.now())

    message = OtherSystem.taken[0]
    assert Webhook(endpoint.secret).verify(message.text, dict(message.headers)) is not None
    with pytest.raises(WebhookVerificationError):
        Webhook(endpoint.secret).verify(message.text + " ", dict(message.headers))


def test_both_secrets_verify_during_a_change_and_one_afterwards(row, endpoint):
    now = timezone.now()
    old = endpoint.secret
    change_secret(endpoint=endpoint, now=now)

    deliver(now=now)
    WebhookEndpoint.objects.update(secret_changed_at=now - timedelta(hours=25))
    FollowUp.objects.update(state="planned", due_at=now, sent_at=None)
    deliver(now=now)

    during, after = OtherSystem.taken
    for secret in (old, endpoint.secret):
        Webhook(secret).verify(during.text, dict(during.headers))
    Webhook(endpoint.secret).verify(after.text, dict(after.headers))
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(after.text, dict(after.headers))


def test_id_is_the_same_at_every_try(row):
    OtherSystem.script = [TryLater("503")]
    deliver()
    planned = FollowUp.objects.get()
    deliver(now=planned.due_at)

    assert planned.message_id == OtherSystem.taken[0].id


def test_refusal_is_tried_later_and_counted(row, endpoint):
    OtherSystem.script = [TryLater("503")]

    delivered = deliver()

    endpoint.refresh_from_db()
    assert (delivered.retried, endpoint.failures, endpoint.last_error) == (1, 1, "503")
    assert endpoint.paused_at is None


def test_success_forgives_failures(row, endpoint):
    OtherSystem.script = [TryLater("503")]
    deliver()
    deliver(now=FollowUp.objects.get().due_at)

    endpoint.refresh_from_db()
    assert (endpoint.failures, endpoint.last_error) == (0, "")


def test_endpoint_that_takes_nothing_for_a_day_is_paused(row, lead, endpoint):
    other = publish_event(lead=lead, event=Event.LEAD_UPDATED, now=NOW + timedelta(days=9))[0]
    FollowUp.objects.filter(pk=row.pk).update(first_attempt_at=NOW - timedelta(hours=24))
    OtherSystem.script = [TryLater("503")]

    deliver()

    endpoint.refresh_from_db()
    other.refresh_from_db()
    assert endpoint.paused_at == pytest.approx(NOW, abs=timedelta(seconds=5))
    assert (other.state, other.last_error) == ("failed", "The endpoint was paused.")


def test_endpoint_that_is_gone_is_paused_at_once(row, endpoint):
    OtherSystem.script = [Gone("410")]

    deliver()

    endpoint.refresh_from_db()
    assert endpoint.paused_at is not None


def plan_events(lead, count):
    for _number in range(count):
        publish_event(lead=lead, event=Event.LEAD_UPDATED, now=NOW)


def test_pause_ends_what_was_leased_together_without_asking_again(row, lead):
    plan_events(lead, 3)
    OtherSystem.script = [Gone("410")]

    delivered = deliver()

    assert (delivered.failed, delivered.released) == (4, 0)
    assert OtherSystem.taken == []
    assert set(FollowUp.objects.values_list("state", "attempts")) == {("failed", 1), ("failed", 0)}


def test_event_planned_just_before_a_pause_is_not_sent(row, endpoint):
    WebhookEndpoint.objects.update(paused_at=NOW)

    deliver()

    row.refresh_from_db()
    assert (row.state, row.last_error) == ("failed", "The endpoint was paused.")
    assert OtherSystem.taken == []


def test_pause_of_one_endpoint_leaves_the_others_of_its_batch(row, lead, school):
    WebhookEndpoint.objects.create(institution=school, name="Other", url="https://b.example/")
    plan_events(lead, 2)
    OtherSystem.script = [Gone("410")]

    deliver()

    found = FollowUp.objects.filter(state="sent").values_list("endpoint__name", flat=True)
    assert len(OtherSystem.taken) == len(found) == 2
    assert set(found) == {"Other"}


def test_refused_target_fails_without_a_pause(row, endpoint):
    OtherSystem.script = [Refused("not public")]

    deliver()

    endpoint.refresh_from_db()
    assert FollowUp.objects.get().state == "failed"
    assert endpoint.paused_at is None


def test_event_for_a_paused_endpoint_is_kept_for_later(lead, endpoint):
    WebhookEndpoint.objects.update(paused_at=NOW)

    row = publish_event(lead=lead, event=Event.LEAD_CREATED, now=NOW)[0]

    assert row.state == "failed"
    assert deliver().finished == 0


def test_failed_event_is_sent_again_after_the_pause(lead, endpoint, ann):
    WebhookEndpoint.objects.update(paused_at=NOW)
    row = publish_event(lead=lead, event=Event.LEAD_CREATED, now=NOW)[0]
    with pytest.raises(NotAllowedNowError, match="paused"):
        send_again(follow_up=FollowUp.objects.get(), user=ann.user, now=NOW)

    resume_endpoint(endpoint_id=endpoint.pk)
    send_again(follow_up=FollowUp.objects.get(pk=row.pk), user=ann.user, now=NOW)
    deliver()

    assert [one.id for one in OtherSystem.taken] == [f"msg_{row.public_id.hex}"]


def test_event_that_was_taken_can_be_sent_again_with_the_same_id(row, ann):
    deliver()
    send_again(follow_up=FollowUp.objects.get(), user=ann.user, now=NOW)
    deliver()

    first, again = OtherSystem.taken
    assert first.id == again.id


def test_endpoint_that_fails_lets_others_pass(lead, endpoint, school):
    WebhookEndpoint.objects.create(institution=school, name="Other", url="https://b.example/")
    for event in (Event.LEAD_CREATED, Event.LEAD_UPDATED):
        publish_event(lead=lead, event=event, now=NOW)
    OtherSystem.script = [TryLater("slow")]

    delivered = deliver()

    assert (delivered.retried, delivered.released, delivered.sent) == (1, 1, 2)
    assert {one.to for one in OtherSystem.taken} == {"https://b.example/"}


def test_events_and_mails_are_delivered_apart(lead, endpoint, mailoutbox):
    plan_for_lead(lead=lead, now=NOW)
    publish_event(lead=lead, event=Event.LEAD_CREATED, now=NOW)

    deliver_due(now=NOW, limit=50)

    assert OtherSystem.taken == []
    assert len(mailoutbox) == 3


def test_timeline_of_the_lead_holds_mails_only(row):
    deliver()

    assert not LeadEvent.objects.exists()


def test_changes_of_a_lead_are_told_in_order(lead, endpoint, ann):
    change_status(lead=lead, status="applied", user=ann.user, now=NOW)
    withdraw_consent(lead=lead, channels=[ConsentChannel.EMAIL], method="link", now=NOW)

    deliver()

    told = [json.loads(one.text) for one in OtherSystem.taken]
    assert [one["type"] for one in told] == ["lead.updated", "consent.withdrawn"]
    assert told[0]["data"]["status"] == "applied"
    assert told[1]["data"]["channel"] == "email"


def test_erased_person_is_told_of_without_a_name(row, lead, endpoint, ann):
    name, email = lead.name, lead.email
    erase_lead(lead=lead, method="staff", user=ann.user, now=NOW)

    deliver()

    (message,) = OtherSystem.taken
    assert json.loads(message.text)["type"] == "lead.erased"
    assert name not in message.text
    assert email not in message.text


@pytest.mark.parametrize(
    "url", ["http://crm.example/", "ftp://crm.example/", "https://me:pw@crm.example/"]
)
def test_address_that_is_not_plain_https_is_refused(school, url):
    endpoint = WebhookEndpoint(institution=school, name="CRM", url=url)

    with pytest.raises(ValidationError) as refused:
        endpoint.full_clean()

    assert "url" in refused.value.message_dict


def test_database_refuses_plain_http(school):
    with pytest.raises(IntegrityError), transaction.atomic():
        WebhookEndpoint.objects.create(institution=school, name="x", url="http://crm.example/")
