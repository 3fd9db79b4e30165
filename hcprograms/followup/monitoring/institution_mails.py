"""Messages about an institution and no lead (digests, alerts): whether to send, and their text."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hcprograms.followup.channels.base import Message
from hcprograms.followup.composing import write_fixed
from hcprograms.followup.headers import format_sender
from hcprograms.followup.messages import NO_AUTOMATIC_ANSWERS, compute_message_id
from hcprograms.followup.models import FollowUp
from hcprograms.followup.monitoring.backlog import REPEAT_AFTER
from hcprograms.followup.monitoring.digests import find_open_leads, list_open_leads
from hcprograms.institutions.absolute_urls import find_admin_url
from hcprograms.institutions.email_addresses import format_email, is_same_email
from hcprograms.institutions.languages import choose_language
from hcprograms.institutions.opening import read_opening_hours
from hcprograms.leads.models.lead import Lead

MOST_LISTED = 25
# After midnight: a notice of yesterday evening is still news, but several are not.
MAX_DELAY = timedelta(hours=1)


def should_send_digest(row: FollowUp, *, now: datetime) -> bool:
    """False for another day's notice, for somebody who has left, and where nothing is open."""
    if row.day is None or not _still_works_here(row):
        return False
    if row.purpose == FollowUp.Purpose.ASSIGNED:
        return bool(_assigned_leads(row).exists())
    if row.purpose == FollowUp.Purpose.STUCK:
        return now - get_alert_time(row) < REPEAT_AFTER
    if row.purpose in (FollowUp.Purpose.REFUSED, FollowUp.Purpose.UNIDENTIFIED):
        return True
    zone = read_opening_hours(row.institution).zone
    is_of_today = (now - MAX_DELAY).astimezone(zone).date() <= row.day
    return is_of_today and _leads_of(row).exists()


def get_alert_time(row: FollowUp) -> datetime:
    """Return the hour in which an alert was raised: its day and step, in UTC."""
    if row.day is None:
        raise LookupError("This message has no day.")
    return datetime.combine(row.day, time(row.step), UTC)


def _still_works_here(row: FollowUp) -> bool:
    """A membership that was deleted leaves nothing but its address; only the office's is ours."""
    member = row.membership
    if member is None:
        return is_same_email(row.address, row.institution.email)
    return member.is_active and member.user.is_active


def render_digest(row: FollowUp, *, now: datetime) -> Message:
    """Write the message, in the site's language and the school's time zone.

    The same row gives the same ``id`` whenever it is written. Raises ``ValueError`` for an address
    that no header can hold.
    """
    to = format_email(row.address)
    if not to:
        raise ValueError(_("No email can be sent to the address “%s”.") % row.address)
    school = row.institution
    describe = DESCRIBE[row.purpose]
    zone = read_opening_hours(school).zone
    with translation.override(choose_language(None)), timezone.override(zone):
        words = write_fixed(row.purpose, {"institution": school, **describe(row, now)})
    return Message(
        id=compute_message_id(row),
        to=to,
        sender=format_sender(school.name),
        reply_to="",
        subject=words.subject,
        text=words.text,
        html=words.html,
        headers={"Auto-Submitted": "auto-generated", **NO_AUTOMATIC_ANSWERS},
    )


def _leads_of(row: FollowUp) -> Any:
    """All open leads for those who see everything, their own for an advisor."""
    is_own = row.recipient == FollowUp.Recipient.ADVISOR
    return find_open_leads(
        institution=row.institution, membership=row.membership if is_own else None
    )


def describe_digest(row: FollowUp, now: datetime) -> Mapping[str, Any]:
    is_own = row.recipient == FollowUp.Recipient.ADVISOR
    leads = _leads_of(row)
    listed = list_open_leads(leads=leads, institution=row.institution, now=now, limit=MOST_LISTED)
    count = leads.count()
    query = f"queue=waiting&institution__id__exact={row.institution_id}"
    mine = f"&assigned_to__id__exact={row.membership_id}" if is_own else ""
    return {
        "is_own": is_own,
        "leads": listed,
        "count": count,
        "more": count - len(listed),
        "late": leads.filter(answer_due_at__lt=now).count(),
        "inbox_url": find_admin_url("lead_changelist", query=query + mine),
        "late_url": find_admin_url("followup_late"),
    }


