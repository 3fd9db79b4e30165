"""The catalog below a page of the site, and ways from it into our own admin."""

import pytest
from cms.api import create_page_content
from cms.appresolver import clear_app_resolvers
from cms.toolbar.toolbar import CMSToolbar
from cms.utils.apphook_reload import reload_urlconf
from django.test import RequestFactory
from django.urls import resolve, reverse
from django.utils import translation

from hcprograms.institutions.models import Role
from tests.djangocms.pages import make_draft, publish
from tests.factories import make_institution, make_member, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def catalog_page(admin, settings):
    """The catalog below ``/en/study/`` and ``/ar/study/``, and nowhere else."""
    settings.ROOT_URLCONF = "examples.djangocms.urls"
    content = make_draft(
        admin, title="Study", apphook="HcprogramsApp", apphook_namespace="hcprograms"
    )
    publish(content, admin)
    publish(create_page_content("ar", "Study", content.page, created_by=admin), admin)
    clear_app_resolvers()
    reload_urlconf()
    yield content.page
    content.page.delete()
    clear_app_resolvers()
    reload_urlconf()


def test_apphook_serves_the_catalog_below_a_page(client, school, catalog_page):
    program = school.offering.program
    names = [program.institution.slug, program.slug]

    with translation.override("en"):  # the language of the words, below the page of either
        form = reverse("hcprograms:ask", args=names[:1])
    for language in ("en", "ar"):
        with translation.override(language):
            address = reverse("hcprograms:program", args=names)
        html = client.get(address).content.decode()

        assert address == f"/{language}/study/programs/{names[0]}/{names[1]}/"
        assert program.name in html
        assert f'href="{form}' in html


def test_form_below_an_apphook_is_sent_and_thanks(client, school, catalog_page, later):
    with translation.override("en"):
        address = reverse("hcprograms:ask", args=[school.form.institution.slug])
    token = school.token()
    later()

    sent = client.post(address, school.typed(token=token))
    thanks = client.get(sent["Location"])

    assert address.startswith("/en/study/")
    assert sent["Location"].startswith("/en/study/thanks/")
    assert thanks.status_code == 200


def menu_of(user, address="/en/"):
    request = RequestFactory().get(address)
    request.user, request.session, request.current_page = user, {}, None
    if address != "/en/":
        request.resolver_match = resolve(address)
    request.toolbar = toolbar = CMSToolbar(request)
    return toolbar.get_menu("hcprograms")


@pytest.mark.parametrize(
    ("role", "expected"),
    [(Role.OWNER, 3), (Role.EDITOR, 1), (None, 0)],
)
def test_toolbar_leads_where_one_may_go(school, role, expected):
    user = make_user(is_staff=True)
    if role:
        user = make_member(institution=school.form.institution, role=role).user

    menu = menu_of(user)

    assert (menu.get_item_count() if menu else 0) == expected


@pytest.mark.parametrize("kind", ["program", "institution"])
def test_toolbar_edits_what_the_page_shows_for_its_owner_only(school, kind):
    program = school.offering.program
    shown = program if kind == "program" else program.institution
    names = [program.institution.slug, program.slug][: 2 if kind == "program" else 1]
    address = reverse(f"hcprograms:{kind}", args=names)
    owner = make_member(institution=program.institution, role=Role.OWNER).user
    stranger = make_member(institution=make_institution(), role=Role.OWNER).user

    own, others = (menu_of(user, address).get_items() for user in (owner, stranger))

    edit = reverse(f"admin:hcprograms_{kind}_change", args=[shown.pk])
    assert own[-1].url == edit
    assert edit not in [item.url for item in others]
