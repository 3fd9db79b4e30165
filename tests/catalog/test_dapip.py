"""DAPIP is history: dated, sourced, and never a current claim."""

import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from hcprograms.catalog.claims import find_institution_claims
from hcprograms.catalog.dapip import import_dapip
from hcprograms.catalog.models import AccreditationRecord
from hcprograms.catalog.reference import load_reference
from tests.catalog.public_data import DATA, needs_data
from tests.factories import make_institution

pytestmark = pytest.mark.django_db

CAHME = "Commission on Accreditation of Healthcare Management Education"
HSA = "Health Services Administration (HSA) - Graduate programs in health services administration"
LOSS = "Loss of Accreditation or Preaccreditation"
RECORDS = f"""\
DapipId,AgencyId,AgencyName,ProgramId,ProgramName,SequentialId,InitialDateFlag,AccreditationDate,\
AccreditationStatus,ReviewDate,DepartmentDescription,AccreditationEndDate,EndingActionId
146472,41,{CAHME},6,{HSA},1,Estimated,7/1/1994 12:00:00 AM,Accredited,11/30/2013,,,
146473,41,{CAHME},6,{HSA},1,Actual,1/2/2001,Preaccredited,-,,12/31/2004,1
146474,10,Higher Learning Commission,1,Institutional Accreditation,1,Actual,2/3/1950,Accredited,,,-,
"""
CAMPUSES = """\
DapipId,OpeId,IpedsUnitIds,LocationName,ParentName,ParentDapipId,LocationType
146472,00364400,229115,Texas Test,-,-,Institution
146473,,,Medical Center,Texas Test,146472,Additional Location
146474,00364400,"229115, 229116",Texas Test,-,-,Institution
146475,00364400,-,Nowhere,-,-,Institution
"""
ACTIONS = f"""\
DapipId,AgencyId,AgencyName,ProgramId,ProgramName,SequentialId,ActionDescription,ActionDate,\
JustificationDescription,JustificationOther,EndDate
146472,41,{CAHME},6,{HSA},1,Renewal of Accreditation,5/1/2003,x,,
146472,41,{CAHME},6,{HSA},1,{LOSS}: Voluntary Withdrawal,5/1/2011,,,
146472,41,{CAHME},6,{HSA},1,Heightened Monitoring or Focused Review,5/1/2009,,,
"""


@pytest.fixture
def files(tmp_path):
    load_reference()
    make_institution(unitid="229115", name="Texas Test")
    make_institution(unitid="229116", name="Texas Test Two")
    paths = {name: tmp_path / f"{name}.csv" for name in ("records", "campuses", "actions")}
    paths["records"].write_text(RECORDS)
    paths["campuses"].write_text(CAMPUSES)
    paths["actions"].write_text(ACTIONS)
    return paths


def history(unitid="229115"):
    rows = AccreditationRecord.objects.filter(institution__unitid=unitid).order_by("effective_on")
    return [(row.accreditor.slug, row.action, row.effective_on, row.expires_on) for row in rows]


def test_dated_history_lands_on_the_institution(files):
    import_dapip(**files)

    assert history() == [
        ("hlc", "initial", date(1950, 2, 3), None),
        ("cahme", "initial", date(1994, 7, 1), None),
        ("cahme", "candidate", date(2001, 1, 2), date(2004, 12, 31)),
        ("cahme", "reaccredited", date(2003, 5, 1), None),
        ("cahme", "voluntary", date(2011, 5, 1), None),
    ]
    assert history("229116") == [("hlc", "initial", date(1950, 2, 3), None)]


def test_review_date_is_never_taken_for_an_end(files):
    import_dapip(**files)

    row = AccreditationRecord.objects.get(action="initial", accreditor__slug="cahme")
    assert row.expires_on is None


def test_nothing_from_dapip_makes_a_claim(files):
    import_dapip(**files)

    rows = AccreditationRecord.objects.all()
    for row in rows:
        assert row.is_historical
        assert row.source.startswith("DAPIP export (history)")
        for day in (date(1995, 1, 1), date(2012, 1, 1), date(2026, 11, 23)):
            assert find_institution_claims(institution=row.institution, on=day) == []


def test_second_run_changes_nothing(files):
    first = import_dapip(**files)

    second = import_dapip(**files)

    assert (second.unchanged, second.created.total()) == (first.created, 0)
    assert AccreditationRecord.objects.count() == 6


def test_newer_export_supersedes_and_keeps_the_old_record(files):
    import_dapip(**files)
    files["records"].write_text(RECORDS.replace("12/31/2004", "12/31/2005"))

    report = import_dapip(**files)

    newer = AccreditationRecord.objects.get(supersedes__isnull=False)
    assert (newer.expires_on, newer.supersedes.expires_on) == (
        date(2005, 12, 31),
        date(2004, 12, 31),
    )
    assert newer.reason == "A newer DAPIP export says otherwise."
    assert report.updated.total() == 1


