"""Our blocks in a Wagtail site. Runs under the settings of the Wagtail example."""

import json
import re

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.cache import cache
from django.template import engines
from django.urls import reverse
from wagtail import hooks
from wagtail.models import GroupPagePermission, Page, Site
from wagtail.test.utils.form_data import nested_form_data, streamfield

from examples.wagtail.models import StreamPage
from hcprograms.contrib.wagtail.choosers import Gone
from hcprograms.institutions.models import Role
from hcprograms.leads.models.forms import InterestForm
from tests.factories import (
    make_institution,
    make_interest_form,
    make_member,
    make_program,
    make_user,
)
from tests.leads.asking import all_leads

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture(autouse=True)
def _nothing_cached():
    cache.clear()


@pytest.fixture
def degrees(school):
    page = StreamPage(
        title="Degrees",
        slug="degrees",
        body=[
            ("match_form", {"institution": school.form.institution}),
            ("interest_form", {"form": school.form, "has_heading": True}),
            ("program_list", {"institution": school.form.institution, "limit": 5}),
            ("program_card", {"program": school.offering.program}),
            ("accreditation_badge", {"program": school.offering.program}),
            ("compare", {"programs": [school.offering.program]}),
            ("role_explorer", {"title": "Jobs"}),
            ("tuition_estimator", {"program": school.offering.program}),
        ],
    )
    Page.objects.get(depth=1).add_child(instance=page)
    Site.objects.all().delete()
    Site.objects.create(hostname="testserver", root_page=page, is_default_site=True)
    return page


@pytest.fixture
def editor(client):
    user = make_user(is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


def editor_of(client, institution, role=Role.EDITOR):
    """A person who may use Wagtail's admin and works for this institution."""
    member = make_member(institution=institution, role=role)
    member.user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(member.user)
    return member.user


def test_page_shows_every_block_and_sets_no_cookie(client, degrees, school):
    response = client.get("/")

    html = response.content.decode()
    assert html.count('method="post"') == 1
    assert html.count("data-hcp-steps") == 1
    assert html.count("hcp-program-card") == 2
    for part in ("compare", "roles", "tuition"):
        assert html.count(f"hcp-part-{part}") == 1
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


def test_form_that_is_gone_is_explained_in_the_preview_only(client, degrees, school, editor):
    school.form.delete()
    live = client.get("/").content.decode()
    draft = StreamPage.objects.get()
    preview = draft.make_preview_request(preview_mode="").rendered_content

    assert "No form is chosen, or it was deleted." in preview
    assert "No form is chosen" not in live  # it may be kept for everybody


def test_retired_form_shows_visitors_how_to_reach_the_school(client, degrees, school):
    InterestForm.objects.update(status=InterestForm.Status.RETIRED)

    html = client.get("/").content.decode()

    assert 'method="post"' not in html
    assert "+1 303 555 0100" in html


def typed(form, *, slug="asking", **options):
    """What Wagtail's editor sends for a page with one form."""
    empty = {"program": "", "has_heading": "on", "title": "", "intro": "", "button": ""}
    return nested_form_data(
        {
            "title": "Asking",
            "slug": slug,
            "body": streamfield([("interest_form", empty | {"form": str(form.pk)} | options)]),
            "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MAX_NUM_FORMS": 1000},
        }
    )


def add_address(parent):
    return reverse("wagtailadmin_pages:add", args=["example_wagtail", "streampage", parent.pk])


def test_editor_places_a_form_and_publishes(client, degrees, school, editor):
    data = typed(school.form, title="Any questions?") | {"action-publish": "1"}

    response = client.post(add_address(degrees), data)
    client.logout()

    assert response.status_code == 302
    assert "<h2>Any questions?</h2>" in client.get("/asking/").content.decode()


@pytest.fixture
def theirs():
    return make_interest_form(institution=make_institution(name="Stranger College"))


def editor_of_pages(client, institution):
    """An editor of this institution who may edit every page."""
    user = editor_of(client, institution)
    group = Group.objects.create(name="Editors of pages")
    for codename in ("add_page", "change_page", "publish_page"):
        GroupPagePermission.objects.create(
            group=group,
            page=Page.objects.get(depth=1),
            permission=Permission.objects.get(codename=codename),
        )
    user.groups.add(group)
    return user


def test_forged_choice_of_another_institution_is_refused(client, degrees, school, theirs):
    editor_of_pages(client, school.form.institution)

    refused = client.post(add_address(degrees), typed(theirs))
    taken = client.post(add_address(degrees), typed(school.form))

    assert refused.status_code == 200
    assert "Choose among the institutions that you work for." in refused.content.decode()
    assert taken.status_code == 302
    assert [page.slug for page in StreamPage.objects.exclude(pk=degrees.pk)] == ["asking"]


def test_page_with_anothers_form_can_still_be_edited(client, degrees, theirs, school):
    page = StreamPage(title="Theirs", slug="theirs", body=[("interest_form", {"form": theirs})])
    degrees.add_child(instance=page)
    editor_of_pages(client, school.form.institution)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])

    kept = client.post(address, typed(theirs, slug="theirs", title="Better words"))

    assert kept.status_code == 302
    page.refresh_from_db()
    assert "Better words" in str(page.latest_revision.content)


