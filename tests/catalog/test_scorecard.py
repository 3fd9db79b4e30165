"""Importing College Scorecard: small handwritten files, broken files, and the real ones."""

import io
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from hcprograms.catalog.models import Offering, Program
from hcprograms.catalog.scorecard import import_scorecard
from hcprograms.institutions.models import Institution
from hcprograms.management.progress import ProgressBar
from tests.catalog.public_data import DATA, needs_data

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SCHOOLS = """\
UNITID,OPEID,OPEID6,INSTNM,CITY,STABBR,INSTURL,ACCREDAGENCY,DISTANCEONLY,CURROPER,TUITIONFEE_IN,\
TUITIONFEE_OUT,TUITIONFEE_PROG
100663,00105200,001052,Test University,Birmingham,AL,www.test.example/,Some Commission,0,1,8832,\
21864,NA
100690,02503400,025034,Test University,Montgomery,AL,https://far.example,NA,1,1,NA,NA,NA
100700,NA,NA,Closed College,Mobile,AL,NA,NA,0,0,NA,NA,NA
"""
PROGRAMS = """\
P_UNITID,P_OPEID6,P_INSTNM,P_CONTROL,P_MAIN,P_CIPCODE,P_CIPDESC,P_CREDLEV,P_CREDDESC
100663,1052,Test University,Public,1,5107,Health and Medical Administrative Services.,3,Bachelors
100663,1052,Test University,Public,1,5107,Health and Medical Administrative Services.,5,Master's
100690,25034,Test University,Public,1,5127,Medical Illustration and Informatics.,8,Certificate
"""
TUITION = """\
unitid,tuition2,fee2,hrchg2,tuition3,fee3,hrchg3,tuition6,fee6,hrchg6,tuition7,fee7,hrchg7
100663,7510,0,295,17062,0,693,7090,0,370,16072,0,869
999999,1,1,1,1,1,1,1,1,1,1,1,1
"""


@pytest.fixture
def files(tmp_path):
    paths = {
        "institutions": tmp_path / "MERGED2023_24_PP.csv",
        "field_of_study": tmp_path / "FieldOfStudyData1516_1617_PP.csv",
        "tuition": tmp_path / "ic2022_ay.csv",
    }
    paths["institutions"].write_text(SCHOOLS)
    paths["field_of_study"].write_text(PROGRAMS)
    paths["tuition"].write_text(TUITION)
    return paths


def run(files, **options):
    return import_scorecard(**files, now=NOW, **options)


def skips(report):
    return [(skip.table, skip.line, skip.reason) for skip in report.skips]


def add_line(path, line):
    path.write_bytes(path.read_bytes() + line.encode() + b"\n")


def test_open_institutions_are_imported_with_what_the_file_says(files):
    report = run(files)

    school = Institution.objects.get(unitid="100663")
    assert (school.name, school.slug, school.state) == ("Test University", "test-university", "AL")
    assert school.website == "https://www.test.example/"
    assert (school.opeid, school.institutional_accreditor) == ("00105200", "Some Commission")
    assert (school.source, school.source_as_of) == ("College Scorecard, institutions", "2023-24")
    assert report.created["institution"] == 2


def test_same_name_gets_a_slug_of_its_own(files):
    run(files)

    assert Institution.objects.get(unitid="100690").slug == "test-university-100690"


def test_closed_institution_is_skipped_with_its_reason(files):
    report = run(files)

    reason = "Closed College (UNITID 100700) is closed (CURROPER 0)"
    assert ("institutions", 4, reason) in skips(report)
    assert not Institution.objects.filter(unitid="100700").exists()


def test_institution_that_closes_later_is_hidden(files):
    run(files)
    files["institutions"].write_text(SCHOOLS.replace(",0,1,8832", ",0,0,8832"))

    report = run(files)

    assert Institution.objects.get(unitid="100663").is_published is False
    assert report.updated["institution"] == 1


def test_tuition_is_institution_wide_and_names_source_and_period(files):
    run(files)

    facts = Institution.objects.get(unitid="100663").published_tuition
    assert facts[0] == {
        "amount": "8832",
        "level": "undergraduate",
        "residency": "resident",
        "per": "year",
        "what": "tuition and fees",
        "source": "College Scorecard",
        "period": "2023-24",
    }
    assert {fact["period"] for fact in facts if fact["source"] == "IPEDS tuition"} == {"2022-23"}
    assert not Offering.objects.exclude(price=None).exists()


def test_programs_keep_four_digits_and_the_published_level(files):
    run(files)

    rows = Program.objects.order_by("pk").values_list(
        "institution__unitid", "cip_code", "level", "name", "award", "status"
    )
    name = "Health and Medical Administrative Services"
    assert list(rows) == [
        ("100663", "51.07", "bachelor", name, "Bachelors", "published"),
        ("100663", "51.07", "master", name, "Master's", "published"),
        (
            *("100690", "51.27", "graduate_certificate"),
            *("Medical Illustration and Informatics", "Certificate", "published"),
        ),
    ]
    assert set(Program.objects.values_list("source_as_of", flat=True)) == {"2015-16 and 2016-17"}


