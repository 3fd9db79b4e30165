"""One validated submit of an interest form, and the log of every submit with its outcome."""

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hcprograms.catalog.models.programs import Offering
from hcprograms.institutions.scoping import scope
from hcprograms.leads.consent_records import ShownConsent
from hcprograms.leads.lead_files import AnsweredFile
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import CaptureAttempt, Lead
from hcprograms.leads.tokens import remove_tokens
from hcprograms.leads.visitor import Visitor

MAX_KEPT = 4_000
"""Characters kept of one field of a refused submit."""
MAX_KEPT_TOGETHER = 20_000
"""Characters kept of a whole refused submit, the names of its fields included."""


@dataclass(frozen=True, slots=True)
class Submission:
    """Who asks for what, with which consents, seen from where.

    ``details`` are the lead's own fields as the form checked them; nothing else of a lead can be
    set from outside. ``consents`` has every box that was shown with its state. ``suspicion`` says
    why this may come from a robot; empty: it does not look so.
    """

    id: uuid.UUID
    details: Mapping[str, Any]
    offerings: Sequence[Offering] = ()
    program: str = ""
    """The program asked about, where it has no offering to name."""
    consents: Sequence[tuple[ShownConsent, bool]] = ()
    extra: Sequence[Mapping[str, str]] = ()
    form_version: int = 1
    answers: Mapping[str, Any] = field(default_factory=dict)
    recommendation: Mapping[str, Any] = field(default_factory=dict)
    files: Sequence[AnsweredFile] = ()
    visitor: Visitor = field(default_factory=Visitor)
    suspicion: str = ""


def compute_submission_id(*, nonce: uuid.UUID, content: Mapping[str, Any]) -> uuid.UUID:
    """The same page sent with the same content is the same submit, however often it arrives.

    Two visitors of one cached page share the nonce and differ in content; a corrected resubmit
    differs too.
    """
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=True, default=str)
    return uuid.uuid5(nonce, canonical)


def build_attempt(
    *, form: InterestForm, lead: Lead, submission: Submission, repeated: bool = False, now: datetime
) -> CaptureAttempt:
    """Return the log line, not yet saved, of a submit that has a lead, with what was typed."""
    outcome = CaptureAttempt.Outcome.CAPTURED
    if submission.suspicion:
        outcome = CaptureAttempt.Outcome.QUARANTINED
    if repeated:
        outcome = CaptureAttempt.Outcome.REPEATED
    return CaptureAttempt(
        institution=form.institution,
        form=form,
        lead=lead,
        at=now,
        outcome=outcome,
        detail=submission.suspicion[:300],
        ip_address=submission.visitor.ip_address,
    )


def log_refusal(
    *,
    form: InterestForm,
    outcome: CaptureAttempt.Outcome,
    fields: Iterable[str],
    typed: Mapping[str, list[str]],
    ip_address: str | None,
    now: datetime,
) -> CaptureAttempt:
    """Log a submit that was refused, with the names of the fields at fault and what was typed."""
    left = MAX_KEPT_TOGETHER
    submitted: dict[str, list[str]] = {}
    for key, values in typed.items():
        kept = _kept(values, left)
        left -= len(key) + sum(map(len, kept))
        if left < 0:
            break
        submitted[key] = kept
    with scope(institution=form.institution):
        return CaptureAttempt.objects.create(
            institution=form.institution,
            form=form,
            at=now,
            outcome=outcome,
            detail=", ".join(fields)[:300],
            submitted=submitted,
            ip_address=ip_address,
        )


def _kept(values: list[str], left: int) -> list[str]:
    """Bounded, without links that act for a person, and without what PostgreSQL's JSON does not
    take: NUL and halves of characters.
    """
    kept = (remove_tokens(value[: min(MAX_KEPT, left)]) for value in values[:20])
    return [value.replace("\0", "?").encode(errors="replace").decode() for value in kept]
