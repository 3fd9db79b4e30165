"""Import and export in the admin: upload, preview, confirm, download."""

import subprocess
import sys
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from hcprograms.catalog.models.programs import Program
from hcprograms.catalog.models.uploads import SpreadsheetUpload
from tests.catalog.spreadsheets.files import make_book, make_csv
from tests.factories import make_institution, make_member, make_program, make_user

pytestmark = pytest.mark.django_db

LIST = "admin:hcprograms_program_changelist"
IMPORT = "admin:hcprograms_program_import"
EXPORT = "admin:hcprograms_program_export"
TEMPLATE = "admin:hcprograms_program_template"
HEADER = ["Slug", "Name", "Level"]


@pytest.fixture
def school():
    return make_institution(slug="our-school")


@pytest.fixture
def editor(client, school):
    user = make_user(is_staff=True)
    make_member(institution=school, role="editor", user=user, receives_leads=False)
    client.force_login(user)
    return user


def upload(client, content, name="programs.csv"):
    return client.post(reverse(IMPORT), {"file": SimpleUploadedFile(name, content)})


def confirm(client, page, **changes):
    sent = page.context["confirm"].initial | changes
    return client.post(reverse(IMPORT), sent, follow=True)


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_file_is_looked_at_then_imported(client, school, editor):
    make_program(institution=school, slug="old", name="Old", level="master")
    page = upload(client, make_csv(HEADER, ["old", "Older", ""], ["new", "New", "master"]))
    before = set(Program.objects.values_list("name", flat=True))

    response = confirm(client, page)

    assert before == {"Old"}
    assert said(response) == ["Imported: 1 row is new, 1 changed."]
    assert set(Program.objects.values_list("name", flat=True)) == {"Older", "New"}
    assert SpreadsheetUpload.objects.count() == 0


def test_import_is_told_in_the_history_of_the_row(client, school, editor):
    program = make_program(institution=school, slug="mha", name="Old")

    confirm(client, upload(client, make_csv(HEADER, ["mha", "New", ""])))

    page = client.get(reverse("admin:hcprograms_program_history", args=[program.pk]))
    assert "import of programs.csv" in page.content.decode()
    assert LogEntry.objects.get().user == editor


def test_refused_row_is_shown_with_row_column_value_and_reason(client, school, editor):
    page = upload(client, make_csv(HEADER, ["a", "A", "master"], ["b", "<b>B</b>", "wizard"]))

    body = page.content.decode()
    assert page.context["confirm"] is None
    assert SpreadsheetUpload.objects.count() == 0
    for text in (">3</th>", "<td>Level</td>", "“wizard”", "not one of: certificate"):
        assert text in body


def test_hostile_text_is_shown_as_text(client, school, editor):
    hostile = "<script>alert(1)</script>{{7*7}}"

    page = upload(client, make_csv([*HEADER, hostile], ["a", hostile, "master", ""]), hostile)

    assert hostile not in page.content.decode()
    assert "&lt;script&gt;alert(1)" in page.content.decode()


def test_catalog_that_changed_meanwhile_is_shown_again(client, school, editor):
    program = make_program(institution=school, slug="mha", name="Old")
    page = upload(client, make_csv(HEADER, ["mha", "New", ""]))
    Program.objects.filter(pk=program.pk).update(name="Changed by somebody")

    again = confirm(client, page)

    assert said(again) == [
        "The catalog has changed since you looked. Nothing was imported; look again."
    ]
    assert Program.objects.get().name == "Changed by somebody"
    confirm(client, again)
    assert Program.objects.get().name == "New"


def test_forged_expectation_imports_nothing(client, school, editor):
    page = upload(client, make_csv(HEADER, ["a", "A", "master"]))

    confirm(client, page, expected="0" * 64)

    assert Program.objects.count() == 0


def test_file_is_kept_for_a_day(client, school, editor):
    page = upload(client, make_csv(HEADER, ["a", "A", "master"]))

    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        client.force_login(editor)
        response = confirm(client, page)

    assert said(response) == [
        "The file is not here any more (it is kept for a day). Nothing was imported."
    ]
    assert Program.objects.count() == 0


