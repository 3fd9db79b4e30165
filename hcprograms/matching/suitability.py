"""Criteria about what a program is: roles, track, level."""

from collections.abc import Mapping, Sequence

import numpy as np

from hcprograms.catalog.places import PLACES, find_place
from hcprograms.catalog.tracks import BASIS_FACTORS
from hcprograms.matching.columns import (
    ANY_LEVEL,
    LEVEL_BITS,
    STRENGTH_SCALE,
)
from hcprograms.matching.criterion import Criterion, Reason, Scores
from hcprograms.matching.level_steps import level_fits
from hcprograms.matching.names import RoleLink
from hcprograms.matching.offering import LEVEL_PHRASES, OneOffering
from hcprograms.matching.texts import Words, gettext_noop, say
from hcprograms.matching.wishes import CLEAR_LEAN, Rows, Wishes
from hcprograms.matching.words import LEVELS

LOSS_INSIDE = 0.1
"""What a track at the edge of its tolerance loses against one that is exactly as wished."""
REACH_BEYOND = np.float32(1.5)
"""How far beyond its tolerance a track is no fit at all, nearly: the spectrum is 2 long."""


_NO_ROLE = Reason(say(gettext_noop("You named no role.")))
_NO_LINKS = Reason(say(gettext_noop("Which roles it leads to is not published: ask.")))
_NO_INTERESTS = Reason(say(gettext_noop("You did not rate what you like to do.")))
_NO_TRACK = Reason(
    say(gettext_noop("No source says whether it is management or administration: ask."))
)
_NO_EDUCATION = Reason(say(gettext_noop("You did not say what education you have.")))


class RoleFit(Criterion):
    """Leads to the roles one wants: the best of them counts most, the others add."""

    key = "role_fit"
    label = gettext_noop("Leads to your role")
    weight = 0.19

    def score(self, wishes: Wishes, rows: Rows) -> Scores | None:
        if not wishes.roles:
            return None
        worths = [rows.role(number) for number in wishes.roles]
        best, total = worths[0], worths[0].astype(np.uint16)
        for worth in worths[1:]:
            best = np.maximum(best, worth)
            total += worth
        count = len(worths)  # At most MAX_ROLES: the sums stay far below 2¹⁶.
        fit = (best * np.uint16(7 * count) + total * np.uint16(3)) / (10 * count * STRENGTH_SCALE)
        fit[~rows.mapped] = np.nan
        return np.asarray(fit, dtype=np.float64)

    def inputs(self, wishes: Wishes, offering: OneOffering) -> Mapping[str, object]:
        roles = offering.columns.names.roles
        return {
            "wanted": [roles[number].slug for number in wishes.roles],
            "leads to": [
                f"{roles[role].slug} {strength:g} × {BASIS_FACTORS[basis]:g} {basis}"
                for role, strength, basis, _ in offering.links
            ],
        }

    def explain(self, wishes: Wishes, offering: OneOffering, score: float | None) -> Reason:
        if not wishes.roles:
            return _NO_ROLE
        if score is None:
            return _NO_LINKS
        return offering.columns.recall(
            ("role", offering.program, wishes.roles), lambda: self._leads_to(wishes, offering)
        )

    def _leads_to(self, wishes: Wishes, offering: OneOffering) -> Reason:
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
    weight = 0.16

    def score(self, wishes: Wishes, rows: Rows) -> Scores | None:
        if wishes.lean is None:
            return None
        away = np.abs(rows.track - np.float32(wishes.lean))
        inside = np.minimum(away, rows.tolerance) / rows.tolerance
        beyond = np.maximum(away - rows.tolerance, 0)
        fit = 1 - LOSS_INSIDE * inside - beyond / REACH_BEYOND
        return np.asarray(np.maximum(fit, 0), dtype=np.float64)

    def inputs(self, wishes: Wishes, offering: OneOffering) -> Mapping[str, object]:
        return {
            "lean": None if wishes.lean is None else round(wishes.lean, 3),
            "position": None if offering.track is None else round(offering.track, 3),
            "tolerance": round(offering.tolerance, 3),
        }

    def explain(self, wishes: Wishes, offering: OneOffering, score: float | None) -> Reason:
        if wishes.lean is None:
            return _NO_INTERESTS
        track = offering.track
        if score is None or track is None:
            return _NO_TRACK
        own = find_place(wishes.lean)
        return offering.columns.recall(
            ("track", offering.program, own), lambda: _compare_tracks(own, track, offering)
        )


