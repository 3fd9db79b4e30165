"""A lead that was written to, at a school with an address that ends emails."""

import pytest

from hcprograms.followup.models import FollowUp
from hcprograms.followup.plan import plan_for_lead
from hcprograms.leads.consent_records import get_latest_decisions
from hcprograms.leads.models.consent import Consent
from tests import factories
from tests.factories import NOW


@pytest.fixture
def school(school):
    school.withdrawal_email = "stop@school.example"
    school.save()
    return school


@pytest.fixture
def person(lead, unscoped):
    """The lead, with a phone number and consent to everything; its messages are planned."""
    lead.phone = "+13035550123"
    lead.save()
    for channel in ("email", "call", "text"):
        Consent.objects.create(
            institution=lead.institution,
            lead=lead,
            channel=channel,
            decision="granted",
            decided_at=NOW,
            seller="Fairview School",
            contact_point=lead.email if channel == "email" else lead.phone,
        )
    plan_for_lead(lead=lead, now=NOW)
    return lead


@pytest.fixture
def confirmation(person):
    row = FollowUp.objects.get(lead=person, purpose="confirmation")
    FollowUp.objects.filter(pk=row.pk).update(state="sent", sent_at=NOW)
    return row


@pytest.fixture
def decisions(person):
    def read(lead=person):
        return {one: row.decision for one, row in get_latest_decisions(lead=lead).items()}

    return read


def another_request(lead, **fields):
    values = {"email": lead.email, "phone": lead.phone}
    return factories.make_lead(form=lead.form, **values | fields)
