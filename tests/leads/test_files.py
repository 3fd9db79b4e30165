"""Files in answer to a question: taken in, kept with the rest, given out, gone when they should."""

import csv
import io
import json
import logging
import re
from datetime import timedelta

import pytest
from django.core.files.storage import InMemoryStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, OperationalError, transaction
from django.test import Client
from django.urls import reverse

from hcprograms.institutions.models import Role
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads import uploads
from hcprograms.leads.disclosure import disclose_lead
from hcprograms.leads.erasure import erase_lead
from hcprograms.leads.exporting import lead_headings, list_leads, write_table
from hcprograms.leads.file_storage import find_storage
from hcprograms.leads.housekeeping import keep_leads_tidy
from hcprograms.leads.links import sign_link
from hcprograms.leads.merging import merge_leads
from hcprograms.leads.models.files import LeadFile, Upload
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.models.questions import MOST_FILES, Question
from hcprograms.leads.models.retention import RetentionRule
from hcprograms.leads.tokens import Purpose
from hcprograms.leads.uploads import GRACE, sweep_uploads
from tests.factories import NOW, make_member
from tests.leads.asking import all_attempts, all_leads, make_school
from tests.leads.files import EXE, HTML, JPEG, PDF, RENAMED, SVG, as_file, make_docx
from tests.tags.rendering import render

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
REFERENCE = re.compile(r'name="q_resume" value="([^"]+)"')
LATER = NOW + timedelta(hours=14)


@pytest.fixture(autouse=True)
def storage(settings):
    """A storage of the test's own."""
    backend = "django.core.files.storage.InMemoryStorage"
    settings.STORAGES = settings.STORAGES | {"hcprograms": {"BACKEND": backend}}
    return find_storage()


def ask(school, **fields):
    values = {"form": school.form, "key": "resume", "label": "Your résumé?", "kind": "file"}
    return Question.objects.create(**values | fields)


def all_uploads():
    with scopes_disabled():
        return list(Upload.objects.order_by("pk"))


def all_files():
    with scopes_disabled():
        return list(LeadFile.objects.select_related("upload").order_by("pk"))


def list_stored(storage):
    """The names of all files that lie in the storage."""
    found, folders = [], [""]
    while folders:
        folder = folders.pop()
        more, files = storage.listdir(folder) if storage.exists(folder or ".") else ([], [])
        folders += [f"{folder}/{name}".strip("/") for name in more]
        found += [f"{folder}/{name}".strip("/") for name in files]
    return found


def errors(response):
    return {name: list(found) for name, found in response.context["form"].errors.items()}


def send(client, school, file=None, **fields):
    return client.post(
        school.address, school.typed(**({"q_resume": file} if file else {}) | fields)
    )


# Taken in.


def test_file_is_kept_with_the_lead(client, school, storage):
    ask(school)

    response = send(client, school, as_file("My résumé.pdf"))

    (file,) = all_files()
    assert response.status_code == 303
    assert (file.key, file.question, file.upload.name) == (
        "resume",
        "Your résumé?",
        "My résumé.pdf",
    )
    assert storage.open(file.upload.stored_as).read() == PDF
    assert all_leads()[0].extra == [
        {"key": "resume", "question": "Your résumé?", "answer": "My résumé.pdf"}
    ]


def test_place_in_the_storage_says_nothing_about_the_person(client, school):
    ask(school)

    send(client, school, as_file("ada.pdf"))

    (upload,) = all_uploads()
    assert upload.stored_as == f"leads/2026/11/{upload.public_id.hex}"


