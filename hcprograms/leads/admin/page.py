"""One lead on one page: who, what they want, why, what may be done, and what has happened."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, re_path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hcprograms.institutions.access import Right
from hcprograms.institutions.admin.base import admin_url
from hcprograms.institutions.admin.permissions import require_post
from hcprograms.institutions.hours import read_zone
from hcprograms.institutions.opening import read_opening_hours
from hcprograms.institutions.row_ids import is_row_id
from hcprograms.leads.admin.files import say_answers
from hcprograms.leads.admin.lead_forms import LEAD_FORMS, PAGE_FORM, LeadForm
from hcprograms.leads.admin.merging import MergingAdmin
from hcprograms.leads.admin.typed_text import (
    SAVED,
    build_form,
    drop_saved,
    get_prefix,
    has_typed,
    keep_for_signed_out,
    keep_typed,
    list_initial,
    read_form,
    read_typed,
    take_typed,
)
from hcprograms.leads.attribution import describe_attribution
from hcprograms.leads.duplicates import suggest_duplicates
from hcprograms.leads.frozen import (
    describe_answers,
    read_near_misses,
    read_recommendation,
)
from hcprograms.leads.hooks import lead_actions, lead_panels
from hcprograms.leads.lead_files import find_files
from hcprograms.leads.models.consent import Consent
from hcprograms.leads.models.lead import Lead, LeadChoice, LeadEvent
from hcprograms.leads.models.merge import LeadMerge
from hcprograms.leads.presenters import list_contact_permissions
from hcprograms.leads.sla import format_time_left, measure_left
from hcprograms.leads.status import NotAllowedNowError, can_undo, list_undoable


def get_page_address(lead_id: int, verb: str) -> str:
    return admin_url("lead_change", lead_id)


class LeadPage(MergingAdmin):
    """The page in place of Django's form; every change is a verb with an address of its own."""

    def get_urls(self) -> list[URLPattern]:
        # Only the verbs: “change” and “history” after an id are Django's own pages.
        verbs = "|".join(LEAD_FORMS)
        carry_out = re_path(
            rf"^(?P<lead_id>[0-9]{{1,18}})/(?P<verb>{verbs})/$",
            self.verb_entry,
            name="hcprograms_lead_verb",
        )
        return [carry_out, *super().get_urls()]

    @method_decorator(require_GET)
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        lead = self.get_object(request, object_id)
        if lead is None:  # another institution's lead gets the same answer as an unknown id
            return super().change_view(request, object_id, form_url, extra_context)
        return self.show(request, lead, typed=take_typed(request=request, lead=lead))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The list; an action that was begun on a lead's page keeps what was typed there."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if len(chosen) == 1 and is_row_id(chosen[0]) and has_typed(request.POST):
            lead = self.get_queryset(request).filter(pk=chosen[0]).first()
            if lead is not None:
                typed = read_typed(lead=lead, data=request.POST)
                keep_typed(request=request, lead_id=lead.pk, typed=typed)
        return super().changelist_view(request, extra_context)

    def verb_entry(self, request: HttpRequest, lead_id: int, verb: str) -> HttpResponseBase:
        """Keep what was typed by a person who was signed out meanwhile; else the verb's view."""
        if request.method == "POST" and not request.user.is_authenticated:
            keep_for_signed_out(request=request, lead_id=lead_id)
        return self.admin_site.admin_view(self.verb_view)(request, lead_id, verb)

    @require_post(get_page_address)
    def verb_view(self, request: HttpRequest, lead_id: int, verb: str) -> HttpResponse:
        lead = self.get_queryset(request).filter(pk=lead_id).first()
        if lead is None or verb not in LEAD_FORMS:
            raise Http404
        if verb not in self.verbs_of(request, lead):
            raise PermissionDenied
        typed = read_typed(lead=lead, data=request.POST)
        form = build_form(lead=lead, verb=verb, data=request.POST)
        if not form.is_valid():
            return self.show(request, lead, bound={verb: form}, typed=typed)
        now = timezone.now()
        if verb == "undo" and not self.can_undo_event(request, form.cleaned_data["event"], lead):
            raise PermissionDenied
        try:
            form.save(user=request.user, now=now)
        except NotAllowedNowError as refusal:
            messages.error(request, str(refusal))
            typed |= read_form(form=form, verb=verb)
        else:
            messages.success(request, self.say_done(request, lead, verb, now))
            typed = drop_saved(typed=typed, verb=verb)
            request.session[SAVED] = [lead.pk, get_prefix(verb)]
        keep_typed(request=request, lead_id=lead.pk, typed=typed)
        return HttpResponseRedirect(admin_url("lead_change", lead.pk))

    def can_undo_event(self, request: HttpRequest, event: LeadEvent, lead: Lead) -> bool:
        """Whether the person did it or manages the lead, and nothing has changed since."""
        is_own = event.actor_id == request.user.pk or self.allows(request, Right.MANAGE, lead)
        return is_own and can_undo(event=event, lead=lead)

    def say_done(self, request: HttpRequest, lead: Lead, verb: str, now: datetime) -> str:
        """The word of success, with a button that takes the step back where that is possible."""
        done = str(LEAD_FORMS[verb].success)
        user: Any = request.user
        for event in list_undoable(leads=[lead], user=user, at=now):
            return format_html(
                '{} <button type="submit" class="hcp-button hcp-small-button" form="{}"'
                ' formaction="{}" name="undo-event" value="{}">{}</button>',
                done,
                PAGE_FORM,
                admin_url("lead_verb", lead.pk, "undo"),
                event.pk,
                _("Undo"),
            )
        return done

    def verbs_of(self, request: HttpRequest, lead: Lead) -> set[str]:
        """What the person may do with the lead; nothing more is done to an erased one."""
        if lead.erased_at or not self.allows(request, Right.CHANGE, lead):
            return set()
        manages = self.allows(request, Right.MANAGE, lead)
        has_it = lead.assigned_to is not None and lead.assigned_to.user_id == request.user.pk
        return {
            name
            for name, form in LEAD_FORMS.items()
            if (manages or not form.managers_only)
            and (manages or has_it or not form.own_only)
            and (form.for_merged or not lead.merged_into_id)
        }

    def show(
        self,
        request: HttpRequest,
        lead: Lead,
        *,
        bound: dict[str, LeadForm] | None = None,
        typed: Mapping[str, str],
    ) -> TemplateResponse:
        """The page; ``bound`` holds a form that was refused, ``typed`` what stood in the others."""
        allowed = self.verbs_of(request, lead)
        verbs = build_forms(lead, typed) | (bound or {})
        saved = request.session.pop(SAVED, None)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(lead),
            "media": self.media,
            "may_change": bool(allowed),
            "may_erase": "erase" in allowed,
            "may_correct_address": "address" in allowed,
            "page_actions": [
                (one.action.__name__, one.button) for one in lead_actions if one.button
            ],
            "checkbox": ACTION_CHECKBOX_NAME,
            "verbs": verbs,
            "note_form": verbs["call"] if verbs["call"].is_bound else verbs["note"],
            "page_form": PAGE_FORM,
            "is_typed": bool(typed or bound),
            "is_message_typed": bool(list_initial(typed=typed, verb="message")),
            "saved": saved[1] if saved and saved[0] == lead.pk else "",
            **describe(lead),
        }
        panels = [
            {"template_name": one.template_name, "is_last": one.is_after_timeline}
            | {"context": one.get_context(lead, context["requests"])}
            for one in lead_panels
        ]
        context["panels"] = panels
        for event in context["events"]:
            event.may_be_undone = "undo" in allowed and self.can_undo_event(
                request, event, event.lead
            )
        return TemplateResponse(request, "admin/hcprograms/lead/page.html", context)


