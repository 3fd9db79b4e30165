"""One checked submit of an interest form: what ``capture_lead`` takes."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hcprograms.catalog.models.programs import Offering
from hcprograms.leads.consent_records import ShownConsent
from hcprograms.leads.lead_files import AnsweredFile
from hcprograms.leads.visitor import Visitor


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