def test_form_travels_in_parts_only_where_a_file_is_asked_for(client, school):
    before = client.get(school.address).content.decode()

    ask(school, file_types=["pdf", "image"], max_megabytes=2)
    after = client.get(school.address).content.decode()

    assert "multipart/form-data" not in before
    assert 'enctype="multipart/form-data"' in after
    assert 'accept=".pdf,.jpg,.jpeg,.png,.heic,.heif"' in after
    assert "PDF, Picture (JPEG, PNG, HEIC), up to 2.0\xa0MB." in after


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("resume.pdf", EXE, "“resume.pdf” is not a file of a kind that can be sent here: PDF"),
        ("resume.pdf", HTML, "“resume.pdf” is not a file of a kind"),
        ("photo.png", SVG, "“photo.png” is not a file of a kind"),
        ("notes.txt", b"plain words", "“notes.txt” is not a file of a kind"),
        ("resume.exe", PDF, "“resume.exe” is not a file of a kind"),
        ("resume.pdf", b"", "“resume.pdf” is empty"),
        ("resume.pdf", PDF + bytes(1024 * 1024), "“resume.pdf” is too large: at most 1.0\xa0MB"),
        ("cv.docx", make_docx(word__vbaProject_dot_bin="x"), "“cv.docx” contains macros"),
        ("cv.docx", make_docx(RENAMED, word__a_dot_bin="x"), "“cv.docx” contains macros"),
    ],
)
def test_file_that_does_not_fit_is_refused_with_words(client, school, name, content, words):
    ask(school, max_megabytes=1)

    response = send(client, school, as_file(name, content))

    assert response.status_code == 422
    assert errors(response)["q_resume"][0].startswith(words)
    assert (all_leads(), all_uploads()) == ([], [])
    assert "Ada Applicant" in response.content.decode()


def test_file_that_is_too_large_is_stopped_at_the_door(client, school, monkeypatch):
    ask(school, max_megabytes=1)
    seen = []
    monkeypatch.setattr("hcprograms.leads.upload_handlers._check", lambda *args: seen.append(args))

    response = send(client, school, as_file(content=PDF + bytes(3 * 1024 * 1024)))

    assert response.status_code == 422
    assert (seen, list(response.wsgi_request.FILES)) == ([], [])


def test_file_before_one_that_is_too_large_is_kept(client, school, storage):
    ask(school)
    ask(school, key="other", max_megabytes=1)

    response = send(client, school, as_file(), q_other=as_file(content=bytes(2 * 1024 * 1024)))

    (upload,) = all_uploads()
    assert list(errors(response)) == ["q_other"]
    assert storage.open(upload.stored_as).read() == PDF


def test_second_file_and_file_that_nobody_asked_for_are_left_out(client, school):
    ask(school)
    files = [as_file("one.pdf"), as_file("two.pdf")]

    response = send(client, school, None, q_resume=files, q_other=as_file("x.pdf"))

    assert response.status_code == 303
    assert [one.name for one in all_uploads()] == ["one.pdf"]


def test_body_beyond_all_measure_is_answered_in_words(client, school, monkeypatch):
    ask(school, max_megabytes=1)
    monkeypatch.setattr("hcprograms.leads.upload_handlers.SLACK", 0)

    response = send(client, school, as_file(content=bytes(2 * 1024 * 1024)))

    assert response.status_code == 413
    assert "This is too large to send" in response.content.decode()


def test_form_without_file_question_takes_no_files(client, school):
    response = send(client, school, as_file(content=bytes(200_000)))

    assert response.status_code == 400
    assert all_uploads() == []


def test_required_file_has_to_be_chosen(client, school):
    ask(school, is_required=True)

    response = send(client, school)

    assert errors(response) == {"q_resume": ["Choose a file."]}


@pytest.mark.parametrize(("answer", "kept"), [("yes", 1), ("no", 0)])
def test_file_under_a_condition_counts_only_when_it_was_asked_for(client, school, answer, kept):
    ask(school, key="has", label="Have you got one?", kind="yes_no", position=1)
    ask(school, position=2, is_required=True, show_when_key="has", show_when_answer="yes")

    response = send(client, school, as_file(), q_has=answer)

    assert response.status_code == 303
    assert len(all_files()) == kept


