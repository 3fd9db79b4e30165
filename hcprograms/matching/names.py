"""The catalog in words: who offers, which roles there are, who says what, what may be claimed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple


class School(NamedTuple):
    """An institution, as results name it."""

    name: str
    slug: str
    country: str


class RoleLink(NamedTuple):
    """A program leads to a role: index of the role, how strongly, on what basis, who says so."""

    role: int
    strength: float
    basis: str
    source: str


class Role(NamedTuple):
    """A career role with what its sources say of its track."""

    slug: str
    title: str
    management: int = 0
    """How many sources call it management."""
    administration: int = 0
    sources: tuple[str, ...] = ()
    """Who says so, with the date."""
    is_active: bool = True
    """Whether visitors may choose it."""

    @property
    def position(self) -> float | None:
        """+1 every source says management … −1 every one administration; None: no source."""
        count = self.management + self.administration
        return (self.management - self.administration) / count if count else None

    @property
    def disagreement(self) -> float:
        """0 all sources agree … 1 they are split evenly."""
        position = self.position
        return 0.0 if position is None else 1 - abs(position)


class Claim(NamedTuple):
    """What may be said in public of an offering's accreditation on a day."""

    accreditor: str
    """Slug, such as ``cahme``."""
    status: str
    """``accredited``, ``probation``, ``candidate`` or ``certified``."""
    text: str
    notice: str = ""
    """A caveat to show with the text."""
    since: date | None = None
    until: date | None = None
    evidence_url: str = ""
    verified_on: date | None = None


class Fact(NamedTuple):
    """A sentence of the reference data with its source."""

    text: str
    source: str


def no_claims(row: int, today: date) -> tuple[Claim, ...]:
    """The claims of a catalog that keeps no accreditation records."""
    return ()


@dataclass(frozen=True, slots=True)
class Names:
    """Everything in words that results show; indexes in the columns point into these."""

    programs: Sequence[str]
    awards: Sequence[str]
    slugs: Sequence[str]
    schools: Sequence[School]
    roles: Sequence[Role] = ()
    states: Sequence[str] = ()
    countries: Sequence[str] = ()
    currencies: Sequence[str] = ("USD",)
    sources: Sequence[str] = ("",)
    certifications: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    statements: Mapping[str, int] = field(default_factory=dict)
    """Interest statement → +1 management or −1 administration."""
    schooling: Mapping[str, tuple[Fact, ...]] = field(default_factory=dict)
    """Track → what sources say about the education for it."""
    concentrations: Mapping[int, str] = field(default_factory=dict)

    def concentration(self, program: int) -> str:
        """The program's concentration; empty where it has none."""
        return self.concentrations.get(program, "")
