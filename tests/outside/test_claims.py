"""An accreditation claim holds for what the accreditor looked at, wherever and however it is shown.

The tests come from outside: pages, tags, commands, mails, spreadsheets and the admin.
"""

import csv
import html
import json
import re
from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.template import engines
from django.test import RequestFactory
from django.urls import reverse

from hcprograms.matching import engine
from tests.factories import (
    NOW,
    TODAY,
    make_accreditor,
    make_campus,
    make_institution,
    make_interest_form,
    make_member,
    make_offering,
    make_office_hours,
    make_program,
    make_record,
    make_user,
)
from tests.security.pages import read_page

pytestmark = pytest.mark.django_db

CLAIM = "Accredited by CAHME"
EVIDENCE = "https://accreditor.example/decision"
SECONDS_BEHIND = 2
SURFACES = {
    "program page",
    "structured data",
    "institution page",
    "directory",
    "directory by accreditation",
    "comparison",
    "results",
    "results as JSON",
    "results as text",
    "badge tag",
    "card tag",
    "list tag",
    "compare tag",
}


def model(name):
    return apps.get_model("hcprograms", name)


@pytest.fixture(autouse=True)
def clock():
    """A Monday."""
    engine.forget()
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling
    engine.forget()


def wait_for_matching(clock):
    """Matching may be a second behind the database, which the tests do not wait for."""
    clock.shift(SECONDS_BEHIND)
    engine.forget()


@pytest.fixture
def school():
    make_offering(program=make_program(name="Of another school, never accredited"))
    return make_institution(slug="our-school", time_zone="UTC", is_fictional=False)


@pytest.fixture
def offering(school):
    program = make_program(
        institution=school,
        slug="mha",
        name="Master of Health Administration",
        award="MHA",
        concentration="Finance",
        cip_code="51.0701",
    )
    campus = make_campus(institution=school, name="Main", slug="main", city="Denver")
    return make_offering(program=program, delivery="campus", campus=campus)


@pytest.fixture
def record(offering):
    return make_record(offering=offering, expires_on=date(2030, 1, 1), evidence_url=EVIDENCE)


@pytest.fixture
def staff(client, school):
    client.force_login(make_member(institution=school, role="manager", receives_leads=False).user)
    return client


def admin_url(name, *args, **query):
    address = reverse(f"admin:hcprograms_{name}", args=args)
    return address + ("?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else "")


def read_surfaces(client, offering, clock, tmp_path):
    """The names of all the places that say that this offering is accredited."""
    wait_for_matching(clock)
    offering.refresh_from_db()
    program = offering.program
    program.refresh_from_db()
    address = reverse("hcprograms:program", args=[program.institution.slug, program.slug])
    page = client.get(address).content.decode()
    data = json.loads(re.search(r'<script type="application/ld\+json">(.+?)</script>', page)[1])
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps({"levels": [program.level], "cahme": "preferred"}))
    found, text = StringIO(), StringIO()
    call_command("match", str(answers), format="json", stdout=found)
    call_command("match", str(answers), stdout=text)
    matches = json.loads(found.getvalue())["matches"]
    claims = [claim["text"] for one in matches for claim in one["claims"]]
    directory = reverse("hcprograms:programs")
    name = html.escape(program.name)
    compared = f"{reverse('hcprograms:compare')}?offering={offering.public_id}"
    said = {
        "program page": CLAIM in page,
        "structured data": "recognizedBy" in data["educationalCredentialAwarded"],
        "institution page": CLAIM
        in read(client, reverse("hcprograms:institution", args=[program.institution.slug])),
        "directory": CLAIM in read(client, directory),
        "directory by accreditation": name not in read(client, f"{directory}?accreditation=none"),
        "comparison": CLAIM in read(client, compared),
        "results": CLAIM
        in read(
            client, f"{reverse('hcprograms:match_results')}?levels={program.level}&cahme=preferred"
        ),
        "results as JSON": CLAIM in claims,
        "results as text": CLAIM in text.getvalue(),
        "badge tag": CLAIM in render("{% accreditation_badge program %}", program=program),
        "card tag": CLAIM in render("{% program_card program %}", program=program),
        "list tag": CLAIM in render('{% program_list institution="our-school" %}'),
        "compare tag": CLAIM in render("{% compare one %}", one=str(offering.public_id)),
    }
    assert set(said) == SURFACES
    return {place for place, is_said in said.items() if is_said}


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def render(text, **context):
    request = RequestFactory().get("/about/")
    request.user = AnonymousUser()
    return engines["django"].from_string("{% load hcprograms %}" + text).render(context, request)


