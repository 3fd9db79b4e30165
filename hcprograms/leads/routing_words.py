"""Why a lead went where it went, in words for staff."""

from collections.abc import Mapping
from datetime import datetime, tzinfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hcprograms.leads.routing import NOBODY_FREE, Decision, Hindrance, How, Step

HINDRANCES = {
    Hindrance.AWAY: gettext_lazy("away"),
    Hindrance.AT_CAP: gettext_lazy("has had all leads of the day"),
}
UNMET = {
    "programs": gettext_lazy("another program or level"),
    "states": gettext_lazy("another state"),
    "countries": gettext_lazy("another country"),
    "kinds": gettext_lazy("another kind of form"),
    "military": gettext_lazy("another military affiliation"),
    "languages": gettext_lazy("another language"),
    NOBODY_FREE: gettext_lazy("it fits, but none of its advisors can take a lead now"),
}
STEPS = {
    Step.EVERYBODY: gettext_lazy("next in turn"),
    Step.FALLBACK: gettext_lazy("answers when nobody else can"),
    Step.MANAGER: gettext_lazy("no advisor can take it: next manager"),
    Step.OWNER: gettext_lazy("no advisor and no manager: next owner"),
    Step.LAST_RESORT: gettext_lazy(
        "everybody is away or has had all leads of the day: next in turn"
    ),
    Step.NOBODY: gettext_lazy("nobody: no active advisor, manager or owner"),
}
MAX_REASON = 200


def explain_choice(decision: Decision, *, zone: tzinfo) -> str:
    """One line: by which rule, how, and when the chosen one is there."""
    parts = [_explain_step(decision)]
    if decision.waits_until:
        parts.append(_("works again %(when)s") % {"when": _moment(decision.waits_until, zone)})
    return ", ".join(parts)[:MAX_REASON]


def explain_passed_over(decision: Decision, *, names: Mapping[int, str]) -> str:
    """Who could not take it, and why; empty when nobody was passed over."""
    passed = [
        f"{names[key]} ({HINDRANCES[why]})" for key, why in decision.passed_over if key in names
    ]
    return _("passed over: %(who)s") % {"who": ", ".join(passed)} if passed else ""


def _explain_step(decision: Decision) -> str:
    if decision.step is Step.RULE and decision.rule:
        least_busy = decision.how is How.LEAST_BUSY
        how = _("fewest unanswered leads") if least_busy else _("next in turn")
        return _("rule “%(rule)s”: %(how)s") % {"rule": decision.rule.name, "how": how}
    return str(STEPS[decision.step])


def _moment(at: datetime, zone: tzinfo) -> str:
    return date_format(at.astimezone(zone), "D j M H:i")
