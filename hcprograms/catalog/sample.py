"""Loads the made-up sample university, with dates relative to today.

Running it again makes no duplicates: it sets the dates anew and leaves alone what somebody
edited in the meantime.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import transaction

import hcprograms
from hcprograms.catalog.keeping import keep_row
from hcprograms.catalog.models.accreditation import AccreditationRecord, Accreditor
from hcprograms.catalog.models.details import TEXTS
from hcprograms.catalog.models.licensure import LicensureDisclosure
from hcprograms.catalog.models.programs import Intake, Offering, Program, Status
from hcprograms.catalog.models.reference import Certification
from hcprograms.catalog.models.roles import Basis, CareerRole, RoleMapping
from hcprograms.catalog.reports import Report
from hcprograms.institutions.change_log import log_created
from hcprograms.institutions.models import Campus, Institution, Membership

SOURCE = "Made-up sample data"
MONEY = ("price", "price_resident", "price_military", "fees_total")
DECIMALS = (*MONEY, "credits", "max_transfer_credits")
DAYS_PER_WEEK = 7
GRACE = timedelta(days=3)


class SampleMissing(Exception):
    """The sample's files are not there: they are part of the source tree, not of the wheel."""


def find_fixtures() -> Path:
    """The folder ``fixtures/`` of the source tree, beside the package."""
    return Path(hcprograms.__file__).resolve().parent.parent / "fixtures"


def read_fixture(*, folder: Path, name: str) -> dict[str, Any]:
    """One file of the sample. Raises :class:`SampleMissing` if it is not there."""
    try:
        data: dict[str, Any] = json.loads((folder / f"{name}.json").read_text("utf-8"))
    except FileNotFoundError as error:
        raise SampleMissing(
            f"{error.filename} does not exist. The sample is part of the source tree;"
            " name its folder with --fixtures."
        ) from error
    return data


@transaction.atomic
def load_sample_catalog(*, folder: Path, today: date) -> tuple[Institution, Report]:
    """Load the sample university and its programs; reference data must be there already."""
    report = Report()
    university = read_fixture(folder=folder, name="university")
    programs = read_fixture(folder=folder, name="programs")["programs"]
    institution = _keep_institution(data=university, today=today, report=report)
    loader = _Loader(institution=institution, today=today, report=report)
    for item in programs:
        loader.load_program(item)
    return institution, report


def _keep_institution(*, data: Mapping[str, Any], today: date, report: Report) -> Institution:
    values = {name: value for name, value in data["institution"].items() if name != "slug"}
    institution = keep_row(
        Institution,
        key={"slug": data["institution"]["slug"]},
        values=values,
        digest_field="import_digest",
        report=report,
    )
    for item in data["campuses"]:
        key = {"institution": institution, "slug": item["slug"]}
        Campus.objects.get_or_create(**key, defaults=_without(item, "slug"))
    opens, closes = (time.fromisoformat(data["hours"][name]) for name in ("opens", "closes"))
    if not institution.office_hours.exists():
        for weekday in data["hours"]["weekdays"]:
            institution.office_hours.create(weekday=weekday, opens=opens, closes=closes)
    for item in data["closures"]:
        first = today + timedelta(days=item["first_in_days"])
        last = first + timedelta(days=item["days"] - 1)
        institution.closures.update_or_create(
            reason=item["reason"], defaults={"first_day": first, "last_day": last}
        )
    for item in data["members"]:
        _keep_member(institution=institution, item=item)
    return institution


def _keep_member(*, institution: Institution, item: Mapping[str, Any]) -> None:
    """A user who cannot sign in until somebody sets a password."""
    model: Any = get_user_model()
    known = {field.name for field in model._meta.get_fields()}
    values = {name: item[name] for name in ("first_name", "last_name", "email")}
    values |= {"is_staff": True, "password": make_password(None)}
    key = model.USERNAME_FIELD
    user, _created = model._default_manager.get_or_create(
        **{key: item.get(key) or item["username"]},
        defaults={name: values[name] for name in values.keys() & known - {key}},
    )
    Membership.objects.get_or_create(
        institution=institution,
        user=user,
        defaults={name: item[name] for name in ("role", "receives_leads", "phone")},
    )


