"""Lists of people who asked elsewhere, at a fair or by phone: read, previewed, then captured.

Each row becomes a lead like one from the form. A list is taken whole or not at all; should the
import stop half-way, importing the same file again adds what is missing and nothing twice.
"""

import hashlib
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hcprograms.catalog.models.programs import Offering
from hcprograms.institutions.scoping import scope
from hcprograms.leads.arrivals import (
    Arrival,
    RefusedArrival,
    check_arrival,
    name_submission,
)
from hcprograms.leads.attribution import clean_mark
from hcprograms.leads.capture import capture_lead
from hcprograms.leads.forms import DETAILS
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.models.questions import Question
from hcprograms.leads.offerings import list_published, name_offering
from hcprograms.leads.open_forms import OpenForm
from hcprograms.leads.questions import name_field
from hcprograms.leads.visitor import Visitor

MOST_ROWS = 1_000
MOST_EXAMPLES = 12
SOURCE = "source"
EXPLAINED = {
    "email": gettext_lazy("The answer goes there."),
    "phone": gettext_lazy("With area code; from another country with + and its code."),
    "start_from": gettext_lazy("A month, such as 2027-09."),
    SOURCE: gettext_lazy("Where they asked, in a word: fair, phone, open day."),
}
NAMES = {
    "name": gettext_lazy("Name"),
    "email": gettext_lazy("Email"),
    "phone": gettext_lazy("Phone"),
    "start_from": gettext_lazy("Start"),
    "offerings": gettext_lazy("Programs"),
    SOURCE: gettext_lazy("Source"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: the form's field, its heading, and the words that may stand in it."""

    name: str
    heading: str
    is_needed: bool
    words: Mapping[str, str]
    """What may be written, in small letters → the field's value; empty: any text."""

    takes_several: bool = False
    examples: Sequence[str] = ()
    """Some of the words, as people read them."""

    @property
    def explanation(self) -> str:
        if not self.words:
            return str(EXPLAINED.get(self.name, _("Any text.")))
        shown = self.examples if len(self.examples) <= MOST_EXAMPLES else self.examples[:4]
        words = " · ".join(shown) + (" …" if len(shown) < len(self.examples) else "")
        if self.takes_several:
            return _("Any of these, with ; between them: %(words)s") % {"words": words}
        return _("One of these: %(words)s") % {"words": words}


@dataclass(frozen=True, slots=True)
class Refusal:
    heading: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class ListedRow:
    """A row, what it says, and what would become of it: refused, there already, or a new lead."""

    line: int
    name: str
    arrival: Arrival
    refusals: Sequence[Refusal] = ()
    is_known: bool = False


def list_columns(*, page: OpenForm) -> list[Column]:
    """What a list for this form may say. Consents are not among it: they have to be proven."""
    fields = page.blank_form().fields
    texts = [one for one in page.questions if one.kind != Question.Kind.FILE]
    own = {name_field(one.key): one.label for one in texts}
    names = [one for one in fields if one in DETAILS or one in own or one == "offerings"]
    columns = [
        _make_column(page, name, fields[name], own.get(name) or NAMES.get(name)) for name in names
    ]
    return [*columns, Column(SOURCE, str(NAMES[SOURCE]), is_needed=False, words={})]


def _make_column(page: OpenForm, name: str, field: Any, heading: Any) -> Column:
    is_needed, several = field.required, bool(getattr(field.widget, "allow_multiple_selected", 0))
    if name == "offerings":
        offerings = list(list_published(institution=page.form.institution))
        words, examples = _offering_words(offerings), [name_offering(one) for one in offerings]
    else:
        choices = [
            (str(key), str(word)) for key, word in getattr(field, "choices", ()) if key != ""
        ]
        # Both a choice's own key and how it reads are understood.
        words = {word.casefold(): key for key, word in choices} | {
            key.casefold(): key for key, _word in choices
        }
        examples = [word for _key, word in choices]
    return Column(name, str(heading or field.label), is_needed, words, several, examples)


def preview_list(
    *, page: OpenForm, columns: Sequence[Column], rows: Sequence[tuple[int, Mapping[str, str]]]
) -> list[ListedRow]:
    """What importing would do, row by row. A row is its line and heading → cell."""
    listed = [_check(page, columns, line, cells) for line, cells in rows]
    names = [name_submission(form=page.form, arrival=one.arrival) for one in listed]
    with scope(institution=page.form.institution):
        known = set(
            Lead.objects.filter(submission_id__in=names).values_list("submission_id", flat=True)
        )
    return [replace(one, is_known=name in known) for one, name in zip(listed, names, strict=True)]


def import_list(
    *,
    page: OpenForm,
    listed: Sequence[ListedRow],
    told: Callable[[int], object] = lambda count: None,
) -> int:
    """Capture the rows that are new; return how many. ``told`` is called after each with its count.

    Nothing is captured, and ``ValueError`` raised, where a row is refused.
    """
    if any(row.refusals for row in listed):
        raise ValueError("A list with refused rows is not imported.")
    count = 0
    for row in listed:
        submission = check_arrival(page=page, arrival=row.arrival)
        count += capture_lead(form=page.form, submission=submission, now=page.now).created
        told(count)
    return count


def _offering_words(offerings: Sequence[Offering]) -> dict[str, str]:
    """An offering's whole name, its id, or its program's name where that has one offering only."""
    told = [
        (name, str(one.public_id))
        for one in offerings
        for name in {one.program.full_name.casefold(), one.program.label.casefold()}
    ]
    alone = Counter(name for name, _id in told)
    return {
        **{name: public_id for name, public_id in told if alone[name] == 1},
        **{name_offering(one).casefold(): str(one.public_id) for one in offerings},
        **{str(one.public_id): str(one.public_id) for one in offerings},
    }


def _check(
    page: OpenForm, columns: Sequence[Column], line: int, cells: Mapping[str, str]
) -> ListedRow:
    typed: dict[str, list[str]] = {}
    refusals: list[Refusal] = []
    for column in columns:
        cell = cells.get(column.heading, "").strip()
        if cell and column.name != SOURCE:
            typed[column.name], unknown = _read_cell(column, cell)
            refusals += [
                Refusal(column.heading, one, _("This is not one of the possible words."))
                for one in unknown
            ]
    arrival = Arrival(id=_identify(cells), typed=typed, visitor=_describe(columns, cells))
    refusals += () if refusals else _refusals(page, arrival, columns, cells)
    name = " ".join(typed.get("name") or typed.get("email") or [])
    return ListedRow(line, name, arrival, refusals)


def _read_cell(column: Column, cell: str) -> tuple[list[str], list[str]]:
    """The values, and the words that are none."""
    if not column.words:
        return [cell], []
    parts = [one.strip() for one in cell.split(";")] if column.takes_several else [cell]
    known = {one: column.words.get(one.casefold()) for one in parts if one}
    return [one for one in known.values() if one], [one for one in known if not known[one]]


def _refusals(
    page: OpenForm, arrival: Arrival, columns: Sequence[Column], cells: Mapping[str, str]
) -> Iterator[Refusal]:
    try:
        check_arrival(page=page, arrival=arrival)
    except RefusedArrival as refused:
        headings = {column.name: column.heading for column in columns}
        for name, reasons in refused.errors.items():
            heading = headings.get(name, name)
            yield Refusal(heading, cells.get(heading, ""), " ".join(reasons))


def _identify(cells: Mapping[str, str]) -> uuid.UUID:
    """The same words are the same request: a list that is imported again adds nobody twice."""
    said = "\n".join(f"{key}\t{cells[key].strip()}" for key in sorted(cells) if cells[key].strip())
    return uuid.UUID(bytes=hashlib.sha256(said.encode()).digest()[:16])


def _describe(columns: Sequence[Column], cells: Mapping[str, str]) -> Visitor:
    heading = next(column.heading for column in columns if column.name == SOURCE)
    source = clean_mark(cells.get(heading, ""))
    return Visitor(attribution={"utm_source": source} if source else {})
