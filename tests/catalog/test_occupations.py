"""Occupations, wages and the crosswalk: handwritten files and the real ones."""

import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from hcprograms.catalog.models import CareerRole, Occupation, RoleMapping
from hcprograms.catalog.occupation_rows import Crosswalk, level_fit, onet_edition, wage_period
from hcprograms.catalog.occupations import import_occupations
from hcprograms.catalog.reference import load_reference, read_reference
from tests.catalog.public_data import DATA, needs_data
from tests.factories import make_program

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, tzinfo=UTC)
EDUCATION_HEADER = "Element ID\tScale ID\tCategory\tData Value\tRecommend Suppress"
ONET = {
    "Occupation Data.txt": (
        "O*NET-SOC Code\tTitle\tDescription\n"
        "11-9111.00\tMedical and Health Services Managers\tPlan, direct.\n"
        "43-1011.00\tOffice Supervisors\tSupervise.\n"
        "11-1011.00\tChief Executives\tDetermine policies.\n"
    ),
    "Alternate Titles.txt": (
        "O*NET-SOC Code\tAlternate Title\n"
        "11-9111.00\tHospital Director\n11-9111.00\tAdministrator\n"
    ),
    "Task Statements.txt": (
        "O*NET-SOC Code\tTask\tTask Type\n"
        "11-9111.00\tPlan budgets.\tCore\n11-9111.00\tSweep.\tSupplemental\n"
    ),
    "Skills.txt": (
        "O*NET-SOC Code\tElement Name\tScale ID\tData Value\tRecommend Suppress\n"
        "11-9111.00\tSpeaking\tIM\t4.0\tN\n11-9111.00\tListening\tIM\t4.5\tN\n"
        "11-9111.00\tListening\tLV\t5.0\tN\n11-9111.00\tRepairing\tIM\t1.0\tN\n"
        "11-9111.00\tGuessing\tIM\t4.9\tY\n"
    ),
    "Education, Training, and Experience.txt": (
        f"O*NET-SOC Code\t{EDUCATION_HEADER}\n"
        "11-9111.00\t2.D.1\tRL\t8\t30.5\tN\n11-9111.00\t2.D.1\tRL\t6\t40\tN\n"
        "11-9111.00\t2.D.1\tRL\t12\t0\tN\n11-9111.00\t3.A.1\tRW\t6\t99\tN\n"
    ),
    "Job Zones.txt": "O*NET-SOC Code\tJob Zone\n11-9111.00\t5\n",
}
CROSSWALK = """\
CIP2020Code,CIP2020Title,SOC2018Code,SOC2018Title
51.0701,Health Administration,11-9111,Managers
51.0705,Medical Office,43-1011,Supervisors
51.0799,Other,99-9999,No match
"""
WAGES = """\
AREA_TYPE,I_GROUP,OCC_CODE,OCC_TITLE,TOT_EMP,A_MEAN,A_MEDIAN,A_PCT10,A_PCT90
1,sector,11-9111,Managers,5,1,1,1,1
2,cross-industry,11-9111,Managers,5,2,2,2,2
1,cross-industry,11-9111,Managers,500000,130000,"117,960",67000,#
1,cross-industry,43-1011,Supervisors,*,*,60000,*,*
"""


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "db_29_3_text"
    folder.mkdir()
    for name, text in ONET.items():
        (folder / name).write_text(text)
    crosswalk, wages = tmp_path / "crosswalk.csv", tmp_path / "national_M2024_dl.csv"
    crosswalk.write_text(CROSSWALK)
    wages.write_text(WAGES)
    make_role("hospital-administrator", ["11-9111.00"])
    make_role("office-manager", ["43-1011.00", "11-9111.00"])
    return {"onet": folder, "crosswalk": crosswalk, "wages": wages}


def make_role(slug, codes):
    return CareerRole.objects.create(slug=slug, title=slug, onet_codes=codes)


def run(files, **options):
    return import_occupations(**files, now=NOW, **options)


def strengths(program):
    rows = RoleMapping.objects.filter(program=program).order_by("role__slug")
    return [(row.role.slug, row.basis, row.strength) for row in rows]


def test_occupations_of_the_roles_are_described(files):
    run(files)

    manager = Occupation.objects.get(code="11-9111.00")
    assert (manager.title, manager.job_zone) == ("Medical and Health Services Managers", 5)
    assert manager.alternate_titles == ["Administrator", "Hospital Director"]
    assert manager.tasks == ["Plan budgets."]
    assert manager.skills == [
        {"name": "Listening", "importance": 4.5},
        {"name": "Speaking", "importance": 4},
    ]
    assert manager.education == [
        {"level": "bachelor’s degree", "percent": 40},
        {"level": "master’s degree", "percent": 30.5},
    ]
    assert (manager.source, manager.source_as_of) == ("O*NET 29.3 Database", "29.3")
    assert not Occupation.objects.filter(code="11-1011.00").exists()