def test_required_file_under_a_condition_is_asked_for_when_it_holds(client, school):
    ask(school, key="has", label="Have you got one?", kind="yes_no", position=1)
    ask(school, position=2, is_required=True, show_when_key="has", show_when_answer="yes")

    response = send(client, school, q_has="yes")

    assert errors(response) == {"q_resume": ["Please answer this question."]}


# Not lost when something else is wrong.


def test_file_is_kept_when_another_field_is_wrong(client, school, storage):
    ask(school, is_required=True)
    refused = send(client, school, as_file(), email="nowhere")
    html = refused.content.decode()

    # As browsers do: the file input that was left empty comes as an empty value.
    response = send(client, school, q_resume=[REFERENCE.search(html)[1], ""])

    assert (refused.status_code, list(errors(refused))) == (422, ["email"])
    assert "resume.pdf" in html
    assert "is kept" in html
    assert response.status_code == 303
    assert [one.upload.name for one in all_files()] == ["resume.pdf"]
    assert len(list_stored(storage)) == 1


def test_kept_file_can_be_taken_out(client, school):
    ask(school)
    html = send(client, school, as_file(), email="nowhere").content.decode()
    reference = REFERENCE.search(html)[1]

    send(client, school, q_resume=reference, **{"q_resume.remove": "on"})

    assert all_files() == []
    assert len(all_leads()) == 1


def test_kept_file_can_be_replaced(client, school):
    ask(school)
    html = send(client, school, as_file("old.pdf"), email="nowhere").content.decode()

    response = send(client, school, [REFERENCE.search(html)[1], as_file("new.pdf")])

    assert response.status_code == 303
    assert [one.upload.name for one in all_files()] == ["new.pdf"]


def test_kept_file_stays_when_its_replacement_is_refused(client, school):
    ask(school)
    html = send(client, school, as_file("old.pdf"), email="nowhere").content.decode()

    response = send(client, school, [REFERENCE.search(html)[1], as_file("new.pdf", EXE)])

    html = response.content.decode()
    assert errors(response)["q_resume"][0].startswith("“new.pdf” is not a file of a kind")
    assert "old.pdf" in html
    assert REFERENCE.search(html)


@pytest.mark.parametrize("reference", ["nonsense", "a:b:c", "\0"])
def test_forged_reference_is_refused(client, school, reference):
    ask(school)

    response = send(client, school, q_resume=reference)

    assert errors(response) == {"q_resume": ["The file is not kept any more: choose it again."]}


def test_reference_is_worth_nothing_for_another_question_or_school(client, school):
    ask(school)
    stranger = make_school()
    ask(stranger)
    html = send(client, school, as_file(), email="nowhere").content.decode()

    response = send(client, stranger, q_resume=REFERENCE.search(html)[1])

    assert errors(response) == {"q_resume": ["The file is not kept any more: choose it again."]}


def test_reference_is_worth_nothing_for_another_question_of_the_form(client, school):
    ask(school)
    ask(school, key="other")
    html = send(client, school, as_file(), email="nowhere").content.decode()

    response = send(client, school, q_other=REFERENCE.search(html)[1])

    assert list(errors(response)) == ["q_other"]


def test_form_that_had_expired_keeps_the_file(client, school):
    ask(school)
    old = school.token(age=timedelta(days=3))

    html = send(client, school, as_file(), token=old).content.decode()

    assert "Please send it once more" in html
    assert REFERENCE.search(html)


def test_file_from_an_address_that_floods_is_not_kept(client, school, settings):
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"SUBMITS_PER_HOUR": 1}
    ask(school)
    client.post(school.address, school.typed(name="First"), REMOTE_ADDR="8.8.8.8")

    response = client.post(school.address, school.typed(q_resume=as_file()), REMOTE_ADDR="8.8.8.8")

    assert response.status_code == 429
    assert all_uploads() == []
    assert "choose it again when you send the form" in response.content.decode()


