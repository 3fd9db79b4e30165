"""What search engines and social sites are told: meta tags and sitemaps."""

from xml.etree import ElementTree

import pytest
from django.urls import reverse

from tests.factories import (
    make_institution,
    make_program,
    make_role,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _site_url(settings):
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"SITE_URL": "https://care.example"}


def make_real_program(**fields):
    return make_program(institution=make_institution(is_fictional=False), **fields)


def visit(client, program):
    return client.get(
        reverse("hcprograms:program", args=[program.institution.slug, program.slug]),
        {"state": "OH"},
    ).content.decode()


def locations(client, section, page=1):
    xml = client.get(f"/sitemap-{section}.xml?p={page}").content
    return [one.text for one in ElementTree.fromstring(xml).iter() if one.tag.endswith("}loc")]


def test_page_has_one_canonical_address_and_a_social_card(client):
    program = make_real_program(name="Care & Cure", award="", summary='Say "lead"')
    address = f"https://care.example/programs/{program.institution.slug}/{program.slug}/"

    page = visit(client, program)

    assert page.count(f'<link rel="canonical" href="{address}">') == 1
    assert f'<meta property="og:url" content="{address}">' in page
    assert '<meta property="og:title" content="Care &amp; Cure, ' in page
    assert '<meta name="description" content="Say &quot;lead&quot;">' in page


def test_fictional_school_and_its_programs_are_not_indexed(client):
    program = make_program(institution=make_institution(is_fictional=True))
    school = client.get(reverse("hcprograms:institution", args=[program.institution.slug]))

    assert '<meta name="robots" content="noindex">' in visit(client, program)
    assert '<meta name="robots" content="noindex">' in school.content.decode()


def test_sitemap_lists_published_pages_of_real_schools(client):
    program = make_real_program()
    school = program.institution
    make_program(institution=school, status="draft")
    make_program(institution=make_institution(is_fictional=True))
    make_program(institution=make_institution(is_fictional=False, is_published=False))

    root = f"https://care.example/programs/{school.slug}/"
    assert locations(client, "schools") == [root]
    assert locations(client, "programs") == [f"{root}{program.slug}/"]


def test_sitemap_lists_roles_that_are_offered(client):
    make_role(slug="planner")
    make_role(slug="gone", is_active=False)

    assert locations(client, "roles") == ["https://care.example/roles/planner/"]


def test_every_page_of_the_sitemap_exists_without_a_cookie(client):
    index = ElementTree.fromstring(client.get("/sitemap.xml").content)
    found = [
        client.get(address.removeprefix("https://care.example"))
        for address in locations(client, "pages")
    ]

    assert len(list(index)) == 4
    assert [one.status_code for one in found] == [200] * 4
    assert client.cookies == {}


@pytest.mark.parametrize("count", [1, 3])
def test_sitemap_needs_the_same_few_queries(client, django_assert_num_queries, count):
    for _number in range(count):
        make_real_program()

    with django_assert_num_queries(2):
        client.get("/sitemap-programs.xml")


def test_index_names_every_file_of_a_long_sitemap_with_few_queries(
    client, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr("hcprograms.catalog.sitemaps.PublicSitemap.limit", 2)
    programs = [make_real_program() for _number in range(5)]

    with django_assert_num_queries(5):  # three counts, two dates
        index = client.get("/sitemap.xml").content.decode()
    found = [address for page in (1, 2, 3) for address in locations(client, "programs", page=page)]

    assert index.count("/sitemap-programs.xml") == 3
    assert sorted(address.split("/")[-2] for address in found) == sorted(
        one.slug for one in programs
    )
    assert f"<lastmod>{programs[-1].updated_at:%Y-%m-%d}" in index
