"""What a criterion is."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from hcprograms.matching.profile import MatchProfile
from hcprograms.matching.snapshot.columns import Index, Snapshot
from hcprograms.matching.snapshot.offering import OfferingFacts

Scores = NDArray[np.float64]


class Reason(NamedTuple):
    """Why an offering has its score for one criterion: the fact in plain words, and who says so."""

    text: str
    source: str = ""
    speaks_for: bool = True
    """False where the fact is no reason for the offering, however well it scores."""


class Criterion(ABC):
    """One way to suit somebody, better or worse."""

    key: ClassVar[str]
    label: ClassVar[str | Promise]
    weight: ClassVar[float]
    """Share in the total before the settings change it."""
    counts_as_fact: ClassVar[bool] = True
    """Whether a missing score means that a fact is not published, which lowers the confidence."""

    @abstractmethod
    def score(self, profile: MatchProfile, snapshot: Snapshot, rows: Index) -> Scores | None:
        """One number in [0, 1] per row, NaN where the facts are not published.

        None when the answers do not ask for this criterion. ``rows`` picks from each column, as in
        ``snapshot.months[rows]``.
        """

    def inputs(self, profile: MatchProfile, offering: OfferingFacts) -> Mapping[str, object]:
        """What the score is made of, by plain names; for staff who ask why."""
        return {}

    def explain(
        self, profile: MatchProfile, offering: OfferingFacts, score: float | None
    ) -> Reason:
        """The reason for a score; ``None`` means not asked for or not published."""
        if score is None:
            return Reason(_("Not known: ask."))
        return Reason(_("Fits to {percent} %.").format(percent=round(score * 100)))
