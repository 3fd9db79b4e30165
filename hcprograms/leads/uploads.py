"""Files on their way to a lead: kept, found again, and removed when nobody wants them.

The database knows of every file before the storage does, and until the storage has let it go.
"""

import hashlib
import logging
import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import IO, Any

from django.core.files.base import File
from django.db import Error, transaction
from django.db.models import QuerySet, Sum

from hcprograms.conf import conf
from hcprograms.institutions.models import Institution
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.file_storage import find_storage
from hcprograms.leads.file_types import KINDS
from hcprograms.leads.models.files import Upload

logger = logging.getLogger(__name__)

GRACE = timedelta(hours=1)
"""A file is removed so long after it was last good for anything: longer than any request takes."""
BATCH = 500
SHARES = 10
"""So many senders together may fill the room for waiting files, and no fewer."""
MOST_DROPPED = 200
MOST_FAILURES = 5
"""In a row: then the storage is down, and the next sweep tries again."""


class NotStoredError(Exception):
    """The storage did not take the file, or not one more; its row is swept."""


def keep_upload(
    *,
    institution: Institution,
    name: str,
    kind: str,
    content: "File[Any]",
    network: str = "",
    least_share: int = 0,
    now: datetime,
) -> Upload:
    """Put a checked file into the storage, for some hours. Raises :class:`NotStoredError`.

    Where a network's share of the room is used up, its oldest waiting files go. The share is a
    tenth of the room, and no less than ``least_share`` bytes.
    """
    digest = hashlib.sha256()
    for chunk in content.chunks():
        digest.update(chunk)
    with scopes_disabled():
        _make_room(institution, network, content.size, least_share, now)
        public_id = uuid.uuid4()
        upload = Upload.objects.create(
            public_id=public_id,
            institution=institution,
            name=name,
            kind=kind,
            size=content.size,
            sha256=digest.hexdigest(),
            stored_as=f"leads/{now:%Y/%m}/{public_id.hex}",
            uploaded_at=now,
            keep_until=now + conf.keep_files_for,
            network=network,
        )
        _store(upload, content, now)
    return upload


def find_upload(*, public_id: uuid.UUID, institution: Institution, now: datetime) -> Upload | None:
    """A kept file that may still be sent; for one that a lead holds already, a copy.

    Somebody went back, changed a word and sent again: the two requests must not share a file.
    """
    with scopes_disabled():
        found = Upload.objects.filter(public_id=public_id, institution=institution)
        upload = found.select_related("lead_file").first()
        if upload is None or not upload.sha256:
            return None
        if hasattr(upload, "lead_file"):
            return _copy(upload, institution, now)
        return upload if upload.keep_until > now else None


def read_upload(upload: Upload) -> IO[bytes]:
    """The content; raises ``OSError`` or whatever the storage raises when it cannot."""
    return find_storage().open(upload.stored_as)


def media_type(upload: Upload) -> str:
    kind = KINDS.get(upload.kind)
    return kind.media_type if kind else "application/octet-stream"


def discard_uploads(*, ids: Collection[int], now: datetime) -> None:
    """Let go of these files, which no lead holds any more: at once, or else with the next sweep.

    To be called in the transaction that takes them from their leads; the storage hears of it only
    once that is done.
    """
    with scopes_disabled():
        Upload.objects.filter(pk__in=ids).update(name="", sha256="", keep_until=now - GRACE)
    transaction.on_commit(lambda: _remove_all(ids, now), robust=True)


def sweep_uploads(*, now: datetime) -> int:
    """Remove the files that nobody wants any more; return how many. Safe at any time, anywhere."""
    removed, last = 0, 0
    while batch := _list_unwanted(now, after=last):
        removed += _remove_all(batch, now)
        last = batch[-1]
    return removed


