"""A school with an advisor who can be booked on weekdays from 9 to 5, Denver's time."""

from datetime import UTC, datetime

import pytest

from hcprograms.institutions.models import Role
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models.appointments import AppointmentType
from tests import factories

NOW = datetime(2026, 12, 4, 15, 0, tzinfo=UTC)  # a Friday, 8:00 in Denver
MONDAY_NINE = datetime(2026, 12, 7, 16, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def unscoped():
    with scopes_disabled():
        yield


@pytest.fixture
def school(db):
    school = factories.make_institution(name="Fairview School", time_zone="America/Denver")
    factories.make_office_hours(institution=school)
    return school


@pytest.fixture
def ann(school):
    user = factories.make_user(username="ann", email="ann@school.example", first_name="Ann")
    return factories.make_member(institution=school, role=Role.ADVISOR, user=user)


@pytest.fixture
def talk(school):
    return AppointmentType.objects.create(institution=school, name="A first talk")


@pytest.fixture
def form(school):
    return factories.make_interest_form(institution=school)


@pytest.fixture
def lead(form, ann):
    return factories.make_lead(form=form, assigned_to=ann, phone="+13035550123", captured_at=NOW)


@pytest.fixture
def other_lead(form, ann):
    return factories.make_lead(form=form, assigned_to=ann, name="Bo Other", captured_at=NOW)
