"""What the sources together say of a role: a consensus with its spread, never a silent verdict.

Pure: it reads the evidence it is given. Sources are named, so that a reader can look them up.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hcprograms.catalog.models.reference import Track

# “Medical administration” counts towards administration, and keeps its own name where quoted.
COUNTS_TOWARDS = {Track.MEDICAL_ADMINISTRATION: Track.ADMINISTRATION}


class Statement(Protocol):
    """What a consensus needs to know of one piece of evidence."""

    track: Any
    source: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Consensus:
    """How many sources put a role in which track.

    ``sources`` names the publishers per track; ``position`` runs from +1 (all say management)
    to −1 (all say administration), and is None without any evidence.
    """

    management: int
    administration: int
    sources: Sequence[tuple[str, str]]

    @property
    def is_contested(self) -> bool:
        return self.management > 0 and self.administration > 0

    @property
    def track(self) -> str | None:
        """The track that every source agrees on; None if contested or without evidence."""
        if self.is_contested or not self.sources:
            return None
        return Track.MANAGEMENT if self.management else Track.ADMINISTRATION

    @property
    def position(self) -> float | None:
        total = self.management + self.administration
        return (self.management - self.administration) / total if total else None

    @property
    def text(self) -> str:
        """“management in 3 of 3 sources”, “contested: 1 management, 2 administration”."""
        if self.is_contested:
            return _("contested: %(management)d management, %(administration)d administration") % {
                "management": self.management,
                "administration": self.administration,
            }
        if self.track is None:
            return _("no evidence")
        total = self.management + self.administration
        return ngettext(
            "%(track)s in %(count)d of %(count)d source",
            "%(track)s in %(count)d of %(count)d sources",
            total,
        ) % {"track": Track(self.track).label, "count": total}

    @property
    def spread(self) -> str:
        """Who says what: “Source A: management; Source B: medical administration”."""
        return "; ".join(f"{source}: {Track(track).label}" for source, track in self.sources)


def weigh_evidence(statements: Iterable[Statement]) -> Consensus:
    """The consensus of several sources on one role. Each statement counts once."""
    said = [(name_source(one.source), str(one.track)) for one in statements]
    counts = Counter(COUNTS_TOWARDS.get(Track(track), Track(track)) for _source, track in said)
    return Consensus(
        management=counts[Track.MANAGEMENT],
        administration=counts[Track.ADMINISTRATION],
        sources=sorted(said),
    )


def name_source(source: Any) -> str:
    """The publisher where known, else the title; an institution's own view has no source."""
    if source is None:
        return _("the institution")
    return str(source.publisher or source.title)
