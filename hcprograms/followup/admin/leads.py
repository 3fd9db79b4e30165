"""Sending a text from the inbox and from a lead's page: what follow-up adds to the leads' admin."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hcprograms.followup.models import MessageTemplate
from hcprograms.followup.models.templates import Kind
from hcprograms.followup.sending import Sorted, can_be_sent, send_text, sort_recipients
from hcprograms.followup.wording.versions import pick_version
from hcprograms.leads.admin.actions import who
from hcprograms.leads.admin.inbox import LeadAdmin
from hcprograms.leads.consent import PURPOSE_CHOICES, ContactPurpose
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.status import NotAllowedNowError

MOST_LEADS = 500


class SendTextForm(forms.Form):
    """Which text, and what for."""

    template: Any = forms.ModelChoiceField(label=_("Text"), queryset=None, empty_label=None)
    why = forms.ChoiceField(
        label=_("What is it?"),
        choices=PURPOSE_CHOICES,
        widget=forms.RadioSelect,
        initial=ContactPurpose.ANSWER.value,
    )

    def __init__(self, *args: Any, templates: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
        field: Any = self.fields["template"]
        field.queryset = templates


admin.site.unregister(Lead)


@admin.register(Lead)
class FollowedLeadAdmin(LeadAdmin):
    """The inbox, and a text of staff's own for those chosen in it."""

    actions = [*LeadAdmin.actions, "send_text"]
    page_actions = (("send_text", _("Send a text")),)

    @admin.action(description=_("Send a text"), permissions=["answer"])
    def send_text(self, request: HttpRequest, rows: "QuerySet[Any]") -> HttpResponse | None:
        """Choose a text; look at who gets it, who does not, and how it reads; then send it."""
        chosen = self.changeable(request, rows).select_related("institution", "form")
        leads = list(chosen.prefetch_related("consents")[: MOST_LEADS + 1])
        if len(leads) > MOST_LEADS:
            text = _("Choose at most %(count)d leads at a time.") % {"count": MOST_LEADS}
            messages.error(request, text)
            return None
        if not leads:
            messages.error(request, _("You can write to none of these."))
            return None
        stage = request.POST.get("stage", "")
        templates = find_texts(leads)
        form = SendTextForm(request.POST if stage else None, templates=templates)
        if not form.is_valid():
            return self.ask_for_text(request, leads, form, is_empty=not templates.exists())
        template, why = form.cleaned_data["template"], ContactPurpose(form.cleaned_data["why"])
        now = timezone.now()
        if stage == "send":
            user = who(request)
            try:
                found = send_text(template=template, leads=leads, why=why, user=user, now=now)
            except NotAllowedNowError as refusal:
                messages.error(request, str(refusal))
            else:
                tell_sent(request, found)
            return None
        found = sort_recipients(template=template, leads=leads, why=why, now=now)
        return self.ask_for_text(request, leads, form, template=template, found=found)

    def ask_for_text(
        self,
        request: HttpRequest,
        leads: list[Any],
        form: SendTextForm,
        *,
        template: MessageTemplate | None = None,
        found: Sorted | None = None,
        is_empty: bool = False,
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Send a text"),
            "media": self.media,
            "form": form,
            "leads": leads,
            "checkbox": ACTION_CHECKBOX_NAME,
            "template": template,
            "found": found,
            "is_empty": is_empty,
            "shown": show_first(template, found) if template and found else None,
        }
        return TemplateResponse(request, "admin/hcprograms/lead/send_text.html", context)


def tell_sent(request: HttpRequest, found: Sorted) -> None:
    """What was done, and for whom it was not."""
    count = len(found.getting)
    text = ngettext("%(count)d message planned.", "%(count)d messages planned.", count)
    (messages.success if count else messages.warning)(request, text % {"count": count})
    for reason, others in found.count_others():
        messages.warning(request, f"{others} × {reason}")


def find_texts(leads: list[Any]) -> "QuerySet[MessageTemplate]":
    """Texts that can be sent to somebody of these."""
    institutions = {one.institution_id for one in leads}
    offered = MessageTemplate.objects.filter(
        institution__in=institutions, kind=Kind.OWN, is_active=True
    ).prefetch_related("versions")
    ready = [one.pk for one in offered if can_be_sent(one)]
    return offered.filter(pk__in=ready).select_related("institution")


def show_first(template: MessageTemplate, found: Sorted) -> dict[str, Any] | None:
    """The mail that the first of them gets."""
    lead = next(iter(found.getting), None)
    version = pick_version(template, language=lead.language) if lead else None
    if lead is None or version is None:
        return None
    from hcprograms.followup.wording.previewing import preview_version  # noqa: PLC0415 - reads texts

    return {"lead": lead, "words": preview_version(version=version, lead=lead, now=timezone.now())}