def test_delivery_is_known_only_where_all_is_at_a_distance(files):
    run(files)

    rows = Offering.objects.order_by("pk").values_list("delivery", "price", "state_rule")
    assert list(rows) == [("", None, ""), ("", None, ""), ("online", None, "")]


def test_second_run_changes_nothing(files):
    first = run(files)

    second = run(files)

    assert second.created.total() + second.updated.total() == 0
    assert second.unchanged == first.created


def test_newer_file_updates_what_is_untouched(files):
    run(files)
    files["institutions"].write_text(SCHOOLS.replace("Birmingham", "Bham"))

    report = run(files)

    school = Institution.objects.get(unitid="100663")
    assert (school.city, school.updated_at) == ("Bham", NOW)
    assert report.updated.total() == 1


def test_what_staff_edited_is_left_alone(files):
    run(files)
    Institution.objects.filter(unitid="100663").update(city="Ours")
    Program.objects.filter(level="master").update(name="Ours", status="retired")
    Offering.objects.filter(program__level="bachelor").update(delivery="campus")
    files["institutions"].write_text(SCHOOLS.replace("Birmingham", "Bham"))
    files["field_of_study"].write_text(PROGRAMS.replace("Services.", "Service."))

    report = run(files)

    assert Institution.objects.get(unitid="100663").city == "Ours"
    assert list(Program.objects.filter(level="master").values_list("name", "status")) == [
        ("Ours", "retired")
    ]
    assert Offering.objects.get(program__level="bachelor").delivery == "campus"
    assert [(skip.table, skip.line) for skip in report.skips if "edited" in skip.reason] == [
        ("institutions", 2),
        ("field of study", 3),
    ]


def test_offering_that_staff_deleted_stays_away(files):
    run(files)
    Offering.objects.filter(program__level="master").delete()

    run(files)

    assert not Offering.objects.filter(program__level="master").exists()


def test_online_offering_of_staff_is_not_doubled(files):
    run(files)
    program = Program.objects.get(level="master")
    Offering.objects.create(program=program, delivery="online", pace="ours")
    files["institutions"].write_text(SCHOOLS.replace("Commission,0,1", "Commission,1,1"))

    run(files)

    assert list(program.offerings.order_by("pk").values_list("delivery", "pace")) == [
        ("", ""),
        ("online", "ours"),
    ]


def test_institution_made_by_hand_is_not_overwritten(files):
    Institution.objects.create(name="Ours", slug="ours", unitid="100663")

    run(files)

    school = Institution.objects.get(unitid="100663")
    assert (school.name, school.programs.count()) == ("Ours", 2)


def test_dry_run_tells_the_same_and_writes_nothing(files):
    dry = run(files, dry_run=True)

    assert not Institution.objects.exists()
    assert dry.summary == run(files).summary


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("NULL,1,x,,1,5107,x,3,x", "UNITID: the UNITID is not given"),
        ("12,1,x,,1,5107,x,3,x", "UNITID: “12” is not a six-digit UNITID"),
        ("100663,1,x,,1,abc,x,3,x", "CIPCODE: “abc” is not a CIP code (NN.NN or NN.NNNN)"),
        ("100663,1,x,,1,5107,x,9,x", "CREDLEV: “9” is not a credential level from 1 to 8"),
        ("100663,1,x,,1,1101,x,3,x", "CIP 11.01 is another field than healthcare management"),
        (
            "100663,1,x,,1,5107.0,x,3.0,x",
            "UNITID 100663, CIP 51.07, level 3 came before",
        ),
        ("100700,1,x,,1,5107,x,3,x", "the institution with UNITID 100700 is closed"),
        (
            "123456,1,x,,1,5107,x,3,x",
            "UNITID 123456 is not among the institutions; not guessed by OPEID",
        ),
        ("100663,1,x", "has 3 columns where the header has 9"),
    ],
)
def test_unusable_program_row_names_column_value_and_line(files, line, reason):
    add_line(files["field_of_study"], line)

    report = run(files)

    assert ("field of study", 5, reason) in skips(report)
    assert report.created["program"] == 3


def test_wrong_optional_value_is_left_unknown_and_told(files):
    add_line(files["institutions"], "100800,x,,Other,City,ZZ,no address,NA,7,1,free,NA,NA")

    report = run(files)

    school = Institution.objects.get(unitid="100800")
    assert (school.state, school.website, school.opeid) == ("", "", "")
    assert school.published_tuition == []
    assert [(r.line, r.reason.split(":")[0]) for r in report.remarks if r.line == 5] == [
        (5, "DISTANCEONLY"),
        (5, "OPEID"),
        (5, "STABBR"),
        (5, "INSTURL"),
        (5, "TUITIONFEE_IN"),
    ]


