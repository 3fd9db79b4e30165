"""Proof of work: where very many requests come in at once, each browser does a small sum for one.

The sums are altcha's. Its own widget and replay cache are not used: the widget makes workers and
styles that a Content-Security-Policy without ``unsafe-inline`` forbids, and the cache knows only
what one process has seen. Here a spent proof is a row, and ``hcprograms.js`` does the sum.
"""

import base64
import binascii
import json
import uuid
from datetime import datetime, timedelta
from enum import Enum
from importlib.util import find_spec
from typing import Any

from django.utils.crypto import salted_hmac

from hcprograms.conf import conf
from hcprograms.institutions.models import Institution
from hcprograms.leads.models.lead import CaptureAttempt
from hcprograms.leads.models.proof import SpentProof
from hcprograms.leads.networks import is_public
from hcprograms.leads.rate_limits import WINDOW
from hcprograms.leads.tokens import MAX_CLOCK_SKEW

PROOF_FIELD = "proof"
"""Set by the page's script, empty until there is something to prove; missing without a script."""
GOOD_FOR = timedelta(minutes=20)
MAX_PROOF = 1_000


class ProofResult(Enum):
    FINE = "fine"
    UNPROVED = "unproved"
    """No script that could prove anything: somebody looks at the request instead."""
    ASK = "ask"
    REFUSED = "refused"
    """Used for another request, out of date, or none of ours."""


def check_proof(
    *,
    institution: Institution,
    form: uuid.UUID,
    ip_address: str | None,
    text: str | None,
    submission_id: uuid.UUID,
    from_network: int,
    now: datetime,
) -> ProofResult:
    """What to do with a valid request; ``text`` is what the proof's field held, None for no field.

    ``from_network``: submits from the visitor's network within the hour, this one included.

    Where little comes in, and where ``PROOF_OF_WORK`` is off, nothing has to be proved.
    """
    if not conf.proof_of_work or not _is_unusual(institution, ip_address, from_network, now):
        return ProofResult.FINE
    if text is None or find_spec("altcha") is None:
        return ProofResult.UNPROVED
    if not text:
        return ProofResult.ASK
    is_spent = spend_proof(text, form=form, submission_id=submission_id, now=now)
    return ProofResult.FINE if is_spent else ProofResult.REFUSED


def create_challenge(*, form: uuid.UUID, now: datetime) -> dict[str, Any]:
    """A sum for this form's page, as the script takes it; good for twenty minutes."""
    from altcha import ChallengeOptions, create_challenge  # noqa: PLC0415 an optional dependency

    made = create_challenge(
        ChallengeOptions(
            hmac_key=_key(),
            max_number=conf.proof_max_number,
            expires=now + GOOD_FOR,
            params={"form": form.hex},
        )
    )
    return {
        "algorithm": made.algorithm,
        "challenge": made.challenge,
        "maxnumber": made.max_number,
        "salt": made.salt,
        "signature": made.signature,
    }


def spend_proof(text: str, *, form: uuid.UUID, submission_id: uuid.UUID, now: datetime) -> bool:
    """Whether it proves the work for this form, and was not spent on another request before."""
    digest = _check(text, form=form, now=now)
    if not digest:
        return False
    spent, _created = SpentProof.objects.get_or_create(
        digest=digest, defaults={"submission_id": submission_id, "spent_at": now}
    )
    return spent.submission_id == submission_id


def forget_spent_proofs(*, now: datetime) -> int:
    """Remove those that are out of date, also for a server whose clock is slow."""
    oldest = now - MAX_CLOCK_SKEW - 2 * GOOD_FOR
    return SpentProof.objects.filter(spent_at__lt=oldest).delete()[0]


def _check(text: str, *, form: uuid.UUID, now: datetime) -> str:
    """The challenge that was solved; empty when it was not, or is not for this form and time."""
    from altcha import extract_params, verify_solution  # noqa: PLC0415 an optional dependency

    payload = _read(text)
    if payload is None:
        return ""
    is_solved, _error = verify_solution(payload, _key(), check_expires=False)
    params = extract_params(payload)
    expires = (params.get("expires") or [""])[0]
    is_for_form = params.get("form") == [form.hex]
    if not is_solved or not is_for_form or not expires.isdecimal():
        return ""
    return str(payload["challenge"]) if now.timestamp() <= int(expires) else ""


def _read(text: str) -> Any:
    """The solution as posted, if it has the shape of one."""
    if len(text) > MAX_PROOF:
        return None
    try:
        payload = json.loads(base64.b64decode(text, validate=True))
    except (ValueError, binascii.Error, RecursionError):
        return None
    words = ("algorithm", "challenge", "salt", "signature")
    is_whole = isinstance(payload, dict) and all(isinstance(payload.get(one), str) for one in words)
    return payload if is_whole and isinstance(payload.get("number"), int) else None


def _is_unusual(
    institution: Institution, ip_address: str | None, from_network: int, now: datetime
) -> bool:
    """Whether one network, or all together at one school, send more than people usually do.

    The log knows single addresses, of which a visitor with IPv6 has a whole network.
    """
    by_address = conf.proof_after_submits if is_public(ip_address) else 0
    if by_address and from_network > by_address:
        return True
    by_school = conf.proof_after_school_submits
    recent = CaptureAttempt._base_manager.filter(at__gt=now - WINDOW).order_by()
    from_address = recent.filter(ip_address=ip_address)
    if by_address and from_address[:by_address].count() >= by_address:
        return True
    at_school = recent.filter(institution=institution)
    return bool(by_school) and at_school[:by_school].count() >= by_school


def _key() -> str:
    return salted_hmac("hcprograms.leads.proof", "altcha", algorithm="sha256").hexdigest()