def test_wages_are_national_and_carry_source_and_period(files):
    run(files)

    assert Occupation.objects.get(code="11-9111.00").wages == {
        "title": "Managers",
        "currency": "USD",
        "per": "year",
        "mean": 130000,
        "median": 117960,
        "low": 67000,
        "top_coded": ["high"],
        "employed": 500000,
        "soc": "11-9111",
        "source": "BLS Occupational Employment and Wage Statistics, national",
        "period": "May 2024",
    }
    supervisors = Occupation.objects.get(code="43-1011.00").wages
    assert [name for name in ("mean", "low", "employed") if name in supervisors] == []


def test_six_digit_program_is_mapped_by_the_crosswalk(files):
    program = make_program(cip_code="51.0701")

    run(files)

    assert strengths(program) == [
        ("hospital-administrator", "crosswalk", Decimal("1.00")),
        ("office-manager", "crosswalk", Decimal("0.50")),
    ]


def test_four_digit_program_is_inferred_from_all_its_subjects(files):
    program = make_program(cip_code="51.07")

    run(files)

    assert strengths(program) == [
        ("hospital-administrator", "inferred", Decimal("0.50")),
        ("office-manager", "inferred", Decimal("0.50")),
    ]


def test_family_of_subjects_counts_those_that_suit_the_level():
    crosswalk = Crosswalk()
    crosswalk.add({"CIP": "51.0701", "SOC": "11-9111"})
    crosswalk.add({"CIP": "51.0713", "SOC": "43-3021"})
    fits = {"11-9111.00": 0.9, "43-3021.00": 0.1}

    share = crosswalk.share(cip="51.07", codes=["11-9111.00"], fits=fits)

    assert share == pytest.approx(0.81)


@pytest.mark.parametrize(
    ("level", "strength"),
    [
        ("certificate", None),
        ("associate", None),
        ("bachelor", Decimal("0.57")),
        ("master", Decimal("1.00")),
        ("doctorate", Decimal("1.00")),
    ],
)
def test_mapping_is_as_strong_as_jobs_that_ask_for_the_level(files, level, strength):
    program = make_program(cip_code="51.0701", level=level)

    run(files)

    found = {role: value for role, _basis, value in strengths(program)}
    assert found.get("hospital-administrator") == strength


@pytest.mark.parametrize(
    ("zone", "level", "fit"),
    [(3, "certificate", 1), (3, "bachelor", 1), (3, "master", 0), (5, "bachelor", 0)]
    + [(5, "doctorate", 1), (None, "certificate", 1)],
)
def test_job_zone_stands_in_where_schooling_is_not_reported(zone, level, fit):
    assert level_fit(education=[], job_zone=zone, level=level) == fit


def test_program_of_an_unknown_subject_is_told(files):
    make_program(cip_code="99.0101")

    report = run(files)

    assert "CIP 99.0101 of 1 programs is not in the crosswalk" in [
        remark.reason for remark in report.remarks
    ]
    assert not RoleMapping.objects.exists()


def test_declared_mapping_stays_beside_the_crosswalk(files):
    program = make_program(cip_code="51.0701")
    role = CareerRole.objects.get(slug="hospital-administrator")
    RoleMapping.objects.create(program=program, role=role, strength=Decimal("0.9"))

    run(files)

    assert ("hospital-administrator", "declared", Decimal("0.90")) in strengths(program)
    assert len(strengths(program)) == 3


def test_second_run_changes_nothing(files):
    make_program(cip_code="51.0701")
    first = run(files)

    second = run(files)

    assert second.created.total() + second.updated.total() == 0
    assert second.unchanged == first.created


def test_program_that_changes_its_subject_is_mapped_anew(files):
    program = make_program(cip_code="51.07")
    run(files)
    program.cip_code = "51.0701"
    program.save()

    run(files)

    assert {basis for _role, basis, _strength in strengths(program)} == {"crosswalk"}


def test_edited_mapping_and_occupation_are_left_alone(files):
    program = make_program(cip_code="51.0701")
    run(files)
    RoleMapping.objects.filter(role__slug="office-manager").update(strength=Decimal("0.99"))
    Occupation.objects.filter(code="11-9111.00").update(title="Ours")
    files["crosswalk"].write_text(CROSSWALK + "51.0701,Health Administration,43-1011,More\n")
    path = files["onet"] / "Occupation Data.txt"
    path.write_text(ONET[path.name].replace("Plan, direct.", "Direct."))

    report = run(files)

    assert [skip.table for skip in report.skips] == ["Occupation Data", "role mapping"]
    assert strengths(program)[1] == ("office-manager", "crosswalk", Decimal("0.99"))
    assert Occupation.objects.get(code="11-9111.00").title == "Ours"


