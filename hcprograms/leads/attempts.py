"""The capture log: every submit of a form and its outcome, so that none is ever silently gone."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from hcprograms.institutions.scoping import scope
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import CaptureAttempt, Lead
from hcprograms.leads.submission import Submission
from hcprograms.leads.tokens import remove_tokens

MAX_KEPT = 4_000
"""Characters kept of one field of a refused submit."""
MAX_KEPT_TOGETHER = 20_000
"""Characters kept of a whole refused submit, the names of its fields included."""


def describe_capture(
    *, form: InterestForm, lead: Lead, submission: Submission, repeated: bool = False, now: datetime
) -> CaptureAttempt:
    """The line, not yet saved, of a submit that has a lead: what was typed is there, not here."""
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
