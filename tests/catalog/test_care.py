"""What needs care in the catalog, and the start page that says so."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hcprograms.catalog.admin.filters import LABELS, MANY
from hcprograms.catalog.care import (
    mappings_contested,
    offerings_without_price,
    offerings_without_start,
    offerings_without_states,
    programs_without_roles,
    records_expiring,
    records_to_verify,
)
from hcprograms.catalog.evidence import weigh_evidence
from hcprograms.catalog.models import (
    AccreditationRecord,
    EvidenceSource,
    Offering,
    Program,
    RoleMapping,
)
from hcprograms.leads.models import Lead
from tests.factories import (
    TODAY,
    make_institution,
    make_intake,
    make_interest_form,
    make_lead,
    make_member,
    make_offering,
    make_program,
    make_record,
    make_role,
    make_role_mapping,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def pks(rows) -> set[int]:
    return {row.pk for row in rows}


def test_price_and_states_missing_are_found_on_published_offerings_only():
    bare = make_offering()
    make_offering(status="draft")
    make_offering(program=make_program(status="retired"))
    make_offering(price=500, price_basis="credit", state_rule="only", states=["TX"])
    empty_list = make_offering(price=500, price_basis="credit", state_rule="only", states=[])

    everything = Offering.objects.all()

    assert pks(offerings_without_price(everything, today=TODAY)) == {bare.pk}
    assert pks(offerings_without_states(everything, today=TODAY)) == {bare.pk, empty_list.pk}


def test_last_start_date_that_has_passed_is_found():
    over, coming = make_offering(), make_offering()
    make_offering()
    make_intake(offering=over, starts_on=TODAY - DAY)
    make_intake(offering=coming, starts_on=TODAY - DAY)
    make_intake(offering=coming, starts_on=TODAY)

    found = offerings_without_start(Offering.objects.all(), today=TODAY)

    assert pks(found) == {over.pk}


def test_program_that_leads_to_no_role_is_found():
    lost, mapped = make_program(), make_program()
    make_role_mapping(program=mapped, role=make_role())

    assert pks(programs_without_roles(Program.objects.all(), today=TODAY)) == {lost.pk}


def test_records_without_a_fresh_check_are_found_and_sound_ones_are_not():
    make_record(offering=make_offering())
    stale = make_record(offering=make_offering(), verified_on=TODAY - 366 * DAY)
    bare = make_record(offering=make_offering(), evidence_url="")
    never = make_record(offering=make_offering(), verified_on=None)

    found = records_to_verify(AccreditationRecord.objects.all(), today=TODAY)

    assert pks(found) == {stale.pk, bare.pk, never.pk}


def test_record_that_ends_within_three_months_is_found_until_another_follows():
    ends_soon = make_record(offering=make_offering(), expires_on=TODAY + 90 * DAY)
    make_record(offering=make_offering(), expires_on=TODAY + 91 * DAY)
    followed = make_record(offering=make_offering(), expires_on=TODAY - DAY)
    make_record(offering=followed.offering, action="reaccredited", effective_on=TODAY)
    over = make_record(offering=make_offering(), expires_on=TODAY - DAY)

    found = records_expiring(AccreditationRecord.objects.all(), today=TODAY)

    assert pks(found) == {ends_soon.pk, over.pk}


@pytest.mark.parametrize(
    ("tracks", "own", "is_found"),
    [
        (["management", "administration"], False, True),
        (["management", "medical_administration"], False, True),
        (["management", "management"], False, False),
        (["administration", "medical_administration"], False, False),
        (["management", "administration"], True, False),
    ],
)
def test_contested_job_is_found_until_the_school_says_its_own_view(tracks, own, is_found):
    mapping = make_role_mapping(program=make_program(), role=make_role())
    for number, track in enumerate(tracks):
        source = EvidenceSource.objects.create(key=f"s{number}", title="Article")
        mapping.role.evidence.create(source=source, track=track)
    school = mapping.program.institution if own else make_institution()
    mapping.role.evidence.create(institution=school, track="management", reason="We lead")

    found = mappings_contested(RoleMapping.objects.all(), today=TODAY)

    assert weigh_evidence(mapping.role.evidence.filter(institution=None)).is_contested == (
        is_found or own
    )
    assert pks(found) == ({mapping.pk} if is_found else set())


# The start page.


@pytest.fixture
def school():
    return make_institution()


def counts(client) -> dict[str, int]:
    response = client.get("/admin/hcprograms/")
    return {str(one.label): one.count for one in response.context["items"]}


def test_start_page_counts_ones_own_and_links_to_exactly_these(client, school):
    client.force_login(make_member(institution=school, role="owner").user)
    form = make_interest_form(institution=school)
    make_lead(form=form)
    make_lead(form=form, status=Lead.Status.QUARANTINED)
    make_lead()
    make_offering(program=make_program(institution=school))
    make_offering()

    response = client.get("/admin/hcprograms/")

    assert counts(client) == {
        "lead waiting for an answer": 1,
        "waiting lead assigned to nobody who can sign in": 1,
        "lead to review": 1,
        "offering without a price": 1,
        "offering without states": 1,
        "program that leads to no role": 1,
    }
    for item in response.context["items"]:
        assert client.get(item.url).context["cl"].result_count == item.count


def test_start_page_of_an_advisor_speaks_of_leads_and_of_an_editor_of_the_catalog(client, school):
    form = make_interest_form(institution=school)
    make_lead(form=form)
    make_offering(program=make_program(institution=school), price=1, price_basis="total")

    client.force_login(make_member(institution=school, role="advisor").user)
    advisor = counts(client)
    client.force_login(make_member(institution=school, role="editor", receives_leads=False).user)
    editor = counts(client)

    assert advisor == {
        "lead waiting for an answer": 1,
        "waiting lead assigned to nobody who can sign in": 1,
    }
    assert editor == {"offering without states": 1, "program that leads to no role": 1}


def test_start_page_speaks_of_several_as_of_several(client, school):
    client.force_login(make_member(institution=school, role="owner").user)
    form = make_interest_form(institution=school)
    for _number in range(2):
        make_lead(form=form)
        make_offering(program=make_program(institution=school))

    page = client.get("/admin/hcprograms/").content.decode()

    assert counts(client) == {
        "leads waiting for an answer": 2,
        "waiting leads assigned to nobody who can sign in": 2,
        "offerings without a price": 2,
        "offerings without states": 2,
        "programs that lead to no role": 2,
    }
    assert "<strong>2</strong> <span>leads waiting for an answer</span>" in page


@pytest.mark.parametrize("key", LABELS)
def test_label_of_one_and_of_many_differ_and_filters_speak_of_many(key):
    one, many = LABELS[key] % 1, LABELS[key] % 7

    assert (one != many, many) == (True, LABELS[key] % MANY)


def test_start_page_with_nothing_to_do_says_so(client, school):
    client.force_login(make_member(institution=school, role="owner").user)

    assert "Nothing. Everybody has an answer" in client.get("/admin/hcprograms/").content.decode()


@pytest.mark.parametrize("count", [1, 20])
def test_start_page_takes_the_same_queries(client, school, count, django_assert_max_num_queries):
    client.force_login(make_member(institution=school, role="owner").user)
    for _ in range(count):
        make_record(
            offering=make_offering(program=make_program(institution=school)),
            verified_on=timezone.localdate() - 400 * DAY,
        )
    client.get("/admin/hcprograms/")

    with django_assert_max_num_queries(20):
        client.get("/admin/hcprograms/")
