"""What leaves the admin as a file: for those who may, of their own schools, and on record."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from hcprograms.institutions.models import Membership
from hcprograms.leads.models import Lead
from tests.security.test_admin_matrix import address
from tests.security.world import make_school, make_staff

pytestmark = pytest.mark.django_db
FILES = ("text/csv", "spreadsheetml", "application/json")


@pytest.fixture
def school():
    return make_school("Ourmark")


def ask_for(client, lead, what):
    """The answer to the wish for a file."""
    if what in ("export", "export_xlsx"):
        action = {"action": what, "_selected_action": [lead.pk]}
        return client.post(address(Lead, "changelist"), action)
    if what == "held":
        return client.get(reverse("admin:hcprograms_lead_disclosure", args=[lead.pk]))
    return client.get(reverse("admin:hcprograms_lead_report"), {"format": what})


EVERYTHING = ["export", "export_xlsx", "csv", "xlsx", "held"]


def is_file(response) -> bool:
    return any(kind in response["Content-Type"] for kind in FILES) or (
        "Content-Disposition" in response
    )


@pytest.mark.parametrize("what", EVERYTHING)
def test_strangers_are_sent_to_the_login(client, school, what):
    response = ask_for(client, school[Lead], what)

    assert response.status_code == 302
    assert response["Location"].startswith("/admin/login/")
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("what", EVERYTHING)
@pytest.mark.parametrize("role", ["advisor", "editor", "viewer"])
def test_who_may_not_export_gets_no_file(client, school, role, what):
    client.force_login(make_staff(school[Membership].institution, role))

    response = ask_for(client, school[Lead], what)

    assert not is_file(response)
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("what", EVERYTHING)
def test_manager_of_another_school_gets_nothing_of_ours(client, school, what):
    other = make_school("Theirmark")
    client.force_login(make_staff(other[Membership].institution, "manager"))

    response = ask_for(client, school[Lead], what)

    assert b"Ourmark" not in response.content


@pytest.mark.parametrize("what", EVERYTHING)
def test_manager_gets_the_file_and_it_is_on_record_without_a_name(client, school, what):
    user = make_staff(school[Membership].institution, "manager")
    client.force_login(user)

    response = ask_for(client, school[Lead], what)

    entry = LogEntry.objects.get(user=user)
    assert is_file(response)
    assert "Ourmark Person" not in f"{entry.object_repr}{entry.change_message}"
