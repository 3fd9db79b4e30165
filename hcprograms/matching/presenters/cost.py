"""What an offering costs one person, in words: the sum, what is in doubt, and who says so."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from hcprograms.catalog.prices import format_money, format_range
from hcprograms.catalog.tuition import Missing, Rate
from hcprograms.matching.snapshot.offering import OfferingFacts


@dataclass(frozen=True, slots=True)
class CostText:
    """A cost in words; ``total`` is empty where it is not published."""

    total: str = ""
    notes: Sequence[str] = field(default_factory=list)
    as_of: date | None = None
    source_url: str = ""


def describe_cost(offering: OfferingFacts) -> CostText:
    """What one offering costs this person, what is in doubt, and who says so."""
    estimate = offering.estimate
    notes_by = _missing_notes()
    notes = [note for missing, note in notes_by.items() if missing in estimate.missing]
    if estimate.total is None:
        beside = (Missing.CREDITS, Missing.TERMS)
        return CostText(notes=[notes_by[each] for each in beside if each in estimate.missing])
    total = format_range(estimate)
    if estimate.rate == Rate.RESIDENT:
        notes.insert(0, _("at the price for residents"))
    elif estimate.rate == Rate.MILITARY:
        notes.insert(0, _("at the military price"))
    if estimate.per_term is not None:
        notes.insert(
            0, _("%(cost)s per term") % {"cost": format_money(estimate.per_term, estimate.currency)}
        )
    return CostText(total, notes, offering.price_as_of, offering.price_source)


def _missing_notes() -> dict[Missing, str]:
    return {
        Missing.PRICE: _("price not published"),
        Missing.CREDITS: _("number of credits not published"),
        Missing.TERMS: _("number of terms not published"),
        Missing.FEES: _("fees not published, not included"),
        Missing.TRANSFER: _("less if your credits are accepted: ask"),
        Missing.MILITARY: _("no military price published: ask"),
        Missing.RESIDENCY: _("residents pay less: say where you live"),
        Missing.PACE: _("less if you may go faster: ask"),
    }
