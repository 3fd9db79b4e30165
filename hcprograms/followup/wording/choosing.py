"""Which text a message is made of: its own, the institution's, or the built-in one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hcprograms.followup.models import FollowUp, MessageTemplate
from hcprograms.followup.models.templates import Kind
from hcprograms.followup.wording.texts import (
    Source,
    Text,
    UnusableError,
    prepare,
    read_built_in,
)
from hcprograms.followup.wording.used import Used
from hcprograms.followup.wording.versions import pick_version
from hcprograms.institutions.languages import choose_language
from hcprograms.leads.models.forms import InterestForm

Purpose = FollowUp.Purpose

KINDS: Mapping[str, Kind] = {
    Purpose.ALERT: Kind.ALERT,
    Purpose.REMINDER: Kind.REMINDER,
    Purpose.ESCALATION: Kind.ESCALATION,
    Purpose.APPOINTMENT_REMINDER: Kind.APPOINTMENT_REMINDER,
    Purpose.MESSAGE: Kind.OWN,
    Purpose.NEWS: Kind.OWN,
}
ALIKE = (
    {Kind.CONFIRMATION, Kind.RESULTS, Kind.OWN},
    {Kind.ALERT, Kind.REMINDER, Kind.ESCALATION},
    {Kind.APPOINTMENT, Kind.APPOINTMENT_REMINDER},
    {Kind.APPOINTMENT_ADVISOR},
)
"""Kinds whose placeholders one message can fill: a follow-up may name a text of any of them."""


NEWS = "news"
"""Name of the built-in text of further messages."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A text, the language that everything in the message is in, and where it comes from."""

    text: Text
    language: str
    used: Used


def kind_of(row: FollowUp) -> Kind:
    """What a message is for, as far as texts are concerned."""
    to_applicant = row.recipient == FollowUp.Recipient.APPLICANT
    if row.appointment_id and not to_applicant:
        return Kind.APPOINTMENT_ADVISOR
    if row.purpose == Purpose.APPOINTMENT:
        return Kind.APPOINTMENT
    if row.purpose == Purpose.CONFIRMATION:
        is_match = row.need_lead().form.kind == InterestForm.Kind.MATCH
        return Kind.RESULTS if is_match else Kind.CONFIRMATION
    return KINDS[Purpose(row.purpose)]


def choose_text(*, row: FollowUp, language: str) -> Choice:
    """The text for a row, for a reader of this language.

    What cannot be used gives way to the built-in text, and the reason is told. A message that
    staff chose a text for has none: :class:`UnusableError`.
    """
    kind = kind_of(row)
    trouble = ""
    named = _find_named(row, kind) if row.template else None
    if row.template and named is None:
        trouble = _("There is no text “%(key)s” for such a message.") % {"key": row.template}
    template = named or (None if trouble else _find_standard(row, kind))
    if template is not None:
        version = pick_version(template, language=language)
        if version is None:
            trouble = _("“%(name)s” has no version for this language.") % {"name": template}
        else:
            try:
                text = prepare(template.kind, Source(version.subject, version.body))
                return Choice(text, version.language, Used(template.pk, version.pk))
            except UnusableError as error:
                trouble = f"“{template}”: {error}"
    if row.purpose == Purpose.MESSAGE:
        raise UnusableError(trouble)
    name = NEWS if row.purpose == Purpose.NEWS else kind
    used = Used(template.pk if template else None, None, trouble)
    spoken = choose_language(language)
    return Choice(prepare(kind, read_built_in(name, language=spoken)), spoken, used)


def _find_named(row: FollowUp, kind: Kind) -> MessageTemplate | None:
    alike = next(group for group in ALIKE if kind in group)
    found = (one for one in _templates(row) if one.key == row.template and one.kind in alike)
    return next(found, None)


def _find_standard(row: FollowUp, kind: Kind) -> MessageTemplate | None:
    return next((one for one in _templates(row) if one.is_standard and one.kind == kind), None)


def _templates(row: FollowUp) -> Iterable[MessageTemplate]:
    return row.need_lead().institution.message_templates.all()
