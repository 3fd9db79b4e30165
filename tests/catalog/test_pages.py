"""The public pages of programs and schools."""

import html
import re
from datetime import date

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from hcprograms.catalog.models.licensure import LicensureDisclosure
from hcprograms.catalog.models.reference import Certification, EvidenceSource, FieldFact
from hcprograms.catalog.models.roles import CareerRole, Contradiction, RoleEvidence
from hcprograms.catalog.reference import load_reference
from tests.factories import (
    make_accreditor,
    make_campus,
    make_institution,
    make_intake,
    make_interest_form,
    make_offering,
    make_office_hours,
    make_program,
    make_record,
    make_role,
    make_role_mapping,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday_morning():
    with time_machine.travel("2026-11-23T15:00:00Z", tick=False):  # 10:00 in New York
        yield


def words(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(html.unescape(text).split())


def make_school(**fields):
    """A school that can be asked."""
    school = make_institution(**fields)
    make_interest_form(institution=school)
    return school


def visit_program(client, program, query=""):
    url = reverse("hcprograms:program", args=[program.institution.slug, program.slug])
    return client.get(f"{url}?{query}" if query else url)


def visit_school(client, institution):
    return client.get(reverse("hcprograms:institution", args=[institution.slug]))


def add_evidence(role, **tracks):
    for key, track in tracks.items():
        source, _ = EvidenceSource.objects.get_or_create(
            key=key, defaults={"title": f"Article {key}", "url": f"https://{key}.example/"}
        )
        RoleEvidence.objects.create(role=role, source=source, track=track)


def test_program_shows_every_published_price_and_the_total(client):
    offering = make_offering(
        price_basis="credit",
        price="690.00",
        price_resident="540.50",
        price_military="250",
        fees_total="450",
        credits=48,
        max_transfer_credits=12,
        price_as_of=date(2026, 9, 1),
    )

    text = words(visit_program(client, offering.program))

    assert "$690 per credit" in text
    assert "$540.50 per credit for residents of the state" in text
    assert "$250 per credit with military benefits" in text
    assert "About $33,570 With $450 of fees" in text
    assert "Up to 12 credits may transfer in" in text
    assert "as of Sept. 1, 2026" in text


def test_program_without_facts_says_so_once(client):
    offering = make_offering(delivery="")

    text = words(visit_program(client, offering.program))

    assert "Way of study not published" in text
    assert "Price, time, credits, starts, and who may enrol: Not published: ask" in text
    assert text.count("Not published: ask") == 3  # the offering, the details, the jobs
    assert "No current accreditation of this very offering is on record here." in text


def test_program_with_some_facts_says_ask_for_each_other(client):
    offering = make_offering(duration_months=12)

    text = words(visit_program(client, offering.program))

    assert "Time 12 months" in text
    assert text.count("Not published: ask") == 9


def test_program_begins_with_what_decides(client):
    online = make_offering(price_basis="total", price="30000", fees_total=0, duration_months=24)
    campus = make_offering(
        program=online.program,
        delivery="campus",
        price_basis="total",
        price="20000",
        fees_total=0,
        duration_months=12,
    )
    make_intake(offering=online, starts_on=date(2027, 3, 1))
    make_intake(offering=campus, starts_on=date(2027, 1, 11), apply_by=date(2026, 12, 1))
    make_record(offering=online)

    head, _, _rest = words(visit_program(client, online.program)).partition("Ways to study, prices")

    assert "Tuition and fees From $20,000 Time 12 to 24 months" in head
    assert "Next start Jan. 11, 2027 apply by Dec. 1, 2026" in head
    assert "Accreditation differs between its ways of study" in head
    assert "Accredited by CAHME" not in head


@pytest.mark.parametrize(("basis", "times"), [("declared", 0), ("crosswalk", 1), ("inferred", 1)])
def test_jobs_that_were_looked_up_name_the_licence_of_what_they_rest_on(client, basis, times):
    load_reference()
    program = make_program()
    make_role_mapping(program=program, role=CareerRole.objects.all()[0], basis=basis)

    said = words(visit_program(client, program))

    assert said.count("Used under the CC BY 4.0 license.") == times


@pytest.mark.parametrize(
    ("rule", "states", "abroad", "said"),
    [
        ("all", [], True, "Residents of all US states People abroad too"),
        ("only", ["CO", "TX"], False, "Residents of Colorado, Texas Not open to people abroad"),
        ("except", ["NY"], None, "Residents of all US states but New York"),
        ("except", [], None, "Residents of all US states"),
    ],
)
def test_program_says_who_may_enrol(client, rule, states, abroad, said):
    offering = make_offering(state_rule=rule, states=states, open_to_international=abroad)

    text = words(visit_program(client, offering.program))

    assert f"Who may enrol {said} Estimate your cost" in text


def test_program_shows_open_starts_only(client):
    offering = make_offering()
    make_intake(offering=offering, starts_on=date(2027, 1, 11), apply_by=date(2026, 12, 1))
    make_intake(offering=offering, starts_on=date(2026, 12, 7), apply_by=date(2026, 11, 22))

    text = words(visit_program(client, offering.program))

    assert "Jan. 11, 2027 apply by Dec. 1, 2026" in text
    assert "Dec. 7, 2026" not in text


def test_claim_comes_with_date_evidence_and_caveat(client):
    offering = make_offering()
    make_record(offering=offering, action="candidate", effective_on=date(2026, 1, 5))

    response = visit_program(client, offering.program)

    assert "Candidate for accreditation by CAHME since Jan. 5, 2026" in words(response)
    assert "A candidate is not accredited." in words(response)
    assert 'href="https://accreditor.example/record"' in response.content.decode()


def test_lapsed_claim_is_gone(client):
    offering = make_offering()
    make_record(offering=offering, expires_on=date(2026, 11, 22))

    text = words(visit_program(client, offering.program))

    assert "CAHME" not in text


def test_claim_of_one_offering_is_not_shown_for_another(client):
    online = make_offering()
    make_offering(program=online.program, delivery="campus")
    make_record(offering=online)

    text = words(visit_program(client, online.program))

    assert text.count("Accredited by CAHME") - text.count("“Accredited by CAHME”") == 1
    assert text.count("No current accreditation of this very offering") == 1


def test_roles_name_their_basis_and_agreeing_sources(client):
    program, role = make_program(), make_role(title="Clinic director")
    make_role_mapping(program=program, role=role)
    add_evidence(role, s1="management", s2="management")

    text = words(visit_program(client, program))

    assert "Clinic director Management in 2 of 2 sources." in text
    assert "How we know that this program leads there: declared by the institution." in text
    assert "This program: clearly management." in text
    assert "contested" not in text


def test_contested_role_names_the_sources_of_each_side(client):
    program, role = make_program(), make_role()
    make_role_mapping(program=program, role=role)
    add_evidence(role, s1="management", s2="administration")

    response = visit_program(client, program)

    assert "contested Sources disagree: management (1), administration (1)." in words(response)
    assert "Administration: Article s2" in words(response)
    assert 'href="https://s1.example/"' in response.content.decode()


def test_view_of_another_school_is_not_shown(client):
    program, role = make_program(), make_role()
    make_role_mapping(program=program, role=role)
    RoleEvidence.objects.create(
        role=role, institution=make_institution(), track="management", reason="Ours alone"
    )

    text = words(visit_program(client, program))

    assert "Ours alone" not in text
    assert "No source says" in text


def test_certifications_name_who_awards_them(client):
    program = make_program()
    program.certifications.add(
        Certification.objects.create(slug="cmom", name="Office Manager", body="Some Body")
    )

    assert "Office Manager, awarded by Some Body" in words(visit_program(client, program))


def test_answers_in_the_address_go_along_to_the_form(client):
    offering = make_offering(program=make_program(institution=make_school()))

    content = visit_program(client, offering.program, "education=master").content.decode()

    assert f"?offering={offering.public_id}&amp;education=master" in content
    assert 'href="/match/results/?education=master"' in content
    assert 'rel="canonical"' in content
    assert "education=master" not in re.search(r'rel="canonical" href="([^"]+)"', content)[1]


def test_school_without_a_form_cannot_be_asked_here(client):
    school = make_institution(website="https://school.example/")
    offering = make_offering(program=make_program(institution=school))

    for response in (
        visit_program(client, offering.program),
        visit_school(client, school),
        compare(client, offering),
    ):
        assert "/ask/" not in response.content.decode()
        assert 'href="https://school.example/"' in response.content.decode()


def test_address_cannot_carry_markup(client):
    response = visit_program(client, make_program(), "x=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")

    assert "<script>alert" not in response.content.decode()


@pytest.mark.parametrize(
    "fields",
    [{"status": "draft"}, {"status": "retired"}, {"institution__is_published": False}],
    ids=str,
)
def test_unpublished_program_is_not_found(client, fields):
    school = make_institution(is_published=fields.pop("institution__is_published", True))
    program = make_program(institution=school, **fields)

    assert visit_program(client, program).status_code == 404


def test_program_is_found_under_its_own_school_only(client):
    program, other = make_program(), make_institution()

    url = reverse("hcprograms:program", args=[other.slug, program.slug])

    assert client.get(url).status_code == 404


def test_role_contested_under_several_titles_says_so_with_the_sources(client):
    load_reference()
    program = make_program()
    for slug in ("practice-manager", "health-services-manager"):
        make_role_mapping(program=program, role=CareerRole.objects.get(slug=slug))

    said = words(visit_program(client, program))

    assert said.count("contested under several titles") == 1
    assert "British Academy: The practice manager belongs to medical administration." in said
    assert "Sources disagree: administration (1), management (1)." in said


@pytest.mark.parametrize("count", [1, 3])
def test_program_needs_the_same_few_queries(client, django_assert_num_queries, count):
    program = make_program()
    for number in range(count):
        campus = make_campus(institution=program.institution)
        offering = make_offering(program=program, campus=campus)
        make_intake(offering=offering, starts_on=date(2027, 1, 11))
        make_record(offering=offering)
        role = make_role()
        make_role_mapping(program=program, role=role)
        add_evidence(role, **{f"s{number}": "management"})
        disclose(program, state=["OH", "TX", "CO"][number])

    with django_assert_num_queries(11):
        visit_program(client, program)


def disclose(program, **fields):
    values = {"state": "OH", "licence": "nursing home administrator", "finding": "meets"}
    values |= {"as_of": date(2026, 9, 1)} | fields
    return LicensureDisclosure.objects.create(program=program, **values)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("OH", "Your state, Ohio, nursing home administrator: meets the requirements"),
        ("TX", "Your state, Texas, nursing home administrator: does not meet"),
        ("CO", "For your state, Colorado, the school has disclosed nothing"),
    ],
)
def test_licensure_is_told_for_the_state_of_the_visitor(client, state, said):
    program = make_program()
    disclose(program)
    disclose(program, state="TX", finding="does_not_meet")

    assert said in words(visit_program(client, program, f"state={state}"))


