"""What follow-up adds to leads in the admin: their messages, and sending a text to several."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hcprograms.followup.broadcast import RecipientSelection, can_be_sent, select_recipients
from hcprograms.followup.broadcast import send_text as send_text_to
from hcprograms.followup.models import FollowUp, MessageTemplate
from hcprograms.followup.models.templates import Kind
from hcprograms.followup.outlook import tell_planned
from hcprograms.followup.wording.versions import pick_version
from hcprograms.leads.admin.actions import who
from hcprograms.leads.admin.inbox import LeadAdmin
from hcprograms.leads.consent import PURPOSE_CHOICES, ContactPurpose
from hcprograms.leads.hooks import (
    InboxNote,
    LeadAction,
    LeadPanel,
    inbox_notes,
    lead_actions,
    lead_panels,
)
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


@admin.action(description=_("Send a text"), permissions=["answer"])
def send_text(
    lead_admin: LeadAdmin, request: HttpRequest, rows: "QuerySet[Any]"
) -> HttpResponse | None:
    """Choose a text; look at who gets it, who does not, and how it reads; then send it."""
    chosen = lead_admin.changeable(request, rows).select_related("institution", "form")
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
    template, found, now = None, None, timezone.now()
    if form.is_valid():
        template, why = form.cleaned_data["template"], ContactPurpose(form.cleaned_data["why"])
        if stage == "send":
            send_and_report(request, template=template, leads=leads, why=why)
            return None
        found = select_recipients(template=template, leads=leads, why=why, now=now)
    context = {
        **lead_admin.admin_site.each_context(request),
        "opts": lead_admin.opts,
        "title": _("Send a text"),
        "media": lead_admin.media,
        "form": form,
        "leads": leads,
        "checkbox": ACTION_CHECKBOX_NAME,
        "template": template,
        "found": found,
        "is_empty": not form.is_valid() and not templates.exists(),
        "shown": show_first(template, found) if template and found else None,
    }
    return TemplateResponse(request, "admin/hcprograms/lead/send_text.html", context)


def send_and_report(
    request: HttpRequest, *, template: MessageTemplate, leads: list[Any], why: ContactPurpose
) -> None:
    """Send the text, and say what was done and for whom it was not."""
    try:
        found = send_text_to(
            template=template, leads=leads, why=why, user=who(request), now=timezone.now()
        )
    except NotAllowedNowError as refusal:
        messages.error(request, str(refusal))
        return
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


def show_first(template: MessageTemplate, found: RecipientSelection) -> dict[str, Any] | None:
    """The mail that the first of them gets."""
    lead = next(iter(found.getting), None)
    version = pick_version(template, language=lead.language) if lead else None
    if lead is None or version is None:
        return None
    from hcprograms.followup.wording.previewing import preview_version  # noqa: PLC0415 - reads texts

    return {"lead": lead, "words": preview_version(version=version, lead=lead, now=timezone.now())}


def list_planned(lead: Lead, merged: Sequence[Lead]) -> dict[str, Any]:
    """What is planned for a lead and those merged into it, and how each message stands."""
    return {
        "lead": lead,
        "messages": tell_planned(institution=lead.institution, leads=merged),
        "may_simulate": lead.erased_at is None,
    }


def list_messages(lead: Lead, merged: Sequence[Lead]) -> dict[str, Any]:
    """The messages that were sent, or failed, or were given up."""
    rows = FollowUp.objects.filter(lead__in=merged).exclude(state=FollowUp.State.PLANNED)
    return {"messages": list(rows.order_by("due_at", "pk"))}


def count_failed() -> Any:
    rows = FollowUp._base_manager.filter(lead=OuterRef("pk"), state=FollowUp.State.FAILED)
    return Subquery(rows.order_by().values("lead").annotate(count=Count("pk")).values("count"))


def format_failed(count: int | None) -> str:
    if not count:
        return ""
    text = ngettext("%(count)d email failed", "%(count)d emails failed", count)
    return text % {"count": count}


lead_panels.append(LeadPanel("admin/hcprograms/lead/_plan.html", list_planned))
lead_panels.append(
    LeadPanel("admin/hcprograms/lead/_messages.html", list_messages, is_after_timeline=True)
)
lead_actions.append(LeadAction(send_text, button=_("Send a text")))
inbox_notes.append(InboxNote("failed_messages", count_failed, format_failed))
