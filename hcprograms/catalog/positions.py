"""Where something stands between management and administration: a small picture, and words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from hcprograms.catalog.places import find_place

WIDTH = 260
EDGE = 14


@dataclass(frozen=True, slots=True)
class Position:
    """+1 all management … −1 all administration; None where nobody says."""

    at: float | None
    tolerance: float = 0.0
    """How far sources disagree about it, in the same unit."""
    own: float | None = None
    """Where the visitor's answers lean."""
    of_role: bool = False
    """Whether it is a role that stands there, not a program."""

    @property
    def x(self) -> int | None:
        """The program's place in the picture, administration on the left."""
        return None if self.at is None else _place(self.at)

    @property
    def own_x(self) -> int | None:
        return None if self.own is None else _place(self.own)

    @property
    def band_x(self) -> int:
        return _place(max(-1.0, (self.at or 0.0) - self.tolerance))

    @property
    def band_width(self) -> int:
        return _place(min(1.0, (self.at or 0.0) + self.tolerance)) - self.band_x

    @property
    def words(self) -> str:
        """The program's place in words."""
        return say_role_place(self.at) if self.of_role else say_place(self.at)

    @property
    def own_words(self) -> str:
        """The visitor's place in words; empty where nothing was said."""
        if self.own is None:
            return ""
        return _("Your answers: {place}.").format(place=_(find_place(self.own)))


def say_place(at: float | None) -> str:
    """A place on the line in words."""
    if at is None:
        return _("No source says where it stands.")
    return _("This program: {place}.").format(place=_(find_place(at)))


def say_role_place(at: float | None) -> str:
    """Where the sources together put a role, in words."""
    if at is None:
        return _("No source says where it stands.")
    if at == 1:
        return _("This role: management.")
    if at == -1:
        return _("This role: administration.")
    return _("This role: {place}.").format(place=_(find_place(at)))


def _place(at: float) -> int:
    share = (max(-1.0, min(1.0, at)) + 1) / 2
    return round(EDGE + share * (WIDTH - 2 * EDGE))
