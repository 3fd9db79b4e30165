"""Soft criteria: how well an offering suits, each between 0 and 1, each with its reason.

A criterion is a small class with a key, a label, a default weight and one required method,
``score``. Further ones are named by dotted path in ``HCPROGRAMS["CRITERIA"]``. A criterion judges
offerings by their facts, never by who offers them: no place can be bought.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hcprograms.matching.columns import (
    ADMINISTRATION_BIT,
    CLAIM_CODES,
    DELIVERY_BITS,
    LEVEL_BITS,
    MANAGEMENT_BIT,
    NO_STATE,
    STRENGTH_SCALE,
    RoleLink,
)
from hcprograms.matching.level_steps import level_fits, track_word
from hcprograms.matching.offering import DELIVERY_NAMES, LEVEL_PHRASES, OneOffering
from hcprograms.matching.texts import Text, Words, gettext_noop, money, say
from hcprograms.matching.wishes import Rows, Wishes, lowest_month

Scores = NDArray[np.float64]
CLEAR_LEAN = 0.25
"""From here on an applicant's or a program's lean is called by its name."""


class Reason(NamedTuple):
    """Why an offering has its score for one criterion: the fact in plain words, and who says so."""

    text: Text
    source: str = ""


class Criterion(ABC):
    """One way to suit somebody, better or worse."""

    key: ClassVar[str]
    label: ClassVar[str]
    """Marked with ``gettext_noop``."""
    weight: ClassVar[float]
    """Share in the total before the settings change it."""

    @abstractmethod
    def score(self, wishes: Wishes, rows: Rows) -> Scores | None:
        """One number in [0, 1] per row, NaN where the facts are not published.

        None when the answers do not ask for this criterion.
        """

    def explain(self, wishes: Wishes, offering: OneOffering, score: float | None) -> Reason:
        """The reason for a score; ``None`` means not asked for or not published."""
        if score is None:
            return Reason(say(gettext_noop("Not known: ask.")))
        return Reason(say(gettext_noop("Fits to {percent} %."), percent=round(score * 100)))


class RoleFit(Criterion):
    """Leads to the roles one wants: the best of them counts most, the others add."""

    key = "role_fit"
    label = gettext_noop("Leads to your role")
    weight = 0.22

    def score(self, wishes: Wishes, rows: Rows) -> Scores | None:
        if not wishes.roles:
            return None
        worths = [rows.role(number) for number in wishes.roles]
        best, total = worths[0], worths[0].astype(np.float64)
        for worth in worths[1:]:
            best, total = np.maximum(best, worth), total + worth
        fit = (0.7 * best + 0.3 / len(worths) * total) / STRENGTH_SCALE
        return np.where(rows.mapped, fit, np.nan)

    def explain(self, wishes: Wishes, offering: OneOffering, score: float | None) -> Reason:
        if not wishes.roles:
            return Reason(say(gettext_noop("You named no role.")))
        if score is None:
            return Reason(say(gettext_noop("Which roles it leads to is not published: ask.")))
        roles = offering.columns.names.roles
        links = [link for link in offering.links if link.role in wishes.roles and link.strength]
        if not links:
            wanted = Words(tuple(roles[number].title for number in wishes.roles))
            return Reason(say(gettext_noop("Not known to lead to: {roles}."), roles=wanted))
        found = _best_links(links)
        titles = Words(tuple(roles[link.role].title for link in found))
        basis = say(_BASIS_WORDS[found[0].basis])
        text = say(gettext_noop("Leads to: {roles} ({basis})."), roles=titles, basis=basis)
        if len(found) < len(wishes.roles):
            text = say(
                gettext_noop("Leads to {count} of your {wanted} roles: {roles} ({basis})."),
                count=len(found),
                wanted=len(wishes.roles),
                roles=titles,
                basis=basis,
            )
        return Reason(text, found[0].source)


_BASIS_WORDS = {
    "declared": gettext_noop("declared by the school"),
    "crosswalk": gettext_noop("by the federal table of programs and occupations"),
    "inferred": gettext_noop("inferred from its subject"),
}


def _best_links(links: Sequence[RoleLink]) -> list[RoleLink]:
    """One link per role, the surest, in the order given."""
    best: dict[int, RoleLink] = {}
    order = ("declared", "crosswalk", "inferred")
    for link in sorted(links, key=lambda each: order.index(each.basis)):
        best.setdefault(link.role, link)
    return list(best.values())


class TrackFit(Criterion):
    """Interests against the program's place on the spectrum, with its tolerance."""

    key = "track_fit"
    label = gettext_noop("Management or administration")
    weight = 0.18

    def score(self, wishes: Wishes, rows: Rows) -> Scores | None:
        if wishes.lean is None:
            return None
        away = np.abs(rows.track - np.float32(wishes.lean)) - rows.tolerance
        fit = 1 - np.maximum(away, 0) / np.float32(1.5)
        return np.asarray(np.maximum(fit, 0), dtype=np.float64)

    def explain(self, wishes: Wishes, offering: OneOffering, score: float | None) -> Reason:
        if wishes.lean is None:
            return Reason(say(gettext_noop("You rated no interest statement.")))
        if score is None or offering.track is None:
            return Reason(
                say(gettext_noop("No source says whether it is management or administration: ask."))
            )
        text = say(
            gettext_noop("Your interests: {own}. This program: {program}."),
            own=say(track_word(wishes.lean)),
            program=say(track_word(offering.track)),
        )
        contested = self._contested(offering)
        if contested:
            text = say(
                gettext_noop("{fit} Sources disagree about: {roles}."),
                fit=text,
                roles=Words(contested),
            )
        return Reason(text)

    def _contested(self, offering: OneOffering) -> tuple[str, ...]:
        roles = offering.columns.names.roles
        found = (roles[link.role] for link in offering.links)
        return tuple(dict.fromkeys(role.title for role in found if role.disagreement > 0.5))[:3]


