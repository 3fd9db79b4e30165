"""Our plugins in a django CMS site. Runs under the settings of the django CMS example."""

import pytest
from cms.api import add_plugin, create_page
from cms.models import CMSPlugin
from cms.toolbar.toolbar import CMSToolbar
from cms.toolbar.utils import get_object_edit_url, get_object_preview_url
from cms.utils.plugins import copy_plugins_to_placeholder
from django.contrib.admin import site
from django.core.cache import cache
from django.test import RequestFactory
from django.urls import reverse
from djangocms_versioning.models import Version

from hcprograms.contrib.djangocms.cms_plugins import InterestForm as Plugin
from hcprograms.contrib.djangocms.models import InterestFormPlugin
from hcprograms.institutions.models import Role
from hcprograms.leads.models.forms import InterestForm
from tests.factories import (
    make_institution,
    make_interest_form,
    make_member,
    make_program,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture(autouse=True)
def _no_cached_pages():
    cache.clear()


@pytest.fixture
def admin(client):
    return make_user(username="root", is_staff=True, is_superuser=True)


@pytest.fixture
def draft(admin):
    """A page's draft."""
    page = create_page("Degrees", "cms_site/page.html", "en", created_by=admin)
    content = page.pagecontent_set(manager="admin_manager").get(language="en")
    content.rescan_placeholders()
    return content


@pytest.fixture
def slot(draft):
    return draft.placeholders.get(slot="content")


def publish(content, user):
    Version.objects.filter_by_content_grouping_values(content).get().publish(user)


def address_of(content):
    return content.page.get_absolute_url("en")


def test_published_page_shows_every_plugin_and_sets_no_cookie(client, school, draft, slot, admin):
    program = school.offering.program
    add_plugin(slot, "MatchForm", "en", institution=school.form.institution)
    add_plugin(slot, "InterestForm", "en", form=school.form)
    add_plugin(slot, "ProgramList", "en", institution=school.form.institution)
    add_plugin(slot, "ProgramCard", "en", program=program)
    add_plugin(slot, "AccreditationBadge", "en", program=program)
    publish(draft, admin)

    response = client.get(address_of(draft))

    html = response.content.decode()
    assert html.count('method="post"') == 1
    assert html.count("data-hcp-steps") == 1
    assert html.count("hcp-program-card") == 2
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


def test_copied_list_keeps_its_programs(school, draft, slot, admin):
    plugin = add_plugin(slot, "ProgramList", "en")
    plugin.programs.add(school.offering.program)

    copies = copy_plugins_to_placeholder([CMSPlugin.objects.get(pk=plugin.pk)], slot)

    copy = copies[0].get_plugin_instance()[0]
    assert copy.pk != plugin.pk
    assert list(copy.programs.all()) == [school.offering.program]


def add_address(slot):
    query = f"plugin_type=InterestForm&placeholder_id={slot.pk}&plugin_language=en"
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


def test_apphook_serves_the_catalog_below_a_page(client, school, admin):
    page = create_page(
        "Guide",
        "cms_site/page.html",
        "en",
        created_by=admin,
        apphook="HcprogramsApp",
        apphook_namespace="hcprograms",
    )

    assert page.application_urls == "HcprogramsApp"


@pytest.mark.parametrize(
    ("role", "expected"),
    [(Role.OWNER, 3), (Role.EDITOR, 1), (None, 0)],
)
def test_toolbar_leads_where_one_may_go(school, role, expected):
    user = make_user(is_staff=True)
    if role:
        user = make_member(institution=school.form.institution, role=role).user
    request = RequestFactory().get("/en/")
    request.user, request.session, request.current_page = user, {}, None
    request.toolbar = toolbar = CMSToolbar(request)

    menu = toolbar.get_menu("hcprograms")

    assert (menu.get_item_count() if menu else 0) == expected
