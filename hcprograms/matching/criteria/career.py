"""Criteria about what a program is: roles, track, level."""

from collections.abc import Mapping, Sequence

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from hcprograms.catalog.places import PLACES, find_place
from hcprograms.catalog.tracks import BASIS_FACTORS
from hcprograms.matching.answers import LEVELS
from hcprograms.matching.criteria.base import Criterion, Reason, Scores
from hcprograms.matching.profile import MatchProfile
from hcprograms.matching.snapshot.columns import (
    ANY_LEVEL,
    LEVEL_OF_KIND,
    STRENGTH_SCALE,
    Index,
    Role,
    Snapshot,
)
from hcprograms.matching.snapshot.offering import OfferingFacts, OfferingLink

LOSS_INSIDE = 0.1
"""What a track at the edge of its tolerance loses against one that is exactly as wished."""
REACH_BEYOND = np.float32(1.5)
"""How far beyond its tolerance a track is no fit at all, nearly: the spectrum is 2 long."""
CONTESTED = 0.5
"""From this disagreement of the sources on, a role is said to be contested."""

LEVEL_PHRASES = {
    "certificate": gettext_noop("an undergraduate certificate"),
    "associate": gettext_noop("an associate degree"),
    "bachelor": gettext_noop("a bachelor’s degree"),
    "postbaccalaureate": gettext_noop("a post-baccalaureate certificate"),
    "master": gettext_noop("a master’s degree"),
    "graduate_certificate": gettext_noop("a graduate certificate"),
    "doctorate": gettext_noop("a doctorate"),
}
BASIS_WORDS = {
    "declared": gettext_noop("declared by the school"),
    "crosswalk": gettext_noop("by the federal table of programs and occupations"),
    "inferred": gettext_noop("inferred from its subject"),
}
"""The surest first."""
STEP_WORDS = (
    (0.95, gettext_noop("From where you are, {level} is the usual next step.")),
    (0.6, gettext_noop("From where you are, {level} is a sensible step.")),
    (0.35, gettext_noop("From where you are, {level} is possible, but seldom the best step.")),
    (0.0, gettext_noop("From where you are, {level} is hardly a step forward.")),
)

# How well each level suits an education and a lean. The numbers are this plugin's policy, drawn
# from what the sources agree on: an associate degree can be enough for a first job in
# administration, which may lead on to a bachelor's degree; management normally asks for a
# bachelor's degree, and many managers add a master's. What the public reads beside a score are the
# sources' own statements, from the reference data.
# certificate, associate, bachelor, postbaccalaureate, master, graduate certificate, doctorate
STEPS: Mapping[str, tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]] = {
    # education: towards management, undecided, towards administration
    "high_school": (
        (0.20, 0.65, 1.00, 0.0, 0.0, 0.0, 0.0),
        (0.40, 0.90, 0.90, 0.0, 0.0, 0.0, 0.0),
        (0.55, 1.00, 0.70, 0.0, 0.0, 0.0, 0.0),
    ),
    "some_college": (
        (0.20, 0.60, 1.00, 0.0, 0.0, 0.0, 0.0),
        (0.40, 0.85, 0.95, 0.0, 0.0, 0.0, 0.0),
        (0.55, 1.00, 0.80, 0.0, 0.0, 0.0, 0.0),
    ),
    "associate": (
        (0.20, 0.20, 1.00, 0.0, 0.0, 0.0, 0.0),
        (0.40, 0.30, 1.00, 0.0, 0.0, 0.0, 0.0),
        (0.50, 0.40, 1.00, 0.0, 0.0, 0.0, 0.0),
    ),
    "bachelor": (
        (0.20, 0.10, 0.20, 0.50, 1.00, 0.70, 0.30),
        (0.35, 0.15, 0.25, 0.60, 1.00, 0.75, 0.30),
        (0.50, 0.25, 0.30, 0.75, 0.90, 0.80, 0.25),
    ),
    "master": (
        (0.15, 0.05, 0.10, 0.30, 0.45, 0.75, 1.00),
        (0.30, 0.05, 0.10, 0.40, 0.45, 0.80, 0.95),
        (0.55, 0.10, 0.15, 0.60, 0.45, 0.90, 0.80),
    ),
    "doctorate": (
        (0.20, 0.05, 0.05, 0.40, 0.60, 0.90, 0.35),
        (0.35, 0.05, 0.05, 0.50, 0.55, 0.90, 0.35),
        (0.60, 0.10, 0.10, 0.60, 0.50, 0.90, 0.30),
    ),
}


class RoleFit(Criterion):
    """Leads to the roles one wants: the best of them counts most, the others add."""

    key = "role_fit"
    label = gettext_lazy("Leads to your role")
    weight = 0.19

    def score(self, profile: MatchProfile, snapshot: Snapshot, rows: Index) -> Scores | None:
        if not profile.roles:
            return None
        strengths = [snapshot.roles[number][rows] for number in profile.roles]
        best, total = strengths[0], strengths[0].astype(np.uint16)
        for strength in strengths[1:]:
            best = np.maximum(best, strength)
            total += strength
        count = len(strengths)  # At most MAX_ROLES: the sums stay far below 2¹⁶.
        fit = (best * np.uint16(7 * count) + total * np.uint16(3)) / (10 * count * STRENGTH_SCALE)
        fit[~snapshot.mapped[rows]] = np.nan
        return np.asarray(fit, dtype=np.float64)

    def inputs(self, profile: MatchProfile, offering: OfferingFacts) -> Mapping[str, object]:
        return {
            "wanted": [role.slug for role in profile.roles.values()],
            "leads to": [
                f"{link.role.slug} {link.strength:g} × {BASIS_FACTORS[link.basis]:g} {link.basis}"
                for link in offering.links
            ],
        }

    def explain(
        self, profile: MatchProfile, offering: OfferingFacts, score: float | None
    ) -> Reason:
        wanted = list(profile.roles.values())
        if not wanted:
            return Reason(_("You named no role."))
        if score is None:
            return Reason(_("Which roles it leads to is not published: ask."))
        links = [link for link in offering.links if link.role in wanted and link.strength]
        if not links:
            titles = ", ".join(role.title for role in wanted)
            return Reason(_("Not known to lead to: {roles}.").format(roles=titles))
        found = _choose_surest(links)
        text = (
            _("Leads to {count} of your {wanted} roles: {roles} ({basis}).")
            if len(found) < len(wanted)
            else _("Leads to: {roles} ({basis}).")
        )
        return Reason(
            text.format(
                count=len(found),
                wanted=len(wanted),
                roles=", ".join(link.role.title for link in found),
                basis=_(BASIS_WORDS[found[0].basis]),
            ),
            found[0].source,
        )


