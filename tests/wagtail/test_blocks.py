"""Our blocks in a Wagtail site. Runs under the settings of the Wagtail example."""

import json

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from wagtail import hooks
from wagtail.models import Page, Site
from wagtail.test.utils.form_data import nested_form_data, streamfield

from examples.wagtail.models import StreamPage
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
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


def test_form_that_is_gone_is_explained_in_the_preview_only(client, degrees, school, editor):
    school.form.delete()
    live = client.get("/").content.decode()
    draft = StreamPage.objects.get()
    preview = draft.make_preview_request(preview_mode="").rendered_content

    assert "No form is chosen, or it was deleted." in preview
    client.logout()
    assert "No form is chosen" not in client.get("/").content.decode()
    assert "No form is chosen" in live  # the editor is signed in


def test_retired_form_shows_visitors_how_to_reach_the_school(client, degrees, school):
    InterestForm.objects.update(status=InterestForm.Status.RETIRED)

    html = client.get("/").content.decode()

    assert 'method="post"' not in html
    assert "+1 303 555 0100" in html


def test_editor_places_a_form_and_publishes(client, degrees, school, editor):
    data = nested_form_data(
        {
            "title": "Asking",
            "slug": "asking",
            "body": streamfield(
                [
                    (
                        "interest_form",
                        {
                            "form": str(school.form.pk),
                            "program": "",
                            "has_heading": "on",
                            "title": "Any questions?",
                            "intro": "",
                            "button": "",
                        },
                    )
                ]
            ),
            "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MAX_NUM_FORMS": 1000},
        }
    )
    address = reverse("wagtailadmin_pages:add", args=["example_wagtail", "streampage", degrees.pk])

    response = client.post(address, data | {"action-publish": "1"})
    client.logout()

    assert response.status_code == 302
    assert "<h2>Any questions?</h2>" in client.get("/asking/").content.decode()


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
