"""What importing a row changes, cell by cell, as plain text."""

from typing import Any

from import_export.resources import Diff

from hcprograms.catalog.spreadsheets.outcome import Change


class TextDiff(Diff):  # type: ignore[misc]
    """Which cells change, as plain text; pages escape it themselves."""

    def __init__(self, resource: Any, instance: Any, new: bool) -> None:
        # A new row's ID is another one at each attempt, and nobody's concern yet.
        self.headings = [
            "" if new and column.attribute == "public_id" else column.heading
            for column in resource.columns
        ]
        self.left = [""] * len(self.headings) if new else resource.texts_of(instance)
        self.right = self.left

    def compare_with(self, resource: Any, instance: Any) -> None:
        self.right = resource.texts_of(instance)

    def as_html(self) -> list[Change]:
        pairs = zip(self.headings, self.left, self.right, strict=True)
        return [Change(heading, old, new) for heading, old, new in pairs if heading and old != new]