@dataclass
class _Loader:
    institution: Institution
    today: date
    report: Report

    def load_program(self, item: Mapping[str, Any]) -> None:
        names = ("name", "award", "concentration", "level", "cip_code", "summary", "description")
        slugs = item["certifications"]
        program = keep_row(
            Program,
            key={"institution": self.institution, "slug": item["slug"]},
            values={
                **{name: item[name] for name in names},
                "status": Status.PUBLISHED.value,
                "track_position": Decimal(item["track_position"]),
                "source": SOURCE,
                "import_key": f"sample:{item['slug']}",
                **self._details_of(item),
            },
            many={"certifications": list(Certification.objects.filter(slug__in=slugs))},
            digest_field="import_digest",
            report=self.report,
        )
        for slug, strength in item["roles"].items():
            self._keep_mapping(program=program, slug=slug, strength=strength)
        for entry in item.get("licensure", ()):
            self._set_licensure(program=program, item=entry)
        for entry in item["offerings"]:
            self.load_offering(program=program, item=entry)

    def _details_of(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """The facts besides prices; none where the sample leaves them out."""
        found = item.get("details")
        if not found:
            return {}
        return {
            **{name: found[name] for name in TEXTS},
            "student_faculty_ratio": Decimal(found["student_faculty_ratio"]),
            "details_url": f"{self.institution.website}{found['details_path']}",
            "details_as_of": self.today - timedelta(days=found["details_days_ago"]),
        }

    def _set_licensure(self, *, program: Program, item: Mapping[str, Any]) -> None:
        key = {"program": program, "state": item["state"], "licence": item["licence"]}
        values = {
            "finding": item["finding"],
            "source_url": f"{self.institution.website}licensure",
            "as_of": self.today - timedelta(days=item["days_ago"]),
        }
        LicensureDisclosure.objects.update_or_create(**key, defaults=values)

    def load_offering(self, *, program: Program, item: Mapping[str, Any]) -> None:
        plain = ("duration_months", "pace", "terms", "price_basis", "state_rule", "states")
        campus = item["campus"] and self.institution.campuses.get(slug=item["campus"])
        offering = keep_row(
            Offering,
            key={"program": program, "delivery": item["delivery"], "campus": campus},
            values={
                **{name: item[name] for name in (*plain, "open_to_international")},
                **{name: item[name] and Decimal(item[name]) for name in DECIMALS},
                "status": Status.PUBLISHED.value,
                "import_key": f"sample:{item['delivery']}:{item['campus'] or ''}",
            },
            digest_field="import_digest",
            report=self.report,
        )
        self._set_intakes(offering=offering, plan=item["intakes"])
        for number, entry in enumerate(item["accreditation"], start=1):
            self._set_record(offering=offering, number=number, item=entry)

    def _keep_mapping(self, *, program: Program, slug: str, strength: float) -> None:
        keep_row(
            RoleMapping,
            key={
                "program": program,
                "role": CareerRole.objects.get(slug=slug),
                "basis": Basis.DECLARED.value,
            },
            values={"strength": Decimal(str(strength)), "source": SOURCE},
            digest_field="import_digest",
            report=self.report,
        )

    def _set_intakes(self, *, offering: Offering, plan: Mapping[str, int] | None) -> None:
        wanted = dict(plan_intakes(plan=plan, today=self.today)) if plan else {}
        present = dict(offering.intakes.values_list("starts_on", "apply_by"))
        if present != wanted:
            offering.intakes.all().delete()
            rows = [Intake(offering=offering, starts_on=s, apply_by=a) for s, a in wanted.items()]
            Intake.objects.bulk_create(rows)
            log_created(rows)

    def _set_record(self, *, offering: Offering, number: int, item: Mapping[str, Any]) -> None:
        until, verified = item["expires_in_days"], item["verified_days_ago"]
        AccreditationRecord.objects.update_or_create(
            import_key=f"sample:{offering.public_id}:{item['accreditor']}:{number}",
            defaults={
                "institution": self.institution,
                "offering": offering,
                "accreditor": Accreditor.objects.get(slug=item["accreditor"]),
                "action": item["action"],
                "effective_on": self.today - timedelta(days=item["effective_days_ago"]),
                "expires_on": None if until is None else self.today + timedelta(days=until),
                "verified_on": self.today - timedelta(days=verified),
                "evidence_url": item["evidence_url"],
                "source": SOURCE,
            },
        )


def plan_intakes(*, plan: Mapping[str, int], today: date) -> Iterator[tuple[date, date]]:
    """Start and apply-by dates: first Mondays of the months that the plan names, still open."""
    for number in range(plan["count"]):
        months = plan["first_in_months"] + number * plan["every_months"]
        starts_on = first_monday(year=today.year, month=today.month + months)
        apply_by = max(starts_on - timedelta(weeks=plan["apply_weeks_before"]), today + GRACE)
        yield starts_on, min(apply_by, starts_on)


def first_monday(*, year: int, month: int) -> date:
    """The first Monday of a month; ``month`` may run past twelve into the next years."""
    first = date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
    return first + timedelta(days=-first.weekday() % DAYS_PER_WEEK)


def _without(item: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name not in names}