@pytest.mark.parametrize("query", ["", "state=nowhere", "state=%3Cscript%3E"])
def test_licensure_of_all_states_is_a_table_with_dates(client, query):
    program = make_program()
    disclose(program, finding="undetermined")

    text = words(visit_program(client, program, query))

    assert "Ohio nursing home administrator not determined Sept. 1, 2026" in text
    assert "our state" not in text.partition("Licences, state by state")[2]


def test_program_without_licence_data_says_that_it_is_missing(client):
    text = words(visit_program(client, make_program(), "state=OH"))

    assert "The school has disclosed for no state whether this program meets" in text
    assert "Your state" not in text


def test_database_refuses_a_second_finding_and_an_unknown_one():
    program = make_program()
    disclose(program)

    with pytest.raises(IntegrityError), transaction.atomic():
        disclose(program, finding="does_not_meet")
    with pytest.raises(IntegrityError), transaction.atomic():
        disclose(program, state="TX", finding="surely")


def test_school_is_open_in_its_own_hours(client):
    school = make_institution(phone="+1 614-555-0100", time_zone="America/New_York")
    make_office_hours(institution=school)

    response = visit_school(client, school)

    assert "Open now" in words(response)
    assert "Monday to Friday 9 a.m. – 5 p.m." in words(response)
    assert "Time of America/New_York (EST), now 10 a.m." in words(response)
    assert 'href="tel:+1614-555-0100"' in response.content.decode()


