"""The public pages about the field: the role explorer, a role, and the guide."""

import html
import re

import pytest
from django.urls import reverse

from hcprograms.catalog.models.occupations import Occupation
from hcprograms.catalog.models.reference import EvidenceSource, FieldFact
from hcprograms.catalog.models.roles import Contradiction, RoleEvidence
from hcprograms.catalog.reference import load_reference
from hcprograms.catalog.spectrum import WIDTH, draw_spectrum
from tests.factories import make_institution, make_program, make_role, make_role_mapping

pytestmark = pytest.mark.django_db


def words(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(html.unescape(text).split())


def section(response, name):
    """The words below the heading with this id, up to the end of its section."""
    body = response.content.decode().partition(f'<h2 id="{name}">')[2].partition("</section>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def make_source(key, **fields):
    return EvidenceSource.objects.create(
        **{"key": key, "title": f"Article {key}", "publisher": f"Publisher {key}"} | fields
    )


def say(role, **tracks):
    for key, track in tracks.items():
        source = EvidenceSource.objects.filter(key=key).first() or make_source(key)
        RoleEvidence.objects.create(role=role, source=source, track=track)


def visit(client, role):
    return client.get(reverse("hcprograms:role", args=[role.slug]))


def test_roles_are_sorted_by_what_the_sources_say(client):
    say(make_role(title="Planner"), S1="management", S2="management")
    say(make_role(title="Keeper"), S1="medical_administration")
    say(make_role(title="Between"), S1="management", S2="administration")
    make_role(title="Unheard")

    response = client.get(reverse("hcprograms:roles"))

    assert section(response, "hcp-management").count("Planner") == 1
    assert section(response, "hcp-administration").count("Keeper") == 1
    assert section(response, "hcp-contested").count("Between") == 1
    assert section(response, "hcp-unknown").count("Unheard") == 1


def test_contested_role_names_each_source_with_its_date(client):
    make_source("S1", publisher="P.I.T.", published_on="2024-11-04")
    make_source("S3", publisher="British Academy")
    say(make_role(title="Between"), S1="management", S3="administration")

    text = section(client.get(reverse("hcprograms:roles")), "hcp-contested")

    assert "P.I.T. (management), 2024-11-04; British Academy (administration)" in text


def test_picture_has_a_dot_for_each_role_with_evidence(client):
    say(make_role(), S1="management", S2="administration")
    say(make_role(), S1="management")
    together = make_role()
    say(together, S1="management")
    about = Contradiction.objects.create(slug="x", topic="Titles", summary="One says so.")
    about.roles.add(together, make_role())

    page = client.get(reverse("hcprograms:roles")).content.decode()

    assert page.count('class="hcp-dot"') == 1
    assert page.count('class="hcp-dot-contested"') == 2


def test_dots_of_a_crowd_stay_apart_and_inside_the_picture():
    picture = draw_spectrum(
        [(1.0, False, "")] * 23 + [(-1.0, True, "")] * 20 + [(0.0, True, "")] * 2
    )

    places = {(dot.x, dot.y) for dot in picture.dots}

    assert len(places) == 45
    assert all(picture.radius <= x <= WIDTH - picture.radius for x, _y in places)
    assert all(picture.radius <= y <= picture.baseline - picture.radius for _x, y in places)


def test_administration_stands_left_of_management():
    left, right = draw_spectrum([(1.0, False, "Chief"), (-1.0, True, "Clerk")]).dots

    assert (left.title, left.is_contested) == ("Clerk", True)
    assert left.x < right.x


def test_spectrum_stands_beside_the_same_in_numbers(client):
    say(make_role(title="Chief"), S1="management")
    say(make_role(title="Split"), S1="management", S2="administration")

    text = words(client.get(reverse("hcprograms:roles")))

    assert "Management, say all sources that name it 1" in text
    assert "Contested: the sources disagree 1" in text


def test_explorer_counts_each_published_program_once(client):
    role = make_role(title="Planner")
    program = make_program()
    make_role_mapping(program=program, role=role, basis="declared")
    make_role_mapping(program=program, role=role, basis="crosswalk")
    make_role_mapping(program=make_program(status="draft"), role=role)
    make_role_mapping(
        program=make_program(institution=make_institution(is_published=False)), role=role
    )

    text = words(client.get(reverse("hcprograms:roles")))

    assert "1 program that lead to Planner" in text


def test_view_of_an_institution_is_not_public_evidence(client):
    role = make_role(title="Planner")
    say(role, S1="management")
    RoleEvidence.objects.create(
        role=role, institution=make_institution(), track="administration", reason="Ours is"
    )

    page = words(client.get(reverse("hcprograms:roles"))) + words(visit(client, role))

    assert "Ours is" not in page
    assert "contested" not in section(client.get(reverse("hcprograms:roles")), "hcp-management")


def test_role_shows_each_source_with_publisher_date_and_its_words(client):
    role = make_role()
    source = make_source("S1", publisher="P.I.T.", title="Which is which", published_on="2024-11")
    RoleEvidence.objects.create(
        role=role, source=source, track="management", title_as_written="The planner"
    )

    text = section(visit(client, role), "hcp-evidence")

    assert "Which is which , P.I.T., 2024-11 Management The planner" in text


def test_role_shows_duties_under_their_source(client):
    role = make_role(duties=[{"text": "plans the year", "source": "S1"}])
    say(role, S1="management")

    assert section(visit(client, role), "hcp-duties").endswith(
        "According to Publisher S1 Plans the year"
    )


def test_role_shows_what_is_contested_about_it(client):
    role = make_role()
    say(role, S1="management", S2="administration")
    about = Contradiction.objects.create(slug="x", topic="The title", summary="One says so.")
    about.roles.add(role)

    text = words(visit(client, role))

    assert "contested Sources disagree: " in text
    assert "The sources disagree: The title One says so." in text


def test_wages_and_schooling_carry_their_source_and_year(client):
    make_source(
        "onet-29-3",
        title="O*NET 29.3 Database",
        published_on="2025-05",
        note="This product includes O*NET.",
    )
    role = make_role(onet_codes=["11-9111.00"])
    Occupation.objects.create(
        code="11-9111.00",
        title="Managers",
        tasks=["Direct staff."],
        alternate_titles=["Practice Manager", "Clinic Director"],
        education=[{"level": "bachelor", "percent": 60.4}],
        wages={"median": 110680, "low": 67900, "high": 216750, "period": "May 2023"}
        | {"source": "BLS"},
        source="O*NET 29.3 Database",
    )

    response = visit(client, role)

    text = section(response, "hcp-occupations")
    assert "Median wage a year $110,680" in text
    assert "without the lowest and highest tenth: $67,900 to $216,750 BLS, May 2023" in text
    assert "Bachelor: 60% O*NET 29.3 Database, 2025-05" in text
    assert "Also called Practice Manager, Clinic Director O*NET 29.3 Database, 2025-05" in text
    assert "Direct staff." in text
    assert "This product includes O*NET." in words(response)


@pytest.mark.parametrize(
    ("wages", "said"),
    [
        ({"top_coded": ["median"], "source": "BLS"}, "above the highest figure that is published"),
        ({"median": 50_000, "source": "BLS"}, "$50,000 BLS, year not stated"),
    ],
)
def test_wage_says_what_is_not_known(client, wages, said):
    role = make_role(onet_codes=["11-9111.00"])
    Occupation.objects.create(code="11-9111.00", title="Managers", wages=wages)

    assert said in section(visit(client, role), "hcp-occupations")


def test_code_without_imported_facts_makes_none_up(client):
    text = section(visit(client, make_role(onet_codes=["11-9111.00"])), "hcp-occupations")

    assert "O*NET 11-9111.00 Its tasks, schooling and wages are not imported here." in text
    assert "$" not in text


def test_role_links_to_each_published_program_once_on_its_best_basis(client):
    role = make_role()
    program = make_program(name="Care Management")
    make_role_mapping(program=program, role=role, basis="crosswalk", strength="0.90")
    make_role_mapping(program=program, role=role, basis="declared", strength="0.80")
    make_role_mapping(program=make_program(name="Secret", status="draft"), role=role)

    text = section(visit(client, role), "hcp-programs")

    assert text.count("Care Management") == 1
    assert "declared by the institution" in text
    assert "Secret" not in text


@pytest.mark.parametrize("count", [1, 3])
def test_role_needs_the_same_few_queries(client, django_assert_num_queries, count):
    role = make_role(onet_codes=["11-9111.00"])
    for number in range(count):
        say(role, **{f"S{number}": "management"})
        make_role_mapping(program=make_program(), role=role)
        one = Contradiction.objects.create(slug=f"c{number}", topic="T", summary="S")
        one.roles.add(role)

    with django_assert_num_queries(8):
        visit(client, role)


@pytest.mark.parametrize("count", [1, 3])
def test_explorer_needs_the_same_few_queries(client, django_assert_num_queries, count):
    for _number in range(count):
        role = make_role()
        say(role, S1="management", S2="administration")
        make_role_mapping(program=make_program(), role=role)

    with django_assert_num_queries(4):
        client.get(reverse("hcprograms:roles"))


def test_unknown_or_retired_role_is_not_found(client):
    retired = make_role(is_active=False)

    assert visit(client, retired).status_code == 404
    assert client.get("/roles/no-such-role/").status_code == 404


def test_guide_tells_how_each_source_relates_the_tracks(client):
    source = make_source("S4", publisher="CTU", published_on="2020-11")
    FieldFact.objects.create(slug="r", kind="relation", text="Nearly the same.", source=source)
    FieldFact.objects.create(slug="a", kind="advice", text="ask around", source=source)

    response = client.get(reverse("hcprograms:guide"))

    assert section(response, "hcp-relation").endswith("CTU 2020-11 Nearly the same.")
    assert "Ask around (CTU)" in section(response, "hcp-advice")


def test_guide_keeps_contradictions_open_with_sources_named(client):
    about = Contradiction.objects.create(slug="x", topic="Budget", summary="One says so.")
    about.sources.add(make_source("S1", publisher="P.I.T.", published_on="2024-11-04"))

    response = client.get(reverse("hcprograms:guide"))

    assert "Budget One says so. P.I.T., 2024-11-04" in section(response, "hcp-contradictions")
    assert "Article S1 , P.I.T., 2024-11-04" in section(response, "hcp-sources")


def test_guide_follows_the_facts(client):
    load_reference()
    before = words(client.get(reverse("hcprograms:guide")))

    FieldFact.objects.filter(text="set healthcare policies").update(text="write every rule")

    assert "Set healthcare policies" in before
    assert "Write every rule" in words(client.get(reverse("hcprograms:guide")))


@pytest.mark.parametrize("name", ["roles", "guide"])
def test_page_without_any_facts_says_so(client, name):
    text = words(client.get(reverse(f"hcprograms:{name}")))

    assert "recorded here yet" in text