def build_forms(lead: Lead, typed: Mapping[str, str]) -> dict[str, LeadForm]:
    """The form of each verb, with what was typed and not saved yet."""
    return {
        name: build_form(lead=lead, verb=name, initial=list_initial(typed=typed, verb=name))
        for name in LEAD_FORMS
    }


def describe(lead: Lead) -> dict[str, Any]:
    """Everything the page shows of a lead, and of those merged into it."""
    family = lead.list_with_merged()
    choices = list(LeadChoice.objects.filter(lead__in=family).select_related("offering__program"))
    consents = list(Consent.objects.filter(lead__in=family))
    chosen = frozenset(str(one.offering.public_id) for one in choices if one.offering)
    files = find_files(leads=family)
    for one in family:
        one.said = say_answers(one, files)  # type: ignore[attr-defined]  # for the template
    events = LeadEvent.objects.filter(lead__in=family).select_related("actor", "lead")
    return {
        "lead": lead,
        "requests": family,
        "choices": choices,
        "permissions": list_contact_permissions(lead=lead, decisions=consents),
        "consents": consents,
        "matches": read_recommendation(lead.recommendation, chosen=chosen),
        "near_misses": read_near_misses(lead.recommendation),
        "answers": describe_answers(lead.answers),
        "duplicates": [] if lead.merged_into_id else suggest_duplicates(lead=lead),
        "merges": list(lead.merges.filter(undone_at=None).select_related("other", "actor")),
        "merge_of_this": lead.merged_into_id and find_merge(lead),
        "attribution": describe_attribution(lead.attribution),
        "events": list(events.order_by("-at", "-pk")),
        "is_held": lead.is_held,
        "is_waiting": lead.is_waiting,
        "time_left": describe_time_left(lead),
        "zone": read_zone(lead.institution.time_zone),
    }


def find_merge(lead: Lead) -> LeadMerge | None:
    """The merge by which this lead went into another."""
    merges = LeadMerge.objects.filter(other=lead, undone_at=None)
    return merges.select_related("kept", "actor").first()


def describe_time_left(lead: Lead) -> dict[str, Any] | None:
    """How long is left to answer, in words; None where no answer is due."""
    if not lead.is_waiting or lead.answer_due_at is None:
        return None
    hours = read_opening_hours(lead.institution)
    left = measure_left(due_at=lead.answer_due_at, hours=hours, now=timezone.now())
    return {"text": format_time_left(left), "is_late": left < timedelta()}
