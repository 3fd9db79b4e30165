"""Where files of applicants lie: a storage that no public address leads to."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage, storages

from hcprograms.conf import conf

ALIAS = "hcprograms"
PUBLIC_ACCESS = ("public-read", "public-read-write", "publicRead")


def find_storage() -> Storage:
    """The storage that the host names ``hcprograms`` in ``STORAGES``, else a private folder."""
    if ALIAS in settings.STORAGES:
        return storages[ALIAS]
    return FileSystemStorage(
        location=conf.files_root,
        file_permissions_mode=0o640,
        directory_permissions_mode=0o750,
    )


def find_exposure() -> str:
    """Why the public could read the files, in words for staff; empty: nothing says so."""
    storage: Any = find_storage()
    location = getattr(storage, "location", "") if isinstance(storage, FileSystemStorage) else ""
    if location:
        served = next((one for one in _served_folders() if Path(location).is_relative_to(one)), "")
        return f"They are kept in {location}, inside {served}, which is served." if served else ""
    if getattr(storage, "default_acl", None) in PUBLIC_ACCESS:
        return "Their storage gives everybody the right to read them (default_acl)."
    if getattr(storage, "querystring_auth", True) is False:
        return "Their storage hands out addresses that need no signature (querystring_auth)."
    return ""


def _served_folders() -> list[Path]:
    """The folders that a web server usually shows to everybody."""
    dirs = [one[1] if isinstance(one, list | tuple) else one for one in settings.STATICFILES_DIRS]
    return [
        Path(one).resolve() for one in (settings.MEDIA_ROOT, settings.STATIC_ROOT, *dirs) if one
    ]
