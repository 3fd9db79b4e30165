"""One offering as its public page shows it: prices, states and dates in words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hcprograms.catalog.accreditation import Claim
from hcprograms.catalog.estimating import NOBODY_SPECIAL, Payer, estimate_offering
from hcprograms.catalog.models.programs import Intake, Offering, PriceBasis, StateRule
from hcprograms.catalog.prices import format_money, format_range
from hcprograms.catalog.states import STATES
from hcprograms.catalog.tuition import Estimate, Missing


@dataclass(frozen=True)
class OfferingView:
    """An offering with its claims and the starts that one can still apply for."""

    offering: Offering
    claims: Sequence[Claim]
    intakes: Sequence[Intake]
    payer: Payer | None = field(default=None, kw_only=True)
    """Whose cost to estimate; None: of somebody of whom nothing is known."""

    @property
    def heading(self) -> str:
        """How and where: “Online”, “On campus, Denver”."""
        how = (
            capfirst(self.offering.get_delivery_display())
            if self.offering.delivery
            else _("Way of study not published")
        )
        return f"{how}, {self.offering.campus}" if self.offering.campus else how

    @property
    def label(self) -> str:
        """Short name beside others, and how it is taught.

        The award or the name; the school where the award of public data only repeats the level.
        """
        program = self.offering.program
        other = program.institution.name if program.award else program.name
        how = self.offering.get_delivery_display() if self.offering.delivery else ""
        return ", ".join(
            filter(None, [program.own_award or other, program.concentration, str(how)])
        )

    @property
    def is_bare(self) -> bool:
        """Whether nothing that an applicant decides on is published."""
        one = self.offering
        length = one.duration_months or one.pace or one.credits
        return not (self.prices or length or self.intakes or self.states or self.abroad)

    @property
    def prices(self) -> list[str]:
        """Every published price: “$650 per credit”, “$500 per credit for residents” …"""
        one = self.offering
        said = [
            (one.price, "%(price)s"),
            (one.price_resident, _("%(price)s for residents of the state")),
            (one.price_military, _("%(price)s with military benefits")),
        ]
        basis = "" if one.price_basis == PriceBasis.TOTAL else one.get_price_basis_display()
        return [
            text % {"price": f"{format_money(amount, one.currency)} {basis}".strip()}
            for amount, text in said
            if amount is not None
        ]

    @property
    def estimate(self) -> Estimate:
        """The whole cost for this person, or for somebody of whom nothing is known."""
        return estimate_offering(offering=self.offering, payer=self.payer or NOBODY_SPECIAL)

    @property
    def total(self) -> str:
        """The whole cost in words; empty where it is not known."""
        total = self.estimate.total
        return "" if total is None else format_money(total, self.offering.currency)

    @property
    def cost_for_you(self) -> str:
        """The whole cost for this person, as the results say it; empty where it is not known."""
        return capfirst(format_range(self.estimate))

    @property
    def fees(self) -> str:
        """What the total says about fees."""
        if Missing.FEES in self.estimate.missing:
            return _("fees not published, not included")
        fees = format_money(self.offering.fees_total or Decimal(0), self.offering.currency)
        return _("with %(fees)s of fees") % {"fees": fees}

    @property
    def states(self) -> str:
        """Whose residents it may enrol; empty where that is not published."""
        names = ", ".join(STATES.get(code, code) for code in self.offering.states)
        match self.offering.state_rule:
            case StateRule.ALL:
                return _("Residents of all US states")
            case StateRule.ONLY:
                return _("Residents of %(states)s") % {"states": names or "–"}
            case StateRule.EXCEPT if names:
                return _("Residents of all US states but %(states)s") % {"states": names}
            case StateRule.EXCEPT:
                return _("Residents of all US states")
        return ""

    @property
    def abroad(self) -> str:
        """Whether people abroad may enrol; empty where that is not published."""
        match self.offering.open_to_international:
            case None:
                return ""
            case True:
                return _("People abroad too")
        return _("Not open to people abroad")

    @property
    def transfer(self) -> str:
        most = self.offering.max_transfer_credits
        if most is None:
            return ""
        shown = number_format(most.normalize(), use_l10n=True)
        return ngettext(
            "Up to %(count)s credit may transfer in",
            "Up to %(count)s credits may transfer in",
            int(most),
        ) % {"count": shown}