class LevelFit(Criterion):
    """The next sensible step from one's education, for the track one leans to."""

    key = "level_fit"
    label = gettext_noop("The right next step")
    weight = 0.16

    def score(self, wishes: Wishes, rows: Rows) -> Scores | None:
        fits = level_fits(wishes.answers.education, wishes.lean)
        if fits is None:
            return None
        taken: Scores = np.asarray(fits)[rows.level_numbers]
        return taken

    def explain(self, wishes: Wishes, offering: OneOffering, score: float | None) -> Reason:
        if score is None:
            return Reason(say(gettext_noop("You named neither education nor interests.")))
        level = say(LEVEL_PHRASES[offering.level])
        words = next(text for least, text in _STEP_WORDS if score >= least)
        fact = self._fact(wishes, offering)
        if fact is None:
            return Reason(say(words, level=level))
        return Reason(
            say(gettext_noop("{step} {fact}"), step=say(words, level=level), fact=fact.text),
            fact.source,
        )

    def _fact(self, wishes: Wishes, offering: OneOffering) -> Any:
        lean = wishes.lean or 0.0
        if abs(lean) < CLEAR_LEAN:
            return None
        track = "management" if lean > 0 else "administration"
        facts = offering.columns.names.schooling.get(track, ())
        return next((fact for fact in facts if offering.level in fact.text.lower()), None)


_STEP_WORDS = (
    (0.85, gettext_noop("From where you are, {level} is the usual next step.")),
    (0.6, gettext_noop("From where you are, {level} is a sensible step.")),
    (0.35, gettext_noop("From where you are, {level} is possible, but seldom the best step.")),
    (0.0, gettext_noop("From where you are, {level} is hardly a step forward.")),
)


class CostFit(Criterion):
    """Well inside the budget is best; at its edge is still good."""

    key = "cost"
    label = gettext_noop("Cost")
    weight = 0.12

    def score(self, wishes: Wishes, rows: Rows) -> Scores | None:
        budget = wishes.answers.budget_total
        if budget is None:
            return None
        total, _ = rows.costs
        share = total / max(budget, 1)
        fit = np.clip(1.45 - 0.75 * share, 0.7, 1.0)
        fit[total > budget] = 0.5
        fit[total < 0] = np.nan
        return fit

    def explain(self, wishes: Wishes, offering: OneOffering, score: float | None) -> Reason:
        return Reason(cost_text(offering), _price_source(offering))


