"""Which right each role of a membership gives."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django_scopes import get_scope

from hcprograms.institutions.access import RIGHTS, Area, Right, find_access
from hcprograms.institutions.models import Role
from tests.factories import make_institution, make_member, make_user

pytestmark = pytest.mark.django_db


def rights_of(role: str) -> dict[str, str]:
    return {area.value: RIGHTS[role][area].name for area in Area}


def test_every_role_has_its_rights_in_every_area():
    view, change, manage, none = "VIEW", "CHANGE", "MANAGE", "NONE"

    table = {role: tuple(rights_of(role).values()) for role in Role.values}

    assert [area.value for area in Area] == ["institution", "staff", "catalog", "forms", "leads"]
    assert table == {
        "owner": (manage, manage, manage, manage, manage),
        "manager": (manage, manage, manage, manage, manage),
        "advisor": (view, view, view, view, change),
        "editor": (view, none, change, none, none),
        "viewer": (view, view, view, view, view),
    }


def test_rights_of_two_memberships_do_not_mix():
    user = make_user()
    mine, looked_at = make_institution(), make_institution()
    make_member(institution=mine, role="manager", user=user, receives_leads=False)
    make_member(institution=looked_at, role="viewer", user=user)

    access = find_access(user=user)

    assert access.institution_ids(area=Area.LEADS, right=Right.CHANGE) == {mine.pk}
    assert access.institution_ids(area=Area.LEADS, right=Right.VIEW) == {mine.pk, looked_at.pk}


def test_strangers_and_the_inactive_have_no_access():
    inactive = make_user(is_superuser=True, is_active=False)
    member = make_member(institution=make_institution(), is_active=False)

    found = [find_access(user=one) for one in (AnonymousUser(), inactive, member.user)]

    assert not any(one.allows_anything for one in found)


def test_scope_of_an_editor_holds_no_leads():
    editor = make_member(institution=make_institution(), role="editor", receives_leads=False)

    with find_access(user=editor.user).scope():
        held = get_scope()["institution"]

    assert held == []


def test_access_takes_one_query(django_assert_num_queries):
    member = make_member(institution=make_institution())

    with django_assert_num_queries(1):
        find_access(user=member.user)