def _assigned_leads(row: FollowUp) -> Any:
    """Those of the leads that still belong to the member."""
    keys = (row.details or {}).get("leads", [])
    return Lead.objects.open().filter(
        pk__in=keys, institution=row.institution, assigned_to=row.membership, erased_at=None
    )


def describe_assigned(row: FollowUp, now: datetime) -> Mapping[str, Any]:
    """The leads that a member was given, as they are now."""
    leads = _assigned_leads(row)
    listed = list_open_leads(leads=leads, institution=row.institution, now=now, limit=MOST_LISTED)
    count = leads.count()
    return {
        "by": (row.details or {}).get("by", ""),
        "leads": listed,
        "count": count,
        "more": count - len(listed),
        "waiting": leads.needs_response().count(),
        "inbox_url": find_admin_url(
            "lead_changelist", query=f"assigned_to__id__exact={row.membership_id}"
        ),
    }


def describe_backlog(row: FollowUp, now: datetime) -> Mapping[str, Any]:
    """What was wrong when the alert was raised."""
    told: Mapping[str, Any] = row.details or {}
    return {
        "heading": _format_heading(told) % {"school": row.institution.name},
        "facts": list(_format_backlog(told)),
        "failed_url": find_admin_url("followup_changelist", query="state__exact=failed"),
        "late_url": find_admin_url("followup_late"),
    }


def _format_heading(told: Mapping[str, Any]) -> str:
    if told.get("stuck") or told.get("deferred"):
        return _("Messages of %(school)s are not being delivered")
    if told.get("refused"):
        return _("Many messages of %(school)s are refused")
    return _("%(school)s: another system takes no events")


def _format_backlog(told: Mapping[str, Any]) -> Iterator[str]:
    stuck, deferred, refused = (told.get(key, 0) for key in ("stuck", "deferred", "refused"))
    if stuck:
        since = timezone.localtime(datetime.fromisoformat(told["late_since"]))
        yield ngettext(
            "%(count)d message is due and nobody sends it, since %(since)s. Is a worker or the"
            " runner running?",
            "%(count)d messages are due and nobody sends them, the oldest since %(since)s. Is a"
            " worker or the runner running?",
            stuck,
        ) % {"count": stuck, "since": date_format(since, "DATETIME_FORMAT")}
    if deferred:
        yield ngettext(
            "%(count)d email is tried again and again, and none has left for a while. Does the"
            " mail server take mail?",
            "%(count)d emails are tried again and again, and none has left for a while. Does the"
            " mail server take mail?",
            deferred,
        ) % {"count": deferred}
    if refused:
        yield ngettext(
            "%(count)d email was refused for good within an hour.",
            "%(count)d emails were refused for good within an hour.",
            refused,
        ) % {"count": refused}
    for name in told.get("paused", ()):
        yield _("The webhook endpoint “%(name)s” was paused: it took nothing.") % {"name": name}


def describe_refusal(row: FollowUp, now: datetime) -> Mapping[str, Any]:
    """The answer of the mail server that refused an email."""
    told: Mapping[str, Any] = row.details or {}
    return {
        "reason": told.get("reason", ""),
        "failed_url": find_admin_url("followup_changelist", query="state__exact=failed"),
    }


def describe_unidentified(row: FollowUp, now: datetime) -> Mapping[str, Any]:
    """An opt-out from an address that no request has."""
    told: Mapping[str, Any] = row.details or {}
    return {
        "sender": told.get("sender") or _("Somebody without an address"),
        "subject": row.subject,
        "text": row.text,
        "leads_url": find_admin_url("lead_changelist"),
    }


DESCRIBE: Mapping[str, Callable[[FollowUp, datetime], Mapping[str, Any]]] = {
    FollowUp.Purpose.DIGEST: describe_digest,
    FollowUp.Purpose.STUCK: describe_backlog,
    FollowUp.Purpose.REFUSED: describe_refusal,
    FollowUp.Purpose.UNIDENTIFIED: describe_unidentified,
    FollowUp.Purpose.ASSIGNED: describe_assigned,
}