def test_closed_school_says_when_it_opens_in_its_own_time(client):
    school = make_institution(phone="+1 614-555-0100", time_zone="America/Los_Angeles")
    make_office_hours(institution=school)

    text = words(visit_school(client, school))

    assert "Closed now, opens Monday, Nov. 23, 9 a.m." in text


def test_school_lists_published_programs_only(client):
    school = make_institution(is_fictional=True)
    make_program(institution=school, name="Shown")
    make_program(institution=school, name="Hidden", status="draft")

    text = words(visit_school(client, school))

    assert "Shown" in text
    assert "Hidden" not in text
    assert "made-up example" in text


def test_claim_on_the_school_itself_is_shown_there(client):
    school = make_institution()
    body = make_accreditor(slug="body", abbreviation="BODY", name="Body", levels=[])
    offering = make_offering(program=make_program(institution=school))
    record = make_record(offering=offering, accreditor=body)
    type(record).objects.filter(pk=record.pk).update(offering=None)

    assert "Accredited by BODY" in words(visit_school(client, school))


def test_unpublished_school_is_not_found(client):
    assert visit_school(client, make_institution(is_published=False)).status_code == 404


def test_school_lists_its_programs_from_certificate_to_doctorate(client):
    school = make_institution()
    for level in ("doctorate", "master", "certificate"):
        make_offering(program=make_program(institution=school, level=level))

    cards = visit_school(client, school).context["cards"]

    assert [card.program.level for card in cards] == ["certificate", "master", "doctorate"]


