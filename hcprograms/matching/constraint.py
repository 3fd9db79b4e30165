"""What a hard constraint is."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from hcprograms.matching.offering import OneOffering
from hcprograms.matching.texts import Text
from hcprograms.matching.wishes import Rows, Wishes

Mask = NDArray[np.bool_]


class Constraint(ABC):
    """One way to be out."""

    key: ClassVar[str]
    """The key of the answers that asks for it."""
    step: ClassVar[float] = 1.0
    """How big a change it is at least; 0 where it can be as small as one likes."""
    touches_others: ClassVar[bool] = False
    """Whether changing this answer may make the offering fail another constraint."""

    @abstractmethod
    def fails(self, wishes: Wishes, rows: Rows) -> Mask | None:
        """The rows that are out on published facts; None when the answers do not ask for it."""

    def unknown(self, wishes: Wishes, rows: Rows) -> Mask | None:
        """The rows of which no published fact says whether they fail; None: all of them say so."""
        return None

    def asked_key(self, wishes: Wishes) -> str:
        """The key of the answers that asked for it."""
        return self.key

    @abstractmethod
    def needs(self, wishes: Wishes, offering: OneOffering) -> Any:
        """The complete new value of the key that lets this offering in; None: there is none."""

    @abstractmethod
    def tell(self, wishes: Wishes, offering: OneOffering) -> Text:
        """Why this offering fails, and what would change that."""

    def distance(self, wishes: Wishes, rows: Rows) -> NDArray[np.float64]:
        """How big the change is, for rows that fail."""
        return np.full(len(rows), self.step)


def as_mask(condition: Any) -> Mask:
    """A condition on arrays as the mask that it is."""
    return np.asarray(condition, dtype=np.bool_)