def _choose_surest(links: Sequence[OfferingLink]) -> list[OfferingLink]:
    """One link per role, the surest, in the order given."""
    order = list(BASIS_WORDS)
    best: dict[Role, OfferingLink] = {}
    for link in sorted(links, key=lambda link: order.index(link.basis)):
        best.setdefault(link.role, link)
    return list(best.values())


class TrackFit(Criterion):
    """Interests against the program's place on the spectrum, with its tolerance."""

    key = "track_fit"
    label = gettext_lazy("Management or administration")
    weight = 0.16

    def score(self, profile: MatchProfile, snapshot: Snapshot, rows: Index) -> Scores | None:
        if profile.lean is None:
            return None
        tolerance = snapshot.tolerance[rows]
        away = np.abs(snapshot.track[rows] - np.float32(profile.lean))
        inside = np.minimum(away, tolerance) / tolerance
        beyond = np.maximum(away - tolerance, 0)
        fit = 1 - LOSS_INSIDE * inside - beyond / REACH_BEYOND
        return np.asarray(np.maximum(fit, 0), dtype=np.float64)

    def inputs(self, profile: MatchProfile, offering: OfferingFacts) -> Mapping[str, object]:
        return {
            "lean": None if profile.lean is None else round(profile.lean, 3),
            "position": None if offering.track is None else round(offering.track, 3),
            "tolerance": round(offering.tolerance, 3),
        }

    def explain(
        self, profile: MatchProfile, offering: OfferingFacts, score: float | None
    ) -> Reason:
        if profile.lean is None:
            return Reason(_("You did not rate what you like to do."))
        if score is None or offering.track is None:
            return Reason(_("No source says whether it is management or administration: ask."))
        own, place = find_place(profile.lean), find_place(offering.track)
        text = _("Your interests: {own}. This program: {program}.").format(
            own=_(own), program=_(place)
        )
        roles = [link.role for link in offering.links]
        contested = [role for role in dict.fromkeys(roles) if role.disagreement > CONTESTED]
        if contested:
            text = _("{fit} Sources disagree about: {roles}.").format(
                fit=text, roles=", ".join(map(_name_contested, contested[:2]))
            )
        sources = dict.fromkeys(source for role in roles for source in role.sources)
        # Two steps apart is a contrast, though a wide tolerance may make it a good score.
        is_near = abs(PLACES.index(own) - PLACES.index(place)) < 2
        return Reason(text, "; ".join(sources), speaks_for=is_near)


def _name_contested(role: Role) -> str:
    return _("{role} ({management} × management, {rest} × administration)").format(
        role=role.title, management=role.management, rest=role.administration
    )


class LevelFit(Criterion):
    """The next sensible step from one's education, for the track one leans to.

    Who did not say where they are has no next step.
    """

    key = "level_fit"
    label = gettext_lazy("The right next step")
    weight = 0.18

    def score(self, profile: MatchProfile, snapshot: Snapshot, rows: Index) -> Scores | None:
        fits = score_levels(profile.answers.education, profile.lean)
        if fits is None:
            return None
        by_kind = np.asarray(fits)[LEVEL_OF_KIND]
        scores: Scores = by_kind.take(snapshot.kinds[rows] & np.uint16(ANY_LEVEL), mode="clip")
        return scores

    def inputs(self, profile: MatchProfile, offering: OfferingFacts) -> Mapping[str, object]:
        return {
            "education": profile.answers.education,
            "lean": None if profile.lean is None else round(profile.lean, 3),
            "level": offering.level,
        }

    def explain(
        self, profile: MatchProfile, offering: OfferingFacts, score: float | None
    ) -> Reason:
        if score is None or profile.answers.education is None:
            return Reason(_("You did not say what education you have."))
        words = next(text for least, text in STEP_WORDS if score >= least)
        step = _(words).format(level=_(LEVEL_PHRASES[offering.level]))
        facts = (fact for fact in profile.schooling if offering.level in fact.text.lower())
        fact = next(facts, None)
        if fact is None:
            return Reason(step)
        return Reason(f"{step} {fact.text}", fact.source)


def score_levels(education: str | None, lean: float | None) -> tuple[float, ...] | None:
    """Fit of each level of ``LEVELS``; None where the education is not known."""
    if education is None:
        return None
    management, undecided, administration = STEPS[education]
    towards = management if (lean or 0) > 0 else administration
    share = min(1.0, abs(lean or 0.0))
    return tuple(
        share * towards[number] + (1 - share) * undecided[number] for number in range(len(LEVELS))
    )
