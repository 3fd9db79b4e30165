"""API keys in the admin: shown once, to who manages leads."""

import pytest
from django.utils import timezone

from hcprograms.institutions.models import Role
from hcprograms.leads.api_keys import find_key, issue_key
from hcprograms.leads.models.api_keys import ApiKey
from tests.factories import make_institution, make_member

pytestmark = pytest.mark.django_db
LIST = "/admin/hcprograms/apikey/"


@pytest.fixture
def institution():
    return make_institution()


def sign_in(client, institution, role):
    client.force_login(make_member(institution=institution, role=role).user)


def add(client, institution, **fields):
    typed = {"institution": institution.pk, "name": "CRM", "may_capture": "on"} | fields
    return client.post(f"{LIST}add/", typed)


def test_key_is_shown_once_and_works(client, institution):
    sign_in(client, institution, Role.MANAGER)

    page = add(client, institution)

    text = page.context["text"]
    key = ApiKey.objects.get()
    assert f"<code>{text}</code>" in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert find_key(text=text, now=timezone.now()) == key
    assert text not in client.get(f"{LIST}{key.pk}/change/").content.decode()
    assert text not in client.get(LIST).content.decode()


def test_key_that_may_do_nothing_is_refused(client, institution):
    sign_in(client, institution, Role.MANAGER)

    page = add(client, institution, may_capture="")

    assert "Tick what the key may do." in page.content.decode()
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("role", [Role.ADVISOR, Role.EDITOR, Role.VIEWER])
def test_only_who_manages_leads_makes_and_sees_keys(client, institution, role):
    key = ApiKey(institution=institution, name="CRM")
    issue_key(key=key, user=None)
    sign_in(client, institution, role)

    answers = [client.get(LIST), client.get(f"{LIST}{key.pk}/change/"), add(client, institution)]

    assert all(one.status_code in (302, 403) for one in answers)
    assert ApiKey.objects.count() == 1


def test_key_for_another_school_is_refused(client, institution):
    sign_in(client, institution, Role.MANAGER)

    add(client, make_institution())

    assert not ApiKey.objects.exists()


def test_revoked_key_stays_in_the_list(client, institution):
    sign_in(client, institution, Role.OWNER)
    text = add(client, institution).context["text"]
    key = ApiKey.objects.get()

    page = client.post(LIST, {"action": "revoke", "_selected_action": key.pk}, follow=True)

    assert "1 key was revoked." in page.content.decode()
    assert find_key(text=text, now=timezone.now()) is None
    assert ApiKey.objects.get().revoked_at is not None


def test_key_of_another_school_is_not_revoked(client, institution):
    stranger = ApiKey(institution=make_institution(), name="CRM")
    issue_key(key=stranger, user=None)
    sign_in(client, institution, Role.OWNER)

    client.post(LIST, {"action": "revoke", "_selected_action": stranger.pk})

    assert ApiKey.objects.get().revoked_at is None