def test_export_that_goes_back_supersedes_again(files):
    import_dapip(**files)
    files["records"].write_text(RECORDS.replace("12/31/2004", "12/31/2005"))
    import_dapip(**files)
    files["records"].write_text(RECORDS)

    import_dapip(**files)
    again = import_dapip(**files)

    latest = AccreditationRecord.objects.get(superseded_by__isnull=True, supersedes__isnull=False)
    assert latest.expires_on == date(2004, 12, 31)
    assert again.unchanged.total() == 6


def test_dry_run_writes_nothing(files):
    dry = import_dapip(**files, dry_run=True)

    assert not AccreditationRecord.objects.exists()
    assert dry.summary == import_dapip(**files).summary


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (
            f"146472,41,{CAHME},6,x,2,Actual,4/1//2012,Accredited,,,,",
            "AccreditationDate: “4/1//2012” is not a date (month/day/year)",
        ),
        (
            f"146472,41,{CAHME},6,x,2,Actual,1/1/8014,Accredited,,,,",
            "AccreditationDate: “1/1/8014” has a year outside 1800–2100",
        ),
        (
            f"146472,41,{CAHME},6,x,2,Actual,-,Accredited,,,,",
            "AccreditationDate: the date is not given",
        ),
        (
            f"146472,41,{CAHME},6,x,2,Actual,1/1/2010,Accredited,,,1/1/2009,",
            "AccreditationEndDate: 2009-01-01 comes before AccreditationDate 2010-01-01",
        ),
        (
            f"146472,41,{CAHME},6,x,2,Actual,1/1/2010,Splendid,,,,",
            "AccreditationStatus: “Splendid” is not a status we know",
        ),
        (
            "146472,27,Some Academy,6,x,2,Actual,1/1/2010,Accredited,,,,",
            "AgencyName: “Some Academy” is not among the accreditors",
        ),
        (
            f"1,41,{CAHME},6,x,2,Actual,1/1/2010,Accredited,,,,",
            "DapipId 1 is not in the campuses file",
        ),
        (
            f"146475,41,{CAHME},6,x,2,Actual,1/1/2010,Accredited,,,,",
            "DapipId 146475 has no UNITID in the campuses file",
        ),
        (
            f"x,41,{CAHME},6,x,2,Actual,1/1/2010,Accredited,,,,",
            "DapipId: “x” is not a number",
        ),
        (
            f"146472,41,{CAHME},6,{HSA},1,Actual,7/1/1994,Accredited,,,,",
            "the same initial of 1994-07-01 came before",
        ),
    ],
)
def test_unusable_record_names_column_value_and_line(files, row, reason):
    with files["records"].open("a") as file:
        file.write(row + "\n")

    report = import_dapip(**files)

    assert [(s.line, s.reason) for s in report.skips if s.table == "records"] == [(5, reason)]
    assert report.created.total() == 6


def test_action_that_changes_no_status_is_told(files):
    report = import_dapip(**files)

    assert [(skip.table, skip.line) for skip in report.skips] == [("actions", 4)]


def test_institution_that_is_not_here_is_skipped(files):
    files["campuses"].write_text(CAMPUSES.replace("229115,Texas", "229999,Texas"))

    report = import_dapip(**files)

    assert "UNITID 229999 is not among the institutions" in [s.reason for s in report.skips]


@pytest.mark.parametrize("which", ["records", "campuses", "actions"])
@pytest.mark.parametrize("content", ["", "<html>", "a,b\n1,2\n", CAMPUSES[8:]])
def test_unreadable_file_writes_nothing(files, which, content):
    files[which].write_text(content)

    with pytest.raises(CommandError, match="Nothing was written"):
        call_command("import_dapip", stderr=io.StringIO(), **files)

    assert not AccreditationRecord.objects.exists()


@needs_data
def test_real_files_become_history_only():
    load_reference()
    for unitid in ("229115", "232186", "160755"):
        make_institution(unitid=unitid)

    report = import_dapip(
        records=DATA / "dapip/AccreditationRecords.cahme_ceph_institutional.csv",
        campuses=DATA / "dapip/InstituteCampuses.slice.csv",
        actions=DATA / "dapip/AccreditationActions.slice.csv",
    )

    assert report.created.total() == AccreditationRecord.objects.count() > 3
    assert set(AccreditationRecord.objects.values_list("is_historical", flat=True)) == {True}
    cahme = AccreditationRecord.objects.filter(accreditor__slug="cahme")
    assert sorted(cahme.values_list("effective_on", flat=True))[0] == date(1971, 7, 1)


@needs_data
def test_samples_of_the_present_format_are_read():
    load_reference()

    report = import_dapip(
        records=DATA / "dapip/format_sample_AccreditationRecords.csv",
        campuses=DATA / "dapip/format_sample_InstitutionCampus.csv",
        actions=DATA / "dapip/format_sample_AccreditationActions.csv",
    )

    assert {skip.sort for skip in report.skips} == {
        "agency not among the accreditors",
        "action that does not change a status",
    }
