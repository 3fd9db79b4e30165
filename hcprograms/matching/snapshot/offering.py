"""One offering of the snapshot, as explanations and results tell of it to one person."""

from dataclasses import dataclass
from datetime import date

from hcprograms.catalog.months import month_of
from hcprograms.catalog.tuition import Estimate, Figures, estimate_figures
from hcprograms.matching.answers import DELIVERIES, LEVELS
from hcprograms.matching.profile import MatchProfile
from hcprograms.matching.snapshot.columns import (
    ADMINISTRATION_BIT,
    ALL_STATES,
    ANY_LEVEL,
    LEVEL_OF_KIND,
    MANAGEMENT_BIT,
    Claim,
    Role,
    School,
    Snapshot,
)


@dataclass(frozen=True, slots=True)
class OfferingLink:
    """A role that its program leads to, how strongly, on what basis, and who says so."""

    role: Role
    strength: float
    basis: str
    source: str


@dataclass(frozen=True, slots=True)
class OfferingFacts:
    """What is published of an offering, and what follows from it for one person."""

    row: int
    public_id: str
    program_name: str
    """With its award."""
    program_slug: str
    award: str
    concentration: str
    school: School
    level: str
    delivery: str
    """Empty: not published."""
    months: int | None
    home_state: str
    """The state it is taught in; empty: not published."""
    country: str
    """The country it is taught in; empty: not published."""
    states: tuple[str, ...] | None
    """States whose residents it may enrol; None: not published."""
    estimate: Estimate
    """What it costs this person."""
    is_in_budget_currency: bool
    price_as_of: date | None
    price_source: str
    open_intakes: tuple[date, ...]
    """Start dates that one can still apply for, soonest first."""
    next_start: date | None
    """The soonest open start inside the wished window, else the soonest at all."""
    claims: tuple[Claim, ...]
    """What may be said of its accreditation on this day."""
    links: tuple[OfferingLink, ...]
    """The strongest first."""
    track: float | None
    tolerance: float
    certifications: tuple[str, ...]
    certified_tracks: tuple[str, ...]

    @property
    def unknown(self) -> tuple[str, ...]:
        """Facts that a person decides on and that are not published: ask."""
        known = {
            "delivery": bool(self.delivery),
            "cost": self.estimate.total is not None,
            "months": self.months is not None,
            "start": bool(self.open_intakes),
            "states": self.states is not None,
            "roles": bool(self.links),
        }
        return tuple(key for key, is_known in known.items() if not is_known)


def read_offering(profile: MatchProfile, snapshot: Snapshot, row: int) -> OfferingFacts:
    """The facts of a row, as they concern this person."""
    names = snapshot.names
    program = snapshot.program.item(row)
    award = names.awards[program]
    kind = snapshot.kinds.item(row)
    delivery = kind >> len(LEVELS) & (1 << len(DELIVERIES)) - 1
    home = snapshot.home_state.item(row)
    country = snapshot.country.item(row)
    months = snapshot.months.item(row)
    track = snapshot.track.item(row)
    certified = snapshot.certified.item(row)
    price_as_of = snapshot.price_as_of.item(row)
    intakes = snapshot.open_intakes(row, profile.today)
    home_state = names.states[home] if home < len(names.states) else ""
    return OfferingFacts(
        row=row,
        public_id=snapshot.public_id(row),
        program_name=f"{names.programs[program]} ({award})" if award else names.programs[program],
        program_slug=names.slugs[program],
        award=award,
        concentration=names.concentrations.get(program, ""),
        school=names.schools[snapshot.school.item(row)],
        level=LEVELS[LEVEL_OF_KIND.item(kind & ANY_LEVEL)],
        delivery=DELIVERIES[delivery.bit_length() - 1] if delivery else "",
        months=None if months < 0 else months,
        home_state=home_state,
        country=names.countries[country] if country >= 0 else "",
        states=_read_states(snapshot, row),
        estimate=_estimate(profile, snapshot, row, home_state=home_state),
        is_in_budget_currency=snapshot.currency.item(row) == 0,
        price_as_of=date.fromordinal(price_as_of) if price_as_of else None,
        price_source=names.sources[snapshot.price_source.item(row)],
        open_intakes=intakes,
        next_start=_choose_start(profile, intakes),
        claims=snapshot.claims_on(row, profile.today),
        links=tuple(
            [
                OfferingLink(names.roles[link.role], link.strength, link.basis, link.source)
                for link in snapshot.links(program)
            ]
        ),
        track=None if track != track else track,  # NaN where no source says anything.
        tolerance=snapshot.tolerance.item(row),
        certifications=names.certifications.get(program, ()),
        certified_tracks=tuple(
            track
            for bit, track in (
                (MANAGEMENT_BIT, "management"),
                (ADMINISTRATION_BIT, "administration"),
            )
            if certified & bit
        ),
    )


def _read_states(snapshot: Snapshot, row: int) -> tuple[str, ...] | None:
    if not snapshot.states_known.item(row):
        return None
    mask = snapshot.states.item(row)
    if mask == ALL_STATES:
        return tuple(snapshot.names.states)
    return tuple([state for bit, state in enumerate(snapshot.names.states) if mask >> bit & 1])


def _estimate(profile: MatchProfile, snapshot: Snapshot, row: int, *, home_state: str) -> Estimate:
    is_resident: bool | None = None
    if profile.is_abroad:
        is_resident = False
    elif profile.state is not None and home_state:
        is_resident = profile.answers.state == home_state
    return estimate_figures(
        Figures(
            basis=snapshot.basis.item(row),
            standard=snapshot.standard.item(row),
            resident=snapshot.resident.item(row),
            military=snapshot.military.item(row),
            fees=snapshot.fees.item(row),
            credits=snapshot.credits.item(row),
            max_transfer=snapshot.max_transfer.item(row),
            terms=snapshot.terms.item(row),
            currency=snapshot.names.currencies[snapshot.currency.item(row)],
        ),
        resident=is_resident,
        military=profile.is_military,
        transfer_credits=profile.answers.transfer_credits,
    )


def _choose_start(profile: MatchProfile, intakes: tuple[date, ...]) -> date | None:
    first, last = profile.window or (0, 10**6)
    now = month_of(profile.today)
    wished = (day for day in intakes if first <= month_of(day) - now <= last)
    return next(wished, intakes[0] if intakes else None)
