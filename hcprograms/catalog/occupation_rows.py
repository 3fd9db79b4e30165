"""What O*NET, the CIP-SOC crosswalk and the wage statistics say, without the database."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hcprograms.catalog import codes
from hcprograms.catalog.codes import WrongValue
from hcprograms.catalog.published_files import (
    ONET_EDUCATION,
    ONET_OCCUPATIONS,
    ONET_SKILLS,
    ONET_TASKS,
    ONET_TITLES,
    ONET_ZONES,
)
from hcprograms.catalog.tables import Kind, Row, UnreadableFile

MOST_SKILLS = 10
LEAST_IMPORTANCE = 3.0
TOP_CODED = "#"
TABLE_SUFFIXES = frozenset({".txt", ".tsv", ".csv", ".xlsx"})

# O*NET's categories of "required level of education" (element 2.D.1, scale RL), in our words.
EDUCATION = {
    "1": "less than high school",
    "2": "high school",
    "3": "certificate after high school",
    "4": "some college",
    "5": "associate degree",
    "6": "bachelor’s degree",
    "7": "post-baccalaureate certificate",
    "8": "master’s degree",
    "9": "post-master’s certificate",
    "10": "first professional degree",
    "11": "doctorate",
    "12": "training after the doctorate",
}
STEPS_BELOW = 2
EDUCATION_RANKS = dict(zip(EDUCATION.values(), (0, 0, 1, 1, 2, 3, 3, 4, 4, 5, 5, 5), strict=True))
LEVEL_RANKS = {
    "certificate": 1,
    "associate": 2,
    "bachelor": 3,
    "postbaccalaureate": 3,
    "graduate_certificate": 4,
    "master": 4,
    "doctorate": 5,
}
ZONE_RANKS = {1: 0, 2: 0, 3: 1, 4: 3, 5: 4}


@dataclass(slots=True)
class OccupationFacts:
    """Everything about one O*NET-SOC code, as it is gathered from the files."""

    title: str = ""
    description: str = ""
    titles: list[str] = field(default_factory=list)
    tasks: list[str] = field(default_factory=list)
    skills: list[dict[str, Any]] = field(default_factory=list)
    education: list[dict[str, Any]] = field(default_factory=list)
    job_zone: int | None = None
    wages: dict[str, Any] = field(default_factory=dict)

    def values(self) -> dict[str, Any]:
        """The fields of an ``Occupation``."""
        skills = sorted(self.skills, key=lambda skill: (-skill["importance"], skill["name"]))
        return {
            "title": self.title[:200],
            "description": self.description,
            "alternate_titles": sorted(set(self.titles)),
            "tasks": self.tasks,
            "skills": skills[:MOST_SKILLS],
            "education": sorted(self.education, key=lambda entry: -entry["percent"]),
            "job_zone": self.job_zone,
            "wages": self.wages,
        }


def take_occupation(row: Row, facts: OccupationFacts) -> None:
    facts.title, facts.description = row["Title"], row["Description"]


def take_title(row: Row, facts: OccupationFacts) -> None:
    facts.titles.append(row["Alternate Title"])


def take_task(row: Row, facts: OccupationFacts) -> None:
    if row["Task Type"] == "Core":
        facts.tasks.append(row["Task"])


def take_skill(row: Row, facts: OccupationFacts) -> None:
    if row["Scale ID"] != "IM" or row["Recommend Suppress"] == "Y":
        return
    importance = _number(row, "Data Value")
    if importance is not None and importance >= LEAST_IMPORTANCE:
        facts.skills.append({"name": row["Element Name"], "importance": importance})


def take_education(row: Row, facts: OccupationFacts) -> None:
    if row["Element ID"] != "2.D.1" or row["Scale ID"] != "RL":
        return
    if row["Recommend Suppress"] == "Y":
        return
    percent = _number(row, "Data Value")
    if row["Category"] not in EDUCATION:
        raise WrongValue(f"Category: “{row['Category'][:40]}” is not one of 1 to 12")
    if percent:
        facts.education.append({"level": EDUCATION[row["Category"]], "percent": percent})


def take_zone(row: Row, facts: OccupationFacts) -> None:
    zone = codes.unwrap(row["Job Zone"])
    if zone not in {"1", "2", "3", "4", "5"}:
        raise WrongValue(f"Job Zone: “{zone[:40]}” is not one of 1 to 5")
    facts.job_zone = int(zone)


Taker = Callable[[Row, OccupationFacts], None]
# File name's beginning → its kind and what to take from a row. The first one is required.
ONET_FILES: dict[str, tuple[Kind, Taker]] = {
    "Occupation Data": (ONET_OCCUPATIONS, take_occupation),
    "Alternate Titles": (ONET_TITLES, take_title),
    "Task Statements": (ONET_TASKS, take_task),
    "Skills": (ONET_SKILLS, take_skill),
    "Education, Training, and Experience": (ONET_EDUCATION, take_education),
    "Job Zones": (ONET_ZONES, take_zone),
}


def find_onet_files(folder: Path) -> dict[str, Path]:
    """The O*NET files of a folder. Raises :class:`UnreadableFile` without Occupation Data."""
    if not folder.is_dir():
        raise UnreadableFile(path=folder, reason="is not a folder of O*NET files")
    present = sorted(path for path in folder.iterdir() if path.suffix.lower() in TABLE_SUFFIXES)
    found = {}
    for name in ONET_FILES:
        path = next((path for path in present if path.name.split(".")[0].endswith(name)), None)
        if path:
            found[name] = path
    if "Occupation Data" not in found:
        raise UnreadableFile(path=folder, reason="holds no “Occupation Data” file (.txt or .tsv)")
    return found


def onet_edition(folder: Path) -> str:
    """“29.3” for a folder named db_29_3_text or onet_29_3; empty if its name does not tell."""
    match = re.search(r"(?<!\d)(\d{2})[._](\d)(?!\d)", folder.resolve().name)
    return f"{match[1]}.{match[2]}" if match else ""


def read_wages(row: Row, *, period: str) -> tuple[str, dict[str, Any]] | None:
    """SOC code and its national yearly wages; None for areas and single industries."""
    if row["AREA_TYPE"] not in {"", "1"} or row["I_GROUP"] not in {"", "cross-industry"}:
        return None
    wages: dict[str, Any] = {"title": row["OCC_TITLE"], "currency": "USD", "per": "year"}
    names = {"A_MEAN": "mean", "A_MEDIAN": "median", "A_PCT10": "low", "A_PCT90": "high"}
    for column, name in {**names, "TOT_EMP": "employed"}.items():
        if row[column] == TOP_CODED:
            wages.setdefault("top_coded", []).append(name)
        elif (amount := _amount(row, column)) is not None:
            wages[name] = amount
    source = "BLS Occupational Employment and Wage Statistics, national"
    soc = codes.read_soc(row["OCC_CODE"])
    return soc, {**wages, "soc": soc, "source": source, "period": period}


def wage_period(path: Path) -> str:
    """“May 2024” from a name such as oews_national_May2024.xlsx or national_M2024_dl.csv."""
    match = re.search(r"M(?:ay)?_?(20\d\d)", path.name)
    return f"May {match[1]}" if match else ""


def level_fit(*, education: Iterable[Mapping[str, Any]], job_zone: int | None, level: str) -> float:
    """The share of jobs in an occupation that ask for a program's level, or up to two steps less.

    From the schooling that O*NET reports; where it reports none, from the job zone; where there
    is neither, nothing is held against the program.
    """
    highest = LEVEL_RANKS[level]
    fitting = range(highest - STEPS_BELOW, highest + 1)
    percents = [(EDUCATION_RANKS[entry["level"]], entry["percent"]) for entry in education]
    known = sum(percent for _rank, percent in percents)
    if known:
        return float(sum(percent for rank, percent in percents if rank in fitting) / known)
    if job_zone is not None:
        return float(ZONE_RANKS[job_zone] in fitting)
    return 1.0


class Crosswalk:
    """Which occupations (SOC) a subject (CIP) leads to."""

    def __init__(self) -> None:
        self._socs: dict[str, set[str]] = {}

    def add(self, row: Row) -> None:
        """Take one row. Raises :class:`WrongValue` naming the column."""
        cip, soc = _named("CIP", codes.read_cip, row), _named("SOC", codes.read_soc, row)
        if len(cip) != len("NN.NNNN"):
            raise WrongValue(f"CIP: “{cip}” is not a six-digit code")
        self._socs.setdefault(cip, set()).add(soc[:7])

    def share(self, *, cip: str, codes: Collection[str], fits: Mapping[str, float]) -> float:
        """How much of a role the subject leads to, from 0 to 1.

        ``codes`` are the role's O*NET codes; ``fits`` says of every known occupation how far it
        suits the level of the program (unknown ones suit). For a subject known to four digits
        only it is the mean over its six-digit subjects, each as likely as its occupations suit
        the level: a master's in the family of health administration is hardly one in billing.
        """
        subjects = [socs for code, socs in self._socs.items() if code.startswith(cip)]
        if not codes or not subjects:
            return 0.0
        likely = [self._likelihood(socs, fits) for socs in subjects]
        if not sum(likely):
            likely = [1.0] * len(subjects)
        reached = sum(
            weight * sum(fits.get(code, 1.0) for code in codes if code[:7] in socs)
            for weight, socs in zip(likely, subjects, strict=True)
        )
        return reached / len(codes) / sum(likely)

    @staticmethod
    def _likelihood(socs: Collection[str], fits: Mapping[str, float]) -> float:
        """How well the best suited known occupation of a subject suits the level."""
        return max((fit for code, fit in fits.items() if code[:7] in socs), default=0.0)

    def knows(self, cip: str) -> bool:
        return any(code.startswith(cip) for code in self._socs)


def _number(row: Row, column: str) -> float | None:
    amount = _amount(row, column)
    return None if amount is None else float(amount)


def _amount(row: Row, column: str) -> float | int | None:
    try:
        amount = codes.read_amount(row[column], limit=1_000_000_000)
    except WrongValue as error:
        raise WrongValue(f"{column}: {error}") from error
    if amount is None:
        return None
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _named(column: str, read: Callable[[str], str], row: Row) -> str:
    try:
        return read(row[column])
    except WrongValue as error:
        raise WrongValue(f"{column}: {error}") from error
