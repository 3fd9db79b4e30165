"""The directory over one snapshot on one day: which programs a query leaves, counted and in order.

Counts of a facet are made without its own selection: they say what choosing another of its values
would find. Text is compared without accents and capitals.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, reduce
from typing import Any

import numpy as np

from hcprograms.institutions.characters import fold_text
from hcprograms.matching.directory.facets import Facet, build_facets, claim_value
from hcprograms.matching.directory.query import DirectoryQuery
from hcprograms.matching.snapshot.columns import IntArray, Snapshot

NEVER = 2**31 - 1
"""Sorts what is not published behind everything."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The programs that a query leaves, as the row of one fitting offering each."""

    total: int
    rows: Sequence[int]
    """Those of the page asked for, in order; each stands for its program: of the offerings that fit
    the cheapest, or where the list is sorted by start or length, the first to start or shortest."""
    page: int
    pages: int
    counts: Mapping[str, Mapping[str, int]]
    """Facet → value → how many programs it would leave."""


@dataclass(frozen=True)
class Directory:
    """Everything about a snapshot on a day that the directory needs; made once, then only read."""

    snapshot: Snapshot
    today: date
    order: IntArray
    """Row numbers of the snapshot, program by program."""
    begins: IntArray
    """Where each program's rows begin in ``order``."""
    facets: Mapping[str, Facet]
    rank: IntArray
    """Each program's place by school and name; the order in ``by_name`` likewise."""
    by_name: IntArray
    texts: Sequence[str]
    """What is searched of each program."""

    @cached_property
    def values(self) -> Mapping[str, frozenset[str]]:
        """The values that each facet has."""
        return {key: frozenset(facet.values) for key, facet in self.facets.items()}

    @cached_property
    def sizes(self) -> IntArray:
        """How many rows each program has."""
        return np.diff(np.append(self.begins, len(self.order)))

    @cached_property
    def claim_rows(self) -> Mapping[str, int]:
        """Value of the facet of accreditation → one of the rows that have it."""
        return {
            claim_value(claim): row
            for row in self.snapshot.claimed_rows
            for claim in self.snapshot.claims_on(row, self.today)
        }

    @cached_property
    def prices(self) -> IntArray:
        total = self.snapshot.total_standard[self.order]
        return np.where((total < 0) | (self.snapshot.currency[self.order] != 0), NEVER, total)

    @cached_property
    def lengths(self) -> IntArray:
        months = self.snapshot.months[self.order].astype(np.int32)
        return np.where(months < 0, NEVER, months)

    @cached_property
    def starts(self) -> IntArray:
        """The next day on which one can start, as an ordinal."""
        snapshot = self.snapshot
        found = np.full(len(snapshot), NEVER, dtype=np.int32)
        still_open = snapshot.intake_closes >= self.today.toordinal()
        days = np.where(still_open, snapshot.intake_starts, NEVER).astype(np.int32)
        filled = np.flatnonzero(np.diff(snapshot.intake_offsets))
        if len(filled):
            found[filled] = np.minimum.reduceat(days, snapshot.intake_offsets[filled])
        return found[self.order]

    def find(self, query: DirectoryQuery, *, page_size: int) -> SearchResult:
        """The page of programs that this query leaves; a page beyond the last is the last."""
        if not len(self.order):
            nothing = {key: dict.fromkeys(one.values, 0) for key, one in self.facets.items()}
            return SearchResult(0, (), 1, 1, nothing)
        masks = {key: self.facets[key].mask(chosen) for key, chosen in query.chosen.items()}
        if query.words:
            masks["q"] = self._search(query.words)
        fitting = _all_of(masks.values())
        programs = self._sorted(fitting, query.sort)
        pages = max(1, -(-len(programs) // page_size))
        page = min(query.page, pages)
        shown = programs[(page - 1) * page_size : page * page_size]
        return SearchResult(
            total=len(programs),
            rows=[self._row_for(int(program), fitting, query.sort) for program in shown],
            page=page,
            pages=pages,
            counts={
                key: self._count(facet, _all_of(mask for of, mask in masks.items() if of != key))
                for key, facet in self.facets.items()
            },
        )

    def next_start(self, row: int) -> date | None:
        """When one can start this offering next; None where no open start is published."""
        found = self.snapshot.open_intakes(row, self.today)
        return found[0] if found else None

    def _search(self, words: Sequence[str]) -> IntArray:
        hits = np.ones(len(self.texts), dtype=np.bool_)
        for word in map(fold_text, words):
            hits &= [word in text for text in self.texts]
        return np.repeat(hits, self.sizes)

    def _sorted(self, fitting: IntArray | None, sort: str) -> IntArray:
        """The programs that have a fitting row, in this order."""
        if fitting is None:
            programs = np.arange(len(self.begins))
        else:
            programs = np.flatnonzero(np.logical_or.reduceat(fitting, self.begins))
        if sort in ("school", "name"):
            place = self.rank if sort == "school" else self.by_name
            return programs[np.argsort(place[programs])]
        values = self._values(sort)
        if fitting is not None:
            values = np.where(fitting, values, NEVER)
        least = np.minimum.reduceat(values, self.begins)[programs]
        return programs[np.lexsort((self.rank[programs], least))]

    def _values(self, sort: str) -> IntArray:
        """What makes one offering come before another of its program: its price, unless asked."""
        return {"start": self.starts, "length": self.lengths}.get(sort, self.prices)

    def _row_for(self, program: int, fitting: IntArray | None, sort: str) -> int:
        begin = int(self.begins[program])
        places = range(begin, begin + int(self.sizes[program]))
        fit = [at for at in places if fitting is None or fitting[at]]
        values = self._values(sort)
        return int(self.order[min(fit, key=lambda at: (values[at], at))])

    def _count(self, facet: Facet, others: IntArray | None) -> dict[str, int]:
        """How many programs have each value among the rows that fit all else."""
        counts: list[int] = []
        for word in facet.words:
            bits = word if others is None else np.where(others, word, np.uint64(0))
            of_program = np.bitwise_or.reduceat(bits, self.begins)
            of_program = of_program[of_program != 0]
            counts += [
                int(np.count_nonzero(of_program & np.uint64(1 << number)))
                for number in range(min(64, len(facet.values) - len(counts)))
            ]
        return dict(zip(facet.values, counts, strict=True))


def _all_of(masks: Any) -> IntArray | None:
    """The rows that every mask lets through; None for all rows."""
    several = list(masks)
    return reduce(np.logical_and, several) if several else None


def build_directory(snapshot: Snapshot, *, today: date) -> Directory:
    """The directory of this snapshot on this day."""
    order = np.argsort(snapshot.program, kind="stable")
    of_row = snapshot.program[order]
    begins = np.flatnonzero(np.diff(of_row, prepend=-1))
    names = snapshot.names
    programs = of_row[begins].tolist()
    schools = [names.schools[number] for number in snapshot.school[order][begins].tolist()]
    titles = [names.programs[number] for number in programs]
    keys = [
        (fold_text(school.name), fold_text(title), school.slug, names.slugs[number])
        for school, title, number in zip(schools, titles, programs, strict=True)
    ]
    return Directory(
        snapshot=snapshot,
        today=today,
        order=order,
        begins=begins,
        facets={facet.key: facet for facet in build_facets(snapshot, order=order, today=today)},
        rank=_places(keys),
        by_name=_places([(title, school, *rest) for school, title, *rest in keys]),
        texts=[
            " ".join(
                (key[0], key[1], fold_text(f"{names.awards[n]} {names.concentrations.get(n, '')}"))
            )
            for key, n in zip(keys, programs, strict=True)
        ],
    )


def _places(keys: Sequence[Any]) -> IntArray:
    """Each one's place when they are put in order."""
    places = np.empty(len(keys), dtype=np.int32)
    places[sorted(range(len(keys)), key=keys.__getitem__)] = np.arange(len(keys))
    return places