def test_further_location_is_told_from_a_wrong_number(files):
    add_line(files["institutions"], "10066301,00105201,001052,Branch,City,AL,NA,NA,0,1,NA,NA,NA")

    report = run(files)

    reason = "UNITID: 10066301 is a further location of 100663, no institution of its own"
    assert ("institutions", 5, reason) in skips(report)


def test_repeated_institution_is_taken_once(files):
    add_line(files["institutions"], "100663,,,Again,City,AL,NA,NA,0,1,NA,NA,NA")

    report = run(files)

    assert ("institutions", 5, "UNITID 100663 came before") in skips(report)
    assert Institution.objects.get(unitid="100663").name == "Test University"


def test_dirty_bytes_survive(files):
    path = files["institutions"]
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"Test Univ", b"Universit\xe9 "))

    run(files)

    assert Institution.objects.get(unitid="100663").name == "Université ersity"


@pytest.mark.parametrize("which", ["institutions", "field_of_study", "tuition"])
@pytest.mark.parametrize(
    "content",
    [b"", b"<html>502</html>", b"PK\x03\x04", b"a,b\n1,2\n", b"\0\0\0\0", PROGRAMS[9:].encode()],
)
def test_unreadable_file_writes_nothing_and_says_which(files, which, content):
    files[which].write_bytes(content)

    with pytest.raises(CommandError, match=r"Nothing was written") as error:
        call_command("import_scorecard", stderr=io.StringIO(), **files)

    assert str(files[which]) in str(error.value)
    assert error.value.returncode == 1
    assert not Institution.objects.exists()


def test_swapped_files_are_noticed(files):
    files["institutions"], files["field_of_study"] = files["field_of_study"], files["institutions"]

    with pytest.raises(CommandError, match="is not a College Scorecard institutions file"):
        call_command("import_scorecard", stderr=io.StringIO(), **files)


def test_command_reports_reasons_and_counts_at_the_end(files):
    out, err = io.StringIO(), io.StringIO()
    add_line(files["field_of_study"], "NULL,1,x,,1,5107,x,3,x")

    call_command("import_scorecard", stdout=out, stderr=err, dry_run=True, **files)

    lines = out.getvalue().splitlines()
    assert "skipped field of study, line 5: UNITID: the UNITID is not given" in lines
    assert lines[-2:] == [
        "8 created, 0 updated, 0 unchanged, 2 skipped",
        "Dry run: nothing was written.",
    ]
    assert "institutions: 100%" in err.getvalue()


def test_bar_is_drawn_on_a_terminal_only():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

        def write(self, text, style=None, ending="\n"):
            super().write(text + ending)

    screen = Terminal()
    bar = ProgressBar(out=screen)

    bar("rows", 0.5)
    bar.finish()

    drawn = "\rrows               [###############               ]  50%"
    assert screen.getvalue() == drawn + drawn + "\n"


def test_quiet_import_leaves_no_lines_in_a_log(files):
    err = io.StringIO()

    call_command("import_scorecard", stdout=io.StringIO(), stderr=err, verbosity=0, **files)

    assert err.getvalue() == ""


@pytest.fixture
def real_files():
    return {
        "institutions": DATA / "scorecard/MERGED2023_24_PP.selected_columns.csv",
        "field_of_study": DATA / "scorecard/FieldOfStudyData1516_1617_PP.cip5107_5127.csv",
        "tuition": DATA / "ipeds/ic_ay.tuition.slice.csv",
    }


@needs_data
@pytest.mark.slow
def test_real_files_are_imported_whole(real_files):
    first = run(real_files)
    second = run(real_files)

    assert dict(first.created) == {"institution": 5753, "program": 3385, "offering": 3385}
    assert len(first.skips) == 505 + 996 + 68 + 214
    assert (second.unchanged, second.created.total()) == (first.created, 0)
    awards = set(Program.objects.filter(level="bachelor").values_list("award", flat=True))
    assert awards == {"Bachelor’s Degree"}


@needs_data
@pytest.mark.parametrize(
    "other",
    [
        "dapip/InstituteCampuses.slice.csv",
        "messy/hcm_triple_quoted_opeid.csv",
        "onet_29_3/Job Zones.slice.tsv",
        "cip_soc/CIP2020_SOC2018_Crosswalk.xlsx",
        "ipeds/hd2023.slice.csv",
    ],
)
def test_other_real_files_are_refused(files, other):
    files["institutions"] = DATA / other

    with pytest.raises(CommandError, match="is not a College Scorecard institutions file"):
        call_command("import_scorecard", stderr=io.StringIO(), **files)

    assert not Institution.objects.exists()


@needs_data
def test_file_with_spaces_in_its_header_is_read(files):
    files["field_of_study"] = DATA / "messy/scorecard_degree_program_spaced_header.csv"

    report = run(files)

    reasons = {skip.sort for skip in report.skips if skip.table == "field of study"}
    assert reasons == {
        "another field than healthcare management",
        "UNITID not among the institutions (retired or closed)",
    }
