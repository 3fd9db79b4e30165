"""A new offering from one that exists."""

from datetime import date
from typing import Any

from hcprograms.catalog.models.programs import Intake, Offering, Status
from hcprograms.institutions.change_log import log_created

OWN = {"id", "public_id", "delivery", "campus", "import_key", "import_digest"}


def copyable_values(*, offering: Offering) -> dict[str, Any]:
    """What a copy starts with: everything but what makes the offering itself; a draft again."""
    values = {
        field.name: field.value_from_object(offering)
        for field in Offering._meta.concrete_fields
        if field.name not in OWN and getattr(field, "editable", True)
    }
    return values | {"status": Status.DRAFT}


def copy_intakes(*, source: Offering, target: Offering, today: date) -> int:
    """Give the copy the start dates still to come, except those it has. Returns how many."""
    present = set(target.intakes.values_list("starts_on", flat=True))
    missing = [
        Intake(offering=target, starts_on=intake.starts_on, apply_by=intake.apply_by)
        for intake in source.intakes.filter(starts_on__gte=today)
        if intake.starts_on not in present
    ]
    Intake.objects.bulk_create(missing)
    log_created(missing)
    return len(missing)
