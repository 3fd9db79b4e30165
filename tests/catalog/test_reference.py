"""The reference data that ships, and what loading it again may change."""

import copy
import re

import pytest

from hcprograms.catalog.keeping import digest_of, values_of
from hcprograms.catalog.models import (
    Accreditor,
    CareerRole,
    Certification,
    Contradiction,
    EvidenceSource,
    FieldFact,
    InterestStatement,
    RoleEvidence,
)
from hcprograms.catalog.reference import load_reference, read_reference

pytestmark = pytest.mark.django_db

EVIDENCE = {
    ("hospital-administrator", "S1", "management"),
    ("executive-director", "S1", "management"),
    ("social-welfare-administrator", "S1", "management"),
    ("health-advocate", "S1", "management"),
    ("practice-administrator", "S1", "management"),
    ("clinical-director", "S1", "administration"),
    ("health-services-manager", "S1", "administration"),
    ("office-manager", "S1", "administration"),
    ("hospice-care-director", "S1", "administration"),
    ("medical-records-manager", "S1", "administration"),
    ("healthcare-manager", "S2", "management"),
    ("healthcare-administrator", "S2", "administration"),
    ("hospital-administrator", "S3", "management"),
    ("chief-operating-officer", "S3", "management"),
    ("health-services-manager", "S3", "management"),
    ("medical-office-administrator", "S3", "medical_administration"),
    ("practice-manager", "S3", "medical_administration"),
    ("health-information-technician", "S3", "medical_administration"),
    ("hospital-administrator", "S4", "management"),
    ("clinic-director", "S4", "management"),
    ("health-information-manager", "S4", "management"),
    ("medical-records-manager", "S4", "management"),
    ("medical-practice-manager", "S4", "administration"),
}


def test_every_piece_of_evidence_is_loaded_with_its_source():
    load_reference()

    rows = RoleEvidence.objects.values_list("role__slug", "source__key", "track")
    assert set(rows) == EVIDENCE
    assert len(rows) == len(EVIDENCE)


def test_sources_keep_their_dates_as_precisely_as_known():
    load_reference()

    dates = dict(
        EvidenceSource.objects.filter(key__regex=r"^S\d$").values_list("key", "published_on")
    )
    assert dates == {"S0": "", "S1": "2024-11-04", "S2": "2020-08-05", "S3": "", "S4": ""}


def test_statements_are_the_twelve_of_answers_six_for_each_track():
    load_reference()

    tracks = dict(InterestStatement.objects.values_list("slug", "track"))
    assert tracks == dict.fromkeys(
        ["strategy", "policy", "finance", "analytics", "performance", "emergency_planning"],
        "management",
    ) | dict.fromkeys(
        ["scheduling", "mentoring", "front_desk", "records", "billing", "supplies"],
        "administration",
    )


def test_contested_titles_are_kept_together_but_apart():
    load_reference()

    practice = Contradiction.objects.get(slug="practice-managers")
    assert set(practice.roles.values_list("slug", flat=True)) == {
        "practice-administrator",
        "practice-manager",
        "medical-practice-manager",
    }
    assert set(practice.sources.values_list("key", flat=True)) == {"S1", "S3", "S4"}
    assert Contradiction.objects.count() == 17


def test_cahme_covers_masters_only():
    load_reference()

    cahme = Accreditor.objects.get(slug="cahme")
    assert (cahme.levels, cahme.scope) == (["master"], "offering")
    assert Accreditor.objects.get(slug="aupha").kind == "certification"


def test_certifications_name_the_body_and_what_the_source_calls_it():
    load_reference()

    names = Certification.objects.values_list("abbreviation", "body", "body_as_written")
    assert {abbreviation: names for abbreviation, *names in names} == {
        "CMOM": ["Practice Management Institute (PMI)", ""],
        "cHAP": ["Association for Healthcare Administrative Professionals (AHCAP)", ""],
        "CMAA": [
            "National Healthcareer Association (NHA)",
            "National Healthcare Association (NHA)",
        ],
    }


