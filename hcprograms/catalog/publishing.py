"""What the public may see: publishing and retiring many programs or offerings at once."""

from datetime import datetime
from typing import Any

from django.db import models

from hcprograms.catalog.models.programs import Status
from hcprograms.institutions.change_log import update_and_log


def set_status(*, rows: "models.QuerySet[Any]", status: Status, now: datetime) -> int:
    """Publish, retire or take back these programs or offerings. Returns how many changed."""
    others = rows.exclude(status=status)
    return update_and_log(others, status=status, updated_at=now)
