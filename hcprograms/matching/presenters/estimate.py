"""An estimate in words, step by step: what is added up, who says so, and what is in doubt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hcprograms.catalog.estimating import Payer, estimate_offering
from hcprograms.catalog.models.programs import Offering, PriceBasis
from hcprograms.catalog.prices import format_money, format_range
from hcprograms.catalog.tuition import Estimate, Missing, Rate

UNKNOWABLE = (Missing.PRICE, Missing.CREDITS, Missing.TERMS)
"""Without these nothing can be summed up, so whatever else is missing says nothing."""


@dataclass(frozen=True, slots=True)
class Source:
    """Who says a figure, and as of when."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the sum; ``amount`` is empty where it is not published."""

    label: str
    amount: str
    note: str = ""
    source: Source | None = None
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """Which figures one source says."""

    labels: str
    source: Source


@dataclass(frozen=True)
class EstimateView:
    """What one offering costs one person, as the page shows it."""

    offering: Offering
    payer: Payer

    @cached_property
    def estimate(self) -> Estimate:
        return estimate_offering(offering=self.offering, payer=self.payer)

    @property
    def total(self) -> str:
        """“about $30,000”, “$24,000 to $30,000”; empty where it is not known."""
        return format_range(self.estimate)

    @property
    def per_term(self) -> str:
        """“$5,000 a term, for 6 terms”; empty where it is not known."""
        estimate = self.estimate
        if estimate.per_term is None or not estimate.terms:
            return ""
        params = {"cost": self._whole(estimate.per_term), "n": estimate.terms}
        if self._is_range:
            return (
                ngettext(
                    "at most %(cost)s in %(n)d term",
                    "at most %(cost)s a term, for %(n)d terms",
                    estimate.terms,
                )
                % params
            )
        return (
            ngettext("%(cost)s in %(n)d term", "%(cost)s a term, for %(n)d terms", estimate.terms)
            % params
        )

    @property
    def steps(self) -> list[Step]:
        """The sum from the credits to the total; what does not apply is left out."""
        steps = [*self._credit_steps(), *self._price_steps(), self._fee_step()]
        return steps if self.estimate.total is None else [*steps, self._total_step()]

    @property
    def origins(self) -> list[Origin]:
        """Who says the published figures of the sum, each source once."""
        labels_by: dict[Source, list[str]] = {}
        for step in self.steps:
            if step.source and step.amount:
                labels_by.setdefault(step.source, []).append(step.label)
        if self.per_term and self.offering.terms and not self.payer.credits_per_term:
            labels_by.setdefault(self._record, []).append(_("Terms"))
        return [Origin(", ".join(labels), source) for source, labels in labels_by.items()]

    @property
    def _is_range(self) -> bool:
        return self.estimate.total is not None and self.estimate.lowest != self.estimate.total

    def _total_step(self) -> Step:
        label = _("In all, at most") if self._is_range else _("In all")
        total = self._whole(self.estimate.total or 0)
        return Step(label, total, _("Rounded up."), is_total=True)

    @property
    def doubts(self) -> Sequence[str]:
        """What is not published and would change the sum, each with what it means."""
        texts = {
            Missing.PRICE: _("The price of this program is not published."),
            Missing.CREDITS: _("How many credits the program has is not published."),
            Missing.TERMS: _("How many terms the program has is not published."),
            Missing.FEES: _("Fees are not published, so they are not in this sum."),
            Missing.TRANSFER: _(
                "How many credits the school accepts is not published, so none of yours is counted."
            ),
            Missing.MILITARY: _(
                "No military price is published. There may be benefits that lower the cost."
            ),
            Missing.RESIDENCY: self._describe_residency(),
            Missing.PACE: _(
                "You would be faster than the school plans. It costs less only if the school "
                "allows that."
            ),
        }
        counts = texts if self.total else UNKNOWABLE
        doubts = [texts[each] for each in counts if each in self.estimate.missing]
        if self._is_range:
            lowest = self._whole(self.estimate.lowest or 0)
            doubts.append(_("If all of this turns out in your favor: %(cost)s.") % {"cost": lowest})
        return doubts

    def _describe_residency(self) -> str:
        if self.payer.state:
            return _(
                "Residents of the school’s state pay less, but which state that is has not been "
                "published."
            )
        return _("Residents of the school’s state pay less: say where you live.")

    def _credit_steps(self) -> list[Step]:
        offering, estimate = self.offering, self.estimate
        if offering.credits is None:
            missing = [Step(_("Credits of the program"), "")]
            return missing if Missing.CREDITS in estimate.missing else []
        if offering.price_basis == PriceBasis.TOTAL:
            return []
        steps = [Step(_("Credits of the program"), _number(offering.credits), "", self._record)]
        most = offering.max_transfer_credits
        if self.payer.transfer_credits and most is not None:
            taken = offering.credits - (estimate.credits_to_pay or 0)
            steps.append(
                Step(
                    _("Credits you bring along"),
                    f"− {_number(taken)}",
                    _("The school accepts up to %(most)s.") % {"most": _number(most)},
                    self._record,
                )
            )
        return steps

    def _price_steps(self) -> list[Step]:
        offering, estimate = self.offering, self.estimate
        if estimate.unit_price is None:
            return [Step(_("Tuition"), "")]
        unit = format_money(estimate.unit_price, estimate.currency)
        label = {
            PriceBasis.CREDIT: _("Price of a credit"),
            PriceBasis.TERM: _("Price of a term"),
        }.get(PriceBasis(offering.price_basis), _("Price of the whole program"))
        steps = [Step(label, unit, self._describe_rate(), self._price_source)]
        if offering.price_basis == PriceBasis.TOTAL or estimate.tuition is None:
            return steps
        tuition = format_money(estimate.tuition, estimate.currency)
        return [*steps, Step(_("Tuition"), tuition, self._format_sum(unit))]

    def _format_sum(self, unit: str) -> str:
        estimate = self.estimate
        if estimate.basis == PriceBasis.TERM:
            terms = estimate.terms or 0
            return ngettext("%(n)d term × %(unit)s", "%(n)d terms × %(unit)s", terms) % {
                "n": terms,
                "unit": unit,
            }
        return _("%(n)s credits × %(unit)s") % {
            "n": _number(estimate.credits_to_pay or Decimal(0)),
            "unit": unit,
        }

    def _describe_rate(self) -> str:
        rates = {
            Rate.RESIDENT: _("The price for residents of the state."),
            Rate.MILITARY: _("The price with military benefits."),
        }
        usual = (
            _("The price for everybody else than residents of the state.")
            if self.offering.price_resident is not None
            else ""
        )
        return rates.get(self.estimate.rate, usual)

    def _fee_step(self) -> Step:
        fees = self.offering.fees_total
        if fees is None:
            return Step(_("Fees in all"), "")
        return Step(
            _("Fees in all"), format_money(fees, self.offering.currency), "", self._price_source
        )

    def _whole(self, amount: int) -> str:
        return format_money(Decimal(amount), self.estimate.currency)

    @property
    def _price_source(self) -> Source:
        offering = self.offering
        if not offering.price_as_of and not offering.price_source_url:
            return self._record
        day = offering.price_as_of
        text = _("as of %(day)s") % {"day": _day(day)} if day else _("date not published")
        return Source(text, offering.price_source_url)

    @property
    def _record(self) -> Source:
        program = self.offering.program
        if program.source:
            return Source(", ".join(filter(None, [program.source, program.source_as_of])))
        day = timezone.localdate(self.offering.updated_at)
        return Source(_("the school’s own record, last changed on %(day)s") % {"day": _day(day)})


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")


def _number(credits: Decimal) -> str:
    whole = credits == credits.to_integral_value()
    return number_format(credits, decimal_pos=0 if whole else 1)
