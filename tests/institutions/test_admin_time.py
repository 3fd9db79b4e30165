"""Staff read and write times as their institution's clock shows them."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from hcprograms.institutions.access import find_access
from hcprograms.institutions.models import Role
from hcprograms.leads.models.forms import InterestForm
from tests.factories import make_institution, make_interest_form, make_lead, make_member

pytestmark = pytest.mark.django_db

MIDNIGHT = datetime(2026, 11, 26, 0, 52, tzinfo=UTC)


@pytest.fixture
def institution():
    return make_institution(time_zone="America/New_York")


@pytest.fixture
def manager(client, institution):
    member = make_member(institution=institution, role=Role.MANAGER)
    client.force_login(member.user)
    return member.user


def test_lead_page_tells_times_of_the_institution_to_everybody(client, institution):
    lead = make_lead(form=make_interest_form(institution=institution), captured_at=MIDNIGHT)
    boss = get_user_model().objects.create(username="boss", is_staff=True, is_superuser=True)
    client.force_login(boss)

    page = client.get(reverse("admin:hcprograms_lead_change", args=[lead.pk]))

    assert "Nov. 25, 2026, 7:52 p.m." in page.content.decode()
    assert "All times in America/New_York." in page.content.decode()


def test_list_tells_times_of_the_institution(client, institution, manager):
    make_interest_form(institution=institution, opens_at=MIDNIGHT)

    page = client.get(reverse("admin:hcprograms_interestform_changelist"))

    assert "Nov. 25, 2026, 7:52 p.m." in page.content.decode()


def test_time_typed_into_a_form_is_the_institutions(client, institution, manager):
    form = make_interest_form(institution=institution)
    address = reverse("admin:hcprograms_interestform_change", args=[form.pk])
    typed = {
        name: value
        for name, value in client.get(address).context["adminform"].form.initial.items()
        if value is not None
    }

    answer = client.post(
        address,
        typed
        | {"allowed_hosts": "", "opens_at_0": "2026-11-25", "opens_at_1": "19:52"}
        | {"questions-TOTAL_FORMS": 0, "questions-INITIAL_FORMS": 0},
    )

    assert answer.status_code == 302
    assert InterestForm.objects.get(pk=form.pk).opens_at == MIDNIGHT


def test_who_works_in_two_institutions_keeps_the_sites_time(institution, manager):
    make_member(institution=make_institution(time_zone="Asia/Tokyo"), user=manager)

    assert find_access(user=manager).time_zone == ""


def test_zone_that_is_gone_breaks_no_page(client, institution, manager):
    institution.time_zone = "Mars/Olympus"
    institution.save()
    lead = make_lead(form=make_interest_form(institution=institution), captured_at=MIDNIGHT)

    page = client.get(reverse("admin:hcprograms_lead_change", args=[lead.pk]))

    assert "Nov. 26, 2026, 12:52 a.m." in page.content.decode()
    assert "All times in UTC." in page.content.decode()
