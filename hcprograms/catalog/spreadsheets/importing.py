"""Imports an upload through its sheet: everything or nothing, and told row by row."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _
from import_export.results import Dataset  # tablib’s

from hcprograms.catalog.spreadsheets.columns import shorten
from hcprograms.catalog.spreadsheets.outcome import Change, Fate, Outcome, Refusal, RowOutcome
from hcprograms.catalog.spreadsheets.reading import Upload
from hcprograms.catalog.spreadsheets.sheet import Sheet

FATES = {"new": Fate.NEW, "update": Fate.CHANGED, "skip": Fate.UNCHANGED}


def preview_upload(*, sheet: Sheet, upload: Upload) -> Outcome:
    """What importing would do. Everything is done and undone again, so this is the true answer."""
    return _run(sheet=sheet, upload=upload, expected=None)


def import_upload(*, sheet: Sheet, upload: Upload, expected: str) -> Outcome:
    """Import all rows in one transaction, if this does what was looked at (``Outcome.digest``).

    Otherwise nothing is written, and the outcome says what would be done now.
    """
    return _run(sheet=sheet, upload=upload, expected=expected)


def _run(*, sheet: Sheet, upload: Upload, expected: str | None) -> Outcome:
    dataset = Dataset(headers=upload.headings)
    for row in upload.rows:
        dataset.append([row.cells.get(heading, "") for heading in upload.headings])
    sheet.lines = [row.line for row in upload.rows]
    with transaction.atomic():
        result = sheet.import_data(dataset, rollback_on_validation_errors=True)
        outcome = Outcome(tuple(_tell(result, sheet=sheet, upload=upload)))
        if not outcome.is_refused:
            changed = [row.instance for row in outcome.of(Fate.CHANGED)]
            outcome = replace(outcome, warnings=sheet.list_warnings(changed))
        is_wanted = expected is not None and expected == outcome.digest
        if outcome.is_refused or not is_wanted:
            transaction.set_rollback(True)
            return outcome
        _log(outcome, sheet=sheet)
    return replace(outcome, is_written=True)


def _tell(result: Any, *, sheet: Sheet, upload: Upload) -> list[RowOutcome]:
    if result.base_errors:
        raise result.base_errors[0].error
    told = [
        RowOutcome(bad.line, Fate.REFUSED, refusals=[Refusal("", "", bad.reason)])
        for bad in upload.broken
    ]
    for row, found in zip(upload.rows, result.rows, strict=True):
        refusals = list(_refusals(found, sheet=sheet, cells=row.cells))
        if refusals:
            told.append(RowOutcome(row.line, Fate.REFUSED, refusals=refusals))
            continue
        fate = FATES[found.import_type]
        changes: list[Change] = found.diff if fate is not Fate.UNCHANGED else []
        told.append(RowOutcome(row.line, fate, str(found.instance), changes, (), found.instance))
    return sorted(told, key=lambda row: row.line)


def _refusals(found: Any, *, sheet: Sheet, cells: Any) -> Iterator[Refusal]:
    for error in found.errors:
        if not isinstance(error.error, DatabaseError):
            raise error.error
        yield Refusal("", "", str(error.error).splitlines()[0])
    if found.validation_error is None:
        return
    told: set[tuple[str, str]] = set()
    for name, messages in found.validation_error.message_dict.items():
        heading = sheet.heading_of(name)
        for message in messages:
            if (heading, message) not in told:
                told.add((heading, message))
                yield Refusal(heading, shorten(cells.get(heading, "")), message)


def _log(outcome: Outcome, *, sheet: Sheet) -> None:
    """Who imported what, in the admin's own history."""
    for fate, flag in ((Fate.NEW, ADDITION), (Fate.CHANGED, CHANGE)):
        rows = outcome.of(fate)
        words: list[dict[str, Any]] = [{"changed": {"fields": [str(_("imported from a file"))]}}]
        for instance in [row.instance for row in rows]:
            LogEntry.objects.log_actions(
                user_id=sheet.user.pk,
                queryset=[instance],
                action_flag=flag,
                change_message=words if flag == CHANGE else [{"added": {}}],
            )
