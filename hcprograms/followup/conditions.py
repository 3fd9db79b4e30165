"""Whether a planned message is still wanted, from what is known of its lead. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from hcprograms.followup.steps import NUDGES, Answered, Conditions, Says


class Objection(StrEnum):
    """Why a message is not sent."""

    ERASED = "erased"
    ENDED = "ended"
    MERGED = "merged"
    ANSWERED = "answered"
    NOT_ANSWERED = "not_answered"
    STATUS = "status"
    PROGRAM = "program"
    CONSENT = "consent"
    UNSUBSCRIBED = "unsubscribed"
    UNDELIVERABLE = "undeliverable"
    ENDPOINT_OFF = "endpoint_off"
    CANCELLED_TALK = "cancelled_talk"


@dataclass(frozen=True, slots=True)
class Facts:
    """A lead at a moment. ``consents`` are the channels whose consent is in force."""

    status: str = "new"
    is_ended: bool = False
    is_erased: bool = False
    is_merged: bool = False
    is_answered: bool = False
    consents: frozenset[str] = frozenset()
    programs: frozenset[int] = frozenset()


def find_objection(*, says: str, conditions: Conditions, facts: Facts) -> Objection | None:
    """The first reason against the message; None when it is wanted as far as this tells.

    What may be ended by hand elsewhere (an unsubscribed address) is not looked up here.
    """
    return next(
        (objection for holds, objection in _reasons(says, conditions, facts) if holds), None
    )


def _reasons(says: str, conditions: Conditions, facts: Facts) -> Iterable[tuple[bool, Objection]]:
    """Those of every message first: they are the stop rules that nobody can switch off."""
    yield facts.is_erased, Objection.ERASED
    yield facts.is_ended, Objection.ENDED
    unanswered_only = says in NUDGES or conditions.answered is Answered.NOT_YET
    yield unanswered_only and facts.is_answered, Objection.ANSWERED
    yield (unanswered_only or says == Says.NEWS) and facts.is_merged, Objection.MERGED
    yield conditions.answered is Answered.ALREADY and not facts.is_answered, Objection.NOT_ANSWERED
    yield bool(conditions.statuses) and facts.status not in conditions.statuses, Objection.STATUS
    yield bool(conditions.programs) and not conditions.programs & facts.programs, Objection.PROGRAM
    needed = {conditions.consent} - {""} | ({"email"} if says == Says.NEWS else set())
    yield bool(needed - facts.consents), Objection.CONSENT
