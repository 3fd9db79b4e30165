"""Whether a person may be contacted on a channel: one rule for every page, mail and delivery."""

from datetime import timedelta

import pytest

from hcprograms.institutions.scoping import scope, scopes_disabled
from hcprograms.leads.consent import (
    ContactObstacle,
    ContactPurpose,
    find_contact_obstacle,
    find_mail_obstacle,
)
from hcprograms.leads.consent_records import withdraw_consent
from hcprograms.leads.models.consent import Channel, Consent
from hcprograms.leads.presenters import (
    list_contact_permissions,
    list_contact_permissions_for_mail,
)
from hcprograms.leads.suppression import suppress_address
from tests.factories import NOW, make_interest_form, make_lead

pytestmark = pytest.mark.django_db

ANSWER, NEWS = ContactPurpose.ANSWER, ContactPurpose.NEWS
EARLIER, LATER = NOW - timedelta(hours=1), NOW + timedelta(hours=1)


@pytest.fixture
def lead():
    return make_lead(phone="+1 555 0100", captured_at=NOW)


@pytest.fixture(autouse=True)
def scoped(lead):
    with scope(institution=lead.institution):
        yield


def decide(lead, channel, decision, *, at=NOW, address=None):
    own = lead.email if channel == Channel.EMAIL else lead.phone
    return Consent.objects.create(
        institution=lead.institution,
        lead=lead,
        channel=channel,
        decision=decision,
        method=Consent.Method.FORM,
        decided_at=at,
        seller=lead.institution.name,
        contact_point=own if address is None else address,
    )


def suppress(lead, channel, at):
    address = lead.email if channel == Channel.EMAIL else lead.phone
    suppress_address(
        institution=lead.institution, channel=channel, address=address, reason="link", now=at
    )


@pytest.mark.parametrize("channel", ["email", "call", "text"])
def test_without_a_consent_only_an_answer_by_email_is_allowed(lead, channel):
    expected = None if channel == "email" else ContactObstacle.NO_CONSENT

    assert find_contact_obstacle(lead, channel, purpose=ANSWER) == expected
    assert find_contact_obstacle(lead, channel, purpose=NEWS) == ContactObstacle.NO_CONSENT


@pytest.mark.parametrize("channel", ["email", "call", "text"])
def test_granted_consent_allows_everything_on_its_channel(lead, channel):
    decide(lead, channel, "granted")

    assert find_contact_obstacle(lead, channel, purpose=ANSWER) is None
    assert find_contact_obstacle(lead, channel, purpose=NEWS) is None


@pytest.mark.parametrize("channel", ["email", "call", "text"])
def test_consent_for_another_address_allows_nothing(lead, channel):
    decide(lead, channel, "granted", address="other@x.example" if channel == "email" else "+1 9")

    assert find_contact_obstacle(lead, channel, purpose=NEWS) == ContactObstacle.NO_CONSENT


@pytest.mark.parametrize("channel", ["email", "call", "text"])
def test_suppressed_address_takes_a_grant_back(lead, channel):
    decide(lead, channel, "granted")
    suppress(lead, channel, LATER)

    assert find_contact_obstacle(lead, channel, purpose=NEWS) == ContactObstacle.UNSUBSCRIBED


def test_withdrawal_ends_answers_too(lead):
    withdraw_consent(lead=lead, channels=["email"], method="link", now=LATER)

    assert find_contact_obstacle(lead, "email", purpose=ANSWER) == ContactObstacle.UNSUBSCRIBED


@pytest.mark.parametrize(("at", "expected"), [(EARLIER, None), (LATER, "unsubscribed")])
def test_who_ended_mail_and_asks_again_is_answered(lead, at, expected):
    suppress(lead, "email", at)

    assert find_contact_obstacle(lead, "email", purpose=ANSWER) == expected
    assert find_contact_obstacle(lead, "email", purpose=NEWS) == ContactObstacle.UNSUBSCRIBED


@pytest.mark.parametrize(
    ("fields", "channel", "expected"),
    [
        ({"email": "nowhere"}, "email", ContactObstacle.NO_ADDRESS),
        ({"phone": ""}, "call", ContactObstacle.NO_ADDRESS),
        ({"phone": ""}, "text", ContactObstacle.NO_ADDRESS),
        (
            {"email": "a@x.example", "bounced_address": "A@x.example"},
            "email",
            ContactObstacle.UNREACHABLE,
        ),
    ],
)
def test_address_has_to_work(lead, fields, channel, expected):
    for name, value in fields.items():
        setattr(lead, name, value)

    assert find_contact_obstacle(lead, channel, purpose=ANSWER) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"erased_at": NOW}, ContactObstacle.ERASED),
        ({"status": "closed"}, ContactObstacle.STATUS),
        ({"status": "spam"}, ContactObstacle.STATUS),
        ({"status": "quarantined"}, ContactObstacle.STATUS),
        ({}, None),
    ],
)
def test_staff_write_to_open_leads_only(lead, fields, expected):
    for name, value in fields.items():
        setattr(lead, name, value)

    assert find_mail_obstacle(lead, ANSWER) == expected


@pytest.mark.parametrize("channel", ["email", "call", "text"])
@pytest.mark.parametrize("decision", ["granted", "not_granted", "withdrawn", None])
def test_page_and_mail_to_staff_give_the_same_permission(lead, channel, decision):
    if decision:
        decide(lead, channel, decision)

    page = list_contact_permissions(lead=lead, decisions=lead.consents.all())
    mail = list_contact_permissions_for_mail(lead)

    given = {one.channel: one.is_given for one in page}
    assert given == {one.channel: one.is_given for one in mail}
    assert given[channel] is (decision == "granted")


def test_mail_to_staff_knows_what_was_withdrawn_on_a_merged_lead(lead):
    form = make_interest_form(institution=lead.institution, slug="other")
    other = make_lead(form=form, phone=lead.phone, email=lead.email, merged_into=lead)
    decide(lead, "call", "granted")
    decide(other, "call", "withdrawn", at=LATER)

    with scopes_disabled():
        mail = {one.channel: one.is_given for one in list_contact_permissions_for_mail(lead)}

    assert mail["call"] is False
