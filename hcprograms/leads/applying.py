"""The way out to a school's own application, and how often it is taken. No person is noted."""

import uuid
from datetime import datetime

from hcprograms.institutions.scoping import scope
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import CaptureAttempt


def find_application(*, public_id: uuid.UUID, now: datetime) -> InterestForm | None:
    """The form of the kind “apply”, if it is open."""
    forms = InterestForm.objects.open_at(now).filter(kind=InterestForm.Kind.APPLY)
    return forms.select_related("institution").filter(public_id=public_id).first()


def note_way_out(*, form: InterestForm, now: datetime) -> CaptureAttempt:
    with scope(institution=form.institution):
        return CaptureAttempt.objects.create(
            institution=form.institution,
            form=form,
            at=now,
            outcome=CaptureAttempt.Outcome.LEFT,
        )