def cost_text(offering: OneOffering) -> Text:
    """The estimate in words: total, the price it rests on, what is not known."""
    estimate = offering.estimate
    budget = offering.wishes.answers.budget_total
    if estimate.total is None:
        if estimate.unit_price is None:
            return say(gettext_noop("The price is not published: ask."))
        return say(
            gettext_noop("{price} per {basis}; how many there are is not published: ask."),
            price=money(int(estimate.unit_price), estimate.currency),
            basis=say(_UNIT_WORDS[estimate.basis]),
        )
    text = say(
        _RATE_WORDS[estimate.rate.value],
        total=money(estimate.total, estimate.currency),
    )
    if offering.columns.currency[offering.row] != 0 and budget is not None:
        return say(gettext_noop("{cost} Not compared with your budget in dollars."), cost=text)
    if budget is not None and estimate.total > budget:
        low = money(estimate.lowest or 0, estimate.currency)
        return say(
            gettext_noop("{cost} Within your budget only if you can have it for {low}: ask."),
            cost=text,
            low=low,
        )
    if estimate.fees is None:
        return say(gettext_noop("{cost} Fees are not published: ask."), cost=text)
    return text


_UNIT_WORDS = {"credit": gettext_noop("credit"), "term": gettext_noop("term")}
_RATE_WORDS = {
    "standard": gettext_noop("About {total} in all for you."),
    "resident": gettext_noop("About {total} in all for you, at the residents’ price."),
    "military": gettext_noop("About {total} in all for you, at the military price."),
}


def _price_source(offering: OneOffering) -> str:
    day = offering.price_as_of
    said = [offering.price_source, day.isoformat() if day else ""]
    return ", ".join(part for part in said if part)


class TimeFit(Criterion):
    """Well inside the months one has is best; all of them is still good."""

    key = "time"
    label = gettext_noop("Time")
    weight = 0.05

    def score(self, wishes: Wishes, rows: Rows) -> Scores | None:
        most = wishes.answers.max_months
        if most is None:
            return None
        fit = np.clip(1.45 - 0.75 * rows.months / most, 0.7, 1.0)
        fit[rows.months > most] = 0.4
        fit[rows.months < 0] = np.nan
        return np.asarray(fit, dtype=np.float64)

    def explain(self, wishes: Wishes, offering: OneOffering, score: float | None) -> Reason:
        if offering.months is None:
            return Reason(say(gettext_noop("How long it takes is not published: ask.")))
        if wishes.answers.max_months is None:
            return Reason(say(gettext_noop("Length in months: {months}."), months=offering.months))
        return Reason(
            say(
                gettext_noop("Length in months: {months}; you have {most}."),
                months=offering.months,
                most=wishes.answers.max_months,
            )
        )


class StartFit(Criterion):
    """The sooner inside the wished months, the better."""

    key = "start"
    label = gettext_noop("Next start")
    weight = 0.05

    def score(self, wishes: Wishes, rows: Rows) -> Scores | None:
        if wishes.window is None:
            return None
        first = lowest_month(rows.open_months & np.uint64(wishes.window_mask))
        waiting = first - max(0, min(wishes.window[0], 63))
        return np.asarray(np.maximum(1 - 0.05 * waiting, 0.4))

    def explain(self, wishes: Wishes, offering: OneOffering, score: float | None) -> Reason:
        if offering.next_start is None:
            return Reason(say(gettext_noop("The next start is not published: ask.")))
        return Reason(say(gettext_noop("Next start: {day}."), day=offering.next_start))


class AccreditationFit(Criterion):
    """CAHME's current claim for this very offering, for people who prefer or require it."""

    key = "accreditation"
    label = gettext_noop("CAHME accreditation")
    weight = 0.08

    def score(self, wishes: Wishes, rows: Rows) -> Scores | None:
        if wishes.answers.cahme == "any":
            return None
        fit = _CAHME_FITS[rows.cahme]
        return np.where((rows.kinds & np.uint16(LEVEL_BITS["master"])) != 0, fit, np.nan)

    def explain(self, wishes: Wishes, offering: OneOffering, score: float | None) -> Reason:
        for claim in offering.claims:
            if claim.accreditor == "cahme":
                text = say("{claim}. {notice}", claim=claim.text, notice=claim.notice)
                return Reason(text, claim.evidence_url)
        if offering.level != "master":
            return Reason(say(gettext_noop("CAHME accredits master’s programs only.")))
        return Reason(
            say(gettext_noop("No current CAHME accreditation on record for this offering."))
        )


_CAHME_FITS = np.asarray(
    [
        {0: 0.0, "candidate": 0.3, "probation": 0.8, "accredited": 1.0}[status]
        for status in (0, *CLAIM_CODES)
    ]
)