def change_delivery(offering):
    model("Offering").objects.filter(pk=offering.pk).update(delivery="hybrid")


def change_campus(offering):
    offering.campus = make_campus(institution=offering.program.institution)
    offering.save()


def remove_campus(offering):
    model("Offering").objects.filter(pk=offering.pk).update(campus=None)


def move_campus(offering):
    offering.campus.city = "Boulder"
    offering.campus.save()


def move_offering(offering):
    """To a program that differs in nothing that it says of itself."""
    same = ("name", "award", "concentration", "level", "cip_code")
    values = {name: getattr(offering.program, name) for name in same}
    offering.program = make_program(institution=offering.program.institution, slug="twin", **values)
    offering.save()


def set_program(**values):
    def change(offering):
        model("Program").objects.filter(pk=offering.program_id).update(**values)

    return change


CHANGES = {
    "delivery": change_delivery,
    "campus": change_campus,
    "no campus": remove_campus,
    "place of the campus": move_campus,
    "program": move_offering,
    "name": set_program(name="MBA in Sports Management"),
    "award": set_program(award="MBA"),
    "concentration": set_program(concentration=""),
    "CIP code": set_program(cip_code="31.0504"),
}


# Suspended, everywhere and at once.


def test_claim_of_what_was_accredited_is_said_everywhere(client, offering, record, clock, tmp_path):
    assert read_surfaces(client, offering, clock, tmp_path) == SURFACES


@pytest.mark.parametrize("change", CHANGES)
def test_changed_offering_is_said_to_be_accredited_nowhere(
    client, offering, record, clock, tmp_path, change
):
    read_surfaces(client, offering, clock, tmp_path)

    CHANGES[change](offering)

    assert read_surfaces(client, offering, clock, tmp_path) == set()


def test_level_of_an_accreditor_with_many_levels_suspends_too(client, school, clock):
    program = make_program(institution=school, slug="bba", level="bachelor")
    offering = make_offering(program=program)
    acbsp = make_accreditor(
        slug="acbsp", abbreviation="ACBSP", scope="program", levels=["bachelor", "master"]
    )
    model("AccreditationRecord").objects.create(
        program=program,
        institution=school,
        accreditor=acbsp,
        action="initial",
        effective_on=date(2024, 6, 1),
        evidence_url=EVIDENCE,
        verified_on=TODAY,
    )
    address = reverse("hcprograms:program", args=["our-school", "bba"])
    before = read(client, address)

    model("Offering").objects.filter(pk=offering.pk).update(delivery="hybrid")
    same = read(client, address)
    model("Program").objects.filter(pk=program.pk).update(level="master")
    after = read(client, address)

    assert "Accredited by ACBSP" in before
    assert "Accredited by ACBSP" in same  # it judges the program, not its offerings
    assert "Accredited by ACBSP" not in after


def test_undoing_the_change_restores_the_claim(client, offering, record, clock, tmp_path):
    change_delivery(offering)
    suspended = read_surfaces(client, offering, clock, tmp_path)

    model("Offering").objects.filter(pk=offering.pk).update(delivery="campus")

    assert (suspended, read_surfaces(client, offering, clock, tmp_path)) == (set(), SURFACES)


def test_what_is_no_part_of_the_claim_may_change(client, offering, record, clock, tmp_path):
    model("Offering").objects.filter(pk=offering.pk).update(duration_months=24, pace="part time")
    model("Program").objects.filter(pk=offering.program_id).update(summary="Ours.")

    assert read_surfaces(client, offering, clock, tmp_path) == SURFACES


def test_checking_the_evidence_again_does_not_restore_a_suspended_claim(
    staff, offering, record, clock, tmp_path
):
    change_delivery(offering)

    staff.post(
        admin_url("accreditationrecord_changelist"),
        {"action": "mark_verified_today", "_selected_action": [record.pk]},
    )

    assert read_surfaces(staff, offering, clock, tmp_path) == set()


def test_earlier_record_does_not_come_back_for_a_suspended_one(client, offering, clock, tmp_path):
    make_record(offering=offering, effective_on=date(2020, 1, 1))
    change_delivery(offering)
    make_record(offering=offering, effective_on=date(2024, 1, 1), action="reaccredited")

    offering.delivery = "campus"
    offering.save()

    assert read_surfaces(client, offering, clock, tmp_path) == set()


