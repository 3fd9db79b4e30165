"""Requests that reach the school in another way than its pages: from a list, or another system.

They are checked as the form checks what a visitor types, and captured like everything else.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from hcprograms.leads.capture import Captured, capture_lead
from hcprograms.leads.consent_records import ShownConsent
from hcprograms.leads.forms import RequestForm
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.questions import Question
from hcprograms.leads.open_forms import OpenForm
from hcprograms.leads.questions import name_field
from hcprograms.leads.recommendation import freeze_recommendation
from hcprograms.leads.submission import Submission
from hcprograms.leads.visitor import Visitor


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One request as it was sent.

    ``id`` is the sender's own: the same id at the same form is the same request, whatever it says.
    ``typed`` has the form's fields with their values as text. ``boxes`` says which consent boxes
    the person was shown: channel → SHA-256 of the words, and whether it was ticked; a box that is
    not in it was not shown, and nothing is on record of it. ``answers`` are Answers as JSON.
    """

    id: uuid.UUID
    typed: Mapping[str, Sequence[str]]
    boxes: Mapping[str, tuple[str, bool]] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)
    visitor: Visitor = field(default_factory=Visitor)


class RefusedArrival(Exception):
    """Nothing was written. ``errors``: what of the request is at fault → why, in words."""

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        self.errors = errors
        super().__init__("; ".join(f"{name}: {' '.join(why)}" for name, why in errors.items()))


def answerable(forms: "QuerySet[InterestForm]") -> "QuerySet[InterestForm]":
    """Of these, the forms that others can answer; not those that lead on, or only send results."""
    return forms.exclude(kind__in=[InterestForm.Kind.APPLY, InterestForm.Kind.MATCH])


def receive(*, page: OpenForm, arrival: Arrival) -> Captured:
    """Capture the request at an open form. Raises :class:`RefusedArrival`."""
    submission = check_arrival(page=page, arrival=arrival)
    return capture_lead(form=page.form, submission=submission, now=page.now)


def check_arrival(*, page: OpenForm, arrival: Arrival) -> Submission:
    """What ``capture_lead`` takes. Raises :class:`RefusedArrival`; writes nothing."""
    shown, errors = _find_boxes(page.consents, arrival.boxes)
    form = RequestForm(
        _as_posted(arrival),
        form=page.form,
        consents=shown,
        questions=page.questions,
        today=page.now.date(),
    )
    files = {name_field(one.key) for one in page.questions if one.kind == Question.Kind.FILE}
    errors |= {
        name: [_("This form has no such field for text.")]
        for name in arrival.typed
        if name not in form.fields or name in files
    }
    errors |= {name: [str(one) for one in found] for name, found in form.errors.items()}
    if errors:
        raise RefusedArrival(errors)
    offerings = form.cleaned_data.get("offerings", [])
    return Submission(
        id=name_submission(form=page.form, arrival=arrival),
        details=form.details(),
        offerings=offerings,
        consents=form.ticked_consents(),
        extra=form.extra_answers(),
        form_version=page.form.version,
        answers=arrival.answers,
        recommendation=freeze_recommendation(
            institution=page.form.institution,
            answers=arrival.answers,
            offerings=offerings,
            today=page.now.date(),
        ),
        visitor=arrival.visitor,
    )


def name_submission(*, form: InterestForm, arrival: Arrival) -> uuid.UUID:
    """The submission's id: two senders may use the same id at two forms."""
    return uuid.uuid5(form.public_id, arrival.id.hex)


def _as_posted(arrival: Arrival) -> "MultiValueDict[str, str]":
    ticked = {
        f"consent_{channel}": ["on"] for channel, (_hash, tick) in arrival.boxes.items() if tick
    }
    return MultiValueDict({name: list(values) for name, values in arrival.typed.items()} | ticked)


def _find_boxes(
    current: Sequence[ShownConsent], boxes: Mapping[str, tuple[str, bool]]
) -> tuple[list[ShownConsent], dict[str, list[str]]]:
    """The boxes that the person was shown; words that are not the form's own prove nothing."""
    known = {box.channel: box for box in current}
    errors = {
        f"consents.{channel}": [
            _("These are not the words that this form shows. Read the form again and show its own.")
        ]
        for channel, (sha256, _tick) in boxes.items()
        if channel not in known or known[channel].sha256 != sha256
    }
    return [box for box in current if box.channel in boxes], errors
