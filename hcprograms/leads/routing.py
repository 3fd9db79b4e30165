"""Who answers a new lead: rules in order, then everybody in turn, then whoever is left. Pure.

Advisors who are away or have had their leads of the day are passed over, unless nobody else is
there: a lead without anybody would be worse than one too many.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

NEVER = datetime.max.replace(tzinfo=UTC)


class How(StrEnum):
    """How one is chosen among several."""

    IN_TURN = "in_turn"
    LEAST_BUSY = "least_busy"


class Step(StrEnum):
    """Where on the way the choice was made, in this order."""

    RULE = "rule"
    EVERYBODY = "everybody"
    FALLBACK = "fallback"
    MANAGER = "manager"
    OWNER = "owner"
    LAST_RESORT = "last_resort"
    NOBODY = "nobody"


class Hindrance(StrEnum):
    """Why an advisor is passed over."""

    AWAY = "away"
    AT_CAP = "at_cap"


@dataclass(frozen=True, slots=True)
class AskedProgram:
    id: int
    level: str


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What rules look at. Codes in capitals, the language as a tag such as ``es-mx``."""

    kind: str = ""
    programs: Sequence[AskedProgram] = ()
    state: str = ""
    country: str = ""
    military: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Conditions:
    """Each empty one holds for everybody; of those given, one value each must fit.

    ``programs`` and ``levels`` must fit one and the same program asked about.
    """

    programs: frozenset[int] = frozenset()
    levels: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    military: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()

    def find_unmet(self, inquiry: Inquiry) -> str:
        """The name of the first condition that does not hold; empty when all do."""
        language, main = inquiry.language.lower(), inquiry.language.lower().partition("-")[0]
        checks = {
            "programs": not (self.programs or self.levels)
            or any(self.fits_program(one) for one in inquiry.programs),
            "states": not self.states or inquiry.state in self.states,
            "countries": not self.countries or inquiry.country in self.countries,
            "kinds": not self.kinds or inquiry.kind in self.kinds,
            "military": not self.military or inquiry.military in self.military,
            "languages": not self.languages or bool({language, main} & self.languages),
        }
        return next((name for name, holds in checks.items() if not holds), "")

    def fits_program(self, program: AskedProgram) -> bool:
        return (not self.programs or program.id in self.programs) and (
            not self.levels or program.level in self.levels
        )

    def covers(self, other: "Conditions", *, level_of: Callable[[int], str]) -> bool:
        """Whether these hold wherever the other ones do, so that the other rule is never reached.

        ``level_of`` gives a program's level.
        """
        return self._covers_programs(other, level_of) and all(
            not mine or (theirs and theirs <= mine)
            for mine, theirs in (
                (self.states, other.states),
                (self.countries, other.countries),
                (self.kinds, other.kinds),
                (self.military, other.military),
                (self.languages, other.languages),
            )
        )

    def _covers_programs(self, other: "Conditions", level_of: Callable[[int], str]) -> bool:
        if not (self.programs or self.levels):
            return True
        if other.programs:
            theirs = [AskedProgram(one, level_of(one)) for one in other.programs]
            possible = [one for one in theirs if other.fits_program(one)]
            return all(self.fits_program(one) for one in possible)
        return not self.programs and bool(other.levels) and other.levels <= self.levels


@dataclass(frozen=True, slots=True)
class Rule:
    """``advisors`` empty: everybody who is told of leads."""

    id: int
    name: str
    conditions: Conditions = field(default_factory=Conditions)
    advisors: frozenset[int] = frozenset()
    how: How = How.IN_TURN


@dataclass(frozen=True, slots=True)
class Advisor:
    """A member as of now. ``opens_at`` is when they next work, now included; None: unknown."""

    id: int
    role: str = "advisor"
    receives_leads: bool = True
    is_fallback: bool = False
    turn: int = 0
    waiting: int = 0
    """Leads of theirs that wait for an answer."""
    taken_today: int = 0
    daily_cap: int | None = None
    is_away: bool = False
    opens_at: datetime | None = None

    @property
    def hindrance(self) -> Hindrance | None:
        if self.is_away:
            return Hindrance.AWAY
        if self.daily_cap is not None and self.taken_today >= self.daily_cap:
            return Hindrance.AT_CAP
        return None


@dataclass(frozen=True, slots=True)
class Decision:
    """Who, and all that led there. ``skipped`` are rules before: id → the condition not met,
    or ``nobody`` where it fitted and none of its advisors could take the lead."""

    step: Step
    advisor: Advisor | None = None
    rule: Rule | None = None
    how: How = How.IN_TURN
    skipped: Sequence[tuple[Rule, str]] = ()
    passed_over: Sequence[tuple[int, Hindrance]] = ()
    waits_until: datetime | None = None
    """When the chosen one next works, if that is later than now."""


NOBODY_FREE = "nobody"


def decide(
    *, inquiry: Inquiry, rules: Sequence[Rule], advisors: Collection[Advisor], now: datetime
) -> Decision:
    """Choose among the active members; ``rules`` come in order."""
    skipped: list[tuple[Rule, str]] = []
    passed_over: dict[int, Hindrance] = {}

    def choose(step: Step, group: Sequence[Advisor], rule: Rule | None = None) -> Decision | None:
        how = rule.how if rule else How.IN_TURN
        chosen = _choose(group, how, now)
        if chosen is None:
            return None
        waits = chosen.opens_at if chosen.opens_at and now < chosen.opens_at < NEVER else None
        passed = [(key, why) for key, why in passed_over.items() if key != chosen.id]
        return Decision(step, chosen, rule, how, skipped, passed, waits)

    for rule in rules:
        unmet = rule.conditions.find_unmet(inquiry)
        group = [] if unmet else _free(_team(rule, advisors), passed_over)
        found = choose(Step.RULE, group, rule)
        if found:
            return found
        skipped.append((rule, unmet or NOBODY_FREE))
    told = [one for one in advisors if one.receives_leads]
    steps = [
        (Step.EVERYBODY, _free(told, passed_over)),
        (Step.FALLBACK, [one for one in advisors if one.is_fallback]),
        (Step.MANAGER, [one for one in advisors if one.role == "manager"]),
        (Step.OWNER, [one for one in advisors if one.role == "owner"]),
        (Step.LAST_RESORT, told),
    ]
    found_late = (choose(step, group) for step, group in steps)
    return next((one for one in found_late if one), Decision(Step.NOBODY, skipped=skipped))


def _team(rule: Rule, advisors: Collection[Advisor]) -> list[Advisor]:
    if rule.advisors:
        return [one for one in advisors if one.id in rule.advisors]
    return [one for one in advisors if one.receives_leads]


def _free(group: Sequence[Advisor], passed_over: dict[int, Hindrance]) -> list[Advisor]:
    """Those of the group who can take a lead; the others are noted."""
    for one in group:
        if one.hindrance:
            passed_over[one.id] = one.hindrance
    return [one for one in group if not one.hindrance]


def _choose(group: Sequence[Advisor], how: How, now: datetime) -> Advisor | None:
    """Among those who work now, or else next, the one whose turn it is or who has least to do."""
    if not group:
        return None

    def rank(one: Advisor) -> tuple[datetime, int, int, int]:
        opens_at = max(one.opens_at, now) if one.opens_at else NEVER
        return (opens_at, one.waiting if how is How.LEAST_BUSY else 0, one.turn, one.id)

    return min(group, key=rank)