def test_what_a_record_covers_is_never_rewritten(offering, record):
    with pytest.raises(DatabaseError), transaction.atomic():
        model("AccreditationRecord").objects.filter(pk=record.pk).update(coverage={})


def test_copy_has_no_claim(staff, offering, record, school):
    add = admin_url("offering_add", copy_of=offering.pk)
    sent = read_page(staff.get(add)) | {"delivery": "hybrid", "status": "published"}

    staff.post(add, sent)

    copy = model("Offering").objects.get(delivery="hybrid")
    assert not copy.accreditation_records.exists()
    assert CLAIM not in read(staff, f"{reverse('hcprograms:compare')}?offering={copy.public_id}")


# Mails.


def ask_for_results(client, clock, school):
    make_office_hours(institution=school)
    make_member(institution=school)
    hidden = {
        f"ask_{name}": "hidden"
        for name in ("phone", "state", "education", "military", "start", "best_time")
    }
    make_interest_form(institution=school, kind="match", slug="results", **hidden)
    wait_for_matching(clock)
    page = client.get(f"{reverse('hcprograms:match_results')}?levels=master&cahme=preferred")
    form = page.content.decode().partition('id="hcp-email"')[2]
    address = html.unescape(re.search(r'<form method="post" action="([^"]+)"', form)[1])
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    clock.shift(timedelta(minutes=1))
    return client.post(address, fields | {"email": "ada@applicant.example"})


def send_mails(clock):
    clock.shift(timedelta(minutes=2))
    call_command("deliver_followups", verbosity=0)
    return [one.body for one in mail.outbox if "ada@applicant.example" in one.to[0]]


def test_mail_says_the_claim_that_holds(client, clock, school, offering, record):
    ask_for_results(client, clock, school)

    (body,) = send_mails(clock)
    assert CLAIM in body


def test_mail_that_waits_says_nothing_of_a_claim_suspended_meanwhile(
    client, clock, school, offering, record
):
    response = ask_for_results(client, clock, school)
    change_delivery(offering)

    (body,) = send_mails(clock)
    assert response.status_code == 303
    assert offering.program.name in body
    assert "CAHME" not in body


def test_recommendation_frozen_afterwards_says_nothing(client, clock, school, offering, record):
    change_delivery(offering)

    ask_for_results(client, clock, school)

    lead = model("Lead")._base_manager.get()
    assert CLAIM not in json.dumps(lead.recommendation)


# The task, and the warnings.


def test_change_in_the_admin_is_warned_of_and_becomes_a_task(staff, offering, record):
    address = admin_url("offering_change", offering.pk)
    sent = read_page(staff.get(address))

    saved = staff.post(address, sent | {"delivery": "hybrid"}, follow=True)
    start = read(staff, reverse("admin:app_list", args=["hcprograms"]))
    listed = read(staff, admin_url("accreditationrecord_changelist", care="changed"))

    (warning,) = [str(one) for one in saved.context["messages"] if one.level_tag == "warning"]
    for text in (warning, start, listed, read(staff, address)):
        assert "CAHME" in text
        assert re.search(r"[Dd]elivery: on campus → hybrid", text)
    for page in (
        admin_url("program_change", offering.program_id),
        admin_url("accreditationrecord_change", record.pk),
    ):
        assert "elivery: on campus → hybrid" in read(staff, page)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": "MBA in Sports Management"}, "→ MBA in Sports Management"),
        ({"award": "MBA"}, "MHA → MBA"),
        ({"cip_code": "31.0504"}, "51.0701 → 31.0504"),
        ({"concentration": "Sports"}, "Finance → Sports"),
    ],
)
def test_change_of_a_program_is_warned_of(staff, offering, record, values, said):
    address = admin_url("program_change", offering.program_id)
    sent = read_page(staff.get(address))

    saved = staff.post(address, sent | values, follow=True)

    warnings = [str(one) for one in saved.context["messages"] if one.level_tag == "warning"]
    assert len(warnings) == 1
    assert said in warnings[0]


