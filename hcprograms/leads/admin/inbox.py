"""The inbox: leads with the unanswered first, and what can be done with several at once."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import Truncator
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hcprograms.institutions.access import Right
from hcprograms.institutions.models import Membership
from hcprograms.leads.admin.page import LeadPage
from hcprograms.leads.answering import record_first_answer
from hcprograms.leads.exporting import write_leads
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.release import release_lead
from hcprograms.leads.status import NotAllowedNowError, assign_lead, change_status

HELD = [Lead.Status.QUARANTINED, Lead.Status.SPAM]
BREAK = mark_safe("<br>")
OVER = [*HELD, Lead.Status.CLOSED]


def who(request: HttpRequest) -> Any:
    """The person who asks; the admin has made sure that somebody is signed in."""
    return request.user


WAITING = Q(first_answered_at__isnull=True) & ~Q(status__in=OVER)


class QueueFilter(admin.SimpleListFilter):
    """What is to be worked on; suspected spam is apart, never gone."""

    title = _("queue")
    parameter_name = "queue"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("waiting", _("waiting for an answer")),
            ("review", _("suspected spam, to review")),
            ("spam", _("spam")),
            ("all", _("everything")),
        ]

    def choices(self, changelist: Any) -> Any:
        inbox, *others = super().choices(changelist)
        return [{**inbox, "display": _("inbox")}, *others]

    def queryset(self, request: Any, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        chosen = {
            "waiting": WAITING,
            "review": Q(status=Lead.Status.QUARANTINED),
            "spam": Q(status=Lead.Status.SPAM),
            "all": Q(),
        }
        return queryset.filter(chosen.get(self.value() or "", ~Q(status__in=HELD)))


@admin.register(Lead)
class LeadAdmin(LeadPage):
    always_select = ("institution", "form", "assigned_to__user")
    list_display = [
        "name",
        "programs",
        "asked",
        "answer",
        "assigned_to",
    ]
    list_filter = [QueueFilter, "status", "captured_at", "assigned_to", "form", "institution"]
    search_fields = ["name", "email", "phone"]
    search_help_text = _("Name, email address or phone number")
    actions = ["mark_answered", "take_over", "release", "mark_spam", "export"]

    def get_ordering(self, request: HttpRequest) -> Any:
        """The unanswered first, the newest on top; until somebody clicks on a column."""
        waiting = Case(When(WAITING, then=Value(0)), default=Value(1), output_field=IntegerField())
        return [waiting.asc(), "-captured_at", "-pk"]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        with_rows = ["choices", "follow_ups"]
        changelist: Any = super().get_changelist_instance(request)
        rows = changelist.result_list
        changelist.result_list = (
            rows.prefetch_related(*with_rows) if hasattr(rows, "query") else rows
        )
        return changelist

    @admin.display(description=_("asked about"))
    def programs(self, lead: Any) -> str:
        titles = [choice.title for choice in lead.choices.all()]
        if not titles:
            return "–"
        more = len(titles) - 1
        text = ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more}
        return format_html(
            '<span title="{}">{}{}</span>',
            "; ".join(titles),
            Truncator(titles[0]).chars(60),
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

    @admin.display(description=_("answer"), ordering="first_answered_at")
    def answer(self, lead: Any) -> str:
        """Whether somebody has answered, where the lead stands, and emails that failed."""
        failed = sum(one.state == "failed" for one in lead.follow_ups.all())
        trouble = ngettext("%(count)d email failed", "%(count)d emails failed", failed)
        trouble %= {"count": failed}
        lines = [
            self.answered_after(lead),
            format_html('<span class="hcp-quiet">{}</span>', lead.get_status_display()),
        ]
        if failed:
            lines.append(format_html('<strong class="hcp-bad">{}</strong>', trouble))
        return format_html_join(BREAK, "{}", ((line,) for line in lines if line))

    def answered_after(self, lead: Any) -> str:
        if lead.first_answered_at:
            took = timesince(lead.captured_at, lead.first_answered_at, depth=1)
            return format_html('<span class="hcp-good">{}</span>', _("after %s") % took)
        if lead.status in OVER:
            return ""
        return format_html('<strong class="hcp-waiting">{}</strong>', _("waiting"))

    def each(
        self, request: HttpRequest, rows: "QuerySet[Any]", carry_out: Callable[[Any], Any]
    ) -> None:
        """Do it to each chosen lead that the person may change; say what could not be done."""
        done = 0
        for lead in self.changeable(request, rows):
            try:
                carry_out(lead)
            except NotAllowedNowError as refusal:
                messages.warning(request, f"{lead}: {refusal}")
            else:
                done += 1
        text = ngettext("%(count)d lead done.", "%(count)d leads done.", done) % {"count": done}
        messages.success(request, text)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.allows(request, Right.MANAGE, None)

    @admin.action(description=_("Export as CSV"), permissions=["export"])
    def export(self, request: HttpRequest, rows: "QuerySet[Any]") -> HttpResponse:
        """The chosen leads of institutions that the person manages; each export is on record."""
        managed = self.narrow(request, rows, area=self.area, right=Right.MANAGE)
        response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = (
            f'attachment; filename="leads-{timezone.localdate().isoformat()}.csv"'
        )
        count = write_leads(managed, to=response)
        LogEntry.objects.create(
            user=who(request),
            content_type=ContentType.objects.get_for_model(Lead),
            object_repr=str(_("export of leads")),
            action_flag=CHANGE,
            change_message=f"exported {count} leads as CSV",
        )
        return response

    def has_answer_permission(self, request: HttpRequest) -> bool:
        return self.allows(request, Right.CHANGE, None)

    @admin.action(description=_("Mark first answer recorded"), permissions=["answer"])
    def mark_answered(self, request: HttpRequest, rows: "QuerySet[Any]") -> None:
        now, user = timezone.now(), who(request)
        self.each(request, rows, lambda lead: record_first_answer(lead=lead, user=user, now=now))

    @admin.action(description=_("Assign to me"), permissions=["answer"])
    def take_over(self, request: HttpRequest, rows: "QuerySet[Any]") -> None:
        mine = Membership.objects.active().filter(user=who(request)).select_related("user")
        by_institution = {one.institution_id: one for one in mine}

        def assign(lead: Any) -> None:
            membership = by_institution.get(lead.institution_id)
            if membership is None:
                raise NotAllowedNowError(_("You are not a member of this institution."))
            assign_lead(lead=lead, membership=membership, user=who(request), now=timezone.now())

        self.each(request, rows, assign)

    @admin.action(description=_("Release from review"), permissions=["answer"])
    def release(self, request: HttpRequest, rows: "QuerySet[Any]") -> None:
        now, user = timezone.now(), who(request)
        self.each(request, rows, lambda lead: release_lead(lead=lead, user=user, now=now))

    @admin.action(description=_("Mark as spam"), permissions=["answer"])
    def mark_spam(self, request: HttpRequest, rows: "QuerySet[Any]") -> None:
        now, user, spam = timezone.now(), who(request), Lead.Status.SPAM
        self.each(
            request, rows, lambda lead: change_status(lead=lead, status=spam, user=user, now=now)
        )
