"""What can be done with several leads of the inbox at once."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hcprograms.institutions.access import Right
from hcprograms.institutions.admin.base import admin_url
from hcprograms.institutions.admin.permissions import require_post
from hcprograms.institutions.models import Membership
from hcprograms.institutions.row_ids import is_row_id
from hcprograms.leads.admin.lead_forms import ANSWERING, MessageFields
from hcprograms.leads.admin.page import LeadPage
from hcprograms.leads.consent import ContactObstacle, ContactPurpose, find_mail_obstacle
from hcprograms.leads.messaging import write_message
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.status import (
    NotAllowedNowError,
    announce_assignment,
    assign_lead,
    change_status,
    list_undoable,
    record_first_answer,
    release_lead,
    undo_event,
)


def who(request: HttpRequest) -> Any:
    """The person who asks; the admin has made sure that somebody is signed in."""
    return request.user


MOST_UNDONE = 500
"""Leads that one button takes back."""


class AssignAllForm(forms.Form):
    membership: Any = forms.ModelChoiceField(label=_("Who answers"), queryset=None)


class InboxActions(LeadPage):
    """Each action does what it can and says what could not be done."""

    actions = [
        "take_over",
        "assign_all",
        "write_all",
        "mark_answered",
        "release",
        "mark_spam",
    ]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.undo_view)
        return [path("undo/", view, name="hcprograms_lead_undo"), *super().get_urls()]

    def each(
        self,
        request: HttpRequest,
        rows: "QuerySet[Any]",
        carry_out: Callable[[Any], Any],
        *,
        undoable_at: datetime | None = None,
        says: Callable[[int], str] | None = None,
    ) -> list[Any]:
        """Do it to each chosen lead that the person may change; say what could not be done.

        Returns the leads that it was done to. What was done at ``undoable_at`` gets a button that
        takes it back.
        """
        done = []
        for lead in self.changeable(request, rows):
            try:
                carry_out(lead)
            except NotAllowedNowError as refusal:
                messages.warning(request, f"{lead}: {refusal}")
            else:
                done.append(lead)
        text = (says or say_done)(len(done))
        if not done:
            messages.warning(request, text)
        elif undoable_at is None:
            messages.success(request, text)
        else:
            events = list_undoable(leads=done, user=who(request), at=undoable_at)
            messages.success(request, add_undo_button(text, events))
        return done

    @require_post(lambda: admin_url("lead_changelist"))
    def undo_view(self, request: HttpRequest) -> HttpResponse:
        """Take back what was done to several leads, as named by the button of the message."""
        keys = [key for key in request.POST.get("events", "").split(",") if is_row_id(key)]
        events = LeadEvent.objects.filter(pk__in=keys[:MOST_UNDONE], details__isnull=False)
        allowed = self.changeable(request, self.get_queryset(request))
        now, done = timezone.now(), 0
        for event in events.filter(lead__in=allowed.order_by().values("pk")).select_related("lead"):
            if event.actor_id != who(request).pk and not self.allows(
                request, Right.MANAGE, event.lead
            ):
                continue
            try:
                undo_event(event=event, user=who(request), now=now)
            except NotAllowedNowError as refusal:
                messages.warning(request, f"{event.lead}: {refusal}")
            else:
                done += 1
        text = ngettext(
            "%(count)d lead is as it was before.", "%(count)d leads are as they were before.", done
        )
        messages.success(request, text % {"count": done})
        return HttpResponseRedirect(admin_url("lead_changelist"))

    def has_answer_permission(self, request: HttpRequest) -> bool:
        return self.allows(request, Right.CHANGE, None)

    @admin.action(description=_("Mark first answer recorded"), permissions=["answer"])
    def mark_answered(self, request: HttpRequest, rows: "QuerySet[Any]") -> HttpResponse | None:
        """Ask first, naming the leads and those of colleagues; then record it for each."""
        now, user = timezone.now(), who(request)
        chosen = self.changeable(request, rows).filter(first_answered_at=None)
        if not chosen:
            messages.warning(request, _("None of these leads needs a first response."))
        elif "carry_out" not in request.POST:
            title = _("Mark first answer recorded")
            warning = describe_first_answers(list(chosen), user)
            return self.ask(request, chosen, forms.Form(), "mark_answered", title, warning=warning)
        else:
            self.each(
                request,
                chosen,
                lambda lead: record_first_answer(lead=lead, user=user, now=now, can_be_undone=True),
                undoable_at=now,
            )
        return None

    @admin.action(description=_("Assign to me"), permissions=["answer"])
    def take_over(self, request: HttpRequest, rows: "QuerySet[Any]") -> None:
        mine = Membership.objects.active().filter(user=who(request)).select_related("user")
        by_institution = {one.institution_id: one for one in mine}

        def assign(lead: Any) -> None:
            membership = by_institution.get(lead.institution_id)
            if membership is None:
                raise NotAllowedNowError(_("You are not a member of this institution."))
            assign_lead(lead=lead, membership=membership, user=who(request), now=timezone.now())

        self.each(request, rows, assign, says=say_taken)

    @admin.action(description=_("Assign to somebody"), permissions=["answer"])
    def assign_all(self, request: HttpRequest, rows: "QuerySet[Any]") -> HttpResponse | None:
        """Ask to whom, then give all of them to that colleague."""
        chosen = self.changeable(request, rows)
        form = AssignAllForm(request.POST if "carry_out" in request.POST else None)
        field: Any = form.fields["membership"]
        field.queryset = (
            Membership.objects.active()
            .filter(institution__in=chosen.order_by().values("institution"), role__in=ANSWERING)
            .select_related("user", "institution")
        )
        if not form.is_valid():
            return self.ask(request, chosen, form, "assign_all", _("Assign to somebody"))
        membership, now, user = form.cleaned_data["membership"], timezone.now(), who(request)
        given: list[Lead] = []

        def assign(lead: Lead) -> None:
            if assign_lead(
                lead=lead, membership=membership, user=user, now=now, is_announced=False
            ):
                given.append(lead)

        with transaction.atomic():
            self.each(request, rows, assign, says=partial(say_assigned, membership))
            announce_assignment(membership=membership, leads=given, user=user, now=now)
        return None

    @admin.action(description=_("Write to them"), permissions=["answer"])
    def write_all(self, request: HttpRequest, rows: "QuerySet[Any]") -> HttpResponse | None:
        """Ask for the words; show who gets them and who does not; then send them to each."""
        chosen = self.changeable(request, rows).select_related("institution", "form")
        leads = list(chosen.prefetch_related("consents"))
        stage = request.POST.get("stage", "")
        form = MessageFields(request.POST if stage else None)
        if not form.is_valid():
            return self.show_recipients(request, leads, form)
        values, now, user = form.cleaned_data, timezone.now(), who(request)
        why = ContactPurpose(values["why"])
        obstacles = [(lead, find_mail_obstacle(lead, why)) for lead in leads]
        if stage != "send":
            return self.show_recipients(request, leads, form, obstacles=obstacles)
        done = self.each(
            request,
            rows,
            lambda lead: write_message(
                lead=lead,
                subject=values["subject"],
                text=values["text"],
                user=user,
                now=now,
                why=why,
            ),
        )
        if not done:  # what was typed is not lost
            return self.show_recipients(request, leads, form, obstacles=obstacles)
        return None

    def show_recipients(
        self,
        request: HttpRequest,
        leads: list[Any],
        form: MessageFields,
        *,
        obstacles: "list[tuple[Any, ContactObstacle | None]] | None" = None,
    ) -> HttpResponse:
        """The page to write on; with ``obstacles`` the page that says who gets it."""
        found = obstacles or []
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Write to them"),
            "media": self.media,
            "form": form,
            "leads": leads,
            "checkbox": ACTION_CHECKBOX_NAME,
            "is_checked": obstacles is not None,
            "getting": [lead for lead, obstacle in found if obstacle is None],
            "others": [(lead, obstacle) for lead, obstacle in found if obstacle is not None],
        }
        return TemplateResponse(request, "admin/hcprograms/lead/write_all.html", context)

    def ask(
        self,
        request: HttpRequest,
        rows: "QuerySet[Any]",
        form: Any,
        action: str,
        title: Any,
        *,
        warning: str = "",
    ) -> HttpResponse:
        """The page between choosing leads and doing something to them."""
        leads = list(rows)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "media": self.media,
            "form": form,
            "action": action,
            "leads": leads,
            "warning": warning,
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/hcprograms/lead/several.html", context)

    @admin.action(description=_("Release from review"), permissions=["answer"])
    def release(self, request: HttpRequest, rows: "QuerySet[Any]") -> None:
        now, user = timezone.now(), who(request)
        self.each(request, rows, lambda lead: release_lead(lead=lead, user=user, now=now))

    @admin.action(description=_("Mark as spam"), permissions=["answer"])
    def mark_spam(self, request: HttpRequest, rows: "QuerySet[Any]") -> None:
        now, user, spam = timezone.now(), who(request), Lead.Status.SPAM
        self.each(
            request,
            rows,
            lambda lead: change_status(lead=lead, status=spam, user=user, now=now),
            undoable_at=now,
        )


def say_done(count: int) -> str:
    return ngettext("%(count)d lead done.", "%(count)d leads done.", count) % {"count": count}


def say_taken(count: int) -> str:
    text = ngettext("%(count)d lead assigned to you.", "%(count)d leads assigned to you.", count)
    return text % {"count": count}


def say_assigned(membership: Membership, count: int) -> str:
    text = ngettext(
        "%(count)d lead assigned to %(who)s.", "%(count)d leads assigned to %(who)s.", count
    )
    return text % {"count": count, "who": membership.display_name}


def add_undo_button(text: str, events: Sequence[LeadEvent]) -> str:
    """The message with a button that belongs to the form of the list."""
    if not events:
        return text
    return format_html(
        '{} <button type="submit" class="hcp-button hcp-small-button" form="changelist-form"'
        ' formaction="{}" name="events" value="{}" formnovalidate>{}</button>',
        text,
        admin_url("lead_undo"),
        ",".join(str(event.pk) for event in events[:MOST_UNDONE]),
        _("Undo"),
    )


def describe_first_answers(leads: Sequence[Lead], user: Any) -> str:
    """What recording a first answer does to these leads, and how many are of colleagues."""
    waiting = [one for one in leads if one.first_answered_at is None]
    others = [one for one in waiting if one.assigned_to and one.assigned_to.user_id != user.pk]
    text = ngettext(
        "%(count)d lead needs a first response. You say that you have given it: the reminders"
        " stop, and the time counts in reports.",
        "%(count)d leads need a first response. You say that you have given it to each: the"
        " reminders stop, and the times count in reports.",
        len(waiting),
    ) % {"count": len(waiting)}
    if not others:
        return text
    more = ngettext(
        "%(count)d of them belongs to a colleague.",
        "%(count)d of them belong to colleagues.",
        len(others),
    )
    return f"{text} {more % {'count': len(others)}}"
