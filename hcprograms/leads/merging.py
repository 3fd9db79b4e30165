"""Joining two leads of one person, by a person; and undoing it.

Nothing moves. The other lead keeps its consents, timeline and follow-ups and is shown with the
one it was merged into, so that undoing gives back exactly what was. Only fields of the kept lead
change; undoing puts back those that nobody has changed since.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from hcprograms.institutions.scoping import scope
from hcprograms.leads.duplicates import compute_name_key
from hcprograms.leads.locking import NotAllowedNowError, lock_lead
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.models.merge import LeadMerge
from hcprograms.leads.status import announce_assignment
from hcprograms.leads.suppression import compute_own_email_hash
from hcprograms.signals import email_corrected, lead_unmerged, leads_merged

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MERGEABLE = (
    "name",
    "email",
    "phone",
    "country",
    "state",
    "education",
    "military",
    "start_from",
    "best_time",
    "language",
)
TAKEN_WITH_EMAIL = "own_email_hash"
ANSWER = ("status", "first_answered_at", "first_answered_by_id", "answered_after_minutes")


def merge_leads(
    *, kept: Lead, other: Lead, take: Collection[str], user: "User", now: datetime
) -> LeadMerge:
    """Merge ``other`` into ``kept``; ``take`` names the fields whose value comes from the other.

    An answer given to either counts for both. Raises :class:`NotAllowedNowError`.
    """
    with scope(institution=kept.institution), transaction.atomic():
        kept, other = _lock(kept, other)
        _check(kept, other)
        changes = _find_changes(kept, other, take)
        _apply(kept, {name: after for name, (_before, after) in changes.items()})
        other.merged_into = kept
        other.save(update_fields=["merged_into", "updated_at"])
        merge = LeadMerge(
            institution=kept.institution,
            kept=kept,
            other=other,
            changes=changes,
            at=now,
            actor=user,
        )
        merge.save()
        _tell(merge, LeadEvent.Kind.MERGED, user, now, left=())
        leads_merged.send(sender=Lead, merge=merge, now=now)
        merge.save(update_fields=["stopped"])
        if "email" in changes:
            email_corrected.send(sender=Lead, lead=kept, before=changes["email"][0], now=now)
        if kept.assigned_to and kept.assigned_to != other.assigned_to:
            announce_assignment(membership=kept.assigned_to, leads=[kept], user=user, now=now)
    return merge


def undo_merge(*, merge: LeadMerge, user: "User", now: datetime) -> list[str]:
    """Part the two again; return the fields that stay as somebody changed them since.

    Raises :class:`NotAllowedNowError` when it is undone already, or a person was erased.
    """
    with scope(institution=merge.institution), transaction.atomic():
        merge = LeadMerge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
        kept, other = _lock(merge.kept, merge.other)
        if merge.undone_at or kept.erased_at or other.erased_at:
            raise NotAllowedNowError(_("This merge is undone already."))
        return part_leads(merge=merge, kept=kept, other=other, user=user, now=now)


def part_leads(
    *, merge: LeadMerge, kept: Lead, other: Lead, user: "User | None", now: datetime
) -> list[str]:
    """Undo a merge of two leads that are locked already; return the fields that stay as they are.

    ``user`` is None where one of the two is about to be erased by its own link.
    """
    left = [name for name, (_b, after) in merge.changes.items() if _plain(kept, name) != after]
    if "email" in left and TAKEN_WITH_EMAIL in merge.changes:
        left.append(TAKEN_WITH_EMAIL)
    _apply(kept, {name: pair[0] for name, pair in merge.changes.items() if name not in left})
    other.merged_into = None
    other.save(update_fields=["merged_into", "updated_at"])
    merge.undone_at = now
    merge.save(update_fields=["undone_at"])
    left = [name for name in left if name != TAKEN_WITH_EMAIL]
    _tell(merge, LeadEvent.Kind.UNMERGED, user, now, left=left)
    lead_unmerged.send(sender=Lead, merge=merge, now=now)
    if "email" in merge.changes and "email" not in left:
        before = merge.changes["email"][1]
        email_corrected.send(sender=Lead, lead=kept, before=before, now=now)
    if other.assigned_to and kept.assigned_to != other.assigned_to:
        announce_assignment(membership=other.assigned_to, leads=[other], user=user, now=now)
    return left


def hide_merges(lead: Lead, merges: Iterable[LeadMerge]) -> Lead:
    """Put back, in memory only, what these merges took over from other leads; return the lead."""
    for merge in sorted(merges, key=lambda one: one.at, reverse=True):
        changes = merge.changes.items()
        taken = {name: pair for name, pair in changes if name in MERGEABLE}
        for name, (before, after) in taken.items():
            if _plain(lead, name) == after:
                setattr(lead, name, before)
    return lead


def list_differences(kept: Lead, other: Lead) -> list[str]:
    """The fields in which the two differ and one may choose."""
    return [
        name
        for name in MERGEABLE
        if _plain(other, name) and _plain(kept, name) != _plain(other, name)
    ]


def _lock(one: Lead, another: Lead) -> tuple[Lead, Lead]:
    if not one.pk or one.pk == another.pk or one.institution_id != another.institution_id:
        raise NotAllowedNowError(_("Choose two requests made to one institution."))
    for lead in sorted((one, another), key=lambda each: each.pk):
        lock_lead(lead)
    return one, another


def _check(kept: Lead, other: Lead) -> None:
    for lead in (kept, other):
        if lead.erased_at or lead.merged_into_id:
            raise NotAllowedNowError(_("One of the two is erased or merged already."))
        if not lead.is_genuine:
            raise NotAllowedNowError(_("One of the two is held for review or spam."))
    if other.merged.exists():
        raise NotAllowedNowError(
            _("Others were merged into this one: keep it, or undo those merges first.")
        )


def _find_changes(kept: Lead, other: Lead, take: Collection[str]) -> dict[str, list[Any]]:
    names = [name for name in list_differences(kept, other) if name in take]
    changes = {name: [_plain(kept, name), _plain(other, name)] for name in names}
    if "email" in changes:
        # It is staff who say that the other address is this person's too.
        changes[TAKEN_WITH_EMAIL] = [
            kept.own_email_hash,
            compute_own_email_hash(kept, changes["email"][1]),
        ]
    if kept.first_answered_at is None and other.first_answered_at is not None:
        answer = [name for name in ANSWER if name != "status"]
        if kept.status == Lead.Status.NEW:
            changes["status"] = [kept.status, Lead.Status.CONTACTED.value]
        changes["stage"] = [kept.stage, max(kept.stage, other.stage)]
        changes |= {name: [_plain(kept, name), _plain(other, name)] for name in answer}
    return changes


def _plain(lead: Lead, name: str) -> Any:
    """A field's value as JSON keeps it."""
    value = getattr(lead, name)
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, int) else str(value)


