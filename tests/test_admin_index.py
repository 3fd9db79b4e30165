"""The plugin's start page in the admin: what there is, by what it is for."""

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.urls import reverse

from hcprograms.institutions.models import Role
from hcprograms.templatetags.hcprograms_admin import group_by_section
from tests.factories import make_institution, make_member

pytestmark = pytest.mark.django_db


def sign_in(client, **fields):
    user = get_user_model().objects.create(username="somebody", is_staff=True, **fields)
    client.force_login(user)
    return user


def test_models_stand_group_by_section_in_the_order_of_a_day(client):
    sign_in(client, is_superuser=True)

    shown = client.get(reverse("admin:app_list", args=["hcprograms"]))

    sections = group_by_section(shown.context["app_list"])
    assert [str(section["name"]) for section in sections] == [
        "Requests",
        "Follow-up",
        "Catalog",
        "Institution",
        "Reference, the same for all institutions",
    ]
    assert sections[0]["models"][0]["object_name"] == "Lead"
    for section in sections:
        assert f"{section['name']}</a>" in shown.content.decode()


def test_every_model_stands_in_one_section(client):
    sign_in(client, is_superuser=True)
    registered = [one for one in admin.site._registry if one._meta.app_label == "hcprograms"]

    shown = client.get(reverse("admin:app_list", args=["hcprograms"]))

    placed = [
        one["model"]
        for section in group_by_section(shown.context["app_list"])
        for one in section["models"]
    ]
    assert sorted(one.__name__ for one in placed) == sorted(one.__name__ for one in registered)


def test_who_works_in_one_institution_finds_it_chosen(client):
    institution = make_institution()
    make_member(institution=institution, user=sign_in(client), role=Role.MANAGER)

    page = client.get(reverse("admin:hcprograms_interestform_add"))

    assert page.context["adminform"].form.initial["institution"] == institution.pk


def test_institution_whose_time_zone_is_no_more_needs_care(client):
    sign_in(client, is_superuser=True)
    make_institution(name="Sound College")
    lost = make_institution(name="Lost College", time_zone="Mars/Olympus_Mons")
    institutions = reverse("admin:hcprograms_institution_changelist")

    start = client.get(reverse("admin:app_list", args=["hcprograms"])).content.decode()
    listed = client.get(f"{institutions}?care=clock").context["cl"].result_list

    assert f'href="{institutions}?care=clock"><strong>1</strong>' in start
    assert "institution in an unknown time zone, read as UTC" in start
    assert list(listed) == [lost]


def test_institutions_in_known_time_zones_need_none(client):
    sign_in(client, is_superuser=True)
    make_institution()

    start = client.get(reverse("admin:app_list", args=["hcprograms"])).content.decode()

    assert "unknown time zone" not in start