@pytest.mark.parametrize("block", ["match_form", "program_list", "tuition_estimator"])
def test_block_of_a_deleted_school_does_not_show_all_schools(client, degrees, school, block):
    gone = make_institution(name="Gone College")
    degrees.body = [(block, {"institution": gone})]
    degrees.save()
    gone.delete()

    html = client.get("/").content.decode()
    preview = degrees.specific_class.objects.get().make_preview_request(preview_mode="")

    assert "hcp-part" not in html
    assert "Only staff see this" in preview.rendered_content


def test_list_of_deleted_programs_does_not_show_all(client, degrees, school):
    gone = make_program(institution=school.form.institution)
    degrees.body = [("program_list", {"programs": [gone], "limit": 5, "layout": "cards"})]
    degrees.save()
    gone.delete()

    assert "hcp-program-card" not in client.get("/").content.decode()


def test_deleted_choice_is_still_told_apart_when_the_page_is_saved_again(degrees, school):
    gone = make_institution(name="Gone College")
    degrees.body = [("match_form", {"institution": gone})]
    degrees.save()
    gone.delete()

    StreamPage.objects.get().save()

    assert isinstance(StreamPage.objects.get().body[0].value["institution"], Gone)


def test_api_says_that_a_choice_was_deleted(client, degrees, school):
    school.form.delete()

    answer = client.get("/api/pages/?type=example_wagtail.StreamPage&fields=body").json()

    values = {one["type"]: one["value"] for one in answer["items"][0]["body"]}
    assert values["interest_form"]["form"] == {"is_deleted": True}


def test_cached_part_of_a_page_keeps_no_words_for_staff(client, degrees, school, editor, rf):
    """Wagtail's own page cache keeps what the first visitor saw, who may be an editor."""
    school.form.delete()
    template = engines["django"].from_string(
        "{% load wagtail_cache wagtailcore_tags %}"
        "{% wagtailpagecache 60 'body' %}{% include_block page.body %}{% endwagtailpagecache %}"
    )
    request = rf.get("/")
    request.user, request.COOKIES["sessionid"] = editor, "x"

    seen = [template.render({"page": StreamPage.objects.get()}, request) for _visit in range(2)]

    assert seen[0] == seen[1]
    assert "Only staff" not in seen[0]


def test_two_visitors_of_a_page_in_wagtails_cache_both_ask(client, degrees, school, later, rf):
    template = engines["django"].from_string(
        "{% load wagtail_cache wagtailcore_tags %}"
        "{% wagtailpagecache 60 'body' %}{% include_block page.body %}{% endwagtailpagecache %}"
    )
    page = StreamPage.objects.get()
    html = [template.render({"page": page}, rf.get("/")) for _visitor in range(2)]
    token = re.search(r'name="token" value="([^"]+)"', html[1])[1]
    later()

    for name in ("First", "Second"):
        client.post(school.address, school.typed(token=token, name=name))

    assert html[0] == html[1]
    assert [lead.name for lead in all_leads()] == ["First", "Second"]


@pytest.mark.parametrize("kind", ["program", "form", "institution"])
def test_chooser_offers_ones_own_institution_only(client, school, kind):
    stranger = make_institution(name="Stranger College")
    theirs = {
        "program": make_program(institution=stranger, name="Their Program"),
        "form": make_interest_form(institution=stranger, title="Their Form"),
        "institution": stranger,
    }[kind]
    editor_of(client, school.form.institution)
    name = f"hcprograms_{kind}_chooser"

    listed = client.get(reverse(f"{name}:choose")).content.decode()
    chosen = client.get(reverse(f"{name}:chosen", args=[theirs.pk]))

    assert str(theirs).split(" (")[0] not in listed
    assert chosen.status_code == 404
    own = {"program": school.offering.program, "form": school.form}.get(
        kind, school.form.institution
    )
    assert client.get(reverse(f"{name}:chosen", args=[own.pk])).status_code == 200


@pytest.mark.parametrize(
    ("role", "labels"),
    [
        (Role.OWNER, {"Leads", "Programs", "Interest forms"}),
        (Role.EDITOR, {"Programs"}),
        (Role.ADVISOR, {"Leads", "Programs", "Interest forms"}),
    ],
)
def test_menu_and_search_follow_our_permissions(client, school, role, labels):
    user = editor_of(client, school.form.institution, role)
    request = type("Request", (), {"user": user})()
    for hook in ("register_admin_menu_item", "register_admin_search_area"):
        entries = [make() for make in hooks.get_hooks(hook)]
        ours = [one for one in entries if one.name.startswith("hcprograms-")]

        assert {str(one.label) for one in ours if one.is_shown(request)} == labels


def test_api_gives_the_options_as_another_program_can_use_them(client, degrees, school):
    answer = client.get("/api/pages/?type=example_wagtail.StreamPage&fields=body")

    (item,) = json.loads(answer.content)["items"]
    block = next(one for one in item["body"] if one["type"] == "interest_form")
    assert block["value"]["form"] == {
        "public_id": str(school.form.public_id),
        "title": "Request information",
        "institution": school.form.institution.slug,
        "is_open": True,
    }


def test_chooser_finds_programs_by_any_words_of_their_names(client, school, editor):
    make_program(institution=school.form.institution, name="Doctor of Leadership")
    address = reverse("hcprograms_program_chooser:choose_results")

    html = client.get(address, {"q": "leadership doc"}).content.decode()

    assert "Doctor of Leadership" in html
    assert school.offering.program.name not in html