def test_offering_moved_in_the_admin_is_warned_of(staff, offering, record, school):
    other = make_program(institution=school, name="Master of Science", award="MS")
    address = admin_url("offering_change", offering.pk)

    saved = staff.post(address, read_page(staff.get(address)) | {"program": other.pk}, follow=True)

    text = " ".join(str(one) for one in saved.context["messages"] if one.level_tag == "warning")
    assert "Master of Health Administration (MHA) → Master of Science (MS)" in text


def test_unchanged_offering_is_not_warned_of(staff, offering, record):
    address = admin_url("offering_change", offering.pk)

    saved = staff.post(address, read_page(staff.get(address)) | {"price": ""}, follow=True)

    assert "warning" not in {one.level_tag for one in saved.context["messages"]}
    assert "care=changed" not in read(staff, reverse("admin:app_list", args=["hcprograms"]))


def upload(client, name, *rows):
    file = StringIO(newline="")
    csv.writer(file).writerows(rows)
    sent = SimpleUploadedFile("rows.csv", file.getvalue().encode())
    return client.post(admin_url(f"{name}_import"), {"file": sent})


def confirm(client, name, page):
    assert page.context["confirm"] is not None, page.content.decode()
    return client.post(admin_url(f"{name}_import"), page.context["confirm"].initial, follow=True)


def test_spreadsheet_of_offerings_warns_before_and_after(staff, offering, record, clock, tmp_path):
    page = upload(staff, "offering", ["ID", "Delivery"], [str(offering.public_id), "hybrid"])
    unwritten = read_surfaces(staff, offering, clock, tmp_path)
    done = confirm(staff, "offering", page)

    assert "elivery: on campus → hybrid" in page.content.decode()
    warnings = [str(one) for one in done.context["messages"] if one.level_tag == "warning"]
    assert "elivery: on campus → hybrid" in " ".join(warnings)
    assert unwritten == SURFACES
    assert read_surfaces(staff, offering, clock, tmp_path) == set()


def test_spreadsheet_of_programs_warns_before_and_after(staff, offering, record):
    page = upload(staff, "program", ["Slug", "Award"], ["mha", "MBA"])
    done = confirm(staff, "program", page)

    assert "MHA → MBA" in page.context["outcome"].warnings[0]
    assert "MHA → MBA" in " ".join(str(one) for one in done.context["messages"])


def test_spreadsheet_that_changes_no_claim_warns_of_nothing(staff, offering, record):
    page = upload(staff, "program", ["Slug", "Summary"], ["mha", "New."])
    done = confirm(staff, "program", page)

    assert "CAHME" not in page.content.decode().partition("<main")[2]
    assert {one.level_tag for one in done.context["messages"]} == {"success"}


# What a manager does about it.


def test_superseding_record_covers_what_is_there_now(staff, offering, record, clock, tmp_path):
    change_delivery(offering)
    shown = staff.get(admin_url("accreditationrecord_change", record.pk))
    link = admin_url("accreditationrecord_add", supersedes=record.pk)
    form = staff.get(link)
    sent = read_page(form) | {
        "reason": "The accreditor approved the new delivery",
        "verified_on": TODAY.isoformat(),
    }

    bare = staff.post(link, sent | {"evidence_url": ""})
    done = staff.post(link, sent)

    assert f'href="{link}"' in shown.content.decode()
    assert "elivery: on campus → hybrid" in form.content.decode()
    assert list(bare.context["adminform"].form.errors) == ["evidence_url"]
    assert done.status_code == 302
    assert read_surfaces(staff, offering, clock, tmp_path) == SURFACES
    assert "care=changed" not in read(staff, reverse("admin:app_list", args=["hcprograms"]))
    history = read(staff, admin_url("accreditationrecord_changelist"))
    assert history.count('class="field-accreditor') + history.count('class="action-checkbox"') >= 2


def test_not_covered_any_more_is_an_end_and_no_task(staff, offering, record, clock, tmp_path):
    change_delivery(offering)
    link = admin_url("accreditationrecord_add", supersedes=record.pk)
    sent = read_page(staff.get(link)) | {"action": "voluntary", "reason": "Not as hybrid"}

    staff.post(link, sent)

    assert read_surfaces(staff, offering, clock, tmp_path) == set()
    assert "care=changed" not in read(staff, reverse("admin:app_list", args=["hcprograms"]))


