"""Rules that can never apply, and why. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from hcprograms.leads.routing import AskedProgram, Conditions, Rule


class Flaw(StrEnum):
    LEVEL_OF_NO_PROGRAM = "level_of_no_program"
    STATE_OUTSIDE_COUNTRIES = "state_outside_countries"
    COVERED = "covered"


@dataclass(frozen=True, slots=True)
class Finding:
    """``by`` is the earlier rule that takes every lead of this one."""

    flaw: Flaw
    by: Rule | None = None


def find_flaw(
    conditions: Conditions, *, earlier: Iterable[Rule], level_of: Callable[[int], str]
) -> Finding | None:
    """Why a rule with these conditions can never apply after these rules; None when it can.

    An earlier rule that covers this one still lets leads through while none of its advisors can
    take one; that is no reason to plan for, so it is a flaw all the same unless its advisors are
    named: then the later rule may stand in for them.
    """
    programs = [AskedProgram(one, level_of(one)) for one in conditions.programs]
    if programs and not any(conditions.fits_program(one) for one in programs):
        return Finding(Flaw.LEVEL_OF_NO_PROGRAM)
    if conditions.states and conditions.countries and "US" not in conditions.countries:
        return Finding(Flaw.STATE_OUTSIDE_COUNTRIES)
    for rule in earlier:
        if not rule.advisors and rule.conditions.covers(conditions, level_of=level_of):
            return Finding(Flaw.COVERED, rule)
    return None
