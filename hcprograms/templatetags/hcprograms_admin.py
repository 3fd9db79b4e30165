"""Tags for the plugin's pages in the Django admin: ``{% load hcprograms_admin %}``."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.contrib import admin
from django.db.models import Model, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from hcprograms.catalog.admin.filters import LABELS
from hcprograms.catalog.care import CARE, find_record_ids
from hcprograms.catalog.models.accreditation import AccreditationRecord
from hcprograms.catalog.models.programs import Offering
from hcprograms.catalog.suspensions import list_suspensions
from hcprograms.followup.models import FollowUp
from hcprograms.followup.monitoring.heartbeat import find_silence
from hcprograms.institutions.access import Right
from hcprograms.institutions.admin.base import admin_url
from hcprograms.institutions.admin.permissions import access_of, is_reference, scoped_admin_of
from hcprograms.institutions.models import Institution, has_no_clock
from hcprograms.leads.models.lead import Lead

register = template.Library()

MOST_DETAILS = 5


@dataclass(frozen=True, slots=True)
class Issue:
    """So many rows that somebody should see to; the link shows them."""

    label: str
    count: int
    url: str
    is_urgent: bool = False
    details: Sequence[str] = ()
    """What each row is about, where the number says too little."""


@register.inclusion_tag("admin/hcprograms/_issues.html", takes_context=True)
def list_issues(context: template.Context) -> dict[str, Any]:
    """What the person who looks at this page should see to first, a link for each."""
    request: HttpRequest = context["request"]
    with access_of(request).scope():
        found = [*list_urgent_issues(request), *list_catalog_issues(request)]
        works_on_leads = get_changeable_rows(request, Lead) is not None
    return {
        "items": [one for one in found if one.count],
        "asked": bool(found),
        "late_url": admin_url("followup_late") if works_on_leads else "",
        "silence": find_silence(now=timezone.now()) if works_on_leads else None,
    }


@register.filter
def group_by_section(app_list: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The plugin's models apart by what they are for, in the order of a day's work.

    Takes and returns Django's ``app_list``.
    """
    models = [model for app in app_list for model in app["models"]]
    sections = {
        key: {**app, "models": [], "name": name}
        for app in app_list[:1]
        for key, name in SECTIONS.items()
    }
    for model in sorted(models, key=lambda one: one["model"] is not Lead):
        sections[get_section(model["model"])]["models"].append(model)
    return [section for section in sections.values() if section["models"]]


SECTIONS = {
    "leads": _("Requests"),
    "followup": _("Follow-up"),
    "catalog": _("Catalog"),
    "institutions": _("Institution"),
    "reference": _("Reference, the same for all institutions"),
}


WAITING = ngettext_lazy("lead waiting for an answer", "leads waiting for an answer")
ORPHANED = ngettext_lazy(
    "waiting lead assigned to nobody who can sign in",
    "waiting leads assigned to nobody who can sign in",
)
IS_ORPHANED = Q(is_waiting=True) & (
    Q(assigned_to__isnull=True)
    | Q(assigned_to__is_active=False)
    | Q(assigned_to__user__is_active=False)
)
TO_REVIEW = ngettext_lazy("lead to review", "leads to review")
FAILED = ngettext_lazy("email that failed", "emails that failed")
WITHOUT_CLOCK = ngettext_lazy(
    "institution in an unknown time zone, read as UTC",
    "institutions in unknown time zones, read as UTC",
)


def get_section(model: type[Model]) -> str:
    """The folder that the model is in; reference data stand apart."""
    if is_reference(admin.site, model):
        return "reference"
    return model.__module__.split(".")[1]


def list_urgent_issues(request: HttpRequest) -> list[Issue]:
    """People who wait, messages that did not arrive, hours that nobody knows."""
    kinds: list[tuple[Any, Any, Any, dict[str, str]]] = [
        (Lead, Q(is_waiting=True), WAITING, {"queue": "waiting"}),
        (Lead, IS_ORPHANED, ORPHANED, {"queue": "waiting", "assigned_to__id__exact": "orphaned"}),
        (Lead, Q(status__in=Lead.Status.list_held()), TO_REVIEW, {"queue": "review"}),
        (FollowUp, Q(state="failed"), FAILED, {"state__exact": "failed"}),
        (Institution, has_no_clock(), WITHOUT_CLOCK, {"care": "clock"}),
    ]
    found = []
    for model, condition, label, query in kinds:
        rows = get_changeable_rows(request, model)
        if rows is not None:
            url = admin_url(f"{model._meta.model_name}_changelist", **query)
            count = rows.filter(condition).count()
            found.append(Issue(label % count, count, url, is_urgent=True))
    return found


def list_catalog_issues(request: HttpRequest) -> list[Issue]:
    """Facts that are missing or have gone stale."""
    found, today = [], timezone.localdate()
    records = get_changeable_rows(request, AccreditationRecord)
    of_records = {} if records is None else find_record_ids(records, today=today)
    for key, (model, find) in CARE.items():
        rows = get_changeable_rows(request, model)
        if rows is None:
            continue
        chosen = (
            rows.filter(pk__in=of_records[key]) if key in of_records else find(rows, today=today)
        )
        count = chosen.count()
        url = admin_url(f"{model._meta.model_name}_changelist", care=key)
        details = detail_suspensions(chosen) if key == "changed" and count else ()
        found.append(Issue(LABELS[key] % count, count, url, details=details))
    return found


def detail_suspensions(records: Any) -> list[str]:
    """The suspended accreditations among these records, with what has changed."""
    offerings = Offering.objects.filter(
        Q(pk__in=records.order_by().values("offering"))
        | Q(program__in=records.order_by().values("program"))
    )
    found = list_suspensions(offerings=offerings, on=timezone.localdate())
    return [str(suspension) for suspension in found[:MOST_DETAILS]]


def get_changeable_rows(request: HttpRequest, model: Any) -> Any:
    """The rows of this model that the person may change; None where they may change none."""
    one = scoped_admin_of(admin.site, model)
    if one is None or not one.allows(request, Right.CHANGE, None):
        return None
    return one.changeable(request, model._default_manager.all())
