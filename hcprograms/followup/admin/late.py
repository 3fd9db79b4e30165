"""The page “What is late now”: unanswered leads, messages that wait, and the service level."""

from datetime import datetime, time, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Min, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from hcprograms.followup.models import WebhookEndpoint
from hcprograms.followup.monitoring.heartbeat import find_silence
from hcprograms.followup.monitoring.overdue import count_unsent, get_overdue, list_failed
from hcprograms.institutions.access import Right
from hcprograms.institutions.admin.base import Link, admin_url
from hcprograms.institutions.hours import read_zone
from hcprograms.institutions.models import Institution, Membership
from hcprograms.leads.admin.personal import PersonalAdmin
from hcprograms.leads.models.appointments import Appointment
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.sla import get_response_figures

MOST_LISTED = 10
MOST_SCHOOLS = 100


class LatePage(PersonalAdmin):
    """Adds the page to the queue's admin, and a link to it above the list."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.late_view)
        return [path("late/", view, name="hcprograms_followup_late"), *super().get_urls()]

    def list_links(self, request: HttpRequest) -> list[Link]:
        return [Link(admin_url("followup_late"), _("What is late now"))]

    @method_decorator(require_safe)
    def late_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        now = timezone.now()
        schools = self.list_schools(request)
        chosen = choose(schools, request.GET.get("institution", ""))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("What is late now"),
            "media": self.media,
            "now": now,
            "schools": schools if len(schools) > 1 else [],
            "chosen": chosen,
            "narrow": f"&institution__id__exact={chosen.pk}" if chosen else "",
            "zone": read_zone(chosen.time_zone) if chosen else timezone.get_current_timezone(),
            "silence": find_silence(now=now),
            **self.read_leads(request, chosen, now),
            **self.read_messages(request, chosen, now),
        }
        return TemplateResponse(request, "admin/hcprograms/followup/late.html", context)

    def list_schools(self, request: HttpRequest) -> list[Institution]:
        """Where the person sees leads; none where they are too many to choose from."""
        mine = self.choices_of(request, Institution, right=Right.VIEW).order_by("name")
        schools = list(mine.only("name", "time_zone")[: MOST_SCHOOLS + 1])
        return schools if len(schools) <= MOST_SCHOOLS else []

    def read_leads(
        self, request: HttpRequest, chosen: Institution | None, now: datetime
    ) -> dict[str, Any]:
        leads: Any = self.rows_of(request, Lead, chosen)
        held = leads.held().order_by()
        return {
            "found": get_overdue(leads=leads, own=find_own(request), now=now),
            "held": held.aggregate(count=Count("pk"), oldest=Min("captured_at")),
            "service": get_response_figures(leads=leads, now=now),
            "appointments": self.list_appointments(request, chosen, now),
        }

    def read_messages(
        self, request: HttpRequest, chosen: Institution | None, now: datetime
    ) -> dict[str, Any]:
        rows = self.rows_of(request, self.model, chosen)
        paused = self.rows_of(request, WebhookEndpoint, chosen)
        return {
            "unsent": count_unsent(follow_ups=rows.select_related(None), now=now),
            "failed": list_failed(follow_ups=rows),
            "paused": list(paused.filter(is_active=True, paused_at__isnull=False)[:MOST_LISTED]),
        }

    def list_appointments(
        self, request: HttpRequest, chosen: Institution | None, now: datetime
    ) -> list[Any]:
        """Those of today, by the clock of the institution or of the site."""
        zone = read_zone(chosen.time_zone) if chosen else timezone.get_current_timezone()
        start = datetime.combine(now.astimezone(zone).date(), time(), zone)
        rows = self.rows_of(request, Appointment, chosen).filter(
            state=Appointment.State.BOOKED,
            starts_at__gte=start,
            starts_at__lt=start + timedelta(days=1),
        )
        return list(rows.order_by("starts_at", "pk")[:MOST_LISTED])

    def rows_of(
        self, request: HttpRequest, model: Any, chosen: Institution | None
    ) -> "QuerySet[Any]":
        """What the person may see of this kind, of the chosen institution or of all of theirs."""
        other: Any = self.admin_site.get_model_admin(model)
        if not other.has_view_permission(request):
            none: QuerySet[Any] = other.get_queryset(request).none()
            return none
        rows: QuerySet[Any] = other.get_queryset(request)
        return rows.filter(institution=chosen) if chosen else rows


def choose(schools: list[Institution], asked: str) -> Institution | None:
    """The only institution, or the one that was asked for; None: all."""
    if len(schools) == 1:
        return schools[0]
    return next((one for one in schools if str(one.pk) == asked), None)


def find_own(request: HttpRequest) -> set[int]:
    """The memberships of who asks."""
    user: Any = request.user
    rows = Membership.objects.active().filter(user_id=user.pk)
    return set(rows.order_by().values_list("pk", flat=True))
