"""What may be said in public about an accreditation on a day: computed, never stored.

Pure: it reads the records it is given and the day it is told, nothing else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from hcprograms.catalog.coverage import FactChange
from hcprograms.catalog.models.accreditation import Accreditor, Action


class AccreditorFacts(Protocol):
    """What a claim needs to know of an accreditor."""

    slug: Any
    name: Any
    abbreviation: Any
    kind: Any


class DatedRecord(Protocol):
    """What a claim needs to know of a record; :class:`AccreditationRecord` is one."""

    pk: Any
    accreditor: Any
    action: Any
    effective_on: Any
    expires_on: Any
    evidence_url: Any
    verified_on: Any
    is_historical: Any
    supersedes_id: Any

    @property
    def is_covering(self) -> bool:
        """Whether its program and offering are still what it covers."""

    @property
    def changes(self) -> Sequence[FactChange]:
        """What has changed of them, fact by fact."""


class ClaimKind(StrEnum):
    """How much a claim is worth; the three are never mixed up in public."""

    ACCREDITED = "accredited"
    CANDIDATE = "candidate"
    CERTIFIED = "certified"


class Reason(StrEnum):
    """Why there is no claim."""

    NO_RECORD = "no_record"
    NOT_YET = "not_yet"
    ENDED = "ended"
    NOT_A_STATUS = "not_a_status"
    EXPIRED = "expired"
    CHANGED = "changed"
    NO_EVIDENCE = "no_evidence"
    NEVER_VERIFIED = "never_verified"
    STALE = "stale"
    NOT_COVERED = "not_covered"


REASON_TEXTS: dict[Reason, Promise] = {
    Reason.NO_RECORD: _("Nothing is recorded for this very offering."),
    Reason.NOT_YET: _("What is recorded is not in force yet."),
    Reason.ENDED: _("The latest action ended it."),
    Reason.NOT_A_STATUS: _("The latest action is a step on the way, not a status."),
    Reason.EXPIRED: _("The recorded term has ended."),
    Reason.CHANGED: _("Suspended: the program or offering is not what was accredited."),
    Reason.NO_EVIDENCE: _("No evidence link is recorded."),
    Reason.NEVER_VERIFIED: _("Nobody has recorded when it was last verified."),
    Reason.STALE: _("It was verified too long ago."),
    Reason.NOT_COVERED: _("This accreditor does not cover programs of this level."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A sentence that may be shown, with everything that backs it.

    ``notice`` is not empty where the law or fairness asks for a caveat; show it with the text.
    """

    accreditor: str
    accreditor_name: str
    kind: ClaimKind
    action: str
    text: str
    notice: str
    since: date
    until: date | None
    evidence_url: str
    verified_on: date
    record_id: Any

    @property
    def is_accredited(self) -> bool:
        """Candidates and certified programs are not accredited; programs on probation are."""
        return self.kind == ClaimKind.ACCREDITED


@dataclass(frozen=True, slots=True, kw_only=True)
class NoClaim:
    """Nothing may be shown; ``record_id`` is the record that staff should look at, if any."""

    reason: Reason
    record_id: Any = None
    changes: tuple[FactChange, ...] = ()

    @property
    def text(self) -> str:
        """The reason in words, for staff."""
        text = str(REASON_TEXTS[self.reason])
        return " ".join([text, f"{self.changes_text}."]) if self.changes else text

    @property
    def changes_text(self) -> str:
        """“Delivery: on campus → hybrid; …”; empty where nothing has changed."""
        return "; ".join(str(change) for change in self.changes)


