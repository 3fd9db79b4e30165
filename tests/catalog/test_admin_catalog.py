"""The catalog in the admin, as an editor uses it."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hcprograms.catalog.models import (
    AccreditationRecord,
    EvidenceSource,
    Intake,
    Offering,
    Program,
    RoleEvidence,
    RoleMapping,
)
from hcprograms.institutions.models import Campus
from tests.factories import (
    make_accreditor,
    make_campus,
    make_institution,
    make_intake,
    make_member,
    make_offering,
    make_program,
    make_record,
    make_role,
    make_role_mapping,
    make_user,
)
from tests.security.pages import read_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return make_institution(time_zone="UTC")  # so that its day is that of the tests


@pytest.fixture
def staff(client, school):
    client.force_login(make_member(institution=school, role="editor", receives_leads=False).user)
    return client


@pytest.fixture
def offering(school):
    return make_offering(program=make_program(institution=school))


def url(name: str, *args) -> str:
    return reverse(f"admin:hcprograms_{name}", args=args)


# Accreditation.


def record_values(about: Offering, **fields) -> dict:
    values = {
        "offering": about.pk,
        "accreditor": make_accreditor().pk,
        "action": "initial",
        "effective_on": "2024-06-01",
        "evidence_url": "https://accreditor.example/",
        "verified_on": timezone.localdate().isoformat(),
    }
    return values | fields


def errors_of(response) -> dict:
    return response.context["adminform"].form.errors


def test_record_takes_its_institution_from_the_offering(staff, offering, school):
    staff.post(url("accreditationrecord_add"), record_values(offering))

    record = AccreditationRecord.objects.get()
    assert record.institution == school
    assert record.created_by is not None


@pytest.mark.parametrize("level", ["bachelor", "doctorate", "certificate"])
def test_cahme_outside_masters_is_refused(staff, school, level):
    offering = make_offering(program=make_program(institution=school, level=level))

    response = staff.post(url("accreditationrecord_add"), record_values(offering))

    assert "does not accredit a program at the level" in str(errors_of(response))
    assert not AccreditationRecord.objects.exists()


def test_cahme_on_a_program_instead_of_an_offering_is_refused(staff, offering):
    values = record_values(offering, offering="", program=offering.program_id)

    response = staff.post(url("accreditationrecord_add"), values)

    assert list(errors_of(response)) == ["offering"]


def test_certifying_body_is_not_said_to_accredit(staff, offering):
    aupha = make_accreditor(slug="aupha", abbreviation="AUPHA", kind="certification", levels=[])

    response = staff.post(
        url("accreditationrecord_add"), record_values(offering, accreditor=aupha.pk)
    )

    assert list(errors_of(response)) == ["action"]


@pytest.mark.parametrize(
    ("fields", "at_fault"),
    [
        ({"expires_on": "2024-05-31"}, "__all__"),
        ({"effective_on": "4/1//2012"}, "effective_on"),
        ({"verified_on": "2999-01-01"}, "verified_on"),
        ({"evidence_url": "javascript:alert(1)"}, "evidence_url"),
        ({"offering": ""}, "institution"),
    ],
)
def test_impossible_record_is_refused(staff, offering, fields, at_fault):
    response = staff.post(url("accreditationrecord_add"), record_values(offering, **fields))

    assert list(errors_of(response)) == [at_fault]
    assert not AccreditationRecord.objects.exists()


def test_record_is_not_edited(staff, offering):
    record = make_record(offering=offering)

    response = staff.post(
        url("accreditationrecord_change", record.pk), record_values(offering, action="candidate")
    )

    assert response.status_code == 403
    assert AccreditationRecord.objects.get().action == "initial"


def test_correction_supersedes_with_a_reason(staff, offering):
    wrong = make_record(offering=offering, verified_on=timezone.localdate())
    add = f"{url('accreditationrecord_add')}?supersedes={wrong.pk}"
    sent = read_page(staff.get(add))

    refused = staff.post(add, sent | {"effective_on": "2025-06-01", "reason": " "})
    staff.post(add, sent | {"effective_on": "2025-06-01", "reason": "Misread the letter"})

    assert "Say why the earlier record was wrong." in str(errors_of(refused))
    right = AccreditationRecord.objects.get(supersedes=wrong)
    assert (right.offering, right.effective_on) == (offering, date(2025, 6, 1))


def test_list_says_what_the_public_sees_and_why_not(staff, offering, school):
    make_record(offering=offering, verified_on=None)
    other = make_offering(program=make_program(institution=school))
    make_record(offering=other, verified_on=timezone.localdate())

    text = staff.get(url("accreditationrecord_changelist")).content.decode()

    assert "Accredited by CAHME" in text
    assert "Nobody has recorded when it was last verified." in text


def test_mark_verified_today_leaves_history_and_bare_records_alone(staff, offering):
    sound = make_record(offering=offering, verified_on=date(2020, 1, 1))
    bare = make_record(offering=offering, verified_on=None, evidence_url="")
    old = make_record(offering=offering, verified_on=None, is_historical=True)
    ids = [sound.pk, bare.pk, old.pk]

    staff.post(
        url("accreditationrecord_changelist"),
        {"action": "mark_verified_today", "_selected_action": ids},
    )

    verified = dict(AccreditationRecord.objects.values_list("pk", "verified_on"))
    assert verified == {sound.pk: timezone.localdate(), bare.pk: None, old.pk: None}


def test_level_under_a_cahme_record_cannot_change(staff, offering):
    make_record(offering=offering)
    address = url("program_change", offering.program_id)
    sent = read_page(staff.get(address))

    response = staff.post(address, sent | {"level": "bachelor"})

    assert list(errors_of(response)) == ["level"]
    assert Program.objects.get(pk=offering.program_id).level == "master"


def test_level_in_use_is_not_taken_from_an_accreditor(admin_client, offering):
    accreditor = make_record(offering=offering).accreditor
    address = url("accreditor_change", accreditor.pk)
    sent = read_page(admin_client.get(address))

    response = admin_client.post(address, sent | {"levels": ["doctorate"]})

    assert list(errors_of(response)) == ["levels"]


# Programs and offerings.


def test_published_program_links_to_its_public_page_and_a_draft_does_not(staff, school):
    public, draft = (
        make_program(institution=school),
        make_program(institution=school, status="draft"),
    )

    labels = [
        [str(link.label) for link in response.context["object_links"]]
        for response in (
            staff.get(url("program_change", public.pk)),
            staff.get(url("program_change", draft.pk)),
        )
    ]

    assert labels == [
        ["Public page", "Its offerings", "Its accreditation"],
        ["Its offerings", "Its accreditation"],
    ]


def test_publish_and_retire_many_at_once(staff, school):
    drafts = [make_program(institution=school, status="draft") for _ in range(3)]
    ids = [program.pk for program in drafts]

    staff.post(url("program_changelist"), {"action": "publish", "_selected_action": ids})
    published = set(Program.objects.values_list("status", flat=True))
    staff.post(url("program_changelist"), {"action": "retire", "_selected_action": ids[:1]})

    assert published == {"published"}
    assert Program.objects.get(pk=ids[0]).status == "retired"


def test_copy_of_an_offering_is_a_draft_with_the_start_dates_to_come(staff, offering, school):
    today = timezone.localdate()
    offering.price, offering.price_basis, offering.states = 900, "credit", ["TX"]
    offering.save()
    for days in (-30, 30, 60):
        make_intake(offering=offering, starts_on=today + timedelta(days=days))
    add = f"{url('offering_add')}?copy_of={offering.pk}"
    campus = make_campus(institution=school)

    sent = read_page(staff.get(add)) | {"delivery": "campus", "campus": campus.pk}
    response = staff.post(add, sent)

    copy = Offering.objects.latest("pk")
    assert response.status_code == 302
    assert (copy.status, copy.price, copy.states, copy.campus) == ("draft", 900, ["TX"], campus)
    assert copy.intakes.count() == 2


def test_copy_of_one_chosen_offering_opens_its_form_and_of_two_says_why_not(staff, school):
    offerings = [make_offering(program=make_program(institution=school)) for _ in range(2)]
    listed = url("offering_changelist")
    ids = [one.pk for one in offerings]

    one = staff.post(listed, {"action": "copy", "_selected_action": ids[:1]})
    two = staff.post(listed, {"action": "copy", "_selected_action": ids}, follow=True)

    assert one["Location"] == f"{url('offering_add')}?copy_of={ids[0]}"
    assert "Choose one offering to copy" in two.content.decode()
    assert Offering.objects.count() == 2


def test_filters_say_how_many_rows_each_choice_finds(staff, school):
    make_offering(program=make_program(institution=school))
    make_offering(
        program=make_program(institution=school), status="draft", price=1, price_basis="total"
    )

    text = staff.get(url("offering_changelist")).content.decode()

    assert "published (1)" in text
    assert "offerings without a price (1)" in text


def test_contested_job_links_to_saying_ones_own_view(staff, school):
    mapping = make_role_mapping(program=make_program(institution=school), role=make_role())
    say(mapping.role, "Ashworth", "management")
    say(mapping.role, "Walden", "administration")
    address = f"{url('roleevidence_add')}?role={mapping.role_id}&amp;institution={school.pk}"

    contested = staff.get(url("rolemapping_changelist") + "?care=contested").content.decode()
    sent = read_page(staff.get(address.replace("&amp;", "&")))
    staff.post(url("roleevidence_add"), sent | {"track": "management", "reason": "Ours lead"})
    settled = staff.get(url("rolemapping_changelist")).content.decode()

    assert "contested: 1 management, 1 administration" in contested
    assert f'<a href="{address}">Say ours</a>' in contested
    assert "Say ours" not in settled


def test_page_with_200_start_dates_can_be_sent_back(staff, offering):
    today = timezone.localdate()
    for days in range(200):
        make_intake(offering=offering, starts_on=today + timedelta(days=days))
    address = url("offering_change", offering.pk)

    sent = read_page(staff.get(address))
    response = staff.post(address, sent | {"status": "retired"})

    assert len(sent) < 500
    assert response.status_code == 302
    assert offering.intakes.count() == 200


def test_start_date_of_another_offering_in_the_inline_is_refused(staff, offering):
    intake = make_intake(offering=offering, starts_on=timezone.localdate() + timedelta(days=9))
    foreign = make_intake(offering=make_offering(), starts_on=intake.starts_on)
    address = url("offering_change", offering.pk)
    sent = read_page(staff.get(address)) | {"intakes-0-id": foreign.pk}

    response = staff.post(address, sent | {"intakes-0-starts_on": "2030-01-01"})

    assert "A row is gone" in response.content.decode()
    foreign.refresh_from_db()
    assert foreign.starts_on == intake.starts_on


def test_campus_of_another_school_is_refused_for_superusers_too(admin_client, offering):
    address = url("offering_change", offering.pk)
    sent = read_page(admin_client.get(address))
    foreign = make_campus(institution=make_institution())

    response = admin_client.post(address, sent | {"campus": foreign.pk})

    assert errors_of(response) == {"campus": ["This belongs to another institution."]}


LISTS = [
    "accreditationrecord",
    "campus",
    "intake",
    "offering",
    "program",
    "roleevidence",
    "rolemapping",
]


def fill_lists(school, count: int) -> None:
    """``count`` rows in every list of the catalog, each with a program of its own."""
    today, role, accreditor = timezone.localdate(), make_role(), make_accreditor()
    say(role, "Ashworth", "management")
    say(role, "Walden", "administration")
    numbers = range(count)
    campuses = Campus.objects.bulk_create(
        Campus(institution=school, name=f"C{n}", slug=f"c{n}") for n in numbers
    )
    programs = Program.objects.bulk_create(
        Program(institution=school, name=f"P{n}", slug=f"p{n}", level="master", status="published")
        for n in numbers
    )
    offerings = Offering.objects.bulk_create(
        Offering(program=programs[n], campus=campuses[n], delivery="campus") for n in numbers
    )
    Intake.objects.bulk_create(Intake(offering=one, starts_on=today) for one in offerings)
    RoleMapping.objects.bulk_create(RoleMapping(program=one, role=role) for one in programs)
    AccreditationRecord.objects.bulk_create(
        AccreditationRecord(
            institution=school,
            offering=one,
            accreditor=accreditor,
            action="initial",
            effective_on=today,
        )
        for one in offerings
    )


@pytest.mark.parametrize("count", [1, 1_000])
@pytest.mark.parametrize("who", ["editor", "superuser"])
def test_lists_take_few_queries_for_one_row_and_a_thousand(client, school, who, count):
    user = make_user(is_staff=True, is_superuser=who == "superuser")
    make_member(institution=school, role="editor", user=user)
    client.force_login(user)
    fill_lists(school, count)
    make_program()

    taken = {}
    for name in LISTS:
        client.get(url(f"{name}_changelist"))
        with CaptureQueriesContext(connection) as queries:
            client.get(url(f"{name}_changelist"))
        taken[name] = len(queries)

    assert {name: number for name, number in taken.items() if number > 12} == {}


# Roles.


def say(role, publisher: str, track: str) -> None:
    source = EvidenceSource.objects.create(key=publisher, publisher=publisher, title="Article")
    RoleEvidence.objects.create(role=role, source=source, track=track)


def test_role_shows_its_consensus_with_the_sources_named(staff):
    role = make_role(title="Practice manager")
    say(role, "Ashworth", "management")
    say(role, "Walden", "administration")
    say(role, "Purdue", "medical_administration")

    text = staff.get(url("careerrole_changelist")).content.decode()

    assert "contested: 1 management, 2 administration" in text
    assert "Ashworth: management; Purdue: medical administration; Walden: administration" in text


def test_institution_adds_its_own_view_with_a_reason(staff, school):
    role = make_role()
    values = {"role": role.pk, "track": "management", "institution": school.pk}

    refused = staff.post(url("roleevidence_add"), values | {"reason": ""})
    staff.post(url("roleevidence_add"), values | {"reason": "Ours lead a department"})

    assert "the reason" in str(errors_of(refused))
    assert RoleEvidence.objects.get().institution == school


@pytest.mark.parametrize("count", [1, 30])
def test_role_list_takes_the_same_queries(staff, count, django_assert_num_queries):
    for number in range(count):
        say(make_role(), f"Source {number}", "management")
    staff.get(url("careerrole_changelist"))

    with django_assert_num_queries(8):
        staff.get(url("careerrole_changelist"))
