"""The programs on a page of the directory, from the database: as fresh as it is."""

import uuid
from dataclasses import dataclass
from datetime import date

from hcprograms.catalog.listing import ProgramCard, arrange_cards
from hcprograms.catalog.models.programs import Offering, Status
from hcprograms.matching.directory.browsing import Browsed


@dataclass(frozen=True, slots=True)
class Listed:
    """A program of the list; ``offering`` is the fitting one that stands for it."""

    card: ProgramCard
    offering: Offering
    next_start: date | None

    @property
    def place(self) -> str:
        """City and state of the campus, or else of the school."""
        at = self.offering.campus or self.card.program.institution
        return ", ".join(filter(None, [at.city, at.state]))

    @property
    def is_bare(self) -> bool:
        """Whether none of price, time and start is published."""
        return not (self.card.cost or self.card.months or self.next_start)


def list_found(browsed: Browsed) -> list[Listed]:
    """The programs of the page in order, without those that were retired meanwhile.

    Two queries, none where nothing was found. Whether a program is published is looked at here:
    asked for that, SQLite would go through all published programs.
    """
    directory, rows = browsed.directory, browsed.found.rows
    ids = {uuid.UUID(directory.columns.public_id(row)): row for row in rows}
    of_the_same = Offering.objects.filter(public_id__in=list(ids)).values("program")
    offerings = [
        one
        for one in Offering.objects.filter(program__in=of_the_same, status=Status.PUBLISHED)
        .select_related("program__institution", "campus")
        .order_by("delivery", "pk")
        if one.program.status == Status.PUBLISHED and one.program.institution.is_published
    ]
    standing = {one.public_id: one for one in offerings}
    shown = [standing[public_id] for public_id in ids if public_id in standing]
    cards = arrange_cards(
        [one.program for one in shown], offerings=offerings, today=directory.today
    )
    return [
        Listed(card, one, directory.next_start(ids[one.public_id]))
        for card, one in zip(cards, shown, strict=True)
    ]