def _apply(lead: Lead, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        is_time = name == "first_answered_at" and value
        setattr(lead, name, datetime.fromisoformat(value) if is_time else value)
    if "name" in values:
        lead.name_key = compute_name_key(lead.name)
    lead.save()


def _tell(
    merge: LeadMerge,
    kind: LeadEvent.Kind,
    user: "User | None",
    now: datetime,
    *,
    left: Collection[str],
) -> None:
    changed = ", ".join(_label(name) for name in merge.changes if name in MERGEABLE)
    texts = [_("taken over: %(fields)s") % {"fields": changed}] if changed else []
    if kind == LeadEvent.Kind.UNMERGED:
        kept_fields = ", ".join(_label(name) for name in left)
        changed_since = _("changed since, and left so: %(fields)s") % {"fields": kept_fields}
        texts = [changed_since] if left else []
    into = _("request of %(date)s") % {"date": f"{merge.kept.captured_at:%Y-%m-%d %H:%M} UTC"}
    of = _("request of %(date)s") % {"date": f"{merge.other.captured_at:%Y-%m-%d %H:%M} UTC"}
    LeadEvent.objects.bulk_create(
        [
            LeadEvent(lead=merge.kept, kind=kind, at=now, actor=user, text="; ".join([of, *texts])),
            LeadEvent(lead=merge.other, kind=kind, at=now, actor=user, text=into),
        ]
    )


def _label(name: str) -> str:
    return str(Lead._meta.get_field(name.removesuffix("_id")).verbose_name)  # type: ignore[union-attr]
