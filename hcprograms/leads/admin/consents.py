"""Consent texts by version, and the proof: consents, suppressions and the capture log."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hcprograms.institutions.access import Area, Right
from hcprograms.institutions.admin.base import Link, ScopedAdmin, admin_url
from hcprograms.institutions.admin.forms import ScopedModelForm
from hcprograms.institutions.row_ids import is_row_id
from hcprograms.leads.admin.personal import PersonalAdmin
from hcprograms.leads.consent_records import publish_consent_text, withdraw_consent_text
from hcprograms.leads.models.consent import Consent, ConsentText, Suppression
from hcprograms.leads.models.lead import CaptureAttempt


class ConsentTextForm(ScopedModelForm):
    checks_constraints = False  # publishing gives the text its version and retires the last one

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        if "{institution}" not in text:
            raise forms.ValidationError(
                _("Name the seller: write {institution} where its legal name belongs.")
            )
        return text


@admin.register(ConsentText)
class ConsentTextAdmin(ScopedAdmin):
    area = Area.FORMS
    institution_path = "institution"
    always_select = ("institution",)
    list_display = ["channel", "version", "institution", "text", "is_current", "created_at"]
    list_filter = ["channel", "is_current", "institution"]
    search_fields = ["text", "institution__name"]
    autocomplete_fields = ["institution"]
    fields = ["institution", "channel", "text"]
    actions = ["stop_showing"]

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs |= {} if obj else {"form": ConsentTextForm}
        return super().get_form(request, obj, change=change, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # people agreed to these words: a change is a new version

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        kept = ["version", "is_current", "created_at"] if obj else []
        return ["institution", "channel", "text", *kept]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        pk = request.GET.get("version_of", "")
        earlier = self.get_queryset(request).filter(pk=pk).first() if is_row_id(pk) else None
        if earlier:
            return {
                "institution": earlier.institution_id,
                "channel": earlier.channel,
                "text": earlier.text,
            }
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        return initial

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        published = publish_consent_text(
            institution=obj.institution, channel=obj.channel, text=obj.text
        )
        obj.pk, obj.version = published.pk, published.version

    def object_links(self, request: HttpRequest, row: Any) -> list[Link]:
        if not self.allows(request, Right.CHANGE, row):
            return []
        return [Link(admin_url("consenttext_add", version_of=row.pk), _("New version"))]

    def has_stop_permission(self, request: HttpRequest) -> bool:
        return self.allows(request, Right.CHANGE, None)

    @admin.action(description=_("Stop showing in forms"), permissions=["stop"])
    def stop_showing(self, request: HttpRequest, rows: "QuerySet[Any]") -> None:
        for text in self.changeable(request, rows):
            withdraw_consent_text(text=text)
            self.log_change(request, text, [{"changed": {"fields": [str(_("shown in forms"))]}}])
        messages.success(request, _("Forms do not show these boxes any more."))


@admin.register(Consent)
class ConsentAdmin(PersonalAdmin):
    """Proof, never changed; a withdrawal is recorded on the lead's page."""

    always_select = ("lead", "institution")
    list_display = ["contact_point", "channel", "decision", "method", "decided_at", "text_version"]
    list_filter = ["channel", "decision", "method", "decided_at", "institution"]
    search_fields = ["contact_point", "lead__name"]


@admin.register(Suppression)
class SuppressionAdmin(PersonalAdmin):
    """Addresses that must not be written to, as hashes: nobody can read them back."""

    always_select = ("institution",)
    list_display = ["channel", "short_hash", "reason", "created_at", "institution"]
    fields = ["institution", "channel", "short_hash", "reason", "created_at"]
    list_filter = ["channel", "institution"]

    @admin.display(description=_("hash"))
    def short_hash(self, suppression: Any) -> str:
        return f"{suppression.address_hash[:12]}…"


@admin.register(CaptureAttempt)
class CaptureAttemptAdmin(PersonalAdmin):
    """Every submit and its outcome, refused ones included."""

    always_select = ("institution", "form", "lead")
    list_display = ["at", "form", "outcome", "detail", "lead"]
    list_filter = ["outcome", "at", "form", "institution"]
    search_fields = ["detail", "lead__name", "ip_address"]
