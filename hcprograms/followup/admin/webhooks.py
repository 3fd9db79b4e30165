"""Webhook endpoints in the admin: where to, which events, how they fare, and their secrets."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from hcprograms.followup.models import WebhookEndpoint
from hcprograms.followup.models.webhooks import Event
from hcprograms.followup.webhooks.condition import resume_endpoint
from hcprograms.followup.webhooks.keeping import change_secret, try_endpoint
from hcprograms.institutions.access import Area, Right
from hcprograms.institutions.admin.base import Link, ScopedAdmin, admin_url
from hcprograms.institutions.admin.forms import ScopedModelForm
from hcprograms.institutions.admin.permissions import require_post

CONDITION = ["condition", "failures", "last_success_at", "last_failure_at", "last_error"]


def get_endpoint_address(endpoint_id: int) -> str:
    return admin_url("webhookendpoint_change", endpoint_id)


class EndpointForm(ScopedModelForm):
    """Events as boxes to tick."""

    events = forms.MultipleChoiceField(
        label=_("Events"), choices=Event.choices, widget=forms.CheckboxSelectMultiple
    )


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ScopedAdmin):
    area = Area.FORMS
    institution_path = "institution"
    always_select = ("institution",)
    form = EndpointForm
    change_form_template = "admin/hcprograms/webhookendpoint/change_form.html"
    list_display = ["name", "institution", "url", "condition", "failures", "last_success_at"]
    list_filter = ["is_active", "institution"]
    search_fields = ["name", "url", "institution__name"]
    autocomplete_fields = ["institution"]
    readonly_fields = CONDITION
    fieldsets = [
        (None, {"fields": ["institution", "name", "url", "events", "is_active"]}),
        (_("How it is doing"), {"fields": [*CONDITION]}),
    ]

    @admin.display(description=_("condition"), ordering="paused_at")
    def condition(self, row: WebhookEndpoint) -> str:
        if not row.is_active:
            return format_html('<span class="hcp-quiet">{}</span>', _("switched off"))
        if row.is_paused:
            text = _("paused: it took nothing")
            return format_html('<span class="hcp-bad">{}</span>', text)
        if row.failures:
            return format_html('<span class="hcp-waiting">{}</span>', _("failing"))
        return format_html('<span class="hcp-good">{}</span>', _("well"))

    def object_links(self, request: HttpRequest, row: Any) -> list[Link]:
        log = admin_url("followup_changelist", endpoint__id__exact=row.pk)
        return [Link(log, _("Deliveries"))]

    def get_urls(self) -> list[URLPattern]:
        steps = [("secret", self.secret_view), ("resume", self.resume_view), ("try", self.try_view)]
        own = [
            path(
                f"<int:endpoint_id>/{name}/",
                self.admin_site.admin_view(view),
                name=f"hcprograms_webhookendpoint_{name}",
            )
            for name, view in steps
        ]
        return [*own, *super().get_urls()]

    @require_post(get_endpoint_address)
    def secret_view(self, request: HttpRequest, endpoint_id: int) -> HttpResponse:
        endpoint = self.changeable_or_404(request, endpoint_id)
        change_secret(endpoint=endpoint, now=timezone.now())
        self.log_change(request, endpoint, [{"changed": {"fields": [str(_("signing secret"))]}}])
        text = _("There is a new secret. For a day, events are signed with the old one too.")
        return self.back(request, endpoint, messages.success, text)

    @require_post(get_endpoint_address)
    def resume_view(self, request: HttpRequest, endpoint_id: int) -> HttpResponse:
        endpoint = self.changeable_or_404(request, endpoint_id)
        resume_endpoint(endpoint_id=endpoint.pk)
        text = _("New events are sent again. What failed meanwhile waits under “Deliveries”.")
        return self.back(request, endpoint, messages.success, text)

    @require_post(get_endpoint_address)
    def try_view(self, request: HttpRequest, endpoint_id: int) -> HttpResponse:
        endpoint = self.changeable_or_404(request, endpoint_id)
        trouble = try_endpoint(endpoint=endpoint, now=timezone.now())
        if trouble:
            text = _("The test was not taken. %(why)s") % {"why": trouble}
            return self.back(request, endpoint, messages.error, text)
        return self.back(request, endpoint, messages.success, _("The test was taken."))

    def changeable_or_404(self, request: HttpRequest, endpoint_id: int) -> WebhookEndpoint:
        endpoint: WebhookEndpoint | None = self.get_queryset(request).filter(pk=endpoint_id).first()
        if endpoint is None:
            raise Http404
        if not self.allows(request, Right.CHANGE, endpoint):
            raise PermissionDenied
        return endpoint

    def back(
        self, request: HttpRequest, endpoint: WebhookEndpoint, say: Callable[..., None], text: Any
    ) -> HttpResponse:
        say(request, text)
        return HttpResponseRedirect(admin_url("webhookendpoint_change", endpoint.pk))

    def render_change_form(
        self, request: Any, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        row = kwargs.get("obj")
        context["may_keep"] = row is not None and self.allows(request, Right.CHANGE, row)
        return super().render_change_form(request, context, *args, **kwargs)
