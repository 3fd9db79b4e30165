"""What an applicant may expect: when the office is open, who answers and when."""

from dataclasses import dataclass
from datetime import datetime

from hcprograms.institutions.opening import read_opening_hours
from hcprograms.leads.models.lead import Lead


@dataclass(frozen=True, slots=True)
class Expectation:
    """``opens_at`` is the next opening in the institution's own time; None when open or unknown."""

    advisor: str
    is_open: bool
    opens_at: datetime | None


def expect_answer(*, lead: Lead, now: datetime) -> Expectation:
    institution = lead.institution
    hours = read_opening_hours(institution)
    opening = hours.next_opening(now)
    is_open = opening is not None and opening <= now
    return Expectation(
        advisor=lead.assigned_to.display_name if lead.assigned_to else "",
        is_open=is_open,
        opens_at=None if opening is None or is_open else opening.astimezone(hours.zone),
    )