def test_retired_code_of_a_role_is_told(files):
    make_role("technician", ["29-2071.00"])

    report = run(files)

    reason = "29-2071.00 is named by a role but not in Occupation Data (retired?)"
    assert reason in [skip.reason for skip in report.skips]


def test_bad_rows_name_column_value_and_line(files):
    with (files["onet"] / "Job Zones.txt").open("a") as file:
        file.write("11-9111.00\tnine\nnonsense\t1\n")
    with files["crosswalk"].open("a") as file:
        file.write("abc,x,11-9111,x\n51.0701,x,11,x\n51.07,x,11-9111,x\n")

    report = run(files)

    assert [(skip.table, skip.line, skip.reason) for skip in report.skips] == [
        ("Job Zones", 3, "Job Zone: “nine” is not one of 1 to 5"),
        ("Job Zones", 4, "“nonsense” is not a SOC code (NN-NNNN or NN-NNNN.NN)"),
        ("crosswalk", 5, "CIP: “abc” is not a CIP code (NN.NN or NN.NNNN)"),
        ("crosswalk", 6, "SOC: “11” is not a SOC code (NN-NNNN or NN-NNNN.NN)"),
        ("crosswalk", 7, "CIP: “51.07” is not a six-digit code"),
    ]


def test_dry_run_writes_nothing(files):
    make_program(cip_code="51.0701")

    dry = run(files, dry_run=True)

    assert not Occupation.objects.exists()
    assert not RoleMapping.objects.exists()
    assert dry.summary == run(files).summary


@pytest.mark.parametrize("which", ["onet", "crosswalk", "wages", "Skills.txt"])
def test_unreadable_input_writes_nothing(files, which):
    bad = files["onet"] / which if which.endswith(".txt") else files.get(which)
    if which == "onet":
        (files["onet"] / "Occupation Data.txt").unlink()
    else:
        bad.write_text("<html>")

    with pytest.raises(CommandError, match="Nothing was written"):
        call_command("import_occupations", stderr=io.StringIO(), **files)

    assert not Occupation.objects.exists()


def test_command_prints_what_the_licence_asks_for(files):
    out = io.StringIO()

    call_command("import_occupations", stdout=out, stderr=io.StringIO(), **files)

    assert "O*NET(R) is a trademark of USDOL/ETA." in out.getvalue().splitlines()[-1]


def test_editions_are_read_from_names(tmp_path):
    assert onet_edition(tmp_path / "onet_29_3") == "29.3"
    assert onet_edition(tmp_path / "downloads") == ""
    assert wage_period(tmp_path / "oews_national_May2024.csv") == "May 2024"
    assert wage_period(tmp_path / "wages.csv") == ""


@needs_data
def test_real_files_describe_the_reference_roles():
    load_reference()
    program = make_program(cip_code="51.0705")

    report = import_occupations(
        onet=DATA / "onet_29_3",
        crosswalk=DATA / "cip_soc/CIP2020_SOC2018_Crosswalk.csv",
        wages=DATA / "bls_oews/oews_national_roles.csv",
        now=NOW,
    )

    assert (report.skips, report.created["occupation"]) == ([], 12)
    named = {code for role in CareerRole.objects.all() for code in role.onet_codes}
    assert named == set(Occupation.objects.values_list("code", flat=True))
    assert ("practice-manager", "crosswalk", Decimal("0.28")) in strengths(program)


@needs_data
def test_workbook_of_the_publisher_says_the_same_as_its_csv():
    load_reference()
    program = make_program(cip_code="51.0705")
    names = ("CIP2020_SOC2018_Crosswalk.csv", "CIP2020_SOC2018_Crosswalk.xlsx")

    first, second = (
        import_occupations(onet=DATA / "onet_29_3", crosswalk=DATA / "cip_soc" / name, now=NOW)
        for name in names
    )

    assert strengths(program) != []
    assert (second.unchanged, second.skips) == (first.created, [])


@needs_data
def test_titles_of_the_reference_are_those_of_onet():
    load_reference()
    import_occupations(
        onet=DATA / "onet_29_3",
        crosswalk=DATA / "cip_soc/CIP2020_SOC2018_Crosswalk.csv",
        now=NOW,
    )

    titles = {row.code: {row.title, *row.alternate_titles} for row in Occupation.objects.all()}
    missing = [
        (role["slug"], entry["matched_title"])
        for role in read_reference()["roles"]["roles"]
        for entry in role["onet"]
        if entry["matched_title"] not in titles[entry["code"]]
    ]
    assert missing == []
