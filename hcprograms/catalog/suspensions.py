"""Accreditation claims that are not shown because what was accredited has changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hcprograms.catalog.accreditation import NoClaim, Reason
from hcprograms.catalog.claims import SUBJECTS, explain_claims
from hcprograms.catalog.models.accreditation import AccreditationRecord
from hcprograms.catalog.models.programs import Offering


@dataclass(frozen=True, slots=True)
class Suspension:
    """A record whose claim is suspended, and what has changed since it was entered."""

    record: AccreditationRecord
    changes: str

    def __str__(self) -> str:
        """“CAHME, MHA · on campus, Main. Delivery: on campus → hybrid”."""
        subject = self.record.offering or self.record.program
        parts = [f"{self.record.accreditor}, {subject}", self.changes]
        return ". ".join(part for part in parts if part)


def list_suspensions(*, offerings: "QuerySet[Offering]", on: date) -> Sequence[Suspension]:
    """The suspended claims of these offerings on that day, each once."""
    found: dict[Any, NoClaim] = {
        finding.record_id: finding
        for findings in explain_claims(offerings=offerings, on=on).values()
        for finding in findings.values()
        if isinstance(finding, NoClaim) and finding.reason == Reason.CHANGED
    }
    records = AccreditationRecord.objects.filter(pk__in=found).select_related(*SUBJECTS)
    return [Suspension(record, found[record.pk].changes_text) for record in records.order_by("pk")]


def describe_suspensions(*, offerings: "QuerySet[Offering]", on: date) -> list[str]:
    """What to tell a person who has just changed these offerings, one text for each claim."""
    return [
        _(
            "This accreditation is no longer shown: %(what)s. Undo the change, or correct the "
            "record with evidence that covers it."
        )
        % {"what": suspension}
        for suspension in list_suspensions(offerings=offerings, on=on)
    ]
