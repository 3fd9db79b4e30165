"""Hard constraints about who may enter: education, level, residence, accreditation, school."""

import numpy as np
from numpy.typing import NDArray

from hcprograms.matching.columns import ANY_LEVEL, CLAIM_CODES
from hcprograms.matching.constraint import Constraint, Mask, as_mask
from hcprograms.matching.level_steps import level_fits
from hcprograms.matching.offering import LEVEL_NAMES, LEVEL_PHRASES, OneOffering
from hcprograms.matching.texts import Text, Words, gettext_noop, say
from hcprograms.matching.wishes import Rows, Wishes, least_education
from hcprograms.matching.words import EDUCATIONS, LEVELS

EDUCATION_NAMES = {
    "high_school": gettext_noop("a high school diploma"),
    "some_college": gettext_noop("some college"),
    "associate": gettext_noop("an associate degree"),
    "bachelor": gettext_noop("a bachelor’s degree"),
    "master": gettext_noop("a master’s degree"),
    "doctorate": gettext_noop("a doctorate"),
}


class WithinReach(Constraint):
    key = "education"

    def fails(self, wishes: Wishes, rows: Rows) -> Mask | None:
        if wishes.reach == ANY_LEVEL:
            return None
        return as_mask((rows.kinds & np.uint16(wishes.reach)) == 0)

    def needs(self, wishes: Wishes, offering: OneOffering) -> str:
        return least_education(offering.level)

    def tell(self, wishes: Wishes, offering: OneOffering) -> Text:
        return say(
            gettext_noop("For {level} one needs {education} first; you named {own}."),
            level=say(LEVEL_PHRASES[offering.level]),
            education=say(EDUCATION_NAMES[least_education(offering.level)]),
            own=say(EDUCATION_NAMES[wishes.answers.education or "high_school"]),
        )

    def distance(self, wishes: Wishes, rows: Rows) -> NDArray[np.float64]:
        own = EDUCATIONS.index(wishes.answers.education or "high_school")
        steps = [EDUCATIONS.index(least_education(level)) - own for level in LEVELS]
        taken: NDArray[np.float64] = np.asarray(steps, dtype=np.float64)[rows.level_numbers]
        return taken


class LevelAskedFor(Constraint):
    key = "levels"
    step = 0.6

    def fails(self, wishes: Wishes, rows: Rows) -> Mask | None:
        if wishes.levels == ANY_LEVEL:
            return None
        return as_mask((rows.kinds & np.uint16(wishes.levels)) == 0)

    def needs(self, wishes: Wishes, offering: OneOffering) -> list[str]:
        wanted = {*wishes.answers.levels, offering.level}
        return [level for level in LEVELS if level in wanted]

    def tell(self, wishes: Wishes, offering: OneOffering) -> Text:
        return say(
            gettext_noop("Its level: {level}. You asked for: {levels}."),
            level=say(LEVEL_NAMES[offering.level]),
            levels=Words(tuple(say(LEVEL_NAMES[level]) for level in wishes.answers.levels)),
        )

    def distance(self, wishes: Wishes, rows: Rows) -> NDArray[np.float64]:
        """The less sensible the other level, the farther away it is."""
        fits = level_fits(wishes.answers.education, wishes.lean) or (1.0,) * len(LEVELS)
        taken: NDArray[np.float64] = (self.step + 1 - np.asarray(fits))[rows.level_numbers]
        return taken


class StateAllowed(Constraint):
    key = "state"
    step = 2.0
    touches_others = True

    def fails(self, wishes: Wishes, rows: Rows) -> Mask | None:
        if wishes.state is None:
            return None
        return as_mask((rows.states & np.uint64(1 << wishes.state)) == 0)

    def unknown(self, wishes: Wishes, rows: Rows) -> Mask | None:
        return None if wishes.state is None else as_mask(~rows.states_known)

    def needs(self, wishes: Wishes, offering: OneOffering) -> str | None:
        """The state it is taught in, else the first allowed one; None where no state is allowed."""
        allowed = offering.states or ()
        return offering.home_state if offering.home_state in allowed else next(iter(allowed), None)

    def tell(self, wishes: Wishes, offering: OneOffering) -> Text:
        return say(
            gettext_noop("Not open to residents of {state}."), state=wishes.answers.state or ""
        )


class International(Constraint):
    key = "country"
    step = 3.0
    touches_others = True

    def fails(self, wishes: Wishes, rows: Rows) -> Mask | None:
        if wishes.country is None:
            return None
        if not isinstance(rows.index, slice):
            return as_mask((rows.international == 2) & (rows.country != wishes.country))
        mask, closed = np.zeros(len(rows), dtype=np.bool_), rows.columns.closed_abroad
        mask[closed] = rows.columns.country[closed] != wishes.country
        return mask

    def unknown(self, wishes: Wishes, rows: Rows) -> Mask | None:
        if wishes.country is None:
            return None
        return as_mask((rows.international == 0) & (rows.country != wishes.country))

    def asked_key(self, wishes: Wishes) -> str:
        return self.key if wishes.answers.country else "state"

    def needs(self, wishes: Wishes, offering: OneOffering) -> str | None:
        """Its own country; None for people who named a state, which would no longer fit."""
        return None if wishes.answers.state else offering.school.country or None

    def tell(self, wishes: Wishes, offering: OneOffering) -> Text:
        return say(
            gettext_noop("Open only to people who live in its own country ({country})."),
            country=offering.school.country,
        )


class CahmeRequired(Constraint):
    """The one that unknown fails: required means a current claim on this very offering."""

    key = "cahme"
    step = 0.4

    def fails(self, wishes: Wishes, rows: Rows) -> Mask | None:
        if wishes.answers.cahme != "required":
            return None
        return rows.cahme < CLAIM_CODES["probation"]

    def needs(self, wishes: Wishes, offering: OneOffering) -> str:
        return "preferred"

    def tell(self, wishes: Wishes, offering: OneOffering) -> Text:
        if offering.level != "master":
            return say(gettext_noop("CAHME accredits master’s programs only."))
        if any(claim.accreditor == "cahme" for claim in offering.claims):
            return say(gettext_noop("A candidate for CAHME accreditation is not accredited."))
        return say(gettext_noop("No current CAHME accreditation on record for this offering."))


class InstitutionNamed(Constraint):
    key = "institution"
    step = 1.5

    def fails(self, wishes: Wishes, rows: Rows) -> Mask | None:
        return None if wishes.school is None else rows.school != wishes.school

    def needs(self, wishes: Wishes, offering: OneOffering) -> str:
        return offering.school.slug

    def tell(self, wishes: Wishes, offering: OneOffering) -> Text:
        return say(gettext_noop("Offered by {school}."), school=offering.school.name)
