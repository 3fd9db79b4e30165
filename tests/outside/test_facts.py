"""What public pages and reference data say is what their sources say."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.urls import reverse

from tests.factories import make_offering, make_program

pytestmark = pytest.mark.django_db

SEEDS = Path(__file__).resolve().parents[2].parent / "shared" / "docs" / "field_facts.json"


def model(name):
    return apps.get_model("hcprograms", name)


@pytest.fixture
def _loaded():
    call_command("load_reference", verbosity=0)


def read(client, name, *args):
    response = client.get(reverse(f"hcprograms:{name}", args=args))
    assert response.status_code == 200
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", unescape(text))


def read_role(client, slug):
    return read(client, "role", slug)


@pytest.mark.parametrize(
    ("slug", "says", "not_says"),
    [
        ("hospice-care-director", "in-patient care", "in the house"),
        ("clinical-director", "key operations", "main treatments"),
        ("health-services-manager", "technical", ""),
        ("office-manager", "", "everything that is not clinical"),
    ],
)
@pytest.mark.usefixtures("_loaded")
def test_role_page_says_what_the_source_says(client, slug, says, not_says):
    text = read_role(client, slug)

    assert says in text
    assert not not_says or not_says not in text


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        ("hospital-administrator", ["training", "policies", "finances", "human resources"]),
        ("clinic-director", ["training", "policies", "finances", "human resources"]),
        ("health-information-manager", ["records", "secur", "informatics", "technicians"]),
        ("medical-records-manager", ["records", "secur", "informatics", "technicians"]),
    ],
)
@pytest.mark.usefixtures("_loaded")
def test_role_of_the_university_has_the_duties_that_it_names(client, slug, words):
    role = model("CareerRole").objects.get(slug=slug)
    duties = [each["text"] for each in role.duties if each["source"] == "S4"]
    text = read_role(client, slug)

    assert all(any(word in duty for duty in duties) for word in words)
    assert "According to Colorado Technical University" in text


@pytest.mark.usefixtures("_loaded")
def test_guide_names_what_draws_people_to_either_track_in_each_source(client):
    cues = model("FieldFact").objects.filter(kind="interest", source__key="S3")

    assert {cue.track for cue in cues} == {"management", "medical_administration"}
    text = read(client, "guide")
    assert all(cue.text.casefold() in text.casefold() for cue in cues)


@pytest.mark.usefixtures("_loaded")
def test_guide_says_nothing_that_no_source_says(client):
    text = read(client, "guide")

    assert "pays for it" not in text
    assert "Helpful, not required" not in text
    assert "beneficial" in text
    assert "2020-11" not in text
    assert "readers in London" not in text
    assert "courses" in str(model("EvidenceSource").objects.get(key="S3").note)


@pytest.mark.usefixtures("_loaded")
def test_source_has_a_date_of_publication_only_where_it_was_published_then():
    dates = dict(model("EvidenceSource").objects.values_list("key", "published_on"))

    assert {key: dates[key] for key in ("S0", "S1", "S2", "S3", "S4")} == {
        "S0": "",
        "S1": "2024-11-04",
        "S2": "2020-08-05",
        "S3": "",
        "S4": "",
    }
    note = model("EvidenceSource").objects.get(key="S4").note
    assert "compliance code" in note
    assert "November 2020" in note


@pytest.mark.usefixtures("_loaded")
def test_title_on_which_all_sources_agree_is_no_disagreement(client):
    guide = read(client, "guide")
    disagreements = guide.partition("Where they disagree")[2].partition("Before you decide")[0]

    assert "Health services manager" in disagreements
    assert "Practice administrator" in disagreements
    assert "Hospital administrator" not in disagreements
    assert "in spite of the word administrator" in guide
    assert "The sources disagree" not in read_role(client, "hospital-administrator")


@pytest.mark.usefixtures("_loaded")
def test_what_a_degree_covers_is_shown(client):
    text = read(client, "guide")

    for topic in ("health analytics", "information systems", "patient privacy law"):
        assert topic in text


@pytest.mark.usefixtures("_loaded")
def test_statement_about_colleagues_is_not_about_what_sources_disagree_on():
    """Training staff is management in two sources and administration in one."""
    statement = model("InterestStatement").objects.get(slug="mentoring")

    assert statement.track == "administration"
    assert not re.search(r"\b(train|learn|teach)", statement.text)


@pytest.mark.parametrize(
    ("abbreviation", "body"),
    [
        ("CMAA", "National Healthcareer Association"),
        ("CMOM", "Practice Management Institute"),
        ("cHAP", "Association for Healthcare Administrative Professionals"),
    ],
)
@pytest.mark.usefixtures("_loaded")
def test_certification_is_awarded_by_its_body(client, abbreviation, body):
    program = make_program()
    make_offering(program=program)
    certification = model("Certification").objects.get(abbreviation=abbreviation)
    program.certifications.add(certification)

    text = read(client, "program", program.institution.slug, program.slug)

    assert f"awarded by {body}" in text
    assert re.search(rf"awarded by {body}.{{0,120}}November 2026", text)
    named = "named as “National Healthcare Association (NHA)” in the source"
    assert (named in text) == (abbreviation == "CMAA")
    assert "awarding body not published" not in text


@pytest.mark.parametrize(
    ("slug", "levels", "domain"),
    [
        ("cahme", ["master"], "population health"),
        ("cahiim", ["associate", "bachelor", "master"], "health information management"),
        ("naspaa", ["master"], "public"),
        ("iacbe", ["associate", "bachelor", "master", "doctorate"], "business"),
    ],
)
@pytest.mark.usefixtures("_loaded")
def test_accreditor_says_what_it_accredits_with_its_source(slug, levels, domain):
    accreditor = model("Accreditor").objects.get(slug=slug)

    assert (accreditor.kind, sorted(accreditor.levels)) == ("accreditation", sorted(levels))
    assert domain in accreditor.about.casefold()
    assert accreditor.source.url.startswith("https://")
    assert "November 2026" in accreditor.source.note


@pytest.mark.usefixtures("_loaded")
def test_cahme_is_not_only_for_healthcare_management():
    about = model("Accreditor").objects.get(slug="cahme").about

    assert "quality and safety" in about


def test_sample_school_takes_credits_to_a_later_college(client):
    call_command("load_reference", verbosity=0)
    call_command("load_sample", "--schools", verbosity=0)
    forms = model("InterestForm").objects.filter(institution__slug="brightwater-institute")
    form = forms.get(slug="information")
    words = [form.intro, *form.questions.values_list("label", flat=True)]

    assert "later college" in form.intro
    assert not any("bring" in one for one in words)
    assert "From which school?" not in words


def test_loading_again_changes_nothing(capsys):
    call_command("load_reference")
    first = list(model("FieldFact").objects.order_by("slug").values())
    capsys.readouterr()

    call_command("load_reference")

    assert list(model("FieldFact").objects.order_by("slug").values()) == first


@pytest.mark.usefixtures("_loaded")
@pytest.mark.skipif(not SEEDS.exists(), reason="the text of the five articles is not here")
def test_every_role_and_title_of_the_seeds_is_recorded_on_its_track():
    seeds = json.loads(SEEDS.read_text("utf-8"))["sources"]
    evidence = {
        (source, track, title.casefold())
        for source, track, title in model("RoleEvidence").objects.values_list(
            "source__key", "track", "title_as_written"
        )
    }

    for key, seed in seeds.items():
        roles = seed["roles"] if isinstance(seed["roles"], dict) else {}
        for track, titles in roles.items():
            if track == "supervised_not_mapped":
                continue
            for title in titles:
                plain = title.casefold().replace("/admin", " / admin")
                assert (key, track.replace(" ", "_"), plain) in evidence
