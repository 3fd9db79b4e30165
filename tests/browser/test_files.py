"""Files and proofs of work as people meet them: on a phone, with or without scripts, in a frame."""

import json
import re
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NARROW
from tests.browser.hosts import running_host
from tests.browser.site import SCHOOL, query, running_site

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
ASK = f"/ask/{SCHOOL}/"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site where the second request within an hour needs a proof, and one form asks for files."""
    folder = tmp_path_factory.mktemp("rush")
    more = {"DJANGO_SETTINGS_MODULE": "tests.browser.rush", "PYTHONPATH": str(Path.cwd())}
    with running_site(folder, **more) as site:
        ask(site, "resume", "Your résumé", is_required=1, position=1)
        ask(site, "credits", "Do you bring credits along?", kind="yes_no", position=2)
        condition = {"show_when_key": "credits", "show_when_answer": "yes"}
        ask(site, "transcript", "Transcript", is_required=1, position=3, **condition)
        yield site


@pytest.fixture(autouse=True)
def _calm(site):
    """Each test begins without a rush."""
    query(site.database, "DELETE FROM hcprograms_captureattempt")


def ask(site, key, label, **fields):
    values = {
        "key": key,
        "label": label,
        "help_text": "",
        "kind": "file",
        "options": "",
        "is_required": 0,
        "position": 0,
        "show_when_key": "",
        "show_when_answer": "",
        "file_types": json.dumps(["pdf", "image"]),
        "max_megabytes": 1,
    } | fields
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    query(
        site.database,
        f"INSERT INTO hcprograms_question (form_id, {names})"
        f" SELECT id, {marks} FROM hcprograms_interestform WHERE kind = 'information'",
        *values.values(),
    )


def as_file(name, content=PDF):
    return {"name": name, "mimeType": "application/pdf", "buffer": content}


def send(page):
    page.get_by_role("button", name=re.compile("Send")).click()


def fill(page, name, email="ada@applicant.example"):
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Email address").fill(email)
    page.wait_for_timeout(2_100)  # as long as a person takes


def files_of(site, name):
    return query(
        site.database,
        "SELECT u.name, u.stored_as FROM hcprograms_leadfile f"
        " JOIN hcprograms_upload u ON u.id = f.upload_id"
        " JOIN hcprograms_lead l ON l.id = f.lead_id WHERE l.name = ? ORDER BY f.id",
        name,
    )


def status_of(site, name):
    rows = query(site.database, "SELECT status FROM hcprograms_lead WHERE name = ?", name)
    return [status for (status,) in rows]


def rush(site):
    """As if somebody had asked a minute ago."""
    query(
        site.database,
        "INSERT INTO hcprograms_captureattempt"
        " (institution_id, form_id, at, outcome, detail, submitted)"
        " SELECT institution_id, id, strftime('%Y-%m-%d %H:%M:%f', 'now'), 'captured', '', '{}'"
        " FROM hcprograms_interestform WHERE kind = 'information'",
    )


def test_file_survives_a_wrong_email_on_a_phone_without_scripts(site, visitor):
    who = visitor(viewport=NARROW, java_script_enabled=False)
    page = who.visit(ASK)
    fill(page, "Ada Phone", "ada@nowhere")
    page.get_by_label("Your résumé").set_input_files(as_file("My résumé.pdf"))
    send(page)

    expect(page.get_by_text("is kept. You need not choose it again.")).to_be_visible()
    page.get_by_label("Email address").fill("ada@applicant.example")
    send(page)

    expect(page.get_by_text("Your request has arrived")).to_be_visible()
    ((name, stored_as),) = files_of(site, "Ada Phone")
    assert name == "My résumé.pdf"
    assert Path(site.environment["VAR_DIR"], "files", stored_as).read_bytes() == PDF


def test_kept_file_is_taken_out_without_scripts(site, visitor):
    page = visitor(viewport=NARROW, java_script_enabled=False).visit(ASK)
    fill(page, "Ada Out", "ada@nowhere")
    page.get_by_label("Your résumé").set_input_files(as_file("old.pdf"))
    send(page)
    page.get_by_label("Email address").fill("ada@applicant.example")
    page.get_by_label("Take it out").check()
    send(page)

    expect(page.get_by_text("Choose a file.").first).to_be_visible()
    page.get_by_label("Your résumé").set_input_files(as_file("new.pdf"))
    send(page)

    expect(page.get_by_text("Your request has arrived")).to_be_visible()
    assert [name for name, _path in files_of(site, "Ada Out")] == ["new.pdf"]


def test_pages_with_files_are_sound_on_a_phone(site, visitor):
    who = visitor(viewport=NARROW)
    page = who.visit(ASK)
    who.check()
    fill(page, "Ada Sound", "ada@nowhere")
    page.get_by_label("Your résumé").set_input_files(as_file("a" * 90 + ".pdf"))
    page.get_by_label("Yes").check()
    page.get_by_label("Transcript").set_input_files(as_file("tool.pdf", b"MZ" + bytes(99)))
    send(page)

    expect(page.get_by_text("is kept.")).to_be_visible()
    expect(page.get_by_text("“tool.pdf” is not a file of a kind").first).to_be_visible()
    who.check()


def test_file_that_is_too_large_is_said_to_be_before_it_travels(site, visitor):
    page = visitor().visit(ASK)
    fill(page, "Ada Large")
    field = page.get_by_label("Your résumé")
    field.set_input_files(as_file("film.pdf", PDF + bytes(1_100_000)))
    send(page)

    assert field.evaluate("input => input.validationMessage").startswith("This file is larger")
    assert page.url.endswith(ASK)
    field.set_input_files(as_file("small.pdf"))
    send(page)
    expect(page.get_by_text("Your request has arrived")).to_be_visible()
    assert [name for name, _path in files_of(site, "Ada Large")] == ["small.pdf"]


def test_file_under_a_condition_is_asked_for_when_it_holds(site, visitor):
    page = visitor().visit(ASK)
    expect(page.get_by_label("Transcript")).to_be_hidden()
    fill(page, "Ada Credits")
    page.get_by_label("Your résumé").set_input_files(as_file("cv.pdf"))
    page.get_by_label("Yes").check()
    page.get_by_label("Transcript").set_input_files(as_file("grades.pdf"))
    send(page)

    expect(page.get_by_text("Your request has arrived")).to_be_visible()
    assert [name for name, _path in files_of(site, "Ada Credits")] == ["cv.pdf", "grades.pdf"]


def test_embedded_form_takes_a_file(site, browser):
    with running_host("localhost") as host:
        query(
            site.database,
            "UPDATE hcprograms_interestform SET allowed_hosts = ?",
            json.dumps([host.netloc]),
        )
        ((form,),) = query(
            site.database,
            "SELECT public_id FROM hcprograms_interestform WHERE kind = 'information'",
        )
        script = f'<script src="{site.url}/embed/hc-form.js" async></script>'
        page = browser.new_page(viewport=NARROW)
        page.goto(host.put("/", f'{script}<hc-form form="{UUID(form)}"></hc-form>'))
        frame = page.frame_locator("iframe")
        frame.get_by_label("Your name").fill("Ada Framed")
        frame.get_by_label("Email address").fill("ada@applicant.example")
        frame.get_by_label("Your résumé").set_input_files(as_file("cv.pdf"))
        send(frame)

        expect(frame.get_by_text("Your request has arrived")).to_be_visible()
        page.close()
    assert [name for name, _path in files_of(site, "Ada Framed")] == ["cv.pdf"]


def test_browser_proves_its_work_in_a_rush_and_goes_on_by_itself(site, visitor):
    who = visitor(viewport=NARROW)
    page = who.visit(ASK)
    rush(site)
    fill(page, "Ada Proved")
    page.get_by_label("Your résumé").set_input_files(as_file("cv.pdf"))
    send(page)

    expect(page.get_by_text("Your request has arrived")).to_be_visible(timeout=60_000)
    who.check()
    outcomes = query(site.database, "SELECT outcome FROM hcprograms_captureattempt ORDER BY id")
    assert [outcome for (outcome,) in outcomes] == ["captured", "asked", "captured"]
    assert status_of(site, "Ada Proved") == ["new"]
    assert [name for name, _path in files_of(site, "Ada Proved")] == ["cv.pdf"]


def test_page_that_asks_for_a_proof_is_sound_and_says_what_goes_on(site, visitor):
    who = visitor(viewport=NARROW, color_scheme="dark")
    who.page.add_init_script("SubtleCrypto.prototype.digest = () => new Promise(() => {})")
    page = who.visit(ASK)
    rush(site)
    fill(page, "Ada Waiting")
    page.get_by_label("Your résumé").set_input_files(as_file("cv.pdf"))
    send(page)

    expect(page.get_by_role("status").get_by_text("One moment, please")).to_be_visible()
    expect(page.locator("[data-hcp-proving]")).to_be_focused()
    who.check()


@pytest.mark.parametrize(
    ("name", "options", "broken"),
    [
        ("Ada Unscripted", {"java_script_enabled": False}, ""),
        ("Ada Insecure", {}, "Object.defineProperty(crypto, 'subtle', { value: undefined })"),
        ("Ada Broken", {}, "SubtleCrypto.prototype.digest = () => Promise.reject(new Error())"),
    ],
)
def test_whoever_cannot_prove_anything_is_received_and_looked_at(
    site, visitor, name, options, broken
):
    who = visitor(viewport=NARROW, **options)
    if broken:
        who.page.add_init_script(broken)
    page = who.visit(ASK)
    rush(site)
    fill(page, name)
    page.get_by_label("Your résumé").set_input_files(as_file("cv.pdf"))
    send(page)

    expect(page.get_by_text("Your request has arrived")).to_be_visible()
    assert status_of(site, name) == ["quarantined"]
