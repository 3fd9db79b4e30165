"""Every change with who and when: saves, bulk updates, deletions, and the page that tells."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db.models.deletion import Collector
from django.db.models.signals import pre_save
from django.urls import reverse
from django.utils import timezone

from hcprograms.catalog.models import Certification, LicensureDisclosure, Offering, Program
from hcprograms.catalog.models.programs import Status
from hcprograms.catalog.publishing import set_status
from hcprograms.institutions.change_log import (
    ChangeLogEntry,
    is_tracked,
    log_created,
    set_actor,
    update_and_log,
)
from hcprograms.institutions.change_log_presenter import list_changes
from hcprograms.institutions.models import Institution
from hcprograms.institutions.value_words import NOTHING
from tests.factories import (
    NOW,
    make_campus,
    make_institution,
    make_intake,
    make_interest_form,
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

TRACKED = {
    "AccreditationRecord",
    "Campus",
    "Disclosure",
    "Institution",
    "Intake",
    "InterestForm",
    "LicensureDisclosure",
    "Offering",
    "Program",
    "RoleMapping",
}


def told(row, children=()):
    """What was changed, the newest first."""
    return [
        (one.action, one.subject, [(f.label, f.before, f.after) for f in one.fields])
        for one in list_changes(row=row, children=children)
    ]


def test_every_kind_of_row_that_staff_keep_is_tracked():
    models = apps.get_app_config("hcprograms").get_models()

    assert {model.__name__ for model in models if is_tracked(model)} == TRACKED


def test_change_tells_the_field_from_what_to_what_and_who():
    user = make_user()
    offering = make_offering(price=500, price_basis="credit")
    with set_actor(user_id=user.pk):
        offering.price, offering.delivery = 650, "campus"
        offering.save()

    changed, created = list_changes(row=offering)

    assert (changed.user_id, created.user_id) == (user.pk, None)
    assert [(f.label, f.before, f.after) for f in changed.fields] == [
        ("Price", "500", "650"),
        ("Delivery", "online", "on campus"),
    ]


def test_saving_a_row_as_it_was_tells_nothing():
    program = make_program()
    program.save()

    assert told(program) == [("created", "", [])]


def test_values_are_told_in_words():
    school = make_institution()
    program = make_program(institution=school)
    offering = make_offering(program=program, states=["TX"], state_rule="only")
    offering.campus = make_campus(institution=school, name="River")
    offering.open_to_international = True
    offering.price_as_of = date(2026, 9, 1)
    offering.states = []
    offering.save()

    assert told(offering)[0][2] == [
        ("Price as of", NOTHING, "Sept. 1, 2026"),
        ("Campus", NOTHING, str(offering.campus)),
        ("States", "TX", NOTHING),
        ("Open to people abroad", NOTHING, "yes"),
    ]


def test_certifications_of_a_program_are_told_by_name():
    program = make_program()
    program.certifications.add(Certification.objects.create(slug="c", name="Certified"))

    assert told(program)[0] == ("changed", "", [("Prepares for", NOTHING, "Certified")])


def test_children_are_told_with_their_parent_and_named_when_they_are_gone():
    offering = make_offering()
    intake = make_intake(offering=offering, starts_on=date(2027, 1, 11))
    intake.apply_by = date(2026, 12, 1)
    intake.save()
    intake.delete()

    children = (type(intake),)
    name = "Intake: Jan. 11, 2027"
    assert told(offering, children)[:3] == [
        ("deleted", name, []),
        ("changed", name, [("Apply by", NOTHING, "Dec. 1, 2026")]),
        ("created", name, []),
    ]


def test_bulk_change_is_recorded_for_each_row_and_row_that_had_it_is_not():
    programs = [make_program(status="draft"), make_program()]

    count = set_status(rows=Program.objects.all(), status=Status.PUBLISHED, now=NOW)

    assert count == 1
    assert told(programs[0])[0] == ("changed", "", [("Status", "draft", "published")])
    assert told(programs[1]) == [("created", "", [])]


def test_recording_many_rows_takes_few_queries(django_assert_num_queries):
    program = make_program()
    campuses = [make_campus(institution=program.institution) for _ in range(30)]
    rows = [make_offering(program=program, campus=campus) for campus in campuses]
    bare = list(Offering.objects.filter(pk__in=[row.pk for row in rows]))

    with django_assert_num_queries(2):
        log_created(bare)

    entries = ChangeLogEntry.objects.filter(object_type="offering", institution=program.institution)
    assert entries.count() == 60


def test_commands_are_named_as_the_reason(capsys):
    call_command("load_sample", verbosity=0)

    program = Program.objects.first()
    assert {one.reason for one in list_changes(row=program)} == {"load_sample"}


# One's own only, and gone with the institution.


def fill(school):
    """A row of every recorded kind."""
    offering = make_offering(
        program=make_program(institution=school), campus=make_campus(institution=school)
    )
    make_intake(offering=offering, starts_on=date(2027, 1, 11))
    make_record(offering=offering)
    make_role_mapping(program=offering.program, role=make_role())
    make_interest_form(institution=school)
    school.disclosures.create(code="c", places=["roles"], text="Text", valid_from=date(2026, 1, 1))
    LicensureDisclosure.objects.create(
        program=offering.program, state="OH", licence="x", finding="meets", as_of=date(2026, 1, 1)
    )
    return offering


def test_every_entry_belongs_to_its_institution():
    school = make_institution()
    fill(school)

    owners = set(ChangeLogEntry.objects.values_list("object_type", "institution"))

    assert owners == {(name.lower(), school.pk) for name in TRACKED}


def test_log_is_erased_with_its_institution_and_others_stay():
    ours, theirs = make_institution(), make_institution()
    fill(ours)
    fill(theirs)
    kept = set(ChangeLogEntry.objects.filter(institution=theirs).values_list("pk", flat=True))

    Institution.objects.filter(pk=ours.pk).delete()

    assert set(ChangeLogEntry.objects.values_list("pk", flat=True)) == kept


def test_deleted_program_leaves_what_it_was():
    offering = fill(make_institution())
    program = offering.program

    Program.objects.filter(pk=program.pk).delete()

    deleted = ChangeLogEntry.objects.filter(action="deleted", institution=program.institution)
    entry = deleted.get(object_type="program", object_id=program.pk)
    assert entry.changes["name"] == [program.name, None]
    assert deleted.filter(object_type="offering", object_id=offering.pk).count() == 1


def test_person_who_is_deleted_leaves_the_change():
    user = make_user()
    with set_actor(user_id=user.pk):
        program = make_program()

    get_user_model().objects.filter(pk=user.pk).delete()

    entry = ChangeLogEntry.objects.get(object_type="program", object_id=program.pk)
    assert entry.user_id is None


def test_entry_says_in_plain_json_from_what_to_what():
    offering = make_offering(price=500, price_basis="credit")
    Offering.objects.filter(pk=offering.pk).update(price=1)  # a stale instance is no change
    campus = make_campus(institution=offering.program.institution)

    offering.price, offering.price_as_of, offering.campus = 650, date(2026, 9, 1), campus
    offering.save()

    entry = ChangeLogEntry.objects.filter(object_type="offering").latest("pk")
    assert entry.object_text == f"{offering.program.name}, online"
    assert entry.changes == {
        "campus": [None, campus.pk],
        "price": ["1.00", "650.00"],
        "price_as_of": [None, "2026-09-01"],
    }


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [("open_to_international", False, False), ("fees_total", 0, "0.00")],
)
def test_no_and_zero_are_statements(name, value, written):
    offering = make_offering()

    setattr(offering, name, value)
    offering.save()

    entry = ChangeLogEntry.objects.filter(object_type="offering").latest("pk")
    assert entry.changes == {name: [None, written]}


def test_rows_that_a_host_collects_by_itself_are_deleted_and_logged():
    offering = make_offering()
    collector = Collector(using="default")

    collector.collect([offering])
    collector.delete()

    entry = ChangeLogEntry.objects.filter(object_type="offering").latest("pk")
    assert entry.action == ChangeLogEntry.Action.DELETED


def test_relation_to_what_is_gone_is_told_by_its_number():
    offering = make_offering()
    campus = make_campus(institution=offering.program.institution)
    offering.campus = campus
    offering.save()
    offering.campus = None
    offering.save()
    number = campus.pk
    campus.delete()

    assert told(offering)[0][2] == [("Campus", f"#{number}", NOTHING)]


def test_receiver_that_saves_the_row_again_disturbs_nothing():
    program = make_program(name="Old")

    def save_again(instance, **kwargs):
        if not instance.award.endswith("!"):
            instance.award += "!"
            instance.save()

    pre_save.connect(save_again, sender=Program)
    try:
        program.name = "New"
        program.save()
    finally:
        pre_save.disconnect(save_again, sender=Program)

    fields = [label for _action, _subject, fields in told(program) for label, *_ in fields]
    assert sorted(fields) == ["Award", "Name"]


def test_update_and_log_tells_only_rows_that_changed():
    programs = [make_program(name="Same"), make_program(name="Other")]

    count = update_and_log(Program.objects.all(), name="Same")

    assert count == 2
    assert [len(told(one)) for one in programs] == [1, 2]


# The page.


@pytest.fixture
def school(db):
    return make_institution()


@pytest.fixture
def staff(client, school):
    user = make_user(is_staff=True, first_name="Erin", last_name="Editor")
    make_member(institution=school, role="editor", user=user)
    client.force_login(user)
    return client


def url(model, page, pk):
    return reverse(f"admin:hcprograms_{model}_{page}", args=[pk])


def test_page_tells_what_was_changed_in_the_admin_and_by_whom(staff, school):
    offering = make_offering(program=make_program(institution=school))
    address = url("offering", "change", offering.pk)

    staff.post(address, read_page(staff.get(address)) | {"duration_months": "24"})

    page = staff.get(url("offering", "history", offering.pk))
    assert [(who, one.action) for one, who in page.context["changes"]] == [
        ("Erin Editor", "changed"),
        ("A program, outside the admin", "created"),
    ]
    assert "Months" in page.content.decode()


def test_text_that_went_through_a_browser_has_not_changed(staff, school):
    texts = {"prerequisites": "One\nTwo", "details_as_of": date(2026, 9, 1)}
    program = make_program(institution=school, **texts)
    address = url("program", "change", program.pk)

    staff.post(address, read_page(staff.get(address)) | {"prerequisites": "One\r\nTwo"})

    assert told(program) == [("created", "", [])]


def test_bulk_action_and_start_date_are_on_the_page(staff, school):
    offering = make_offering(program=make_program(institution=school), status="draft")
    make_intake(offering=offering, starts_on=timezone.localdate() + timedelta(days=9))
    listed = reverse("admin:hcprograms_offering_changelist")

    staff.post(listed, {"action": "publish", "_selected_action": [offering.pk]})

    page = staff.get(url("offering", "history", offering.pk))
    (newest, who), (intake, _), _created = page.context["changes"]
    assert (who, newest.fields[0].after) == ("Erin Editor", "published")
    assert intake.subject.startswith("Intake: ")


def test_person_who_never_worked_here_is_not_named(staff, school):
    stranger = make_user(username="theirs-only", is_superuser=True)
    with set_actor(user_id=stranger.pk):
        program = make_program(institution=school)

    page = staff.get(url("program", "history", program.pk))

    assert [who for _change, who in page.context["changes"]] == ["An administrator of this site"]
    assert "theirs-only" not in page.content.decode()


def test_history_of_another_institution_is_answered_like_none(staff):
    foreign = make_program(name="Theirs")

    response = staff.get(url("program", "history", foreign.pk), follow=True)

    assert response.redirect_chain or response.status_code in {403, 404}
    assert response.context is None or not response.context.get("changes")


@pytest.mark.parametrize("count", [1, 30])
def test_page_takes_the_same_queries(staff, school, count, django_assert_max_num_queries):
    program = make_program(institution=school)
    for number in range(count):
        make_role_mapping(program=program, role=make_role())
        program.name = f"Name {number}"
        program.save()
    staff.get(url("program", "history", program.pk))

    with django_assert_max_num_queries(12):
        page = staff.get(url("program", "history", program.pk))

    assert len(page.context["changes"]) == 2 * count + 1
