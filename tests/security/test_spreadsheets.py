"""Institutions apart in import and export: nothing of another school goes out, in, or changes."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from hcprograms.catalog.models import AccreditationRecord, Intake, Offering, Program, RoleMapping
from hcprograms.catalog.models.uploads import SpreadsheetUpload
from hcprograms.institutions.models import Institution, Membership
from tests.catalog.spreadsheets.files import make_csv
from tests.factories import make_user
from tests.security.test_admin_matrix import OURS, THEIRS, address, says
from tests.security.world import (
    ROLES,
    SHEETS,
    freeze,
    make_reference,
    make_school,
    make_staff,
)

pytestmark = pytest.mark.django_db

each_sheet = pytest.mark.parametrize(
    "model",
    sorted(SHEETS, key=lambda one: one._meta.model_name),
    ids=lambda one: one._meta.model_name,
)
each_role = pytest.mark.parametrize("role", ROLES)
MAY = {"owner", "editor"}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        make_reference()
        yield make_school(OURS), make_school(THEIRS)
        transaction.set_rollback(True)


@pytest.fixture
def ours(world, db):
    return world[0]


@pytest.fixture
def theirs(world, db):
    return world[1]


@pytest.fixture
def editor(client, ours):
    user = make_staff(ours[Institution], "editor")
    client.force_login(user)
    return user


def upload(client, model: Any, content: bytes) -> Any:
    file = SimpleUploadedFile("rows.csv", content, content_type="text/csv")
    return client.post(address(model, "import"), {"file": file})


def export(client, model: Any, **query: Any) -> str:
    page = address(model, "export")
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    response = client.post(f"{page}?{asked}", {"format": "csv"})
    assert response.status_code == 200
    return response.content.decode("utf-8-sig")


@each_role
@each_sheet
def test_pages_are_for_those_who_may_change_the_catalog(client, ours, theirs, model, role):
    client.force_login(make_staff(ours[Institution], role))
    expected = 200 if role in MAY else 403

    for page in ("import", "export", "template"):
        asked = {"format": "csv"} if page == "template" else {}
        response = client.get(address(model, page), asked)

        assert response.status_code == expected
        assert not says(response, THEIRS)


@each_role
@each_sheet
def test_export_holds_ours_only_and_is_on_record(client, ours, theirs, model, role):
    user = make_staff(ours[Institution], role)
    client.force_login(user)

    response = client.post(address(model, "export"), {"format": "csv"})

    if role in MAY:
        assert "ourmark-school" in response.content.decode()
        assert "exported 1 rows as CSV" in LogEntry.objects.get(user=user).change_message
    else:
        assert response.status_code == 403
    assert not says(response, THEIRS)
    assert not says(response, "theirmark")


@each_sheet
def test_strangers_are_sent_to_the_login(client, ours, model):
    for page in ("import", "export", "template"):
        for ask in (client.get, client.post):
            response = ask(address(model, page))

            assert response.status_code == 302
            assert "/login/" in response["Location"]


@each_sheet
def test_import_by_who_only_looks_is_refused(client, ours, model):
    client.force_login(make_staff(ours[Institution], "viewer"))

    response = upload(client, model, b"ID,Name\n,x\n")

    assert response.status_code == 403


@each_sheet
def test_export_leaves_out_where_one_only_looks(client, ours, theirs, model):
    user = make_staff(ours[Institution], "manager")
    Membership.objects.create(institution=theirs[Institution], user=user, role="viewer")
    client.force_login(user)

    assert "theirmark" not in export(client, model)


@each_sheet
def test_filter_by_a_row_of_theirs_exports_nothing_of_theirs(client, ours, theirs, editor, model):
    text = export(client, model, q="Theirmark")

    assert "theirmark" not in text.lower()


def rows_about(theirs: Any) -> list[tuple[Any, list[str], list[str]]]:
    """Files that name something of theirs: by ID, by institution, by program, by campus."""
    slug, program = "theirmark-school", theirs[Program].slug
    record = ["Accreditor", "Action", "In force from"]
    did = ["cahme", "expired", "2026-01-01"]
    return [
        (Program, ["ID", "Name"], [str(theirs[Program].public_id), "Taken"]),
        (Program, ["Institution", "Slug", "Name"], [slug, program, "Taken"]),
        (Program, ["Institution", "Name", "Level"], [slug, "Planted", "master"]),
        (
            Program,
            ["ID", "Institution", "Name"],
            [str(theirs[Program].public_id), "ourmark-school", "Moved"],
        ),
        (Offering, ["ID", "Months"], [str(theirs[Offering].public_id), "1"]),
        (Offering, ["Program", "Months"], [program, "1"]),
        (Offering, ["Institution", "Program", "Months"], [slug, program, "1"]),
        (Intake, ["Program", "Starts on"], [program, "2030-01-01"]),
        (Intake, ["Institution", "Program", "Starts on"], [slug, program, "2030-01-01"]),
        (RoleMapping, ["Program", "Role", "Strength"], [program, "Shared role", "0.1"]),
        (AccreditationRecord, ["ID", *record], [str(theirs[AccreditationRecord].public_id), *did]),
        (AccreditationRecord, ["Program", *record], [program, *did]),
        (AccreditationRecord, ["Institution", *record], [slug, *did]),
        (
            AccreditationRecord,
            ["Corrects", "Reason", *record],
            [str(theirs[AccreditationRecord].public_id), "wrong", *did],
        ),
    ]


@pytest.mark.parametrize("number", range(14))
def test_file_that_names_something_of_theirs_is_refused(client, ours, theirs, editor, number):
    model, header, row = rows_about(theirs)[number]
    before = {one: freeze(theirs[one]) for one in SHEETS}
    counts = {one: one.objects.count() for one in SHEETS}

    response = upload(client, model, make_csv(header, row))

    assert response.context["outcome"].is_refused
    assert response.context["confirm"] is None
    assert {one: freeze(theirs[one]) for one in SHEETS} == before
    assert {one: one.objects.count() for one in SHEETS} == counts
    sent = " ".join(row).lower()
    assert says(response, THEIRS) == ("theirmark" in sent)


@pytest.mark.parametrize("number", range(14))
def test_where_one_only_looks_nothing_is_imported(client, ours, theirs, number):
    model, header, row = rows_about(theirs)[number]
    user = make_staff(ours[Institution], "manager")
    Membership.objects.create(institution=theirs[Institution], user=user, role="viewer")
    client.force_login(user)

    response = upload(client, model, make_csv(header, row))

    assert response.context["outcome"].is_refused


def test_row_of_ours_cannot_be_moved_to_another_school(client, ours, theirs):
    user = make_staff(ours[Institution], "manager")
    Membership.objects.create(institution=theirs[Institution], user=user, role="manager")
    client.force_login(user)
    row = [str(ours[Program].public_id), "theirmark-school"]

    response = upload(client, Program, make_csv(["ID", "Institution"], row))

    (refused,) = response.context["outcome"].rows
    assert [one.column for one in refused.refusals] == ["Institution"]


def test_campus_of_theirs_is_unknown_here(client, ours, theirs, editor):
    header, row = ["Program", "Campus"], [ours[Program].slug, "Theirmark Campus"]

    response = upload(client, Offering, make_csv(header, row))

    (refused,) = response.context["outcome"].rows
    assert [one.reason for one in refused.refusals] == ["no campus of this institution"]


def test_upload_of_another_person_cannot_be_confirmed(client, ours, editor):
    kept, expected = look_at(client)
    client.force_login(make_staff(ours[Institution], "owner"))

    client.post(address(Program, "import"), {"upload": kept.pk, "expected": expected})

    assert not Program.objects.filter(name="Confirmed").exists()


def test_upload_for_another_list_cannot_be_confirmed(client, ours, editor):
    kept, expected = look_at(client)

    client.post(address(Offering, "import"), {"upload": kept.pk, "expected": expected})

    assert not Program.objects.filter(name="Confirmed").exists()


def test_upload_is_not_confirmed_once_the_role_is_gone(client, ours, editor):
    kept, expected = look_at(client)
    Membership.objects.filter(user=editor).update(role="viewer")

    sent = {"upload": kept.pk, "expected": expected}
    response = client.post(address(Program, "import"), sent)

    assert response.status_code == 403
    assert not Program.objects.filter(name="Confirmed").exists()


def look_at(client) -> tuple[SpreadsheetUpload, str]:
    response = upload(client, Program, make_csv(["Name", "Level"], ["Confirmed", "master"]))
    return SpreadsheetUpload.objects.get(), response.context["outcome"].digest


def test_superuser_exports_all_schools(client, ours, theirs):
    client.force_login(make_user(is_staff=True, is_superuser=True))

    text = export(client, Program)

    assert "ourmark-school" in text
    assert "theirmark-school" in text