def test_spreadsheet_resolves_with_evidence_only(staff, offering, record, clock, tmp_path):
    change_delivery(offering)
    head = ["Program", "Delivery", "Campus", "Accreditor", "Action", "In force from"]
    head += ["Evidence", "Last verified on", "Corrects", "Reason"]
    row = ["mha", "hybrid", "main", "CAHME", "initial accreditation", "2024-06-01"]
    last = [TODAY.isoformat(), str(record.public_id), "Approved as hybrid"]

    refused = upload(staff, "accreditationrecord", head, [*row, "", *last])
    page = upload(staff, "accreditationrecord", head, [*row, EVIDENCE, *last])
    confirm(staff, "accreditationrecord", page)

    assert refused.context["outcome"].is_refused
    assert read_surfaces(staff, offering, clock, tmp_path) == SURFACES


@pytest.mark.parametrize("role", ["advisor", "viewer"])
def test_other_roles_resolve_nothing(client, school, offering, record, role):
    client.force_login(make_member(institution=school, role=role).user)

    response = client.post(
        admin_url("accreditationrecord_add", supersedes=record.pk, action="void"),
        {"supersedes": record.pk, "action": "void", "reason": "Mine"},
    )

    assert response.status_code == 403
    assert model("AccreditationRecord").objects.count() == 1


def test_other_schools_records_are_not_voided(client, offering, record):
    client.force_login(make_member(institution=make_institution(), role="manager").user)

    client.post(
        admin_url("accreditationrecord_add", supersedes=record.pk, action="void"),
        {"supersedes": record.pk, "action": "void", "reason": "Mine"},
    )

    assert model("AccreditationRecord").objects.count() == 1


# A record of the wrong accreditor, offering or date.


def make_wrong_record(offering):
    """ACBSP was chosen where CAHME was meant."""
    acbsp = make_accreditor(slug="acbsp", abbreviation="ACBSP", scope="offering", levels=[])
    return make_record(offering=offering, accreditor=acbsp, evidence_url=EVIDENCE)


def test_record_entered_in_error_is_taken_back_with_a_reason_alone(staff, offering):
    wrong = make_wrong_record(offering)
    address = reverse("hcprograms:program", args=["our-school", "mha"])
    before = read(staff, address)
    link = admin_url("accreditationrecord_add", supersedes=wrong.pk, action="void")
    sent = read_page(staff.get(link))

    bare = staff.post(link, sent | {"reason": " "})
    done = staff.post(link, sent | {"reason": "Wrong accreditor picked"})

    assert "Accredited by ACBSP" in before
    assert "Say why" in str(bare.context["adminform"].form.errors)
    assert done.status_code == 302
    assert "Accredited by ACBSP" not in read(staff, address)
    void = model("AccreditationRecord").objects.get(supersedes=wrong)
    assert (void.action, void.evidence_url) == ("void", "")
    assert "Wrong accreditor picked" in read(
        staff, admin_url("accreditationrecord_change", void.pk)
    )
    start = read(staff, reverse("admin:app_list", args=["hcprograms"]))
    assert not re.search(r"care=(verify|expiring|changed)", start)


def test_taking_back_brings_the_record_before_it_back(staff, offering, clock, tmp_path):
    make_record(offering=offering, effective_on=date(2020, 1, 1))
    wrong = make_record(offering=offering, action="withdrawn", effective_on=date(2024, 1, 1))
    link = admin_url("accreditationrecord_add", supersedes=wrong.pk, action="void")

    staff.post(link, read_page(staff.get(link)) | {"reason": "Another school's"})

    assert read_surfaces(staff, offering, clock, tmp_path) == SURFACES


def test_wrong_accreditor_is_replaced_in_one_go(staff, offering, clock, tmp_path):
    wrong = make_wrong_record(offering)
    cahme = make_accreditor()
    link = admin_url("accreditationrecord_add", supersedes=wrong.pk)
    sent = read_page(staff.get(link))

    done = staff.post(link, sent | {"accreditor": cahme.pk, "reason": "CAHME was meant"})

    assert done.status_code == 302
    page = read(staff, reverse("hcprograms:program", args=["our-school", "mha"]))
    assert "ACBSP" not in page
    assert read_surfaces(staff, offering, clock, tmp_path) == SURFACES
    assert model("AccreditationRecord").objects.get(supersedes=wrong).reason == "CAHME was meant"


def test_wrong_offering_is_replaced_in_one_go(staff, offering, record, school):
    right = make_offering(program=make_program(institution=school, slug="right", name="Right"))
    link = admin_url("accreditationrecord_add", supersedes=record.pk)

    staff.post(link, read_page(staff.get(link)) | {"offering": right.pk, "reason": "Its twin"})

    assert CLAIM not in read(staff, reverse("hcprograms:program", args=["our-school", "mha"]))
    assert CLAIM in read(staff, reverse("hcprograms:program", args=["our-school", "right"]))


