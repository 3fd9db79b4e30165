"""Our plugins in a django CMS site. Runs under the settings of the django CMS example."""

import pytest
from cms.api import add_plugin
from cms.toolbar.utils import get_object_edit_url, get_object_preview_url
from django.contrib.admin import site
from django.test import RequestFactory
from django.urls import reverse

from hcprograms.contrib.djangocms.cms_plugins import InterestForm as Plugin
from hcprograms.contrib.djangocms.models import InterestFormPlugin
from hcprograms.institutions.models import Role
from hcprograms.leads.models.forms import InterestForm
from tests.djangocms.pages import address_of, publish
from tests.factories import (
    make_institution,
    make_interest_form,
    make_member,
    make_program,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_published_page_shows_every_plugin_and_sets_no_cookie(client, school, draft, slot, admin):
    program = school.offering.program
    add_plugin(slot, "MatchForm", "en", institution=school.form.institution)
    add_plugin(slot, "InterestForm", "en", form=school.form)
    add_plugin(slot, "ProgramList", "en", institution=school.form.institution)
    add_plugin(slot, "ProgramCard", "en", program=program)
    add_plugin(slot, "AccreditationBadge", "en", program=program)
    add_plugin(slot, "Compare", "en").programs.add(program)
    add_plugin(slot, "RoleExplorer", "en")
    add_plugin(slot, "TuitionEstimator", "en", program=program)
    publish(draft, admin)

    response = client.get(address_of(draft))

    html = response.content.decode()
    assert html.count('method="post"') == 1
    assert html.count("data-hcp-steps") == 1
    assert html.count("hcp-program-card") == 2
    for part in ("compare", "roles", "tuition"):
        assert html.count(f"hcp-part-{part}") == 1
    assert not response.cookies


def test_draft_is_not_public(client, school, draft, slot):
    add_plugin(slot, "InterestForm", "en", form=school.form)

    assert client.get(address_of(draft)).status_code == 404


@pytest.mark.parametrize("find_url", [get_object_edit_url, get_object_preview_url])
def test_form_that_is_gone_is_explained_to_editors(client, school, draft, slot, admin, find_url):
    add_plugin(slot, "InterestForm", "en", form=school.form)
    school.form.delete()
    client.force_login(admin)

    html = client.get(find_url(draft)).content.decode()

    assert "No form is chosen, or it was deleted." in html


def test_form_that_is_gone_leaves_visitors_nothing(client, school, draft, slot, admin):
    add_plugin(slot, "InterestForm", "en", form=school.form)
    school.form.delete()
    publish(draft, admin)

    html = client.get(address_of(draft)).content.decode()

    assert "<form" not in html
    assert "deleted" not in html


def test_retired_form_shows_visitors_how_to_reach_the_school(client, school, draft, slot, admin):
    add_plugin(slot, "InterestForm", "en", form=school.form)
    publish(draft, admin)
    InterestForm.objects.update(status=InterestForm.Status.RETIRED)

    html = client.get(address_of(draft)).content.decode()

    assert "<form" not in html
    assert "+1 303 555 0100" in html


@pytest.mark.parametrize("plugin", ["MatchForm", "ProgramList", "TuitionEstimator"])
def test_plugin_of_a_deleted_school_does_not_show_all_schools(
    client, school, draft, slot, admin, plugin
):
    gone = make_institution(name="Gone College")
    add_plugin(slot, plugin, "en", institution=gone)
    gone.delete()
    publish(draft, admin)

    html = client.get(address_of(draft)).content.decode()
    client.force_login(admin)
    explained = client.get(get_object_preview_url(draft)).content.decode()

    assert "hcp-part" not in html
    assert "Only staff see this" in explained


def test_list_of_deleted_programs_does_not_show_all(client, admin, school, draft, slot):
    gone = make_program(institution=school.form.institution)
    client.force_login(admin)
    options = {"programs": [gone.pk], "limit": 9, "layout": "cards"}
    client.post(add_address(slot, "ProgramList"), options)
    gone.delete()
    publish(draft, admin)

    client.logout()
    assert "hcp-program-card" not in client.get(address_of(draft)).content.decode()


def test_editor_widens_a_list_again(client, admin, school, draft, slot):
    gone = make_institution(name="Gone College")
    plugin = add_plugin(slot, "ProgramList", "en", institution=gone)
    gone.delete()
    client.force_login(admin)
    address = reverse("admin:cms_placeholder_edit_plugin", args=[plugin.pk])

    client.post(address, {"limit": 9, "layout": "list"})
    publish(draft, admin)

    client.logout()
    assert "hcp-program-list" in client.get(address_of(draft)).content.decode()


def add_address(slot, plugin="InterestForm"):
    query = f"plugin_type={plugin}&placeholder_id={slot.pk}&plugin_language=en"
    return f"{reverse('admin:cms_placeholder_add_plugin')}?{query}&plugin_position=1"


def test_editor_places_a_form(client, admin, school, slot):
    client.force_login(admin)

    response = client.post(add_address(slot), {"form": school.form.pk, "has_heading": "on"})

    assert response.status_code == 200
    assert InterestFormPlugin.objects.get().form == school.form


@pytest.mark.parametrize("field", ["form", "program"])
def test_forged_choice_of_another_institution_is_refused(client, school, slot, field, settings):
    member = make_member(institution=school.form.institution, role=Role.EDITOR)
    stranger = make_institution()
    theirs = {
        "form": make_interest_form(institution=stranger),
        "program": make_program(institution=stranger),
    }[field]
    request = RequestFactory().get("/")
    request.user = member.user
    form = Plugin(InterestFormPlugin, site).get_form(request)
    bound = form({"form": school.form.pk, field: theirs.pk})

    assert not bound.is_valid()
    assert list(bound.errors) == [field]
