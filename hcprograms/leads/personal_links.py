"""What a link in a mail opens: it acts for the reader of one mailbox, on the inquiry it names.

A link ends when it is too old, when the inquiry's address is no longer the one it was mailed to,
when leads that were merged in the meantime are parted again, and when the person is erased.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Q

from hcprograms.institutions.scoping import scope, scopes_disabled
from hcprograms.leads.locking import LeadErasedError, lock_lead
from hcprograms.leads.merging import hide_merges
from hcprograms.leads.models.consent import Channel
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.models.merge import LeadMerge
from hcprograms.leads.suppression import is_hash_of
from hcprograms.leads.tokens import LeadToken, Purpose, open_lead_token
from hcprograms.signals import link_requested


class DeadReason(StrEnum):
    """Why a link that was good once opens nothing any more."""

    EXPIRED = "expired"
    ADDRESS_CHANGED = "address_changed"
    MERGED = "merged"
    PARTED = "parted"
    ERASED = "erased"


class DeadLinkError(Exception):
    """The link was made here, and has ended."""

    def __init__(self, reason: DeadReason, *, lead: Lead, token: LeadToken) -> None:
        super().__init__(reason)
        self.reason = reason
        self.lead = lead
        self.token = token


@dataclass(frozen=True, slots=True)
class PersonalLink:
    """What the holder of a link may see and do.

    ``lead`` has the values that this person gave: what a merge took over from a lead of which
    the link knows nothing is put back. ``merged`` are leads merged with it that the link opens
    too: mailed to the same address, after the merge.
    """

    token: LeadToken
    lead: Lead
    merged: Sequence[Lead]

    @property
    def leads(self) -> list[Lead]:
        return [self.lead, *self.merged]

    @property
    def is_limited(self) -> bool:
        """Whether staff chose the mailbox. It may be theirs: then the link only shows and ends."""
        return bool(self.lead.own_email_hash)

    def sign_for(self, purpose: Purpose, *, now: datetime) -> str:
        """Return a token for another purpose that lives no longer; empty where it opens nothing."""
        token = replace(self.token, purpose=purpose)
        if token.is_expired(now=now):
            return ""
        if self.token.purpose == Purpose.UNSUBSCRIBE:  # which goes on where others have ended
            try:
                _check(token, self.lead, now)
            except DeadLinkError:
                return ""
        return token.sign()


def open_personal_link(text: str, *purposes: Purpose, now: datetime) -> PersonalLink:
    """Return what the text of a token opens, if it was made for one of these purposes.

    Raises :class:`DeadLinkError` for a link that has ended, and ``LookupError`` for any other text.
    """
    opened = (open_lead_token(purpose, text, now=now) for purpose in purposes)
    token = next((one for one in opened if one), None)
    with scopes_disabled():
        leads = Lead.objects.select_related("institution", "form", "assigned_to__user")
        lead = leads.filter(public_id=token.lead).first() if token else None
    if token is None or lead is None:
        raise LookupError
    return _check(token, lead, now)


@contextmanager
def act_by_link(link: PersonalLink, *, now: datetime) -> Iterator[PersonalLink]:
    """A transaction in which the lead is locked and the link still opens what it opened.

    Raises :class:`DeadLinkError` where it has ended since.
    """
    with scope(institution=link.lead.institution), transaction.atomic():
        lead = Lead.objects.get(pk=link.lead.pk)
        try:
            lock_lead(lead)
        except LeadErasedError as error:
            raise DeadLinkError(DeadReason.ERASED, lead=link.lead, token=link.token) from error
        yield _check(link.token, lead, now)


def is_mailed_to(link: PersonalLink, lead: Lead) -> bool:
    """Whether the link was mailed to the present address of this lead of the same institution."""
    return _is_hash_of(link.token, lead)


def can_be_renewed(dead: DeadLinkError) -> bool:
    """Whether a new link can be mailed: the old one is only too old, and came by mail."""
    return (
        dead.reason == DeadReason.EXPIRED
        and dead.token.purpose not in (Purpose.THANKS, Purpose.BOOKING)
        and dead.lead.erased_at is None
        and _is_hash_of(dead.token, dead.lead)
    )


def request_new_link(dead: DeadLinkError, *, now: datetime) -> None:
    """Have a new link mailed to the address that the old one was mailed to, and to no other."""
    with scope(institution=dead.lead.institution), transaction.atomic():
        try:
            lock_lead(dead.lead)
        except LeadErasedError:
            return
        if can_be_renewed(dead):
            link_requested.send(sender=Lead, lead=dead.lead, now=now)


def _check(token: LeadToken, lead: Lead, now: datetime) -> PersonalLink:
    with scope(institution=lead.institution):
        merges = list(LeadMerge.objects.filter(Q(kept=lead) | Q(other=lead)))
        reason = _find_end(token, lead, merges, now)
        if reason is not None:
            raise DeadLinkError(reason, lead=lead, token=token)
        is_merged = any(one.undone_at is None for one in merges)
        merged = _find_merged(token, lead) if is_merged else []
        known = {one.pk for one in merged}
        hidden = [
            one
            for one in merges
            if one.undone_at is None and one.kept_id == lead.pk and one.other_id not in known
        ]
    return PersonalLink(token, hide_merges(lead, hidden), merged)


def _find_end(
    token: LeadToken, lead: Lead, merges: Sequence[LeadMerge], now: datetime
) -> DeadReason | None:
    if token.is_expired(now=now):
        return DeadReason.EXPIRED
    if lead.erased_at:
        return DeadReason.ERASED
    if token.purpose == Purpose.UNSUBSCRIBE:
        # It ends emails to the address that it was mailed to, and does nothing else: the reader of
        # that mailbox can do so, even where the inquiry has another address now.
        return None
    if not _is_hash_of(token, lead):
        return DeadReason.ADDRESS_CHANGED
    if token.purpose in (Purpose.THANKS, Purpose.BOOKING) and merges:
        return DeadReason.MERGED
    if any(_parted_since(token, one) for one in merges):
        return DeadReason.PARTED
    return None


def _parted_since(token: LeadToken, merge: LeadMerge) -> bool:
    """Whether the link was mailed while the two were one. Tokens count whole seconds."""
    began_at = merge.at.replace(microsecond=0)
    return merge.undone_at is not None and began_at <= token.issued_at <= merge.undone_at


def _find_merged(token: LeadToken, lead: Lead) -> list[Lead]:
    """The leads merged with it that the reader of the mailbox made too."""
    if token.purpose in (Purpose.THANKS, Purpose.BOOKING, Purpose.UNSUBSCRIBE):
        return []
    same_person = lead.list_of_same_person()
    if len(same_person) < 2:
        return []
    rows = LeadMerge.objects.filter(kept=same_person[0], undone_at=None)
    merged_at = {one.other_id: one.at for one in rows}
    own_at = merged_at.get(lead.pk)
    if own_at is not None and token.issued_at < own_at:
        return []
    return [
        one
        for one in same_person
        if one.pk != lead.pk
        and not lead.own_email_hash
        and not one.own_email_hash
        and not one.erased_at
        and _is_hash_of(token, one)
        and (one.pk not in merged_at or token.issued_at >= merged_at[one.pk])
    ]


def _is_hash_of(token: LeadToken, lead: Lead) -> bool:
    return is_hash_of(
        token.address_hash, lead.email, institution=lead.institution, channel=Channel.EMAIL
    )
