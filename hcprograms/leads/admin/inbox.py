"""The inbox: leads with the unanswered first, and how long there is left to answer each."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import Truncator
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hcprograms.institutions.hours import OpeningHours
from hcprograms.institutions.opening import read_opening_hours
from hcprograms.leads.admin.actions import InboxActions
from hcprograms.leads.admin.downloads import Downloads
from hcprograms.leads.admin.files import FileDownloads
from hcprograms.leads.admin.filters import (
    AdvisorFilter,
    DueFilter,
    FormFilter,
    ProgramFilter,
    QueueFilter,
    SourceFilter,
    StatusFilter,
    count_shown,
)
from hcprograms.leads.hooks import inbox_notes, lead_actions
from hcprograms.leads.models.lead import Lead, LeadChoice
from hcprograms.leads.sla import format_time_left, measure_left

BREAK = mark_safe("<br>")
MOST_FOUND = 500
"""Leads that a search remembers by their ids."""


class Inbox(ChangeList):
    """The list, with what a row shows of other tables, in as few queries as possible."""

    def get_results(self, request: HttpRequest) -> None:
        self.inbox_request = request
        request.inbox_count = count_shown(self)  # type: ignore[attr-defined]
        super().get_results(request)
        rows = self.result_list
        if isinstance(rows, QuerySet):
            rows = self.take_page(rows)
            choices = LeadChoice._base_manager.filter(lead=OuterRef("pk"))
            counted = choices.order_by().values("lead").annotate(count=Count("pk"))
            rows = rows.annotate(
                first_choice=Subquery(choices.order_by("pk").values("title")[:1]),
                choice_count=Subquery(counted.values("count")),
                **{note.name: note.build_annotation() for note in inbox_notes},
            ).prefetch_related("institution__office_hours", "institution__closures")
        hours: dict[int, OpeningHours] = {}  # of each institution once: they remember days
        self.result_list = [with_time_left(lead, hours) for lead in rows]

    def take_page(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """The same rows, found by their ids alone: what precedes a late page is not read whole."""
        if not rows.query.is_sliced:
            return rows
        ids = rows.select_related(None).values("pk")
        return self.root_queryset.filter(pk__in=ids).order_by(*rows.query.order_by)


def with_time_left(lead: Any, hours: dict[int, OpeningHours]) -> Any:
    """The lead with the time left to answer it; None where it needs no answer."""
    lead.time_left = None
    if lead.is_waiting and lead.answer_due_at:
        key = lead.institution_id
        hours[key] = hours.get(key) or read_opening_hours(lead.institution)
        lead.time_left = measure_left(
            due_at=lead.answer_due_at, hours=hours[key], now=timezone.now()
        )
    return lead


@admin.register(Lead)
class LeadAdmin(FileDownloads, Downloads, InboxActions):
    always_select = ("institution", "form", "assigned_to__user")
    list_display = ["name", "programs", "asked", "answer", "assigned"]
    list_filter = [
        QueueFilter,
        StatusFilter,
        AdvisorFilter,
        FormFilter,
        ProgramFilter,
        SourceFilter,
        DueFilter,
        "captured_at",
        "institution",
    ]
    show_facets = admin.ShowFacets.NEVER  # our filters count by themselves
    search_fields = ["name", "email", "phone"]
    search_help_text = _("Name, email address or phone number")
    ordering = ["-is_waiting", "-captured_at", "-pk"]

    @property
    def actions(self) -> Any:  # type: ignore[override]  # Django reads it only
        """Our own actions, and those of other apps."""
        added = [one.action for one in lead_actions]
        return [*InboxActions.actions, *Downloads.actions, *added]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return Inbox

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str
    ) -> tuple["QuerySet[Any]", bool]:
        """Where few are found, they are looked for once per request: list and counts ask alike."""
        if not search_term.strip():
            return super().get_search_results(request, queryset, search_term)
        kept: dict[str, list[int]] = vars(request).setdefault("inbox_found", {})
        if search_term not in kept:
            mine = self.get_queryset(request).select_related(None).order_by()
            found, _many = super().get_search_results(request, mine, search_term)
            kept[search_term] = list(found.values_list("pk", flat=True)[: MOST_FOUND + 1])
        if len(kept[search_term]) > MOST_FOUND:
            return super().get_search_results(request, queryset, search_term)
        return queryset.filter(pk__in=kept[search_term]), False

    def get_paginator(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Pages of a list that was counted together with the filters' choices."""
        paginator: Any = super().get_paginator(request, *args, **kwargs)
        if hasattr(request, "inbox_count"):
            paginator.count = request.inbox_count
        return paginator

    @admin.display(description=_("asked about"))
    def programs(self, lead: Any) -> str:
        if not lead.first_choice:
            return "–"
        more = lead.choice_count - 1
        text = ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more}
        return format_html(
            '<span title="{}">{}{}</span>',
            lead.first_choice,
            Truncator(lead.first_choice).chars(60),
            f" {text}" if more else "",
        )

    @admin.display(description=_("asked"), ordering="captured_at")
    def asked(self, lead: Any) -> str:
        return format_html(
            '<time datetime="{}" title="{}">{}</time>',
            lead.captured_at.isoformat(),
            timezone.localtime(lead.captured_at).strftime("%Y-%m-%d %H:%M %Z"),
            _("%(time)s ago") % {"time": timesince(lead.captured_at, depth=1)},
        )

    @admin.display(description=_("assigned to"), ordering="assigned_to")
    def assigned(self, lead: Any) -> str:
        """Who answers, and why it is them; marked where that is no one who can sign in."""
        member = lead.assigned_to
        shown = format_html(
            '<span title="{}">{}</span>', lead.assignment_reason, member or _("nobody")
        )
        if member is None or (member.is_active and member.user.is_active):
            return shown
        return format_html('{} <strong class="hcp-bad">{}</strong>', shown, _("cannot sign in"))

    @admin.display(description=_("answer"), ordering="answer_due_at")
    def answer(self, lead: Any) -> str:
        """How long is left to answer, where the lead stands, and what is wrong with it."""
        lines = [
            self.answered_after(lead),
            format_html('<span class="hcp-quiet">{}</span>', lead.get_status_display()),
        ]
        if lead.is_unreachable:
            lines.append(format_html('<strong class="hcp-bad">{}</strong>', _("emails come back")))
        for note in inbox_notes:
            if text := note.format_note(getattr(lead, note.name)):
                lines.append(format_html('<strong class="hcp-bad">{}</strong>', text))
        return format_html_join(BREAK, "{}", ((line,) for line in lines if line))

    def answered_after(self, lead: Any) -> str:
        if lead.first_answered_at:
            took = timesince(lead.captured_at, lead.first_answered_at, depth=1)
            return format_html('<span class="hcp-good">{}</span>', _("after %s") % took)
        if not lead.is_waiting:
            return ""
        if lead.time_left is None:
            return format_html('<strong class="hcp-waiting">{}</strong>', _("waiting"))
        late = "hcp-bad" if lead.time_left < timedelta() else "hcp-waiting"
        return format_html('<strong class="{}">{}</strong>', late, format_time_left(lead.time_left))
