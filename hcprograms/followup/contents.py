"""What the mails say: the lead's facts as values that the templates only have to print.

What takes a while to find out is found out when a text asks for it (``later``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.functional import SimpleLazyObject as later  # noqa: N813
from django.utils.translation import gettext_lazy

from hcprograms.followup.current_claims import drop_lost_claims
from hcprograms.followup.emailed import read_results
from hcprograms.followup.models import FollowUp
from hcprograms.followup.steps import NUDGES
from hcprograms.institutions.absolute_urls import find_absolute_url, find_admin_url
from hcprograms.institutions.opening import read_opening_hours
from hcprograms.leads.appointments.words import describe_moment, describe_place, read_zone
from hcprograms.leads.frozen import list_matches
from hcprograms.leads.links import build_links
from hcprograms.leads.models.consent import Channel
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.presenters import list_contact_permissions_for_mail
from hcprograms.matching.results import list_strengths

NOTICES = (FollowUp.Purpose.RECEIVED, FollowUp.Purpose.UNDELIVERED)

LABELS = {
    "education": gettext_lazy("Education"),
    "military": gettext_lazy("Military"),
    "start_from": gettext_lazy("Wished start"),
    "organisation": gettext_lazy("Organisation"),
    "people": gettext_lazy("People to train"),
    "topics": gettext_lazy("Topics"),
}
"""Translated only where there is something to label."""


@dataclass(frozen=True, slots=True)
class AskedProgram:
    """A program asked about, and in words why it was recommended."""

    title: str
    reasons: Sequence[str]
    url: str = ""


def find_links(*, row: FollowUp, now: datetime) -> Mapping[str, str]:
    """Return the links that act for the person who reads the message.

    They are made for the address that the row goes to, and stand in messages to applicants only.
    """
    if row.recipient != FollowUp.Recipient.APPLICANT:
        return {}
    return build_links(lead=row.need_lead(), address=row.address, now=now)


def describe_for_applicant(*, row: FollowUp, links: Mapping[str, str]) -> dict[str, Any]:
    lead = row.need_lead()
    return _common(row) | {
        "to_applicant": True,
        "advisor": lead.assigned_to.display_name if lead.assigned_to else "",
        **links,
    }


def describe_written(*, row: FollowUp, links: Mapping[str, str]) -> dict[str, Any]:
    """A message that somebody of the school wrote."""
    lead = row.need_lead()
    return {
        "lead": lead,
        "institution": lead.institution,
        "subject": row.subject,
        "text": row.text,
        "writer": row.membership.display_name if row.membership else "",
        **links,
    }


def describe_for_advisor(*, row: FollowUp, now: datetime) -> dict[str, Any]:
    lead = row.need_lead()
    is_nudge = row.purpose in NUDGES
    return _common(row) | {
        "to_applicant": False,
        "is_reminder": row.purpose == FollowUp.Purpose.REMINDER,
        "is_escalation": row.purpose == FollowUp.Purpose.ESCALATION,
        "is_yours": row.membership is not None and row.membership == lead.assigned_to,
        "waiting_minutes": _minutes_waited(lead, now) if is_nudge else 0,
        "permissions": later(partial(list_contact_permissions_for_mail, lead)),
        "place": ", ".join(part for part in (lead.state, _country(lead)) if part),
        "facts": later(partial(_facts, lead)),
        "lead_url": find_admin_url("lead_change", lead.pk),
    }


def describe_for_appointment(*, row: FollowUp, links: Mapping[str, str]) -> dict[str, Any]:
    """What the news or the reminder of an appointment says, to either side, as it is now.

    The applicant reads the time by the clock in which they chose it.
    """
    appointment, lead = row.appointment, row.need_lead()
    if appointment is None:
        raise LookupError("This message has no appointment.")
    to_applicant = row.recipient == FollowUp.Recipient.APPLICANT
    zone = appointment.time_zone if to_applicant else appointment.institution.time_zone
    return {
        "lead": lead,
        "institution": lead.institution,
        "type": appointment.type,
        "time": describe_moment(
            appointment.starts_at, zone=read_zone(zone, default=lead.institution.time_zone)
        ),
        "to_applicant": to_applicant,
        "with_whom": appointment.membership.display_name if to_applicant else str(lead),
        "place": describe_place(appointment),
        "is_cancelled": appointment.state == appointment.State.CANCELLED,
        "is_moved": appointment.sequence > 0,
        "is_reminder": row.purpose == FollowUp.Purpose.APPOINTMENT_REMINDER,
        "lead_url": find_admin_url("lead_change", lead.pk),
        **links,
    }


def _common(row: FollowUp) -> dict[str, Any]:
    lead = row.need_lead()
    return {
        "lead": lead,
        "institution": lead.institution,
        "programs": later(partial(_asked_programs, lead)),
        "results": later(partial(read_results, lead=lead)),
        "answer_by": later(partial(_answer_by, lead)),
    }


def _country(lead: Lead) -> str:
    return str(lead.country.name) if lead.country else ""


def _facts(lead: Lead) -> list[tuple[str, str]]:
    """What else the person said, as label and value."""
    facts = [
        (LABELS["education"], lead.education and lead.get_education_display()),
        (LABELS["military"], lead.military and lead.get_military_display()),
        (LABELS["start_from"], lead.start_from),
        (LABELS["organisation"], lead.organisation),
        (LABELS["people"], str(lead.people or "")),
        (LABELS["topics"], lead.topics),
        *((answer["question"], answer["answer"]) for answer in lead.extra),
    ]
    return [(str(label), value) for label, value in facts if value]


def _asked_programs(lead: Lead) -> list[AskedProgram]:
    recommendation = drop_lost_claims(lead.recommendation, today=timezone.localdate())
    reasons = _reasons_by_offering(recommendation)
    return [
        AskedProgram(
            title=choice.title,
            reasons=reasons.get(str(choice.offering.public_id), ()) if choice.offering else (),
            url=_program_url(choice.offering) if choice.offering else "",
        )
        for choice in lead.choices.all()
    ]


def _reasons_by_offering(recommendation: Mapping[str, Any]) -> dict[str, Sequence[str]]:
    return {
        str(match.get("offering")): list_strengths(match) for match in list_matches(recommendation)
    }


def _program_url(offering: Any) -> str:
    program = offering.program
    return find_absolute_url("hcprograms:program", program.institution.slug, program.slug)


def _answer_by(lead: Lead) -> datetime | None:
    """When an answer is promised. None without published hours.

    A lead without a moment of its own was promised what its reminders wait for.
    """
    if not read_opening_hours(lead.institution).ever_opens(lead.captured_at):
        return None
    if lead.answer_due_at:
        return lead.answer_due_at
    return max((row.due_at for row in lead.follow_ups.all() if row.purpose in NUDGES), default=None)


def _minutes_waited(lead: Lead, now: datetime) -> int:
    hours = read_opening_hours(lead.institution)
    return round(hours.business_minutes_between(lead.captured_at, max(now, lead.captured_at)))


def describe_notice(*, row: FollowUp) -> dict[str, Any]:
    """The facts for ``mail/notice``: what came in, or which address takes no emails.

    Of an applicant's dead address it says whether they may be called, by the consent of now.
    """
    lead, told = row.need_lead(), row.details or {}
    permissions = list_contact_permissions_for_mail(lead)
    return {
        "lead": lead,
        "institution": lead.institution,
        "has_written": row.purpose == FollowUp.Purpose.RECEIVED,
        "is_colleague": "who" in told,
        "who": told.get("who", ""),
        "address": told.get("address", ""),
        "subject": row.subject,
        "text": row.text,
        "may_call": any(one.is_given for one in permissions if one.channel == Channel.CALL),
        "permissions": permissions,
        "lead_url": find_admin_url("lead_change", lead.pk),
    }
