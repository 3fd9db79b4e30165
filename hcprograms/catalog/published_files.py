"""The public files that the importers know, by the columns that tell them apart."""

import re
from pathlib import Path

from hcprograms.catalog.tables import Kind

SCORECARD_INSTITUTIONS = Kind(
    name="College Scorecard institutions",
    required={name: (name,) for name in ("UNITID", "OPEID6", "INSTNM", "STABBR")},
    optional={
        name: (name,)
        for name in (
            "OPEID",
            "CITY",
            "INSTURL",
            "ACCREDAGENCY",
            "CURROPER",
            "DISTANCEONLY",
            "TUITIONFEE_IN",
            "TUITIONFEE_OUT",
            "TUITIONFEE_PROG",
        )
    },
)
SCORECARD_FIELD_OF_STUDY = Kind(
    name="College Scorecard field of study",
    required={
        "UNITID": ("P_UNITID", "UNITID"),
        "CIPCODE": ("P_CIPCODE", "CIPCODE", "CIP_CODE"),
        "CREDLEV": ("P_CREDLEV", "CREDLEV", "CRED_LEV"),
    },
    optional={
        "OPEID6": ("P_OPEID6", "OPEID6", "OPE6_ID"),
        "INSTNM": ("P_INSTNM", "INSTNM"),
        "CIPDESC": ("P_CIPDESC", "CIPDESC", "CIP_DESC"),
        "CREDDESC": ("P_CREDDESC", "CREDDESC", "CRED_DESC"),
    },
)
IPEDS_TUITION = Kind(
    name="IPEDS tuition (IC_AY)",
    required={name: (name,) for name in ("UNITID", "TUITION2", "TUITION3")},
    optional={
        name: (name,)
        for name in (
            *("FEE2", "HRCHG2", "FEE3", "HRCHG3"),
            *("TUITION6", "FEE6", "HRCHG6", "TUITION7", "FEE7", "HRCHG7"),
        )
    },
)


def period_of(path: Path) -> str:
    """The school years that the publisher wrote into the file's name; empty if none.

    ``MERGED2023_24_PP.csv`` gives “2023-24”, ``FieldOfStudyData1516_1617_PP.csv``
    “2015-16 and 2016-17”, ``ic2022_ay.csv`` “2022-23”.
    """
    name = path.name
    if match := re.search(r"(?<!\d)(\d\d)(\d\d)_(\d\d)(\d\d)(?!\d)", name):
        first, second, third, fourth = match.groups()
        if int(second) == (int(first) + 1) % 100 and int(fourth) == (int(third) + 1) % 100:
            return f"20{first}-{second} and 20{third}-{fourth}"
    if match := re.search(r"(?<!\d)(20\d\d)[_-](\d\d)(?!\d)", name):
        return f"{match[1]}-{match[2]}"
    if match := re.search(r"^ic(20\d\d)_", name, re.IGNORECASE):
        return f"{match[1]}-{(int(match[1]) + 1) % 100:02d}"
    return ""


def _onet(name: str, *columns: str) -> Kind:
    code = ("O*NET-SOC Code", "O*NET-SOC 2019 Code")
    required = {"O*NET-SOC Code": code, **{column: (column,) for column in columns}}
    return Kind(name=f"O*NET {name}", required=required)


ONET_OCCUPATIONS = _onet("Occupation Data", "Title", "Description")
ONET_TITLES = _onet("Alternate Titles", "Alternate Title")
ONET_TASKS = _onet("Task Statements", "Task", "Task Type")
ONET_SKILLS = _onet("Skills", "Element Name", "Scale ID", "Data Value", "Recommend Suppress")
ONET_EDUCATION = _onet(
    *("Education, Training, and Experience", "Element ID", "Scale ID", "Category"),
    *("Data Value", "Recommend Suppress"),
)
ONET_ZONES = _onet("Job Zones", "Job Zone")
CIP_SOC_CROSSWALK = Kind(
    name="CIP-SOC crosswalk",
    required={
        "CIP": ("CIP2020Code", "CIPCode", "CIP Code"),
        "SOC": ("SOC2018Code", "SOCCode", "SOC Code"),
    },
)
BLS_WAGES = Kind(
    name="BLS occupational wages (OEWS)",
    required={name: (name,) for name in ("OCC_CODE", "OCC_TITLE", "A_MEAN", "A_MEDIAN")},
    optional={name: (name,) for name in ("AREA_TYPE", "I_GROUP", "TOT_EMP", "A_PCT10", "A_PCT90")},
)
DAPIP_RECORDS = Kind(
    name="DAPIP accreditation records",
    required={
        name: (name,)
        for name in (
            *("DapipId", "AgencyId", "AgencyName", "ProgramId", "ProgramName", "SequentialId"),
            *("AccreditationDate", "AccreditationStatus", "AccreditationEndDate"),
        )
    },
    optional={name: (name,) for name in ("InitialDateFlag", "ReviewDate")},
)
DAPIP_CAMPUSES = Kind(
    name="DAPIP campuses",
    required={
        name: (name,) for name in ("DapipId", "IpedsUnitIds", "LocationName", "ParentDapipId")
    },
)
DAPIP_ACTIONS = Kind(
    name="DAPIP accreditation actions",
    required={
        name: (name,)
        for name in (
            *("DapipId", "AgencyId", "AgencyName", "ProgramId", "ProgramName", "SequentialId"),
            *("ActionDescription", "ActionDate"),
        )
    },
    optional={"EndDate": ("EndDate",)},
)