def test_loading_again_changes_nothing():
    first = load_reference()

    second = load_reference()

    assert second.unchanged.total() == first.created.total()
    assert second.created.total() + second.updated.total() + len(second.skips) == 0


def test_newer_release_updates_what_nobody_edited():
    load_reference()
    newer = copy.deepcopy(read_reference())
    newer["roles"]["roles"][0]["summary"] = "Runs a hospital."
    newer["contradictions"]["contradictions"][1]["roles"].remove("practice-manager")

    report = load_reference(data=newer)

    assert CareerRole.objects.get(slug="hospital-administrator").description == "Runs a hospital."
    assert Contradiction.objects.get(slug="practice-managers").roles.count() == 2
    assert report.updated.total() == 2


def test_newer_release_leaves_edited_rows_alone():
    load_reference()
    CareerRole.objects.filter(slug="hospital-administrator").update(description="Ours.")
    newer = copy.deepcopy(read_reference())
    newer["roles"]["roles"][0]["summary"] = "Runs a hospital."

    report = load_reference(data=newer)

    assert CareerRole.objects.get(slug="hospital-administrator").description == "Ours."
    assert [skip.table for skip in report.skips] == ["career role"]


def test_edited_row_does_not_disturb_the_same_release():
    load_reference()
    InterestStatement.objects.filter(slug="policy").update(text="Ours.")

    report = load_reference()

    assert InterestStatement.objects.get(slug="policy").text == "Ours."
    assert report.updated.total() == 0


def load_as_earlier_release() -> None:
    """Facts as they were loaded before accreditors and certifications had their sources."""
    older = copy.deepcopy(read_reference())
    older["sources"]["sources"][4]["published_on"] = "2020-11"
    older["roles"]["roles"][0]["evidence"][2]["duties"] = []
    older["education"]["degrees"][5]["evidence"][0]["text"] = "Helpful, not required."
    load_reference(data=older)
    for row in Accreditor.objects.all():
        forget_columns(row, ["abbreviation", "name", "kind", "scope", "levels", "website"])
    for one in Certification.objects.all():
        forget_columns(one, ["name", "abbreviation", "body", "track", "source"])


def forget_columns(row, loaded: list[str]) -> None:
    """Set back the columns that a release before did not load, and its digest of the others."""
    for name in {"about", "source", "body_source", "body_as_written"} - set(loaded):
        if hasattr(row, name):
            setattr(row, name, "" if name in ("about", "body_as_written") else None)
    if isinstance(row, Certification):
        row.body = "As the article wrote it"
    row.loaded_digest = digest_of(values_of(row=row, names=loaded))
    row.save()


def test_site_of_an_earlier_release_gets_the_new_facts():
    load_as_earlier_release()

    report = load_reference()

    assert report.skips == []
    assert EvidenceSource.objects.get(key="S4").published_on == ""
    assert "beneficial" in FieldFact.objects.get(slug="degree-s3-medical_administration-1").text
    assert any(
        duty["source"] == "S4"
        for duty in CareerRole.objects.get(slug="hospital-administrator").duties
    )
    assert Accreditor.objects.get(slug="cahme").source.key == "cahme"
    assert Certification.objects.get(slug="cmaa").body.startswith("National Healthcareer")


def test_accreditor_edited_before_the_new_columns_is_left_alone():
    load_as_earlier_release()
    Accreditor.objects.filter(slug="cahme").update(website="https://ours.example/")

    load_reference()

    assert Accreditor.objects.get(slug="cahme").about == ""


def test_facts_cover_every_kind_and_name_their_source():
    load_reference()

    kinds = set(FieldFact.objects.values_list("kind", flat=True))
    assert kinds == set(FieldFact.Kind.values)
    assert not FieldFact.objects.filter(source__isnull=True).exists()


def test_texts_fit_and_slugs_are_titles_in_kebab_case():
    load_reference()

    for role in CareerRole.objects.all():
        assert role.slug == re.sub(r"[^a-z]+", "-", role.title.lower())
    for model in (CareerRole, FieldFact, Contradiction, InterestStatement, Accreditor):
        for row in model.objects.all():
            row.full_clean()
