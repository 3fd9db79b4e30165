"""A lead with its rows, and the ways of sending them."""

import pytest

from hcprograms.followup.channels.registry import Channels
from hcprograms.institutions.models import Role
from hcprograms.institutions.scoping import scopes_disabled
from tests import factories

RELIABLE_SMTP = "hcprograms.followup.channels.smtp.EmailBackend"


@pytest.fixture
def school(db):
    """A school with two advisors and a manager, open on weekdays from 9 to 5."""
    school = factories.make_institution(
        name="Fairview School",
        email="office@school.example",
        postal_address="1 Fair Way\nDenver, CO 80202",
    )
    factories.make_office_hours(institution=school)
    for name, role in [("ann", Role.ADVISOR), ("bob", Role.ADVISOR), ("mia", Role.MANAGER)]:
        user = factories.make_user(
            username=name, email=f"{name}@school.example", first_name=name.title()
        )
        factories.make_member(institution=school, role=role, user=user)
    return school


@pytest.fixture
def ann(school):
    return school.memberships.get(user__username="ann")


@pytest.fixture
def lead(school, ann):
    form = factories.make_interest_form(institution=school)
    return factories.make_lead(form=form, assigned_to=ann, email="ada@applicant.example")


@pytest.fixture
def unscoped():
    with scopes_disabled():
        yield


@pytest.fixture
def by_smtp(settings, smtp):
    """Send through the real server."""
    settings.EMAIL_BACKEND = RELIABLE_SMTP
    settings.EMAIL_HOST, settings.EMAIL_PORT = smtp.host, smtp.port
    return smtp


@pytest.fixture
def channels():
    with Channels() as channels:
        yield channels
