"""Sentences about a lead that mails say in the same words, with what is known and no more."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hcprograms.institutions.hours import read_zone
from hcprograms.leads.models.lead import Lead

Context = Mapping[str, Any]

# Whoever sends a form chooses the address that the confirmation goes to, and the name in it: what
# is longer, or what mail programs make a link of, is a message to somebody else and no name.
MAX_SAFE_NAME = 60
LINK = re.compile(r"://|www\.|[@/\\]|\w\.(?:[a-z]{2,}|[A-Z]{2,})\b|\bhttps?:|\bWWW\.")


def find_safe_name(lead: Lead) -> str:
    """Return the name as mails to the applicant may hold it; empty where it is more than a name."""
    is_safe = len(lead.name) <= MAX_SAFE_NAME and not LINK.search(lead.name)
    return lead.name if is_safe and lead.name != lead.email else ""


def find_name(context: Context) -> str:
    """Return the whole name for staff, and for the applicant the name that is safe in a mail."""
    lead: Lead = context["lead"]
    return find_safe_name(lead) if context.get("to_applicant", True) else lead.name


def greet(context: Context) -> str:
    """Without the name where none was given, and the address stands for it."""
    name = find_name(context)
    if not name or name == context["lead"].email:
        return _("Hello,")
    return _("Hello %(name)s,") % {"name": name}


def find_first_name(context: Context) -> str:
    name = find_name(context)
    words = [] if name == context["lead"].email else name.split()
    return words[0] if words else ""


def name_moment(lead: Lead, at: datetime) -> str:
    """By the clock of the school, with the zone's abbreviation."""
    local = at.astimezone(read_zone(lead.institution.time_zone))
    return date_format(local, _("l, F j, g:i A T"))


def offer_call(phone: str) -> str:
    return _("You can also call us: %(phone)s.") % {"phone": phone} if phone else ""


def promise_answer(lead: Lead, *, advisor: str, answer_by: datetime | None) -> str:
    """Who answers, by when if the office has hours, and how to add something."""
    who = advisor or _("An advisor")
    if answer_by:
        promise = _("%(who)s will answer you by %(by)s.")
        said = promise % {"who": who, "by": name_moment(lead, answer_by)}
    else:
        said = _("%(who)s will answer you as soon as possible.") % {"who": who}
    return f"{said} {_('To add something, simply reply to this email.')}"


def describe_situation(context: Context) -> str:
    """How long the lead has waited, whose it is, and what was promised."""
    lead = context["lead"]
    said = []
    if context.get("is_reminder") or context.get("is_escalation"):
        minutes = context["waiting_minutes"]
        waited = ngettext(
            "%(minutes)s business minute has passed and nobody has answered yet.",
            "%(minutes)s business minutes have passed and nobody has answered yet.",
            minutes,
        )
        said.append(waited % {"minutes": minutes})
    if context.get("is_yours"):
        said.append(_("This request is assigned to you."))
    elif lead.assigned_to:
        who = lead.assigned_to.display_name
        said.append(_("This request is assigned to %(who)s.") % {"who": who})
    else:
        said.append(_("This request is assigned to nobody yet."))
    if context.get("answer_by"):
        by = name_moment(lead, context["answer_by"])
        said.append(_("An answer was promised by %(by)s.") % {"by": by})
    return " ".join(said)


def tell_news(context: Context) -> str:
    """What happened to an appointment."""
    if context["is_cancelled"]:
        if context["to_applicant"]:
            return _("Your appointment is cancelled.")
        return _("This appointment is cancelled. The time is free again.")
    if context["is_reminder"]:
        return _("We look forward to talking with you.")
    if context["is_moved"]:
        return _("The appointment has a new time.")
    if context["to_applicant"]:
        return _("Your appointment is booked.")
    return _("%(name)s booked an appointment with you.") % {"name": context["lead"].name}


def name_change(context: Context) -> str:
    if context["is_cancelled"]:
        return _("Cancelled")
    if context["is_reminder"]:
        return _("Reminder")
    return _("New time") if context["is_moved"] else _("Booked")


def name_next_step(context: Context) -> str:
    if not context["to_applicant"]:
        return _("Open the request")
    return _("Book another time") if context["is_cancelled"] else _("Choose another time or cancel")
