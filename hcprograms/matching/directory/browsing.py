"""One visit of the directory: reads the wish, finds, and keeps the directory of the snapshot."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from hcprograms.matching.columns import Columns
from hcprograms.matching.directory.finding import Directory, Found, make_directory
from hcprograms.matching.directory.wanted import Refused, Wanted, read_wanted

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Browsed:
    """What was wanted, what of the address could not be used, and what was found."""

    wanted: Wanted
    refused: list[Refused]
    found: Found
    directory: Directory


def browse(columns: Columns, said: Iterable[tuple[str, str]], *, today: date) -> Browsed:
    """The page that these parameters of an address ask for."""
    directory = _newest.of(columns, today=today)
    wanted, refused = read_wanted(said, known=directory.values)
    found = directory.find(wanted, page_size=PAGE_SIZE)
    if found.page != wanted.page:
        refused.append(Refused("page", str(wanted.page)))
        wanted = wanted.on_page(found.page)
    return Browsed(wanted, refused, found, directory)


class _Newest:
    """The directory made last: a process needs no other until the catalog or the day changes."""

    made: Directory | None = None

    def of(self, columns: Columns, *, today: date) -> Directory:
        made = self.made
        if made is None or made.columns is not columns or made.today != today:
            made = self.made = make_directory(columns, today=today)
        return made


_newest = _Newest()