@pytest.mark.parametrize("count", [1, 3])
def test_school_needs_the_same_few_queries(client, django_assert_num_queries, count):
    school = make_institution()
    for _number in range(count):
        make_campus(institution=school)
        make_offering(program=make_program(institution=school))

    with django_assert_num_queries(9):
        visit_school(client, school)


def test_public_pages_set_no_cookie(client):
    program = make_program()

    for response in (visit_program(client, program), visit_school(client, program.institution)):
        assert not response.cookies


def compare(client, *offerings, query=""):
    asked = "&".join(f"offering={one.public_id}" for one in offerings)
    return client.get(f"{reverse('hcprograms:compare')}?{asked}{query}")


def test_compared_offerings_stand_in_the_order_asked(client):
    first = make_offering(program=make_program(institution=make_school()))
    second = make_offering()
    make_record(offering=second)

    response = compare(client, second, first, query="&education=master")

    assert [one.offering for one in response.context["compared"]] == [second, first]
    assert "Accredited by CAHME" in words(response)
    assert f"?offering={first.public_id}&amp;education=master" in response.content.decode()


def test_compare_takes_four_and_says_what_it_left_out(client):
    offerings = [make_offering() for _number in range(5)]

    response = compare(client, *offerings)

    assert len(response.context["compared"]) == 4
    assert "1 program was left out" in words(response)