ENDINGS = frozenset(
    {Action.DENIED, Action.WITHDRAWN, Action.VOLUNTARY, Action.EXPIRED, Action.CLOSED}
)
KINDS: dict[str, ClaimKind] = {
    Action.CANDIDATE: ClaimKind.CANDIDATE,
    Action.INITIAL: ClaimKind.ACCREDITED,
    Action.REACCREDITED: ClaimKind.ACCREDITED,
    Action.PROBATION: ClaimKind.ACCREDITED,
    Action.CERTIFIED: ClaimKind.CERTIFIED,
}
WORDING: dict[tuple[ClaimKind, bool], str] = {
    (ClaimKind.ACCREDITED, False): gettext_noop("Accredited by %(accreditor)s"),
    (ClaimKind.ACCREDITED, True): gettext_noop("Accredited by %(accreditor)s, on probation"),
    (ClaimKind.CANDIDATE, False): gettext_noop("Candidate for accreditation by %(accreditor)s"),
    (ClaimKind.CERTIFIED, False): gettext_noop("Certified by %(accreditor)s"),
    (ClaimKind.CERTIFIED, True): gettext_noop("Certified by %(accreditor)s, on probation"),
}
NOTICES: dict[tuple[ClaimKind, bool], Promise | str] = {
    (ClaimKind.ACCREDITED, False): "",
    (ClaimKind.ACCREDITED, True): _(
        "The accreditor has put this program on probation: it is accredited, "
        "and has to resolve what the accreditor found wanting."
    ),
    (ClaimKind.CANDIDATE, False): _(
        "A candidate is not accredited. The accreditor found that accreditation is feasible; "
        "it has not been granted and is not assured."
    ),
    (ClaimKind.CERTIFIED, False): _("Certification is not accreditation."),
    (ClaimKind.CERTIFIED, True): _("Certification is not accreditation."),
}


def claim_on(records: Iterable[DatedRecord], *, on: date, limit_days: int) -> Claim | NoClaim:
    """What may be said on that day, from all records of *one* accreditor on *one* offering.

    The latest record in force by then decides alone: a later record ends the earlier one, and an
    earlier one never comes back. A superseded record counts for no day. Records from a frozen
    source (``is_historical``) can end a claim but never make one. A record that does not cover the
    program or offering as it is now carries no claim; undoing the change restores it. A check older
    than ``limit_days`` is stale.
    """
    standing = without_superseded(records)
    if not standing:
        return NoClaim(reason=Reason.NO_RECORD)
    begun = [record for record in standing if record.effective_on <= on]
    if not begun:
        return NoClaim(reason=Reason.NOT_YET, record_id=min(standing, key=in_order).pk)
    latest = max(begun, key=in_order)
    reason = find_fault(latest, on=on, limit_days=limit_days)
    if reason is None:
        return word_claim(latest)
    changes = tuple(latest.changes) if reason is Reason.CHANGED else ()
    return NoClaim(reason=reason, record_id=latest.pk, changes=changes)


def in_order(record: DatedRecord) -> tuple[date, bool, Any]:
    """By the day it takes effect; on the same day an end comes last, then the record entered last.

    Which of two records of one day came first is not known: the order of entering them must not
    make a claim.
    """
    return record.effective_on, record.action in ENDINGS, record.pk


def without_superseded(records: Iterable[DatedRecord]) -> Sequence[DatedRecord]:
    """The records that count: not corrected or taken back by another, and not mere history."""
    everything = list(records)
    replaced = {record.supersedes_id for record in everything} - {None}
    return [
        record
        for record in everything
        if record.pk not in replaced
        and record.action != Action.VOID
        and (not record.is_historical or record.action in ENDINGS)
    ]


def find_fault(record: DatedRecord, *, on: date, limit_days: int) -> Reason | None:
    """Why this record carries no claim on that day; None if it does."""
    if record.action in ENDINGS:
        return Reason.ENDED
    if record.action not in KINDS:
        return Reason.NOT_A_STATUS
    if record.expires_on is not None and record.expires_on < on:
        return Reason.EXPIRED
    if not record.is_covering:
        return Reason.CHANGED
    if not record.evidence_url:
        return Reason.NO_EVIDENCE
    if record.verified_on is None:
        return Reason.NEVER_VERIFIED
    return Reason.STALE if (on - record.verified_on).days > limit_days else None


def word_claim(record: DatedRecord) -> Claim:
    """The claim that a sound record carries, in the words of its accreditor's kind."""
    accreditor: AccreditorFacts = record.accreditor
    kind = KINDS[record.action]
    if kind == ClaimKind.ACCREDITED and accreditor.kind == Accreditor.Kind.CERTIFICATION:
        kind = ClaimKind.CERTIFIED
    wording = (kind, record.action == Action.PROBATION)
    name = accreditor.abbreviation or accreditor.name
    return Claim(
        accreditor=accreditor.slug,
        accreditor_name=accreditor.name,
        kind=kind,
        action=str(record.action),
        text=str(_(WORDING[wording])) % {"accreditor": name},
        notice=str(NOTICES[wording]),
        since=record.effective_on,
        until=record.expires_on,
        evidence_url=record.evidence_url,
        verified_on=record.verified_on,
        record_id=record.pk,
    )