def _remove_all(ids: Collection[int], now: datetime) -> int:
    removed = failures = 0
    for upload in _find_unwanted(ids, now):
        try:
            find_storage().delete(upload.stored_as)
        except Exception as error:
            # Whatever a storage may raise: the row stays, and is tried again.
            failures += 1
            logger.error("A file could not be removed, yet: %s", type(error).__name__)
        else:
            failures = 0
            removed += _forget(upload)
        if failures >= MOST_FAILURES:
            break
    return removed


def _list_unwanted(now: datetime, *, after: int) -> list[int]:
    with scopes_disabled():
        rows = Upload.objects.filter(pk__gt=after, lead_file=None, keep_until__lte=now - GRACE)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])


def _find_unwanted(ids: Collection[int], now: datetime) -> list[Upload]:
    with scopes_disabled():
        rows = Upload.objects.filter(pk__in=ids, lead_file=None, keep_until__lte=now - GRACE)
        return list(rows.order_by("pk"))


def _forget(upload: Upload) -> int:
    with scopes_disabled():
        return Upload.objects.filter(pk=upload.pk).delete()[0]


def _store(upload: Upload, content: "File[Any]", now: datetime) -> None:
    content.seek(0)
    try:
        stored_as = find_storage().save(upload.stored_as, content)
    except Error:
        raise
    except Exception as error:
        logger.error("A file could not be stored: %s", type(error).__name__)
        Upload.objects.filter(pk=upload.pk).update(name="", sha256="", keep_until=now - GRACE)
        raise NotStoredError from error
    if stored_as != upload.stored_as:
        upload.stored_as = stored_as
        upload.save(update_fields=["stored_as"])


def _copy(upload: Upload, institution: Institution, now: datetime) -> Upload | None:
    try:
        with read_upload(upload) as content:
            return keep_upload(
                institution=institution,
                name=upload.name,
                kind=upload.kind,
                content=File(content, name=upload.name),
                network=upload.network,
                now=now,
            )
    except (NotStoredError, OSError):
        return None


def _make_room(
    institution: Institution, network: str, size: int, least_share: int, now: datetime
) -> None:
    """Let go of waiting files until one more fits: a flood must not fill the disk, and the files of
    one sender must not keep out those of others. Needs scopes disabled.

    Raises :class:`NotStoredError` where nothing helps.
    """
    room = conf.waiting_files_bytes
    share = min(max(room // SHARES, least_share, size), room)
    # What is about to be removed counts no more.
    waiting = Upload.objects.filter(
        institution=institution, lead_file=None, keep_until__gt=now - GRACE
    )
    by_network: dict[str, int] = dict(
        waiting.order_by().values_list("network").annotate(total=Sum("size"))
    )
    if size <= room:
        own = by_network.get(network, 0)
        if network and own + size > share:
            by_network[network] -= _drop_oldest(waiting, network, own + size - share, now)
        while sum(by_network.values()) + size > room:
            largest = max(
                (one for one in by_network if one), key=by_network.__getitem__, default=""
            )
            missing = sum(by_network.values()) + size - room
            dropped = _drop_oldest(waiting, largest, missing, now) if largest else 0
            if not dropped:
                break
            by_network[largest] -= dropped
    if sum(by_network.values()) + size > room:
        logger.error("Too many files wait for their requests: none is taken for now.")
        raise NotStoredError


def _drop_oldest(waiting: "QuerySet[Upload]", network: str, missing: int, now: datetime) -> int:
    """Let go of a network's oldest waiting files, so many bytes or some more; return how many."""
    ids, dropped = [], 0
    oldest = waiting.filter(network=network).order_by("uploaded_at", "pk")
    for pk, size in oldest.values_list("pk", "size")[:MOST_DROPPED]:
        if dropped >= missing:
            break
        ids.append(pk)
        dropped += size
    # Not one that a request takes in this very moment.
    Upload.objects.filter(pk__in=ids, lead_file=None).update(keep_until=now - GRACE)
    transaction.on_commit(lambda: _remove_all(ids, now), robust=True)
    return dropped
