"""A text as somebody would get it: with a real lead, or with an example of one."""

from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from hcprograms.followup.composing import Words, describe, fill_text
from hcprograms.followup.contents import AskedProgram
from hcprograms.followup.emailed import EmailedProgram, EmailedResults
from hcprograms.followup.models import FollowUp, TemplateVersion
from hcprograms.followup.models.templates import Kind
from hcprograms.followup.wording.texts import Source, prepare
from hcprograms.institutions.models import Institution
from hcprograms.institutions.opening import read_opening_hours
from hcprograms.leads.links import INERT_LINKS
from hcprograms.leads.models.consent import Channel
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.presenters import ContactPermission

Purpose = FollowUp.Purpose

PURPOSES = {
    Kind.CONFIRMATION: Purpose.CONFIRMATION,
    Kind.RESULTS: Purpose.CONFIRMATION,
    Kind.APPOINTMENT: Purpose.APPOINTMENT,
    Kind.APPOINTMENT_REMINDER: Purpose.APPOINTMENT_REMINDER,
    Kind.OWN: Purpose.MESSAGE,
    Kind.ALERT: Purpose.ALERT,
    Kind.REMINDER: Purpose.REMINDER,
    Kind.ESCALATION: Purpose.ESCALATION,
    Kind.APPOINTMENT_ADVISOR: Purpose.APPOINTMENT,
}
TO_STAFF = {Kind.ALERT, Kind.REMINDER, Kind.ESCALATION, Kind.APPOINTMENT_ADVISOR}
TALKS = {Kind.APPOINTMENT, Kind.APPOINTMENT_REMINDER, Kind.APPOINTMENT_ADVISOR}


def find_leads(*, kind: str, leads: "QuerySet[Lead]") -> "QuerySet[Lead]":
    """Those of the leads that get messages of this kind, the latest first."""
    found = leads.filter(erased_at__isnull=True, merged_into__isnull=True).order_by("-captured_at")
    if Kind(kind) in TALKS:
        return found.filter(appointments__isnull=False).distinct()
    if Kind(kind) == Kind.RESULTS:
        return found.filter(form__kind=InterestForm.Kind.MATCH)
    return found


def preview(
    *,
    kind: str,
    source: Source,
    language: str,
    institution: Institution,
    lead: Lead | None,
    now: datetime,
) -> Words:
    """The mail that the text makes; an example person where there is no lead.

    Raises :class:`~hcprograms.followup.wording.texts.UnusableError` for a text with mistakes.
    """
    text = prepare(kind, source)
    zone = read_opening_hours(institution).zone
    with translation.override(language), timezone.override(zone):
        example = None if lead else _Example(institution, now)
        row = _row(Kind(kind), institution, lead or example.lead)  # type: ignore[union-attr]
        # Staff read it: with a person's links they could act as that person.
        context = (
            example.describe(row) if example else describe(row=row, links=INERT_LINKS, now=now)
        )
        return fill_text(text=text, context=context, row=row)


def preview_version(*, version: TemplateVersion, lead: Lead, now: datetime) -> Words:
    """The mail that this version makes for the lead."""
    return preview(
        kind=version.template.kind,
        source=Source(version.subject, version.body),
        language=version.language,
        institution=version.template.institution,
        lead=lead,
        now=now,
    )


def _row(kind: Kind, institution: Institution, lead: Lead) -> FollowUp:
    """The follow-up that would send it; never saved."""
    to_staff = kind in TO_STAFF
    talk = lead.appointments.order_by("-starts_at").first() if lead.pk and kind in TALKS else None
    return FollowUp(
        institution=institution,
        lead=lead,
        purpose=PURPOSES[kind],
        recipient=FollowUp.Recipient.ADVISOR if to_staff else FollowUp.Recipient.APPLICANT,
        membership=lead.assigned_to if to_staff else None,
        appointment=talk,
        address=lead.email,
    )


@dataclass(frozen=True, slots=True)
class _Example:
    """Somebody who never asked."""

    institution: Institution
    now: datetime

    @property
    def lead(self) -> Lead:
        return Lead(
            institution=self.institution,
            name="Ada Applicant",
            email="ada@applicant.example",
            phone="+1 303 555 0199",
            best_time="morning",
            message=_("I work nights. Can I study online?"),
            captured_at=self.now,
        )

    def describe(self, row: FollowUp) -> dict[str, Any]:
        lead, nowhere = row.need_lead(), "https://example.org/"
        to_applicant = row.recipient == FollowUp.Recipient.APPLICANT
        reasons = [_("Leads to a role that you chose."), _("Is offered online.")]
        program = AskedProgram(_("Master of Health Administration, online"), reasons)
        found = EmailedProgram(program.title, "", 92, [(_("Time"), _("24 months"))], reasons, [])
        staff = {
            "is_reminder": row.purpose in (Purpose.REMINDER, Purpose.APPOINTMENT_REMINDER),
            "is_escalation": row.purpose == Purpose.ESCALATION,
            "waiting_minutes": 5 if row.purpose == Purpose.REMINDER else 60,
            "permissions": [
                ContactPermission(
                    Channel.CALL, _("May I call?"), True, _("Yes, agreed to in the form.")
                ),
                ContactPermission(Channel.TEXT, _("May I text?"), False, _("Not agreed to.")),
            ],
            "facts": [(_("Education"), _("Bachelor’s degree"))],
            "lead_url": nowhere,
        }
        return ({} if to_applicant else staff) | {
            "lead": lead,
            "institution": self.institution,
            "programs": [program],
            "results": EmailedResults([found], nowhere),
            "answer_by": self.now,
            "advisor": "Ann Advisor",
            **INERT_LINKS,
            "to_applicant": to_applicant,
            "is_cancelled": False,
            "is_moved": False,
            "is_reminder": staff["is_reminder"],
            "type": SimpleNamespace(name=_("A first talk"), minutes=30),
            "time": _("Monday, December 7, 2026, 9 a.m. MST"),
            "with_whom": "Ann Advisor" if to_applicant else lead.name,
            "place": _("By phone, +1 303 555 0199"),
        }
