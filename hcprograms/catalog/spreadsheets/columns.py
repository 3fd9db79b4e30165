"""A column of a sheet: its heading, what it means, and what an empty cell does."""

from typing import Any

from django.utils.translation import gettext as _
from import_export.fields import Field

from hcprograms.catalog.cells import canonical, empties, make_inert, plain_word, undo_inert
from hcprograms.catalog.spreadsheets.widgets import CellWidget

SHORT = 200


class Column(Field):  # type: ignore[misc]
    """One attribute of a row.

    A blank cell leaves the value as it is (in a new row: the default); “-” empties it. A cell that
    says what an export would say changes nothing, whatever that text is.

    ``is_needed``: a new row must say it; ``is_kept``: it has a default, and is never emptied.
    ``is_reference`` columns say which row is meant; the sheet reads them itself.
    """

    def __init__(
        self,
        attribute: str,
        heading: str,
        *,
        meaning: Any,
        widget: CellWidget | None = None,
        is_needed: bool = False,
        is_kept: bool = False,
        is_reference: bool = False,
        is_told_only: bool = False,
        emptied: Any = "",
    ) -> None:
        super().__init__(
            attribute=attribute, column_name=heading, widget=widget or CellWidget(), readonly=True
        )
        self.heading = heading
        self.meaning = meaning
        self.is_needed = is_needed
        self.is_kept = is_kept
        self.is_reference = is_reference
        self.is_told_only = is_told_only
        self.emptied = emptied

    def text_of(self, instance: Any) -> str:
        """What an export says here."""
        return str(self.export(instance))

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        """Take the cell over. Raises ``ValueError`` with the reason why it cannot be."""
        if self.is_reference:
            return
        cell = str(row[self.column_name])
        if not cell.strip() or self.is_unchanged(instance, cell):
            if self.is_needed and not self.text_of(instance):
                raise ValueError(_("must not be empty"))
            return
        if self.is_told_only:
            raise ValueError(_("cannot be changed here"))
        self.put(instance, self.read(cell))

    def is_unchanged(self, instance: Any, cell: str) -> bool:
        text = self.text_of(instance)
        if canonical(text) == canonical(undo_inert(cell)):
            return bool(text)
        if canonical(make_inert(text)) == canonical(cell):
            return bool(text)
        return bool(text) and self.widget.says_the_same(cell, self.get_value(instance))

    def means(self, instance: Any, cell: str) -> bool:
        """Whether a cell names what is there, be it by another of its names."""
        if plain_word(cell) == plain_word(self.text_of(instance)):
            return True
        owner = instance
        for step in str(self.attribute).split("__")[:-1]:
            owner = getattr(owner, step, None)
        if owner is not instance and plain_word(cell) == plain_word(str(owner)):
            return True
        try:
            return bool(self.read(cell) == self.get_value(instance))
        except ValueError:
            return False

    def read(self, cell: str) -> Any:
        """The value of a cell that is not blank. Raises ``ValueError``."""
        if empties(cell):
            if self.is_needed or self.is_kept:
                raise ValueError(_("must not be empty"))
            return self.emptied
        return self.widget.clean(undo_inert(cell))

    def put(self, instance: Any, value: Any) -> None:
        setattr(instance, str(self.attribute), value)


class ManyColumn(Column):
    """Several rows of another table; set once the row is saved."""

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        cell = str(row[self.column_name])
        if not cell.strip() or self.is_unchanged(instance, cell):
            return
        self.put(instance, self.read(cell))

    def put(self, instance: Any, value: Any) -> None:
        """Remember what is wanted; ``text_of`` tells it from now on."""
        wanted = getattr(instance, "_wanted_many", {})
        instance._wanted_many = {**wanted, str(self.attribute): list(value)}

    def get_value(self, instance: Any) -> Any:
        wanted = getattr(instance, "_wanted_many", {})
        if self.attribute in wanted:
            return wanted[self.attribute]
        return list(getattr(instance, str(self.attribute)).all()) if instance.pk else []

    def set_wanted(self, instance: Any) -> None:
        wanted = getattr(instance, "_wanted_many", {})
        if self.attribute in wanted:
            getattr(instance, str(self.attribute)).set(wanted[self.attribute])


def shorten(text: str) -> str:
    """A cell's text as a message can show it."""
    clean = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return clean if len(clean) <= SHORT else clean[: SHORT - 1] + "…"