def test_many_waiting_files_do_not_fill_the_disk(client, school, settings, storage):
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"WAITING_FILES_MB": 1}
    ask(school)
    send(client, school, as_file(content=PDF + bytes(900_000)), email="nowhere")

    response = send(client, school, as_file(content=PDF + bytes(200_000)))

    waiting = [one.size for one in all_uploads() if one.keep_until > NOW]
    assert response.status_code == 303
    assert waiting == [len(PDF) + 200_000]


def test_file_larger_than_all_the_room_is_refused(client, school, settings, caplog):
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"WAITING_FILES_MB": 1}
    ask(school)

    response = send(client, school, as_file(content=PDF + bytes(1_100_000)))

    assert errors(response)["q_resume"][0].startswith("We cannot store “resume.pdf”")
    assert "Too many files wait" in caplog.text


def test_storage_that_fails_costs_nothing_but_the_file(client, school, storage, monkeypatch):
    ask(school)

    def fail(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(InMemoryStorage, "save", fail)
    response = send(client, school, as_file())

    assert errors(response)["q_resume"][0].startswith("We cannot store “resume.pdf”")
    assert [one.name for one in all_uploads()] == [""]
    assert sweep_uploads(now=NOW) == 1


def test_database_down_asks_in_words_to_choose_the_file_again(client, school, monkeypatch):
    ask(school)

    def fail(*args, **kwargs):
        raise OperationalError("down")

    monkeypatch.setattr("hcprograms.leads.views.interest_form.get_open_form", fail)
    response = send(client, school, as_file("My résumé.pdf"))

    html = response.content.decode()
    assert response.status_code == 503
    assert "please choose them again" in html
    assert "“My résumé.pdf”, once more" in html
    assert '<input type="file" id="hcp-file-1" name="q_resume">' in html
    assert 'enctype="multipart/form-data"' in html


def test_database_down_at_the_end_keeps_the_file_that_was_stored(client, school, monkeypatch):
    ask(school)

    def fail(*args, **kwargs):
        raise OperationalError("down")

    monkeypatch.setattr("hcprograms.leads.views.interest_form.capture_lead", fail)
    html = send(client, school, as_file()).content.decode()
    monkeypatch.undo()
    response = send(client, school, q_resume=REFERENCE.search(html)[1])

    assert "please choose them again" not in html
    assert response.status_code == 303
    assert [one.upload.name for one in all_files()] == ["resume.pdf"]


def test_closed_form_lets_no_file_in(client, school):
    ask(school)
    typed = school.typed(q_resume=as_file())
    school.form.status = "retired"
    school.form.save()

    response = client.post(school.address, typed)

    assert (response.status_code, all_uploads()) == (410, [])


# Once, and no orphans.


def test_double_submit_is_one_lead_with_one_file(client, school, storage):
    ask(school)
    token = school.token()
    for _click in range(2):
        send(client, school, as_file(), token=token)

    removed = sweep_uploads(now=LATER)

    assert (len(all_leads()), len(all_files()), removed) == (1, 1, 1)
    assert list_stored(storage) == [all_files()[0].upload.stored_as]


def test_other_file_of_the_same_name_is_another_request(client, school):
    ask(school)
    token = school.token()

    send(client, school, as_file(), token=token)
    send(client, school, as_file(content=PDF + b"more"), token=token)

    assert len(all_leads()) == 2


def test_corrected_resubmit_gets_a_copy_of_the_kept_file(client, school, storage):
    ask(school)
    html = send(client, school, as_file(), email="nowhere").content.decode()
    reference = REFERENCE.search(html)[1]

    send(client, school, q_resume=reference)
    send(client, school, q_resume=reference, message="One more thing")
    with scopes_disabled():
        erase_lead(lead=all_leads()[0], method="link", now=NOW)

    (file,) = all_files()
    assert storage.open(file.upload.stored_as).read() == PDF


def test_resubmit_of_the_very_same_with_a_reference_is_one_lead(client, school):
    ask(school)
    html = send(client, school, as_file(), email="nowhere").content.decode()
    same = {"q_resume": REFERENCE.search(html)[1], "token": school.token()}

    answers = [send(client, school, **same) for _click in range(2)]

    assert [one.status_code for one in answers] == [303, 303]
    assert (len(all_leads()), len(all_files())) == (1, 1)


def test_rollback_leaves_nothing_that_is_not_swept(client, school, storage, monkeypatch):
    ask(school)

    def fail(*args, **kwargs):
        raise RuntimeError("a receiver of the host")

    monkeypatch.setattr("hcprograms.leads.capture.build_attempt", fail)
    response = send(client, school, as_file())
    monkeypatch.undo()

    assert (response.status_code, all_files(), len(list_stored(storage))) == (503, [], 1)
    assert sweep_uploads(now=LATER) == 1
    assert (all_uploads(), list_stored(storage)) == ([], [])


def test_file_without_its_request_is_kept_for_hours_and_then_removed(client, school, storage):
    ask(school)
    send(client, school, as_file(), email="nowhere")

    early = sweep_uploads(now=NOW + timedelta(hours=12))
    late = sweep_uploads(now=NOW + timedelta(hours=13))

    assert (early, late) == (0, 1)
    assert list_stored(storage) == []


def test_file_of_a_lead_is_never_swept(client, school):
    ask(school)
    send(client, school, as_file())

    assert sweep_uploads(now=NOW + timedelta(days=900)) == 0
    assert len(all_files()) == 1


def test_file_that_a_lead_takes_while_the_sweep_is_on_is_left(client, school, monkeypatch):
    ask(school)
    send(client, school, as_file())
    lists = iter([[all_uploads()[0].pk], []])
    monkeypatch.setattr(uploads, "_list_unwanted", lambda now, after: next(lists))

    removed = sweep_uploads(now=LATER)

    assert (removed, len(all_files())) == (0, 1)


def test_storage_that_lets_nothing_go_is_asked_again(client, school, storage, monkeypatch, caplog):
    ask(school)
    send(client, school, as_file(), email="nowhere")
    with monkeypatch.context() as patch:
        patch.setattr(InMemoryStorage, "delete", lambda *args: 1 / 0)
        first = sweep_uploads(now=LATER)

    assert (first, len(all_uploads())) == (0, 1)
    assert "could not be removed" in caplog.text
    assert sweep_uploads(now=LATER) == 1


def test_storage_that_is_down_is_not_asked_for_every_file(school, monkeypatch):
    calls = []

    def fail(self, name):
        calls.append(name)
        raise OSError("down")

    monkeypatch.setattr(InMemoryStorage, "delete", fail)
    for number in range(8):
        Upload.objects.create(
            institution=school.form.institution,
            kind="pdf",
            size=1,
            stored_as=f"x/{number}",
            uploaded_at=NOW,
            keep_until=NOW - GRACE,
        )

    sweep_uploads(now=NOW)

    assert len(calls) == uploads.MOST_FAILURES


def test_many_files_are_swept_in_batches(school, monkeypatch):
    monkeypatch.setattr(uploads, "BATCH", 2)
    for number in range(5):
        Upload.objects.create(
            institution=school.form.institution,
            kind="pdf",
            size=1,
            stored_as=f"x/{number}",
            uploaded_at=NOW,
            keep_until=NOW - GRACE,
        )

    assert sweep_uploads(now=NOW) == 5


def test_database_lets_no_file_belong_to_two_leads(client, school):
    ask(school)
    send(client, school, as_file())
    (file,) = all_files()

    with scopes_disabled(), pytest.raises(IntegrityError), transaction.atomic():
        LeadFile.objects.create(lead=all_leads()[0], upload=file.upload, key="x", question="x")


# Gone with the person.


def test_erasure_takes_the_file_out_of_the_storage(
    client, school, storage, django_capture_on_commit_callbacks
):
    ask(school)
    send(client, school, as_file())
    with django_capture_on_commit_callbacks(execute=True):
        erase_lead(lead=all_leads()[0], method="link", now=NOW)

    assert (all_files(), all_uploads(), list_stored(storage)) == ([], [], [])


def test_erasure_does_not_forget_a_file_that_the_storage_keeps(
    client, school, storage, monkeypatch, django_capture_on_commit_callbacks
):
    ask(school)
    send(client, school, as_file("Ada.pdf"))
    with monkeypatch.context() as patch:
        patch.setattr(InMemoryStorage, "delete", lambda *args: 1 / 0)
        with django_capture_on_commit_callbacks(execute=True):
            erase_lead(lead=all_leads()[0], method="link", now=NOW)

    (upload,) = all_uploads()
    assert (upload.name, upload.sha256, all_files()) == ("", "", [])
    assert sweep_uploads(now=NOW) == 1
    assert list_stored(storage) == []


def test_erasure_that_is_rolled_back_keeps_the_file(client, school, storage):
    ask(school)
    send(client, school, as_file())

    with transaction.atomic():
        erase_lead(lead=all_leads()[0], method="link", now=NOW)
        transaction.set_rollback(True)

    assert len(all_files()) == len(list_stored(storage)) == 1


def test_merged_requests_are_erased_with_the_files_of_both(
    client, school, storage, django_capture_on_commit_callbacks
):
    ask(school)
    send(client, school, as_file("one.pdf"))
    send(client, school, as_file("two.pdf"))
    kept, other = all_leads()
    user = school.advisor.user
    merge_leads(kept=kept, other=other, take=(), user=user, now=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        erase_lead(lead=kept, method="link", now=NOW)

    assert (all_files(), list_stored(storage)) == ([], [])


def test_retention_takes_the_file_along(
    client, school, storage, django_capture_on_commit_callbacks
):
    ask(school)
    send(client, school, as_file())
    RetentionRule.objects.create(institution=school.form.institution, status="new", days=30)
    with django_capture_on_commit_callbacks(execute=True):
        tidied = keep_leads_tidy(now=NOW + timedelta(days=31))

    assert tidied.people == 1
    assert (all_files(), list_stored(storage)) == ([], [])


def test_hourly_housekeeping_sweeps_and_says_so(client, school, storage):
    ask(school)
    send(client, school, as_file(), email="nowhere")

    tidied = keep_leads_tidy(now=LATER)

    assert str(tidied) == "Retention: 0 erased. Files: 1 removed."
    assert list_stored(storage) == []


def test_form_in_somebody_elses_page_takes_a_file(client, school):
    ask(school)
    html = render("{% interest_form form %}", form=school.form)

    response = client.post(school.address, school.typed(q_resume=as_file(), source="/about/"))

    assert 'enctype="multipart/form-data"' in html
    assert response.status_code == 303
    assert len(all_files()) == 1


# Given out.


@pytest.fixture
def sent(client, school):
    """A request with a file."""
    ask(school)
    send(client, school, as_file("Ada’s résumé.pdf"))
    return all_files()[0]


def staff(school, role=Role.ADVISOR):
    client = Client()
    client.force_login(make_member(institution=school.form.institution, role=role).user)
    return client


def take(client, file):
    address = [file.lead_id, file.upload.public_id]
    return client.get(reverse("admin:hcprograms_lead_file", args=address))


def test_staff_take_the_file_to_save_and_that_is_on_record(school, sent):
    client = staff(school, Role.VIEWER)

    response = take(client, sent)

    with scopes_disabled():
        event = LeadEvent.objects.get(kind="file")
    assert b"".join(response) == PDF
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''Ada")
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in response["Cache-Control"]
    assert (event.text, event.actor.is_staff) == ("Ada’s résumé.pdf", True)


def test_catalog_editors_get_no_files(school, sent):
    assert take(staff(school, Role.EDITOR), sent).status_code == 404


def test_staff_of_another_school_get_no_files(school, sent):
    assert take(staff(make_school()), sent).status_code == 404


def test_nobody_gets_a_file_without_signing_in(client, sent):
    response = take(client, sent)

    assert response.status_code == 302
    assert "/login/" in response["Location"]


def test_file_that_cannot_be_read_is_said_to_staff(school, sent, monkeypatch):
    def fail(*args):
        raise OSError("down")

    monkeypatch.setattr(InMemoryStorage, "open", fail)
    response = take(staff(school), sent)

    with scopes_disabled():
        assert not LeadEvent.objects.filter(kind="file").exists()
    assert response["Location"] == f"/admin/hcprograms/lead/{sent.lead_id}/change/"


def test_page_of_the_lead_leads_to_the_file(school, sent):
    page = staff(school).get(f"/admin/hcprograms/lead/{sent.lead_id}/change/").content.decode()

    assert f"/admin/hcprograms/lead/{sent.lead_id}/files/{sent.upload.public_id}/" in page


def test_page_of_a_kept_lead_leads_to_files_of_one_merged_into_it(client, school, sent):
    send(client, school, as_file("second.pdf"))
    kept, other = all_leads()
    merge_leads(kept=kept, other=other, take=(), user=school.advisor.user, now=NOW)

    page = staff(school).get(f"/admin/hcprograms/lead/{kept.pk}/change/").content.decode()

    assert "second.pdf" in page
    assert take(staff(school), all_files()[1]).status_code == 200


def own_page(lead):
    token = sign_link(Purpose.MY_REQUEST, lead=lead, address=lead.email, now=NOW)
    return token, reverse("hcprograms:my_request", args=[token])


def test_person_finds_and_takes_their_file(client, sent):
    token, page = own_page(all_leads()[0])
    address = reverse("hcprograms:my_request_file", args=[token, sent.upload.public_id])

    html = client.get(page).content.decode()
    response = client.get(address)

    assert address in html
    assert html.count("Ada’s résumé.pdf") == 1
    assert b"".join(response) == PDF
    assert response["X-Robots-Tag"] == "noindex"


def test_token_of_one_person_opens_no_file_of_another(client, school, sent):
    send(client, school, as_file("theirs.pdf"), email="bob@applicant.example", name="Bob")
    bob = all_leads()[1]
    token, _page = own_page(bob)

    response = client.get(
        reverse("hcprograms:my_request_file", args=[token, sent.upload.public_id])
    )

    assert response.status_code == 404


def test_person_is_told_when_the_storage_is_down(client, sent, monkeypatch):
    def fail(*args):
        raise OSError("down")

    monkeypatch.setattr(InMemoryStorage, "open", fail)
    token, _page = own_page(all_leads()[0])
    response = client.get(
        reverse("hcprograms:my_request_file", args=[token, sent.upload.public_id])
    )

    assert response.status_code == 503


def test_download_of_everything_names_the_file_and_says_where_it_is(client, sent):
    token, _page = own_page(all_leads()[0])

    found = json.loads(client.get(reverse("hcprograms:my_request_data", args=[token])).content)

    (file,) = found["files"]
    path = reverse("hcprograms:my_request_file", args=[token, sent.upload.public_id])
    assert (file["name"], file["bytes"]) == ("Ada’s résumé.pdf", len(PDF))
    assert file["address"] == f"https://admissions.example{path}"
    assert client.get(path).status_code == 200


def test_export_names_the_file(sent):
    out = io.StringIO()
    with scopes_disabled():
        write_table(lead_headings(), list_leads(Lead.objects.all()), to=out)

    (row,) = csv.DictReader(io.StringIO(out.getvalue()))
    assert row["Files"] == "Ada’s résumé.pdf"


def test_disclosure_without_addresses_names_the_file(sent):
    found = disclose_lead(lead=all_leads()[0])

    assert [one["name"] for one in found["files"]] == ["Ada’s résumé.pdf"]


def test_log_of_a_refused_submit_names_the_file_not_its_content(client, school):
    ask(school)

    send(client, school, as_file("Ada.pdf"), email="nowhere")

    (attempt,) = all_attempts()
    assert attempt.submitted["q_resume"] == ["Ada.pdf"]
    assert "%PDF" not in json.dumps(attempt.submitted)


def test_log_of_a_refused_submit_names_the_file_that_was_refused(client, school):
    ask(school)

    send(client, school, as_file("tool.pdf", EXE))

    (attempt,) = all_attempts()
    assert (attempt.detail, attempt.submitted["q_resume"]) == ("q_resume", ["tool.pdf"])


def test_site_log_names_neither_file_nor_person(client, school, storage, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    ask(school)

    def fail(*args, **kwargs):
        raise OSError("cannot write Canary.pdf")

    monkeypatch.setattr(InMemoryStorage, "save", fail)
    send(client, school, as_file("Canary.pdf"))

    assert "Canary" not in caplog.text
    assert "A file could not be stored: OSError" in caplog.text


# What staff set up.


def save_in_admin(client, school, *questions):
    form = school.form
    page = client.get(f"/admin/hcprograms/interestform/{form.pk}/change/")
    data = {
        name: value if value is not None else ""
        for name, value in page.context["adminform"].form.initial.items()
    }
    data |= {"opens_at_0": "", "opens_at_1": "", "closes_at_0": "", "closes_at_1": ""}
    data |= {"questions-TOTAL_FORMS": len(questions), "questions-INITIAL_FORMS": 0}
    for number, question in enumerate(questions):
        values = {"position": number, "key": f"k{number}", "label": "L?", "kind": "file"}
        for name, value in (values | {"form": form.pk} | question).items():
            data[f"questions-{number}-{name}"] = value
    return client.post(f"/admin/hcprograms/interestform/{form.pk}/change/", data)


def test_staff_ask_for_a_file(school):
    response = save_in_admin(
        staff(school, Role.MANAGER), school, {"file_types": ["pdf", "text"], "max_megabytes": 3}
    )

    (question,) = Question.objects.all()
    assert response.status_code == 302
    assert (question.file_types, question.max_bytes) == (["pdf", "text"], 3 * 1024 * 1024)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"file_types": []}, "Choose at least one kind of file."),
        ({"file_types": ["exe"]}, "Select a valid choice."),
        ({"file_types": ["pdf"], "max_megabytes": 26}, "less than or equal to 25"),
    ],
)
def test_file_question_that_makes_no_sense_is_refused(school, fields, words):
    response = save_in_admin(staff(school, Role.MANAGER), school, fields)

    assert words in response.content.decode()
    assert not Question.objects.exists()


def test_form_asks_for_five_files_at_most(school):
    questions = [{"file_types": ["pdf"]}] * (MOST_FILES + 1)

    response = save_in_admin(staff(school, Role.MANAGER), school, *questions)

    assert "at most five files" in response.content.decode()
    assert not Question.objects.exists()


@pytest.mark.parametrize("fields", [{"max_megabytes": 0}, {"max_megabytes": 26}])
def test_database_keeps_the_size_within_bounds(school, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        ask(school, **fields)


def test_image_with_the_wrong_ending_gets_the_right_one(client, school):
    ask(school)

    send(client, school, SimpleUploadedFile("photo.png", JPEG))

    assert [one.name for one in all_uploads()] == ["photo.jpg"]


def test_files_lie_in_a_private_folder_where_no_storage_is_named(settings, tmp_path):
    others = {key: one for key, one in settings.STORAGES.items() if key != "hcprograms"}
    settings.STORAGES = others
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"FILES_ROOT": tmp_path / "files"}
    storage = find_storage()

    name = storage.save("leads/x", as_file())

    assert (tmp_path / "files" / name).stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "files" / "leads").stat().st_mode & 0o777 == 0o750
