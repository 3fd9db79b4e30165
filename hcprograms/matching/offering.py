"""One offering in words: what explanations and results say of a row of the columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hcprograms.catalog.tuition import Estimate, Figures, estimate_figures
from hcprograms.matching.columns import Columns
from hcprograms.matching.kept import kept
from hcprograms.matching.names import Claim, RoleLink, School
from hcprograms.matching.texts import gettext_noop
from hcprograms.matching.wishes import Wishes, month_of
from hcprograms.matching.words import DELIVERIES, LEVELS

LEVEL_NAMES = {
    "certificate": gettext_noop("undergraduate certificate"),
    "associate": gettext_noop("associate degree"),
    "bachelor": gettext_noop("bachelor’s degree"),
    "postbaccalaureate": gettext_noop("post-baccalaureate certificate"),
    "master": gettext_noop("master’s degree"),
    "graduate_certificate": gettext_noop("graduate certificate"),
    "doctorate": gettext_noop("doctorate"),
}
LEVEL_PHRASES = {
    "certificate": gettext_noop("an undergraduate certificate"),
    "associate": gettext_noop("an associate degree"),
    "bachelor": gettext_noop("a bachelor’s degree"),
    "postbaccalaureate": gettext_noop("a post-baccalaureate certificate"),
    "master": gettext_noop("a master’s degree"),
    "graduate_certificate": gettext_noop("a graduate certificate"),
    "doctorate": gettext_noop("a doctorate"),
}
DELIVERY_NAMES = {
    "online": gettext_noop("online"),
    "hybrid": gettext_noop("hybrid"),
    "campus": gettext_noop("on campus"),
}


@dataclass(frozen=True)
class OneOffering:
    """A row of the columns, for one person."""

    columns: Columns
    row: int
    wishes: Wishes

    @property
    def public_id(self) -> str:
        return self.columns.public_id(self.row)

    @property
    def program_name(self) -> str:
        """The name with its award."""
        name, award = self.columns.names.programs[self.program], self.award
        return f"{name} ({award})" if award else name

    @property
    def program_slug(self) -> str:
        return self.columns.names.slugs[self.program]

    @property
    def award(self) -> str:
        return self.columns.names.awards[self.program]

    @kept
    def program(self) -> int:
        number: int = self.columns.program.item(self.row)
        return number

    @kept
    def school(self) -> School:
        number: int = self.columns.school.item(self.row)
        return self.columns.names.schools[number]

    @kept
    def level(self) -> str:
        return LEVELS[(self.columns.kinds.item(self.row) & 127).bit_length() - 1]

    @kept
    def delivery(self) -> str:
        """Empty: not published."""
        bits = self.columns.kinds.item(self.row) >> 7 & 7
        return DELIVERIES[bits.bit_length() - 1] if bits else ""

    @kept
    def months(self) -> int | None:
        return _known(self.columns.months.item(self.row))

    @kept
    def home_state(self) -> str:
        """The state it is taught in; empty: not published."""
        number = self.columns.home_state.item(self.row)
        states = self.columns.names.states
        return states[number] if number < len(states) else ""

    @property
    def country(self) -> str:
        """The country it is taught in; empty: not published."""
        number: int = self.columns.country.item(self.row)
        return self.columns.names.countries[number] if number >= 0 else ""

    @kept
    def states(self) -> tuple[str, ...] | None:
        """States whose residents it may enrol; None: not published."""
        if not self.columns.states_known[self.row]:
            return None
        mask = self.columns.states.item(self.row)
        return tuple(
            state for number, state in enumerate(self.columns.names.states) if mask >> number & 1
        )

    @kept
    def estimate(self) -> Estimate:
        """What it costs this person."""
        home, payer = self.home_state, self.wishes.payer
        resident: bool | None = None
        if payer.abroad:
            resident = False
        elif payer.state is not None and home:
            resident = self.columns.names.states[payer.state] == home
        military, transfer_credits = payer.military, payer.transfer_credits
        return self.columns.recall(
            ("cost", self.row, resident, military, transfer_credits),
            lambda: estimate_figures(
                self.figures,
                resident=resident,
                military=military,
                transfer_credits=transfer_credits,
            ),
        )

    @property
    def figures(self) -> Figures:
        """Its published prices."""
        columns, row = self.columns, self.row
        return Figures(
            basis=columns.basis.item(row),
            standard=columns.standard.item(row),
            resident=columns.resident.item(row),
            military=columns.military.item(row),
            fees=columns.fees.item(row),
            credits=columns.credits.item(row),
            max_transfer=columns.max_transfer.item(row),
            terms=columns.terms.item(row),
            currency=columns.names.currencies[columns.currency.item(row)],
        )

    @property
    def price_as_of(self) -> date | None:
        ordinal = self.columns.price_as_of.item(self.row)
        return date.fromordinal(ordinal) if ordinal else None

    @property
    def price_source(self) -> str:
        number: int = self.columns.price_source.item(self.row)
        return self.columns.names.sources[number]

    @kept
    def open_intakes(self) -> Sequence[date]:
        """Start dates that one can still apply for, soonest first."""
        return self.columns.intakes(self.row, self.wishes.today)

    @kept
    def next_start(self) -> date | None:
        """The soonest open start inside the wished window, else the soonest at all."""
        wished = (day for day in self.open_intakes if self.in_window(day))
        return next(wished, next(iter(self.open_intakes), None))

    def in_window(self, day: date) -> bool:
        """Whether this start date is one of the wished months."""
        first, last = self.wishes.window or (0, 10**6)
        return first <= month_of(day) - month_of(self.wishes.today) <= last

    @kept
    def claims(self) -> tuple[Claim, ...]:
        """What may be said of its accreditation on this day."""
        return self.columns.claims_on(self.row, self.wishes.today)

    @kept
    def links(self) -> Sequence[RoleLink]:
        """The roles that its program leads to, the strongest first."""
        return self.columns.links(self.program)

    @kept
    def track(self) -> float | None:
        position: float = self.columns.track.item(self.row)
        return None if position != position else position

    @property
    def tolerance(self) -> float:
        tolerance: float = self.columns.tolerance.item(self.row)
        return tolerance

    @property
    def certifications(self) -> tuple[str, ...]:
        return self.columns.names.certifications.get(self.program, ())

    @kept
    def unknown(self) -> tuple[str, ...]:
        """Facts that a person decides on and that are not published: ask."""
        known = {
            "delivery": bool(self.delivery),
            "cost": self.estimate.total is not None,
            "months": self.months is not None,
            "start": bool(self.open_intakes),
            "states": bool(self.columns.states_known[self.row]),
            "roles": bool(self.links),
        }
        return tuple(key for key, is_known in known.items() if not is_known)


def _known(number: int) -> int | None:
    return None if number < 0 else number
