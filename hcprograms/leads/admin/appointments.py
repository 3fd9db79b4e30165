"""Appointments in the admin: what can be booked, and what became of what was booked."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hcprograms.institutions.access import Area, Right
from hcprograms.institutions.admin.base import Link, ScopedAdmin, admin_url
from hcprograms.institutions.admin.permissions import require_post
from hcprograms.leads.admin.personal import PersonalAdmin
from hcprograms.leads.appointments.booking import cancel_appointment, mark_held, mark_missed
from hcprograms.leads.appointments.words import name_time
from hcprograms.leads.models.appointments import Appointment, AppointmentType
from hcprograms.leads.status import NotAllowedNowError

VERBS: dict[str, Any] = {
    "held": mark_held,
    "missed": mark_missed,
    "cancel": cancel_appointment,
}


@admin.register(AppointmentType)
class AppointmentTypeAdmin(ScopedAdmin):
    area = Area.FORMS
    institution_path = "institution"
    always_select = ("institution",)
    list_display = ["name", "institution", "place", "minutes", "is_active"]
    list_filter = ["is_active", "place", "institution"]
    search_fields = ["name", "institution__name"]
    autocomplete_fields = ["institution"]
    fieldsets = [
        (None, {"fields": ["institution", "name", "place", "details", "is_active"]}),
        (
            _("Times"),
            {
                "fields": [("minutes", "pause", "step"), ("notice_hours", "days_ahead")],
                "description": _(
                    "Free are the working hours of the person’s advisor, or else the office hours,"
                    " less closures, absences and what is booked."
                ),
            },
        ),
    ]


@admin.register(Appointment)
class AppointmentAdmin(PersonalAdmin):
    always_select = ("institution", "lead", "membership__user", "type")
    list_display = ["when", "lead", "membership", "type", "state", "institution"]
    list_filter = ["state", "starts_at", "membership", "institution"]
    search_fields = ["lead__name", "lead__email"]
    search_help_text = _("Name or address of the applicant")
    date_hierarchy = "starts_at"
    fields = ["institution", "lead", "when", "type", "membership", "state", "time_zone", "sequence"]
    readonly_fields = ["when"]
    change_form_template = "admin/hcprograms/appointment/change_form.html"

    @admin.display(description=_("when (the school’s clock)"), ordering="starts_at")
    def when(self, row: Appointment) -> str:
        return name_time(row)

    def get_urls(self) -> list[URLPattern]:
        verb = path(
            "<int:appointment_id>/<str:verb>/now/",
            self.admin_site.admin_view(self.verb_view),
            name="hcprograms_appointment_verb",
        )
        return [verb, *super().get_urls()]

    @require_post(lambda appointment_id, verb: admin_url("appointment_change", appointment_id))
    def verb_view(self, request: HttpRequest, appointment_id: int, verb: str) -> HttpResponse:
        row: Any = self.get_queryset(request).filter(pk=appointment_id).first()
        if row is None or verb not in VERBS:
            raise Http404
        if not self.allows(request, Right.CHANGE, row):
            raise PermissionDenied
        try:
            changed = VERBS[verb](appointment=row, now=timezone.now(), user=request.user)
        except NotAllowedNowError as refusal:
            messages.warning(request, str(refusal))
        else:
            text = _("Recorded.") if changed else _("This appointment had ended before.")
            messages.info(request, text)
        return HttpResponseRedirect(admin_url("appointment_change", row.pk))

    def render_change_form(
        self, request: Any, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        row = kwargs.get("obj")
        if row is not None:
            is_booked = row.state == Appointment.State.BOOKED
            context["may_end"] = is_booked and self.allows(request, Right.CHANGE, row)
            context["has_begun"] = row.starts_at <= timezone.now()
            context["object_links"] = [Link(admin_url("lead_change", row.lead_id), _("The lead"))]
        return super().render_change_form(request, context, *args, **kwargs)
