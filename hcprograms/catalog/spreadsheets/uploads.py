"""Keeps an uploaded file between preview and confirmation, for a day and for one person."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hcprograms.catalog.models.uploads import SpreadsheetUpload

KEPT_FOR = timedelta(hours=24)
LONGEST_NAME = 200


def keep_upload(
    *, user: Any, sheet: str, name: str, content: bytes, now: datetime
) -> SpreadsheetUpload:
    """Keep the file, and throw away everybody's old ones."""
    drop_old_uploads(now=now)
    return SpreadsheetUpload.objects.create(
        user=user, sheet=sheet, name=name[-LONGEST_NAME:], content=content, created_at=now
    )


def drop_old_uploads(*, now: datetime) -> None:
    """Throw away what nobody confirmed within a day: it may name people."""
    SpreadsheetUpload.objects.filter(created_at__lt=now - KEPT_FOR).delete()


def find_upload(
    *, user: Any, sheet: str, upload_id: UUID, now: datetime
) -> SpreadsheetUpload | None:
    """What this person uploaded for this sheet; None if there is no such file, or no longer."""
    return SpreadsheetUpload.objects.filter(
        pk=upload_id, user=user, sheet=sheet, created_at__gte=now - KEPT_FOR
    ).first()
