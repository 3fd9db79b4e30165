"""Where else plugins live: aliases, new versions, other languages and sites, the clipboard."""

import re

import pytest
from cms.api import add_plugin, create_page_content
from cms.models import CMSPlugin
from cms.toolbar.utils import get_object_edit_url, get_object_structure_url
from cms.utils.plugins import copy_plugins_to_placeholder
from django.contrib.sites.models import Site
from django.template import engines
from django.urls import reverse
from djangocms_alias.models import Alias, AliasContent, Category

from tests.djangocms.pages import address_of, make_draft, publish, version_of
from tests.factories import make_institution, make_program
from tests.leads.asking import all_leads

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_alias_shows_a_plugin_wherever_a_template_names_it(client, school, draft, admin, rf):
    category = Category.objects.create(name="Parts")
    alias = Alias.objects.create(category=category, static_code="ask")
    content = AliasContent.objects.with_user(admin).create(alias=alias, name="Ask", language="en")
    add_plugin(content.placeholder, "InterestForm", "en", form=school.form)
    publish(draft, admin)
    template = engines["django"].from_string(
        "{% load djangocms_alias_tags %}{% static_alias 'ask' %}"
    )
    request = client.get(address_of(draft)).wsgi_request

    before = template.render({}, request)
    version_of(content).publish(admin)
    request.__dict__.pop("_static_aliases", None)
    after = template.render({}, request)

    assert "<form" not in before
    assert after.count('method="post"') == 1


def test_change_in_a_new_version_shows_when_it_is_published(client, school, draft, slot, admin):
    add_plugin(slot, "InterestForm", "en", form=school.form, title="Old words")
    add_plugin(slot, "ProgramList", "en").programs.add(school.offering.program)
    make_program(institution=make_institution(), name="Somebody else’s")
    publish(draft, admin)
    newer = version_of(draft).copy(admin).content
    plugins = newer.get_placeholders().get(slot="content").get_plugins("en")
    form = plugins.get(plugin_type="InterestForm").get_bound_plugin()
    form.title = "New words"
    form.save()

    live = client.get(address_of(draft)).content.decode()
    publish(newer, admin)
    changed = client.get(address_of(newer)).content.decode()

    assert "Old words" in live
    assert "New words" in changed
    assert changed.count("hcp-program-card") == 1


def test_new_version_of_a_list_of_what_was_deleted_stays_empty(client, school, draft, slot, admin):
    gone = make_institution(name="Gone College")
    add_plugin(slot, "ProgramList", "en", institution=gone)
    gone.delete()
    publish(draft, admin)

    publish(version_of(draft).copy(admin).content, admin)

    assert "hcp-program-card" not in client.get(address_of(draft)).content.decode()


def test_page_in_another_language_shows_the_part_in_it(client, school, draft, slot, admin):
    add_plugin(slot, "InterestForm", "en", form=school.form)
    publish(draft, admin)
    arabic = create_page_content("ar", "درجات", draft.page, slug="ar", created_by=admin)
    arabic.rescan_placeholders()
    there = arabic.get_placeholders().get(slot="content")
    copy_plugins_to_placeholder(list(slot.get_plugins("en")), there, language="ar")
    publish(arabic, admin)

    html = client.get(address_of(arabic)).content.decode()

    assert 'dir="rtl"' in html
    assert html.count('method="post"') == 1


def test_page_of_another_site_shows_its_own_part(client, school, draft, slot, admin, settings):
    add_plugin(slot, "InterestForm", "en", form=school.form, title="Of the first")
    publish(draft, admin)
    second = Site.objects.create(domain="second.example", name="Second")
    theirs = make_draft(admin, site=second)
    place = theirs.get_placeholders().get(slot="content")
    add_plugin(place, "InterestForm", "en", form=school.form, title="Of the second")
    publish(theirs, admin)

    first = client.get(address_of(draft)).content.decode()
    settings.SITE_ID = second.pk
    other = client.get(address_of(theirs)).content.decode()

    assert "Of the first" in first
    assert "Of the second" not in first
    assert "Of the second" in other


def test_plugin_is_pasted_with_its_programs_and_its_narrowing(client, school, draft, slot, admin):
    plugin = add_plugin(slot, "ProgramList", "en")
    plugin.programs.add(school.offering.program)
    client.force_login(admin)

    response = client.post(
        reverse("admin:cms_placeholder_copy_plugins"),
        {
            "source_language": "en",
            "source_placeholder_id": slot.pk,
            "source_plugin_id": plugin.pk,
            "target_language": "en",
            "target_placeholder_id": slot.pk,
        },
    )

    copy = CMSPlugin.objects.exclude(pk=plugin.pk).get(plugin_type="ProgramList").get_bound_plugin()
    assert response.status_code == 200
    assert list(copy.programs.all()) == [school.offering.program]


def test_structure_board_names_what_each_plugin_shows(client, school, draft, slot, admin):
    add_plugin(slot, "InterestForm", "en", form=school.form)
    add_plugin(slot, "ProgramCard", "en", program=school.offering.program)
    client.force_login(admin)

    html = client.get(get_object_structure_url(draft)).content.decode()

    assert str(school.form) in html
    assert school.offering.program.name in html


def test_two_visitors_of_a_page_in_the_cache_of_django_cms_both_ask(
    client, school, draft, slot, admin, later, django_assert_num_queries
):
    add_plugin(slot, "InterestForm", "en", form=school.form)
    publish(draft, admin)
    client.get(address_of(draft))

    with django_assert_num_queries(0):
        cached = client.get(address_of(draft))
    token = re.search(r'name="token" value="([^"]+)"', cached.content.decode())[1]
    later()
    for name in ("First", "Second"):
        client.post(school.address, school.typed(token=token, name=name))

    assert not cached.cookies
    assert [lead.name for lead in all_leads()] == ["First", "Second"]


def test_cache_of_django_cms_keeps_no_words_for_staff(client, school, draft, slot, admin):
    add_plugin(slot, "InterestForm", "en", form=school.form)
    school.form.delete()
    client.force_login(admin)
    edited = client.get(get_object_edit_url(draft)).content.decode()
    publish(draft, admin)

    seen = [client.get(address_of(draft)).content.decode()]
    client.logout()
    seen += [client.get(address_of(draft)).content.decode()]

    assert "Only staff see this" in edited
    assert not any("Only staff see this" in html for html in seen)