class FactsPublished(Criterion):
    """How much of what one asked about is published. ``ranking`` counts it from the others."""

    key = "facts"
    label = gettext_noop("Facts published")
    weight = 0.08

    def score(self, wishes: Wishes, rows: Rows) -> Scores | None:
        known = [
            (rows.kinds & np.uint16(sum(DELIVERY_BITS.values()))) != 0,
            rows.basis != 0,
            rows.months >= 0,
            rows.open_months != 0,
            rows.states_known,
            rows.mapped,
        ]
        return np.asarray(np.add.reduce(known, axis=0, dtype=np.float64) / len(known))

    def explain(self, wishes: Wishes, offering: OneOffering, score: float | None) -> Reason:
        if score is None or score >= 1:
            return Reason(say(gettext_noop("What you ask about is published.")))
        missing = Words(tuple(say(_FACT_WORDS[key]) for key in offering.unknown))
        if not offering.unknown:
            return Reason(say(gettext_noop("Not all that you ask about is published: ask.")))
        return Reason(say(gettext_noop("Not published: {facts}. Ask."), facts=missing))


_FACT_WORDS = {
    "delivery": gettext_noop("how it is taught"),
    "cost": gettext_noop("cost"),
    "months": gettext_noop("length"),
    "start": gettext_noop("next start"),
    "states": gettext_noop("states it is open to"),
    "roles": gettext_noop("roles it leads to"),
}


class DeliveryFit(Criterion):
    """Whether one can attend from where one lives."""

    key = "delivery"
    label = gettext_noop("How and where it is taught")
    weight = 0.04

    def score(self, wishes: Wishes, rows: Rows) -> Scores | None:
        if not wishes.delivery and wishes.state is None and wishes.country is None:
            return None
        online = (rows.kinds & np.uint16(DELIVERY_BITS["online"])) != 0
        hybrid = (rows.kinds & np.uint16(DELIVERY_BITS["hybrid"])) != 0
        unknown = (rows.kinds & np.uint16(sum(DELIVERY_BITS.values()))) == 0
        fit = np.ones(len(rows))
        if wishes.country is not None:
            away = rows.country != wishes.country
            if wishes.state is not None:
                home = rows.home_state
                away |= (home != wishes.state) & (home != NO_STATE)
                fit[(home == NO_STATE) & ~away] = np.nan
            fit[away] = np.where(hybrid[away], 0.45, 0.3)
        fit[online] = 1.0
        fit[unknown] = np.nan
        return fit

    def explain(self, wishes: Wishes, offering: OneOffering, score: float | None) -> Reason:
        if not offering.delivery:
            return Reason(say(gettext_noop("How it is taught is not published: ask.")))
        how = say(DELIVERY_NAMES[offering.delivery])
        if offering.delivery == "online":
            return Reason(say(gettext_noop("Taught online.")))
        where = offering.home_state or offering.school.country
        return Reason(say(gettext_noop("Taught {how} in {where}."), how=how, where=where))


class CertificationFit(Criterion):
    """Prepares for a certification of the track one leans to."""

    key = "certification"
    label = gettext_noop("Certification")
    weight = 0.02

    def score(self, wishes: Wishes, rows: Rows) -> Scores | None:
        if wishes.lean is None or abs(wishes.lean) < CLEAR_LEAN:
            return None
        wanted = MANAGEMENT_BIT if wishes.lean > 0 else ADMINISTRATION_BIT
        fit = np.where((rows.certified & np.uint8(wanted)) != 0, 1.0, 0.3)
        fit[rows.certified == 0] = np.nan
        return fit

    def explain(self, wishes: Wishes, offering: OneOffering, score: float | None) -> Reason:
        if not offering.certifications:
            return Reason(say(gettext_noop("No preparation for a certification is published.")))
        return Reason(
            say(
                gettext_noop("Prepares for: {names}. No promise that you may sit the exam."),
                names=Words(offering.certifications),
            )
        )


CRITERIA: tuple[Criterion, ...] = (
    RoleFit(),
    TrackFit(),
    LevelFit(),
    CostFit(),
    TimeFit(),
    StartFit(),
    AccreditationFit(),
    CertificationFit(),
    DeliveryFit(),
    FactsPublished(),
)
