"""The files of a request: what was given, what is written with the lead, found, and erased."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from hcprograms.institutions.scoping import scope
from hcprograms.leads.file_fields import GivenFile
from hcprograms.leads.locking import lock_lead
from hcprograms.leads.models.files import LeadFile, Upload
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.models.questions import Question
from hcprograms.leads.questions import find_shown, name_field
from hcprograms.leads.uploads import discard_uploads


class AnsweredFile(NamedTuple):
    """A file question that was put, and the file that was sent."""

    question: Question
    upload: Upload


def list_given(questions: Sequence[Question], values: Mapping[str, Any]) -> list[AnsweredFile]:
    """The files in a valid form's clean values."""
    if not any(question.kind == Question.Kind.FILE for question in questions):
        return []
    shown = [(one, values.get(name_field(one.key))) for one in find_shown(questions, values)]
    return [
        AnsweredFile(question, value.upload)
        for question, value in shown
        if isinstance(value, GivenFile) and value.upload
    ]


def describe_files(lead: Lead, given: Iterable[AnsweredFile]) -> list[LeadFile]:
    """The rows, not yet saved, of a lead that is about to be written."""
    return [
        LeadFile(lead=lead, upload=upload, key=question.key, question=question.label)
        for question, upload in given
    ]


def find_files(*, leads: Iterable[Lead]) -> list[LeadFile]:
    """The files of these leads with what is known of each. One query; needs a scope."""
    return list(LeadFile.objects.filter(lead__in=leads).select_related("upload"))


def find_file(*, leads: Sequence[Lead], public_id: uuid.UUID) -> LeadFile | None:
    """Return the file with this id if it belongs to one of these leads of one institution."""
    with scope(institution=leads[0].institution):
        files = LeadFile.objects.filter(lead__in=leads, upload__public_id=public_id)
        return files.select_related("upload", "lead").first()


def note_opening(*, file: LeadFile, user: Any, now: datetime) -> LeadEvent:
    """Keep in the timeline who took a file out; it goes when the person is erased."""
    with scope(institution=[file.lead.institution_id]), transaction.atomic():
        lock_lead(file.lead)
        return LeadEvent.objects.create(
            lead=file.lead, kind=LeadEvent.Kind.FILE, at=now, actor=user, text=file.upload.name
        )


def erase_files(*, lead: Lead, now: datetime) -> None:
    """Take the lead's files away, also out of the storage, once the transaction is over."""
    files = LeadFile.objects.filter(lead=lead)
    ids = list(files.values_list("upload_id", flat=True))
    if ids:
        files.delete()
        discard_uploads(ids=ids, now=now)
