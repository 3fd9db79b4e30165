"""What can be done with several leads of the inbox at once."""

from collections.abc import Callable
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

from hcprograms.institutions.access import Right
from hcprograms.institutions.models import Membership
from hcprograms.leads.admin.page import LeadPage
from hcprograms.leads.admin.verbs import ANSWERING, MessageFields
from hcprograms.leads.answering import record_first_answer
from hcprograms.leads.messaging import write_message
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.release import release_lead
from hcprograms.leads.status import NotAllowedNowError, assign_lead, change_status


def who(request: HttpRequest) -> Any:
    """The person who asks; the admin has made sure that somebody is signed in."""
    return request.user


class AssignAllForm(forms.Form):
    membership: Any = forms.ModelChoiceField(label=_("Who answers"), queryset=None)


class InboxActions(LeadPage):
    """Each action does what it can and says what could not be done."""

    actions = [
        "mark_answered",
        "take_over",
        "assign_all",
        "write_all",
        "release",
        "mark_spam",
    ]

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
        self.each(
            request,
            rows,
            lambda lead: assign_lead(lead=lead, membership=membership, user=user, now=now),
        )
        return None

    @admin.action(description=_("Write to them"), permissions=["answer"])
    def write_all(self, request: HttpRequest, rows: "QuerySet[Any]") -> HttpResponse | None:
        """Ask for the words, then send them to each, as a message of its own."""
        form = MessageFields(request.POST if "carry_out" in request.POST else None)
        if not form.is_valid():
            chosen = self.changeable(request, rows)
            return self.ask(request, chosen, form, "write_all", _("Write to them"))
        values, now, user = form.cleaned_data, timezone.now(), who(request)
        self.each(
            request,
            rows,
            lambda lead: write_message(
                lead=lead, subject=values["subject"], text=values["text"], user=user, now=now
            ),
        )
        return None

    def ask(
        self, request: HttpRequest, rows: "QuerySet[Any]", form: Any, action: str, title: Any
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
            request, rows, lambda lead: change_status(lead=lead, status=spam, user=user, now=now)
        )
