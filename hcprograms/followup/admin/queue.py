"""The follow-up queue in the admin: what is planned, sent or failed, and sending again."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hcprograms.followup.admin.late import LatePage
from hcprograms.followup.lifecycle import may_be_sent_again, send_again
from hcprograms.followup.models import FollowUp
from hcprograms.institutions.access import Right
from hcprograms.institutions.admin.base import Link, admin_url
from hcprograms.institutions.admin.permissions import require_post
from hcprograms.leads.status import NotAllowedNowError

COLOURS = {FollowUp.State.FAILED: "hcp-bad", FollowUp.State.SENT: "hcp-good"}


@admin.register(FollowUp)
class FollowUpAdmin(LatePage):
    always_select = ("institution", "lead", "membership__user", "endpoint")
    list_display = ["purpose", "lead", "address", "state_in_colour", "due_at", "attempts", "error"]
    list_filter = ["state", "purpose", "recipient", "event", "endpoint", "due_at", "institution"]
    search_fields = ["address", "lead__name", "lead__email"]
    search_help_text = _("Address, or name of the applicant")
    actions = ["send_chosen_again"]
    change_form_template = "admin/hcprograms/followup/change_form.html"
    exclude = ["public_id"]

    @admin.display(description=_("state"), ordering="state")
    def state_in_colour(self, row: Any) -> str:
        return format_html(
            '<span class="{}">{}</span>', COLOURS.get(row.state, ""), row.get_state_display()
        )

    @admin.display(description=_("last error"))
    def error(self, row: Any) -> str:
        return row.last_error[:80] if row.state != FollowUp.State.SENT else ""

    def get_urls(self) -> list[URLPattern]:
        again = path(
            "<int:follow_up_id>/again/",
            self.admin_site.admin_view(self.again_view),
            name="hcprograms_followup_again",
        )
        return [again, *super().get_urls()]

    @require_post(lambda follow_up_id: admin_url("followup_change", follow_up_id))
    def again_view(self, request: HttpRequest, follow_up_id: int) -> HttpResponse:
        row = self.get_queryset(request).filter(pk=follow_up_id).first()
        if row is None:
            raise Http404
        if not self.allows(request, Right.CHANGE, row):
            raise PermissionDenied
        self.send(request, row)
        return HttpResponseRedirect(admin_url("followup_change", row.pk))

    def send(self, request: HttpRequest, row: Any) -> bool:
        """Plan it anew; whether that was possible. Says so if not."""
        staff: Any = request.user
        try:
            send_again(follow_up=row, user=staff, now=timezone.now())
        except NotAllowedNowError as refusal:
            messages.warning(request, f"{row}: {refusal}")
            return False
        messages.success(request, _("%(message)s: will be sent again.") % {"message": row})
        return True

    def has_send_permission(self, request: HttpRequest) -> bool:
        return self.allows(request, Right.CHANGE, None)

    @admin.action(description=_("Send again"), permissions=["send"])
    def send_chosen_again(self, request: HttpRequest, rows: "QuerySet[Any]") -> None:
        count = sum(self.send(request, row) for row in self.changeable(request, rows))
        text = ngettext("%(count)d message planned.", "%(count)d messages planned.", count)
        messages.info(request, text % {"count": count})

    def render_change_form(
        self, request: Any, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        row = kwargs.get("obj")
        context["may_send_again"] = row is not None and (
            may_be_sent_again(row) and self.allows(request, Right.CHANGE, row)
        )
        lead_id = row.lead_id if row else None
        link = [Link(admin_url("lead_change", lead_id), _("The lead"))] if lead_id else []
        context["object_links"] = link
        return super().render_change_form(request, context, *args, **kwargs)