def test_wrong_date_is_corrected_as_before(staff, offering, record, clock, tmp_path):
    link = admin_url("accreditationrecord_add", supersedes=record.pk)

    staff.post(
        link, read_page(staff.get(link)) | {"effective_on": "2026-12-24", "reason": "Misread"}
    )

    assert read_surfaces(staff, offering, clock, tmp_path) == set()


def test_void_without_a_record_to_take_back_is_refused(staff, offering):
    values = {"offering": offering.pk, "accreditor": make_accreditor().pk, "action": "void"}

    response = staff.post(
        admin_url("accreditationrecord_add"), values | {"effective_on": "2024-06-01"}
    )

    assert response.status_code == 200
    assert not model("AccreditationRecord").objects.exists()


HEAD = ["Program", "Delivery", "Campus", "Accreditor", "Action", "In force from"]
HEAD += ["Evidence", "Last verified on", "Corrects", "Reason"]


def test_spreadsheet_takes_back_a_record_entered_in_error(staff, offering, record):
    row = ["mha", "campus", "main", "CAHME", "entered in error", "2024-06-01"]
    row += ["", "", str(record.public_id)]

    refused = upload(staff, "accreditationrecord", HEAD, [*row, ""])
    page = upload(staff, "accreditationrecord", HEAD, [*row, "Not ours"])
    confirm(staff, "accreditationrecord", page)
    again = upload(staff, "accreditationrecord", HEAD, [*row, "Not ours"])

    assert refused.context["outcome"].is_refused
    assert CLAIM not in read(staff, reverse("hcprograms:program", args=["our-school", "mha"]))
    assert not again.context["outcome"].does_something
    assert not again.context["outcome"].is_refused


def test_spreadsheet_replaces_a_wrong_accreditor_in_one_go(staff, offering, clock, tmp_path):
    wrong = make_wrong_record(offering)
    make_accreditor()
    row = ["mha", "campus", "main", "CAHME", "initial accreditation", "2024-06-01"]
    row += [EVIDENCE, TODAY.isoformat(), str(wrong.public_id), "CAHME was meant"]

    page = upload(staff, "accreditationrecord", HEAD, row)
    confirm(staff, "accreditationrecord", page)
    again = upload(staff, "accreditationrecord", HEAD, row)

    public = read(staff, reverse("hcprograms:program", args=["our-school", "mha"]))
    assert "ACBSP" not in public
    assert read_surfaces(staff, offering, clock, tmp_path) == SURFACES
    assert not again.context["outcome"].does_something
    assert not again.context["outcome"].is_refused


def test_program_whose_wrong_record_was_taken_back_may_change_its_level(staff, school):
    """A record of an accreditor of bachelor's programs must not lock the level for ever."""
    program = make_program(institution=school, level="bachelor", slug="bha")
    aupha = make_accreditor(
        slug="aupha", kind="certification", scope="program", levels=["bachelor"]
    )
    wrong = model("AccreditationRecord").objects.create(
        program=program,
        institution=school,
        accreditor=aupha,
        action="certified",
        effective_on=date(2024, 6, 1),
    )
    link = admin_url("accreditationrecord_add", supersedes=wrong.pk, action="void")
    staff.post(link, read_page(staff.get(link)) | {"reason": "Another program's"})
    address = admin_url("program_change", program.pk)

    response = staff.post(address, read_page(staff.get(address)) | {"level": "master"})

    assert response.status_code == 302
    program.refresh_from_db()
    assert program.level == "master"


def test_end_and_beginning_of_one_day_claim_nothing_in_either_order(
    client, school, offering, clock, tmp_path
):
    for action in ("withdrawn", "initial"):
        make_record(offering=offering, action=action, effective_on=date(2024, 6, 1))

    assert read_surfaces(client, offering, clock, tmp_path) == set()


def test_superuser_finds_no_way_to_edit_what_a_record_covers(client, offering, record):
    client.force_login(make_user(is_staff=True, is_superuser=True))

    response = client.post(
        admin_url("accreditationrecord_change", record.pk), {"coverage": "{}", "action": "initial"}
    )

    assert response.status_code == 403
