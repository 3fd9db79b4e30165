"""What a criterion is."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hcprograms.matching.offering import OneOffering
from hcprograms.matching.texts import Text, gettext_noop, say
from hcprograms.matching.wishes import Rows, Wishes

Scores = NDArray[np.float64]


class Reason(NamedTuple):
    """Why an offering has its score for one criterion: the fact in plain words, and who says so."""

    text: Text
    source: str = ""
    speaks_for: bool = True
    """False where the fact is no reason for the offering, however well it scores."""


class Criterion(ABC):
    """One way to suit somebody, better or worse."""

    key: ClassVar[str]
    label: ClassVar[str]
    """Marked with ``gettext_noop``."""
    weight: ClassVar[float]
    """Share in the total before the settings change it."""
    counts_as_fact: ClassVar[bool] = True
    """Whether a missing score means that a fact is not published, which lowers the confidence."""

    @abstractmethod
    def score(self, wishes: Wishes, rows: Rows) -> Scores | None:
        """One number in [0, 1] per row, NaN where the facts are not published.

        None when the answers do not ask for this criterion.
        """

    def inputs(self, wishes: Wishes, offering: OneOffering) -> Mapping[str, object]:
        """What the score is made of, by plain names; for staff who ask why."""
        return {}

    def explain(self, wishes: Wishes, offering: OneOffering, score: float | None) -> Reason:
        """The reason for a score; ``None`` means not asked for or not published."""
        if score is None:
            return Reason(say(gettext_noop("Not known: ask.")))
        return Reason(say(gettext_noop("Fits to {percent} %."), percent=round(score * 100)))
