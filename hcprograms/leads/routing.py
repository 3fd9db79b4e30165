"""Routing rules: which advisor a new lead is assigned to, why, and rules that can never apply.

Rules are tried in order, then all advisors by round robin, then fallback advisors, managers and
owners. Advisors who are away or have had their leads of the day are skipped unless no one else is
there: a lead without an owner would be worse than one too many. Reads and writes no rows.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import StrEnum

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NEVER = datetime.max.replace(tzinfo=UTC)


class AssignmentMethod(StrEnum):
    """How one advisor is chosen among several."""

    IN_TURN = "in_turn"
    LEAST_BUSY = "least_busy"


class RoutingStep(StrEnum):
    """Where on the way the choice was made, in this order."""

    RULE = "rule"
    EVERYBODY = "everybody"
    FALLBACK = "fallback"
    MANAGER = "manager"
    OWNER = "owner"
    LAST_RESORT = "last_resort"
    NOBODY = "nobody"


class SkipReason(StrEnum):
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
    method: AssignmentMethod = AssignmentMethod.IN_TURN


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
    def skip_reason(self) -> SkipReason | None:
        if self.is_away:
            return SkipReason.AWAY
        if self.daily_cap is not None and self.taken_today >= self.daily_cap:
            return SkipReason.AT_CAP
        return None


@dataclass(frozen=True, slots=True)
class Decision:
    """Who, and all that led there. ``skipped`` are rules before: id → the condition not met,
    or ``nobody`` where it fitted and none of its advisors could take the lead."""

    step: RoutingStep
    advisor: Advisor | None = None
    rule: Rule | None = None
    method: AssignmentMethod = AssignmentMethod.IN_TURN
    skipped_rules: Sequence[tuple[Rule, str]] = ()
    skipped_advisors: Sequence[tuple[int, SkipReason]] = ()
    waits_until: datetime | None = None
    """When the chosen one next works, if that is later than now."""


NOBODY_FREE = "nobody"


def decide(
    *, inquiry: Inquiry, rules: Sequence[Rule], advisors: Collection[Advisor], now: datetime
) -> Decision:
    """Choose among the active members; ``rules`` come in order."""
    skipped_rules: list[tuple[Rule, str]] = []
    skipped_advisors: dict[int, SkipReason] = {}

    def choose(
        step: RoutingStep, group: Sequence[Advisor], rule: Rule | None = None
    ) -> Decision | None:
        method = rule.method if rule else AssignmentMethod.IN_TURN
        chosen = _choose(group, method, now)
        if chosen is None:
            return None
        waits = chosen.opens_at if chosen.opens_at and now < chosen.opens_at < NEVER else None
        passed = [(key, why) for key, why in skipped_advisors.items() if key != chosen.id]
        return Decision(step, chosen, rule, method, skipped_rules, passed, waits)

    for rule in rules:
        unmet = rule.conditions.find_unmet(inquiry)
        group = [] if unmet else _free(_team(rule, advisors), skipped_advisors)
        found = choose(RoutingStep.RULE, group, rule)
        if found:
            return found
        skipped_rules.append((rule, unmet or NOBODY_FREE))
    told = [one for one in advisors if one.receives_leads]
    steps = [
        (RoutingStep.EVERYBODY, _free(told, skipped_advisors)),
        (RoutingStep.FALLBACK, [one for one in advisors if one.is_fallback]),
        (RoutingStep.MANAGER, [one for one in advisors if one.role == "manager"]),
        (RoutingStep.OWNER, [one for one in advisors if one.role == "owner"]),
        (RoutingStep.LAST_RESORT, told),
    ]
    found_late = (choose(step, group) for step, group in steps)
    return next(
        (one for one in found_late if one),
        Decision(RoutingStep.NOBODY, skipped_rules=skipped_rules),
    )


def _team(rule: Rule, advisors: Collection[Advisor]) -> list[Advisor]:
    if rule.advisors:
        return [one for one in advisors if one.id in rule.advisors]
    return [one for one in advisors if one.receives_leads]


def _free(group: Sequence[Advisor], skipped_advisors: dict[int, SkipReason]) -> list[Advisor]:
    """Those of the group who can take a lead; the others are noted."""
    for one in group:
        if one.skip_reason:
            skipped_advisors[one.id] = one.skip_reason
    return [one for one in group if not one.skip_reason]


def _choose(group: Sequence[Advisor], method: AssignmentMethod, now: datetime) -> Advisor | None:
    """Among those who work now, or else next, the one whose turn it is or who has least to do."""
    if not group:
        return None

    def rank(one: Advisor) -> tuple[datetime, int, int, int]:
        opens_at = max(one.opens_at, now) if one.opens_at else NEVER
        return (
            opens_at,
            one.waiting if method is AssignmentMethod.LEAST_BUSY else 0,
            one.turn,
            one.id,
        )

    return min(group, key=rank)


SKIP_REASONS = {
    SkipReason.AWAY: gettext_lazy("away"),
    SkipReason.AT_CAP: gettext_lazy("has had all leads of the day"),
}
UNMET = {
    "programs": gettext_lazy("another program or level"),
    "states": gettext_lazy("another state"),
    "countries": gettext_lazy("another country"),
    "kinds": gettext_lazy("another kind of form"),
    "military": gettext_lazy("another military affiliation"),
    "languages": gettext_lazy("another language"),
    NOBODY_FREE: gettext_lazy("it fits, but none of its advisors can take a lead now"),
}
STEPS = {
    RoutingStep.EVERYBODY: gettext_lazy("next in turn"),
    RoutingStep.FALLBACK: gettext_lazy("answers when nobody else can"),
    RoutingStep.MANAGER: gettext_lazy("no advisor can take it: next manager"),
    RoutingStep.OWNER: gettext_lazy("no advisor and no manager: next owner"),
    RoutingStep.LAST_RESORT: gettext_lazy(
        "everybody is away or has had all leads of the day: next in turn"
    ),
    RoutingStep.NOBODY: gettext_lazy("nobody: no active advisor, manager or owner"),
}
MAX_REASON = 200


def format_decision(decision: Decision, *, zone: tzinfo) -> str:
    """One line: by which rule, how, and when the chosen one is there."""
    parts = [_format_step(decision)]
    if decision.waits_until:
        parts.append(_("works again %(when)s") % {"when": _format_time(decision.waits_until, zone)})
    return ", ".join(parts)[:MAX_REASON]


def format_skipped(decision: Decision, *, names: Mapping[int, str]) -> str:
    """Who could not take it, and why; empty when nobody was passed over."""
    passed = [
        f"{names[key]} ({SKIP_REASONS[why]})"
        for key, why in decision.skipped_advisors
        if key in names
    ]
    return _("passed over: %(who)s") % {"who": ", ".join(passed)} if passed else ""


def _format_step(decision: Decision) -> str:
    if decision.step is RoutingStep.RULE and decision.rule:
        least_busy = decision.method is AssignmentMethod.LEAST_BUSY
        how = _("fewest unanswered leads") if least_busy else _("next in turn")
        return _("rule “%(rule)s”: %(how)s") % {"rule": decision.rule.name, "how": how}
    return str(STEPS[decision.step])


def _format_time(at: datetime, zone: tzinfo) -> str:
    return date_format(at.astimezone(zone), "D j M H:i")


class RuleFlaw(StrEnum):
    """Why a rule can never apply."""

    LEVEL_OF_NO_PROGRAM = "level_of_no_program"
    STATE_OUTSIDE_COUNTRIES = "state_outside_countries"
    COVERED = "covered"


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """``by`` is the earlier rule that takes every lead of this one."""

    flaw: RuleFlaw
    by: Rule | None = None


def find_flaw(
    conditions: Conditions, *, earlier: Iterable[Rule], level_of: Callable[[int], str]
) -> RuleFinding | None:
    """Why a rule with these conditions can never apply after these rules; None when it can.

    An earlier rule that covers this one still lets leads through while none of its advisors can
    take one; that is no reason to plan for, so it is a flaw all the same unless its advisors are
    named: then the later rule may stand in for them.
    """
    programs = [AskedProgram(one, level_of(one)) for one in conditions.programs]
    if programs and not any(conditions.fits_program(one) for one in programs):
        return RuleFinding(RuleFlaw.LEVEL_OF_NO_PROGRAM)
    if conditions.states and conditions.countries and "US" not in conditions.countries:
        return RuleFinding(RuleFlaw.STATE_OUTSIDE_COUNTRIES)
    for rule in earlier:
        if not rule.advisors and rule.conditions.covers(conditions, level_of=level_of):
            return RuleFinding(RuleFlaw.COVERED, rule)
    return None