def test_old_files_of_everybody_go_with_the_next_upload(client, school, editor):
    old = timezone.now() - timedelta(days=2)
    SpreadsheetUpload.objects.create(
        user=make_user(), sheet="program", name="x", content=b"x", created_at=old
    )

    upload(client, make_csv(HEADER, ["a", "A", "master"]))

    assert [row.user for row in SpreadsheetUpload.objects.all()] == [editor]


def test_confirming_twice_imports_once(client, school, editor):
    page = upload(client, make_csv(HEADER, ["a", "A", "master"]))

    confirm(client, page)
    confirm(client, page)

    assert Program.objects.count() == 1


def test_nothing_to_do_is_said(client, school, editor):
    make_program(institution=school, slug="mha", name="MHA")

    page = upload(client, make_csv(["Slug", "Name"], ["mha", "MHA"]))

    assert "There is nothing to import" in page.content.decode()
    assert page.context["confirm"] is None


def test_unreadable_file_is_told_at_the_field(client, school, editor):
    page = upload(client, b"\x89PNG\r\n\x1a\n", "programs.xlsx")

    assert page.context["form"].errors["file"] == [
        "“programs.xlsx” is a picture, not CSV; save it as CSV (UTF-8). Nothing was imported."
    ]


def test_no_file_is_told_at_the_field(client, school, editor):
    page = client.post(reverse(IMPORT), {})

    assert page.context["form"].errors["file"] == ["This field is required."]


def test_sheet_and_columns_that_are_not_read_are_named(client, school, editor):
    book = make_book(Programs=[[*HEADER, "Colour"], ["a", "A", "master", "red"]], Old=[["x"]])

    body = upload(client, book, "programs.xlsx").content.decode()

    assert "Read from the sheet “Programs”." in body
    assert "Not read: the sheets “Old”." in body
    assert "these columns are not known here: “Colour”" in body


def test_list_offers_the_pages_to_those_who_may(client, school, editor):
    body = client.get(reverse(LIST), {"q": "health"}).content.decode()

    assert f'href="{reverse(IMPORT)}"' in body
    assert f'href="{reverse(EXPORT)}?q=health"' in body
    assert f'href="{reverse(TEMPLATE)}"' in body


def test_list_offers_nothing_to_those_who_only_look(client, school):
    user = make_user(is_staff=True)
    make_member(institution=school, role="viewer", user=user, receives_leads=False)
    client.force_login(user)

    assert reverse(IMPORT) not in client.get(reverse(LIST)).content.decode()


def test_export_is_what_the_list_shows(client, school, editor):
    make_program(institution=school, name="Wanted")
    make_program(institution=school, name="Other")

    response = client.post(f"{reverse(EXPORT)}?q=Wanted", {"format": "csv"})

    text = response.content.decode("utf-8-sig")
    assert ("Wanted" in text, "Other" in text) == (True, False)
    assert response["Content-Disposition"].startswith('attachment; filename="programs-')
    assert "no-store" in response["Cache-Control"]


def test_export_as_a_workbook_is_on_record(client, school, editor):
    make_program(institution=school, name="MHA")

    response = client.post(reverse(EXPORT), {"format": "xlsx"})

    page = openpyxl.load_workbook(BytesIO(response.content)).worksheets[0]
    assert [row[3] for row in page.iter_rows(values_only=True)] == ["Name", "MHA"]
    assert LogEntry.objects.get().change_message == "exported 1 rows as Excel"


def test_looking_at_the_export_page_exports_nothing(client, school, editor):
    response = client.get(reverse(EXPORT), {"format": "csv"}, follow=True)

    assert "attachment" not in response.headers.get("Content-Disposition", "")
    assert LogEntry.objects.count() == 0


def test_without_openpyxl_there_is_csv(client, school, editor, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)

    response = client.get(reverse(TEMPLATE))

    assert response["Content-Type"] == "text/csv; charset=utf-8"


def test_spreadsheet_libraries_load_when_asked_for_only(client):
    code = "import django; django.setup(); import hcprograms.admin, sys; "
    code += "sys.exit(bool({'tablib', 'import_export', 'openpyxl'} & set(sys.modules)))"

    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