def _compare_tracks(own: str, track: float, offering: OneOffering) -> Reason:
    roles, contested = offering.columns.names.roles, offering.columns.contested_roles
    sources = (source for link in offering.links for source in roles[link.role].sources)
    disputed = dict.fromkeys(link.role for link in offering.links if link.role in contested)
    text = say(
        gettext_noop("Your interests: {own}. This program: {program}."),
        own=say(own),
        program=say(find_place(track)),
    )
    if disputed:
        text = say(
            gettext_noop("{fit} Sources disagree about: {roles}."),
            fit=text,
            roles=Words(tuple(contested[role] for role in disputed)[:2]),
        )
    # Two steps apart is a contrast, though a wide tolerance may make it a good score.
    is_near = abs(PLACES.index(own) - PLACES.index(find_place(track))) < 2
    return Reason(text, "; ".join(dict.fromkeys(sources)), speaks_for=is_near)


class LevelFit(Criterion):
    """The next sensible step from one's education, for the track one leans to.

    Who did not say where they are has no next step.
    """

    key = "level_fit"
    label = gettext_noop("The right next step")
    weight = 0.18

    def score(self, wishes: Wishes, rows: Rows) -> Scores | None:
        fits = level_fits(wishes.answers.education, wishes.lean)
        if fits is None:
            return None
        by_kind = np.zeros(ANY_LEVEL + 1)
        by_kind[[LEVEL_BITS[level] for level in LEVELS]] = fits
        taken: Scores = by_kind.take(rows.kinds & np.uint16(ANY_LEVEL), mode="clip")
        return taken

    def inputs(self, wishes: Wishes, offering: OneOffering) -> Mapping[str, object]:
        return {
            "education": wishes.answers.education,
            "lean": None if wishes.lean is None else round(wishes.lean, 3),
            "level": offering.level,
        }

    def explain(self, wishes: Wishes, offering: OneOffering, score: float | None) -> Reason:
        if score is None or wishes.answers.education is None:
            return _NO_EDUCATION
        words = next(text for least, text in _STEP_WORDS if score >= least)
        track = _clear_track(wishes)
        return offering.columns.recall(
            ("step", offering.level, words, track), lambda: self._step(words, track, offering)
        )

    def _step(self, words: str, track: str, offering: OneOffering) -> Reason:
        step = say(words, level=say(LEVEL_PHRASES[offering.level]))
        facts = offering.columns.names.schooling.get(track, ())
        fact = next((fact for fact in facts if offering.level in fact.text.lower()), None)
        if fact is None:
            return Reason(step)
        return Reason(say(gettext_noop("{step} {fact}"), step=step, fact=fact.text), fact.source)


def _clear_track(wishes: Wishes) -> str:
    """The track that somebody leans to clearly; empty: none."""
    lean = wishes.lean or 0.0
    if abs(lean) < CLEAR_LEAN:
        return ""
    return "management" if lean > 0 else "administration"


_STEP_WORDS = (
    (0.95, gettext_noop("From where you are, {level} is the usual next step.")),
    (0.6, gettext_noop("From where you are, {level} is a sensible step.")),
    (0.35, gettext_noop("From where you are, {level} is possible, but seldom the best step.")),
    (0.0, gettext_noop("From where you are, {level} is hardly a step forward.")),
)
