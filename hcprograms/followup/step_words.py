"""Steps, conditions and objections in plain words, for staff."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.utils.formats import time_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hcprograms.followup.conditions import SkipReason
from hcprograms.followup.models import FollowUp
from hcprograms.followup.models.sequences import WHAT, SequenceStep
from hcprograms.followup.sequence_checks import (
    APPLICANT_APART,
    MOST_STEPS,
    SOON_MINUTES,
    STAFF_APART,
    Flaw,
    Found,
)
from hcprograms.followup.steps import EMAIL, WEBHOOK, Answered, Conditions, Says, Step, Unit
from hcprograms.leads.models.consent import Channel
from hcprograms.leads.models.lead import Lead

WHOM = dict(SequenceStep.RECIPIENTS)

OBJECTIONS: Mapping[SkipReason, object] = {
    SkipReason.ERASED: gettext_lazy("the person was erased"),
    SkipReason.ENDED: gettext_lazy("the lead is closed, spam or held for review"),
    SkipReason.MERGED: gettext_lazy("the lead was merged into another"),
    SkipReason.ANSWERED: gettext_lazy("somebody has answered"),
    SkipReason.NOT_ANSWERED: gettext_lazy("nobody has answered"),
    SkipReason.STATUS: gettext_lazy("the lead’s status is another"),
    SkipReason.PROGRAM: gettext_lazy("other programs were asked about"),
    SkipReason.CONSENT: gettext_lazy("there is no consent to it"),
    SkipReason.UNSUBSCRIBED: gettext_lazy("the person wants no more emails"),
    SkipReason.UNDELIVERABLE: gettext_lazy("emails to this address come back"),
    SkipReason.ENDPOINT_OFF: gettext_lazy("the webhook endpoint is switched off"),
    SkipReason.CANCELLED_TALK: gettext_lazy("the appointment is not to come any more"),
}


def say_step(step: Step) -> str:
    """“Reminder to the advisor who has the lead, after 5 business minutes”."""
    words = _("%(what)s to %(whom)s, %(when)s") % {
        "what": capfirst(str(WHAT[step.says])),
        "whom": WHOM[step.to.value],
        "when": say_delay(step),
    }
    if step.channel not in (EMAIL, WEBHOOK):
        words += _(", by %(channel)s") % {"channel": step.channel}
    return words


def say_delay(step: Step) -> str:
    """“at once”, “after 30 minutes”, “2 days later at 10 a.m.”"""
    if step.unit is Unit.DAYS:
        days = ngettext("%(count)d day later", "%(count)d days later", step.amount)
        text = _("%(days)s at %(time)s")
        return text % {
            "days": days % {"count": step.amount},
            "time": time_format(step.at) if step.at else "–",
        }
    if step.unit is Unit.BUSINESS:
        many = ngettext(
            "after %(count)d business minute", "after %(count)d business minutes", step.amount
        )
        return many % {"count": step.amount} if step.amount else _("as soon as the office is open")
    many = ngettext("after %(count)d minute", "after %(count)d minutes", step.amount)
    return many % {"count": step.amount} if step.amount else _("at once")


def say_conditions(
    conditions: Conditions, *, says: str, programs: Mapping[int, str] | None = None
) -> list[str]:
    """What must hold when it is sent; ``programs`` names them by id."""
    told = []
    if says in (Says.REMINDER, Says.ESCALATION) or conditions.answered is Answered.NOT_YET:
        told.append(_("only while nobody has answered"))
    if conditions.answered is Answered.ALREADY:
        told.append(_("only once somebody has answered"))
    needed = [*(["email"] if says == Says.NEWS else []), *filter(None, [conditions.consent])]
    if needed:
        told.append(_("only with consent to: %(what)s") % {"what": _labels(Channel, needed)})
    if conditions.statuses:
        named = _labels(Lead.Status, conditions.statuses)
        told.append(_("only while the status is: %(what)s") % {"what": named})
    if conditions.programs:
        known = programs or {}
        named = ", ".join(known.get(one, "?") for one in sorted(conditions.programs))
        told.append(_("only if asked about: %(what)s") % {"what": named})
    return told


def _labels(choices: type[Channel] | type[Lead.Status], keys: Iterable[str]) -> str:
    """The words for these keys, in the order of the choices."""
    wanted = set(keys)
    return ", ".join(str(label) for key, label in choices.choices if key in wanted)


def say_purpose(row: FollowUp) -> str:
    """What a planned message is, in few words."""
    if row.endpoint_id:
        return str(row.get_event_display())
    return str(WHAT.get(row.purpose) or row.get_purpose_display())


def name_recipient(row: FollowUp) -> str:
    """The person, the mailbox or the system that is told."""
    if row.endpoint is not None:
        return str(row.endpoint)
    return (row.membership.display_name if row.membership else row.address) or _("nobody")


def say_flaw(found: Found, *, steps: list[Step]) -> str:
    """What is wrong, and with which steps."""
    named = [f"“{say_step(steps[place])}”" for place in found.places]
    texts = {
        Flaw.TOO_MANY: _("A sequence has at most %(most)d steps."),
        Flaw.TELLS_NO_ADVISOR: _(
            "No advisor would be told of the request: keep an alert to the advisor or to all "
            "advisors, by email, on no condition, within %(soon)d minutes or business minutes."
        ),
        Flaw.CONFIRMS_NOTHING: _(
            "The applicant would not hear that the request arrived: keep a confirmation, by "
            "email, on no condition, within %(soon)d minutes."
        ),
        Flaw.TWO_CONFIRMATIONS: _("There is more than one confirmation: %(steps)s."),
        Flaw.NEVER_MET: _(
            "%(steps)s would never be sent: reminders stop once somebody has answered."
        ),
        Flaw.TOO_CLOSE: _(
            "%(steps)s come too soon after each other: leave the same person of the staff "
            "%(staff)d minutes and an applicant %(applicant)d."
        ),
    }
    return texts[found.flaw] % {
        "most": MOST_STEPS,
        "soon": SOON_MINUTES,
        "staff": STAFF_APART,
        "applicant": APPLICANT_APART,
        "steps": _(" and ").join(named),
    }


def order_steps(steps: Iterable[Step]) -> list[Step]:
    """In the order in which they come about; the clock before business time before days."""
    rank = {Unit.MINUTES: 0, Unit.BUSINESS: 1, Unit.DAYS: 2}
    return sorted(steps, key=lambda one: (rank[one.unit], one.amount, str(one.at or "")))


def say_wait(length: timedelta) -> str:
    """“at once”, “5 min later”, “2 days 3 h later”."""
    minutes = int(length / timedelta(minutes=1))
    if minutes < 1:
        return _("at once")
    days, left = divmod(minutes, 24 * 60)
    parts = [
        ngettext("%(count)d day", "%(count)d days", days) % {"count": days} if days else "",
        _("%(count)d h") % {"count": left // 60} if left // 60 else "",
        _("%(count)d min") % {"count": left % 60} if left % 60 and not days else "",
    ]
    return _("%(time)s later") % {"time": " ".join(filter(None, parts))}
