"""What all sheets have in common: finding the row that is meant, checking, telling what changed.

A sheet is a resource of django-import-export, told explicitly what Django's admin would check: the
library lets a row through that ``full_clean`` or a constraint refuses, and its own export leaves
formulas alive.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.translation import gettext as _
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Resource

from hcprograms.catalog.cells import is_error
from hcprograms.catalog.spreadsheets.checking import check_constraints
from hcprograms.catalog.spreadsheets.columns import Column, ManyColumn
from hcprograms.catalog.spreadsheets.differences import TextDiff
from hcprograms.catalog.spreadsheets.reach import Reach, read_id
from hcprograms.institutions.models import InstitutionQuerySet

Cells = Mapping[str, str]
WHOLE_ROW = "row"
MOST_BLAMED = 3  # columns; a rule about more of them is told of the row


class Sheet(Resource):  # type: ignore[misc]
    """Rows of one model as a person may see and change them.

    ``institutions`` are those of which the person may change the catalog. ``today`` and ``user``
    are who imports, and when.
    """

    institution_path: ClassVar[str]
    related: ClassVar[tuple[str, ...]] = ()
    required: ClassVar[tuple[str, ...]] = ()  # columns that every file has
    any_of: ClassVar[tuple[str, ...]] = ()  # columns of which every file has one
    kept_in_place: ClassVar[tuple[str, ...]] = ("institution",)  # what an ID's row cannot change
    blamed: ClassVar[str] = ""  # the column shown beside what the model says of a whole row

    class Meta:
        chunk_size = 1000
        instance_loader_class = BaseInstanceLoader
        clean_model_instances = True
        skip_unchanged = True
        store_instance = True
        use_transactions = True

    def __init__(self, *, institutions: InstitutionQuerySet, today: date, user: Any = None) -> None:
        super().__init__()
        self.institutions = institutions
        self.today = today
        self.user = user
        self.row: Cells = {}
        self.seen: dict[Any, int] = {}
        self.lines: list[int] = []

    @property
    def columns(self) -> list[Column]:
        return list(self.fields.values())

    def heading_of(self, name: str) -> str:
        """The heading of the column that an error's field name means; empty if none."""
        if name == NON_FIELD_ERRORS:
            name = self.blamed
        if name in self.fields:
            return str(self.fields[name].heading)
        return next((one.heading for one in self.columns if one.attribute == name), "")

    # What there is.

    def get_queryset(self) -> models.QuerySet[Any]:
        """The rows within reach, in a lasting order."""
        rows: models.QuerySet[Any] = self._meta.model.objects.filter(
            **{f"{self.institution_path}__in": self.institutions}
        )
        return rows.select_related(*self.related).order_by("pk")

    def texts_of(self, instance: Any) -> list[str]:
        return [column.text_of(instance) for column in self.columns]

    # What the file says.

    @classmethod
    def get_diff_class(cls) -> type[TextDiff]:
        return TextDiff

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        rows: list[dict[str, str]] = [dict(row) for row in dataset.dict]
        self.by_id = {row.public_id: row for row in self._rows_named(rows)}
        path = self.institution_path.split("__")
        self.reach = Reach(
            institutions=self.institutions,
            named={row.get(self.heading_of("institution"), "") for row in rows},
            owners={follow(row, path).pk for row in self.by_id.values()},
        )
        self.load_natural_keys()

    def _rows_named(self, rows: Iterable[Cells]) -> Iterable[Any]:
        if "public_id" not in self.fields:
            return []
        ids: set[UUID] = set()
        for row in rows:
            try:
                found = read_id(row.get(self.heading_of("public_id"), ""))
            except ValidationError:
                continue  # told when the row's turn comes
            ids |= {found} if found else set()
        return self.get_queryset().filter(public_id__in=ids)

    def load_natural_keys(self) -> None:
        """Override: read what ``find`` needs."""

    def cell(self, row: Cells, name: str) -> str:
        return row.get(self.heading_of(name), "")

    def find_by_id(self, row: Cells) -> Any:
        """The row that the ID names, if the cell is not blank. Raises ``ValidationError``."""
        public_id = read_id(self.cell(row, "public_id"))
        if public_id is None:
            return None
        found = self.by_id.get(public_id)
        if found is None:
            raise ValidationError({"public_id": _("no such row here; leave ID empty in a new one")})
        self.refuse_moving(found, row)
        return found

    def refuse_moving(self, found: Any, row: Cells) -> None:
        """The columns that say where a row belongs must agree with where it is."""
        errors = {}
        for name in self.kept_in_place:
            cell, column = self.cell(row, name).strip(), self.fields[name]
            if cell and not column.means(found, cell):
                errors[name] = _("cannot be changed; the row with this ID belongs to “%(now)s”") % {
                    "now": column.text_of(found)
                }
        if errors:
            raise ValidationError(errors)

    def find(self, row: Cells) -> Any:
        """Override: the row that is meant, or a new one. Raises ``ValidationError``."""
        raise NotImplementedError

    def complete(self, instance: Any, row: Cells) -> None:
        """Override: what follows from several cells. Raises ``ValidationError``."""

    def key_of(self, instance: Any) -> Any:
        """Override: what no two rows of a file may share."""
        raise NotImplementedError

    def check(self, instance: Any) -> None:
        """Override: rules beside the model's own. Raises ``ValidationError``."""

    def list_warnings(self, changed: Sequence[Any]) -> list[str]:
        """Override: what else comes of changing these rows."""
        return []

    # The library's steps.

    def get_or_init_instance(self, loader: Any, row: Cells) -> tuple[Any, bool]:
        self.row = row
        errors = self._broken_cells(row)
        try:
            instance = self.find(row)
        except ValidationError as refusal:
            errors = refusal.update_error_dict(errors)
            self._gather(row, errors)
        if errors:
            raise ValidationError(errors)
        return instance, bool(instance._state.adding)

    def _broken_cells(self, row: Cells) -> dict[str, Any]:
        return {
            name: [ValidationError(_("an error of the spreadsheet’s own calculation"))]
            for name in self.fields
            if is_error(self.cell(row, name))
        }

    def _gather(self, row: Cells, errors: dict[str, Any]) -> None:
        """Where the row is not found, say at least all that is wrong with its other cells."""
        for name, column in self.fields.items():
            cell = self.cell(row, name)
            if cell.strip() and not column.is_reference and name not in errors:
                try:
                    column.read(cell)
                except ValueError as error:
                    errors[name] = [ValidationError(str(error))]

    def import_instance(self, instance: Any, row: Cells, **kwargs: Any) -> None:
        errors: dict[str, Any] = {}
        for step in (self._import_cells, self.complete):
            try:
                step(instance, row)
            except ValidationError as refusal:
                errors = refusal.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)
        self._refuse_repetition(instance, line=self.lines[kwargs["row_number"] - 1])

    def _import_cells(self, instance: Any, row: Cells) -> None:
        errors = {}
        for name, column in self.fields.items():
            try:
                self.import_field(column, instance, row)
            except ValueError as error:
                errors[name] = ValidationError(str(error))
        if errors:
            raise ValidationError(errors)

    def _refuse_repetition(self, instance: Any, *, line: int) -> None:
        first = self.seen.setdefault(self.key_of(instance), line)
        if first != line:
            again = _("The same row is in line %(line)d already.") % {"line": first}
            raise ValidationError({WHOLE_ROW: again})

    def skip_row(
        self, instance: Any, original: Any, row: Cells, import_validation_errors: Any = None
    ) -> bool:
        if import_validation_errors or instance._state.adding:
            return False
        return self.texts_of(instance) == self.texts_of(original)

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """Fields first, then constraints and our own rules, each under the columns it is about."""
        errors: dict[str, Any] = dict(import_validation_errors or {})
        related = {one.name for one in instance._meta.fields if one.is_relation}
        exclude = {*errors, *related, "public_id"}
        try:
            instance.full_clean(exclude=exclude, validate_constraints=False)
        except ValidationError as refusal:
            errors = refusal.update_error_dict(errors)
        rules: list[Callable[[Any], None]] = [self._check_constraints, self.check]
        for rule in [] if errors else rules:
            try:
                rule(instance)
            except ValidationError as refusal:
                errors = refusal.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)

    def _check_constraints(self, instance: Any) -> None:
        check_constraints(instance, blame=self._blame)

    def _blame(self, names: Sequence[str]) -> Sequence[str]:
        """Of the columns that a rule is about, those that the file fills in."""
        known = [name for name in names if self.heading_of(name)]
        found = [name for name in known if self.cell(self.row, name).strip()] or known
        return found if 0 < len(found) <= MOST_BLAMED else [WHOLE_ROW]

    def save_m2m(self, instance: Any, row: Cells, **kwargs: Any) -> None:
        for column in self.columns:
            if isinstance(column, ManyColumn):
                column.set_wanted(instance)

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        """Not the library's: it would set back PostgreSQL's counters under other people's feet."""


def follow(row: Any, path: Sequence[str]) -> Any:
    for step in path:
        row = getattr(row, step)
    return row