@pytest.mark.parametrize("query", ["", "offering=nonsense", "offering=%00"])
def test_compare_of_nothing_says_what_to_do(client, query):
    response = client.get(f"{reverse('hcprograms:compare')}?{query}")

    assert response.status_code == 200
    assert "Tick two to four programs in the list of all programs" in words(response)


def test_compare_leaves_out_what_is_not_published(client):
    draft = make_offering(status="draft")

    response = compare(client, draft, make_offering())

    assert len(response.context["compared"]) == 1
    assert "1 program was left out" in words(response)


@pytest.mark.parametrize(
    ("award", "label"), [("MHA", "MHA, online"), ("Master's Degree", "Alpha, online")]
)
def test_compare_tells_programs_apart_where_the_award_repeats_the_level(client, award, label):
    school = make_institution(name="Alpha")
    offering = make_offering(program=make_program(institution=school, award=award))

    assert compare(client, offering).context["compared"][0].label == label


def test_compare_names_jobs_with_their_basis_and_what_is_contested(client):
    program, role = make_program(), make_role(title="Practice manager")
    make_role_mapping(program=program, role=role)
    add_evidence(role, s1="management", s2="administration")
    offering, other = make_offering(program=program), make_offering()

    response = compare(client, offering, other)

    assert "Practice manager contested declared by the institution" in words(response)
    assert "This program: between management and administration." in words(response)
    assert f'href="?offering={other.public_id}"' in response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_compare_needs_the_same_few_queries(client, django_assert_num_queries, count):
    offerings = [make_offering() for _number in range(count)]
    for offering in offerings:
        make_record(offering=offering)
        make_intake(offering=offering, starts_on=date(2027, 1, 11))
        role = make_role()
        add_evidence(role, s1="management")
        make_role_mapping(program=offering.program, role=role)

    with django_assert_num_queries(8):
        compare(client, *offerings)


def visit_guide(client):
    return client.get(reverse("hcprograms:guide"))


def test_guide_names_what_is_contested_and_leads_into_the_explorer(client):
    roles = {title: make_role(title=title) for title in ("Clerk", "Chief", "Between", "Nobody")}
    add_evidence(roles["Clerk"], s1="administration")
    add_evidence(roles["Chief"], s1="management", s2="management")
    add_evidence(roles["Between"], s1="management", s2="medical_administration")

    response = visit_guide(client)

    assert [one.title for one in response.context["explored"].contested] == ["Between"]
    assert "Article s1 (management); Article s2 (medical administration)" in words(response)
    assert 'href="/roles/#hcp-contested"' in response.content.decode()
    assert response.content.decode().count("<circle") == 3


def test_guide_leaves_out_the_view_of_one_school(client):
    role = make_role()
    add_evidence(role, s1="administration")
    RoleEvidence.objects.create(
        role=role, institution=make_institution(), track="management", reason="Ours alone"
    )

    assert visit_guide(client).context["explored"].contested == []


def test_guide_sorts_facts_by_side_and_names_the_source(client):
    source = EvidenceSource.objects.create(key="s1", title="Article", publisher="A Paper")
    for track, text in (("management", "set the budget"), ("medical_administration", "bill")):
        FieldFact.objects.create(slug=text, kind="duty", track=track, text=text, source=source)

    response = visit_guide(client)

    (theme,) = response.context["themes"]
    assert [fact.text for fact in theme.management] == ["set the budget"]
    assert [fact.text for fact in theme.administration] == ["bill"]
    assert "Bill (A Paper, of medical administration)" in words(response)


def test_guide_of_an_empty_catalog_still_stands(client):
    assert visit_guide(client).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_guide_needs_the_same_few_queries(client, django_assert_num_queries, count):
    for number in range(count):
        add_evidence(make_role(), **{f"s{number}": "management"})
        point = Contradiction.objects.create(slug=f"c{number}", topic="T", summary="S")
        point.sources.add(EvidenceSource.objects.get(key=f"s{number}"))

    with django_assert_num_queries(10):
        visit_guide(client)
