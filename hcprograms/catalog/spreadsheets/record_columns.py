"""The words and columns by which a sheet says what an accreditor did, and about whom."""

from typing import Any

from django.utils.translation import gettext_lazy

from hcprograms.catalog.models.accreditation import AccreditationRecord, Accreditor, Action
from hcprograms.catalog.spreadsheets.columns import Column
from hcprograms.catalog.spreadsheets.widgets import CellWidget

ABOUT = {"offering": gettext_lazy("an offering"), "program": gettext_lazy("a program")}
ABOUT["institution"] = gettext_lazy("the institution")
ACTION_WORDS = {
    "pre candidate": Action.ELIGIBILITY,
    "reaccreditation": Action.REACCREDITED,
    "accredited": Action.INITIAL,
    "initial": Action.INITIAL,
    "probationary accreditation": Action.PROBATION,
    "denial": Action.DENIED,
    "withdrawal": Action.WITHDRAWN,
    "voluntary withdrawal": Action.VOLUNTARY,
    "expiry": Action.EXPIRED,
    "closure": Action.CLOSED,
    "error": Action.VOID,
}


class AccreditorWidget(CellWidget):
    """An accreditor by slug, abbreviation or name."""

    @property
    def allowed(self) -> list[str]:
        return list(Accreditor.objects.values_list("slug", flat=True).order_by("slug"))


class Subject(Column):
    """What a record is about, through its offering or its program."""

    def __init__(self, path: str, heading: str, **given: Any) -> None:
        super().__init__(path, heading, is_reference=True, **given)

    def get_value(self, instance: Any) -> Any:
        if self.attribute == "about":
            return about(instance)
        if self.attribute == "program__slug":
            program = instance.offering.program if instance.offering else instance.program
            return program.slug if program else ""
        return super().get_value(instance)


def about(record: AccreditationRecord) -> str:
    if record.offering_id:
        return "offering"
    return "program" if record.program_id else "institution"
