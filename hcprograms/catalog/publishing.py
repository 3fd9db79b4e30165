"""What the public may see: publishing and retiring many programs or offerings at once."""

from datetime import datetime
from typing import Any

from django.db import models

from hcprograms.catalog.models.programs import Status


def set_status(*, rows: "models.QuerySet[Any]", status: Status, now: datetime) -> int:
    """Publish, retire or take back these programs or offerings. Returns how many changed."""
    return rows.exclude(status=status).update(status=status, updated_at=now)
