"""System checks of where applicants' files lie; ``hcprograms.checks`` brings them in."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register

from hcprograms.leads.file_storage import ALIAS, find_exposure


@register("hcprograms", Tags.security)
def check_files(
    *, app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """W003: everybody could read applicants' files. W004: processes may not find each other's."""
    given = getattr(settings, "HCPROGRAMS", {})
    folder = given.get("FILES_ROOT") if isinstance(given, dict) else 0
    if not isinstance(folder, str | PurePath | None):
        return []  # said as E001 or E003
    exposure = find_exposure()
    if exposure:
        hint = "Name a private storage “hcprograms” in STORAGES, or set HCPROGRAMS['FILES_ROOT']."
        text = f"Files that applicants send are public. {exposure}"
        return [Warning(text, hint=hint, id="hcprograms.W003")]
    is_named = ALIAS in settings.STORAGES or folder
    if is_named or hasattr(settings, "BASE_DIR"):
        return []
    return [
        Warning(
            "Where applicants' files are kept depends on the folder that a process starts in.",
            hint="Set HCPROGRAMS['FILES_ROOT'], or name a storage “hcprograms” in STORAGES.",
            id="hcprograms.W004",
        )
    ]
