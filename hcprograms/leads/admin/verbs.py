"""What staff can do on a lead's page: each a small form and one call into the domain."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hcprograms.institutions.email_fields import EmailField
from hcprograms.institutions.models import Membership, Role
from hcprograms.leads.bounced import correct_address
from hcprograms.leads.consent import PURPOSE_CHOICES, ContactPurpose
from hcprograms.leads.consent_records import withdraw_consent
from hcprograms.leads.erasure import erase_lead
from hcprograms.leads.merging import undo_merge
from hcprograms.leads.messaging import write_message
from hcprograms.leads.models.consent import Channel, Consent
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.models.merge import LeadMerge
from hcprograms.leads.status import (
    add_note,
    assign_lead,
    change_status,
    log_call,
    record_first_answer,
    release_lead,
    undo_event,
)

ANSWERING = [Role.ADVISOR, Role.MANAGER, Role.OWNER]


PAGE_FORM = "hcp-work"
"""Id of the one form of the page, to which all fields and buttons belong."""


class LeadForm(forms.Form):
    """Base: a form about one lead. Ids are told apart by the verb, as a page holds several.

    No field is required in the browser: each button of the page sends the fields of all.
    """

    use_required_attribute = False

    def __init__(self, *args: Any, lead: Lead, verb: str, **kwargs: Any) -> None:
        kwargs["auto_id"] = f"hcp_{verb}_%s"
        super().__init__(*args, **kwargs)
        self.lead = lead
        for field in self.fields.values():
            field.widget.attrs["form"] = PAGE_FORM


class TextForm(LeadForm):
    text = forms.CharField(
        label=_("What was said or done"), max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )


class StatusForm(LeadForm):
    status = forms.ChoiceField(
        label=_("Status"),
        choices=[(one.value, one.label) for one in Lead.Status.list_genuine()],
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=200, required=False, help_text=_("Needed to close a lead.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("status", self.lead.status)
        if self.lead.status == Lead.Status.SPAM:
            field: Any = self.fields["status"]
            field.choices = [(Lead.Status.SPAM.value, Lead.Status.SPAM.label), *field.choices]

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or {}
        if values.get("status") == Lead.Status.CLOSED and not (values.get("reason") or "").strip():
            self.add_error("reason", _("Say why the lead is closed."))
        return values


class AssignForm(LeadForm):
    membership = forms.ModelChoiceField(label=_("Who answers"), queryset=Membership.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues = Membership.objects.active().filter(
            institution_id=self.lead.institution_id, role__in=ANSWERING
        )
        field: Any = self.fields["membership"]
        field.queryset = colleagues.select_related("user")
        self.initial.setdefault("membership", self.lead.assigned_to_id)


ALL_CHANNELS = "all"


class WithdrawForm(LeadForm):
    channel = forms.ChoiceField(
        label=_("Channel"),
        choices=[*Channel.choices, (ALL_CHANNELS, _("everything: emails, calls, text messages"))],
    )


class AddressForm(LeadForm):
    email = EmailField(
        label=_("Email address"),
        max_length=254,
        help_text=_(
            "As the person told you. The same one again: it works after all. Another one: the"
            " former address is told, the history says who changed it, and the person’s own links"
            " then only show the request and stop messages."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("email", self.lead.email)


class MessageFields(forms.Form):
    """What an advisor types to an applicant."""

    subject = forms.CharField(label=_("Subject"), max_length=150)
    text = forms.CharField(
        label=_("Message"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 6})
    )
    why = forms.ChoiceField(
        label=_("What is it?"),
        choices=PURPOSE_CHOICES,
        widget=forms.RadioSelect,
        initial=ContactPurpose.ANSWER.value,
    )


class MessageForm(MessageFields, LeadForm):
    """To one person; a message of which nothing is said answers their request."""

    why = forms.ChoiceField(
        label=_("What is it?"),
        choices=[
            (ContactPurpose.ANSWER.value, _("It answers their request, and reminders stop.")),
            (
                ContactPurpose.NEWS.value,
                _("It is news: sent only if they agreed to further emails."),
            ),
        ],
        widget=forms.RadioSelect,
        initial=ContactPurpose.ANSWER.value,
        required=False,
    )

    def clean_why(self) -> str:
        return self.cleaned_data["why"] or ContactPurpose.ANSWER.value


class UndoMergeForm(LeadForm):
    merge: Any = forms.ModelChoiceField(queryset=None, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["merge"]
        kept = self.lead.merged_into_id or self.lead.pk
        field.queryset = LeadMerge.objects.filter(kept=kept, undone_at=None)


class UndoForm(LeadForm):
    event: Any = forms.ModelChoiceField(queryset=None, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["event"]
        field.queryset = LeadEvent.objects.filter(lead=self.lead, details__isnull=False)


class EraseForm(LeadForm):
    sure = forms.BooleanField(label=_("Yes, remove this person for good"))


@dataclass(frozen=True, slots=True)
class Verb:
    """A form, what to do with it, and the word of success."""

    form: type[LeadForm]
    carry_out: Callable[..., Any]
    done: Any
    managers_only: bool = False
    own_only: bool = False
    """Whether advisors may do it only to leads that they have."""
    for_merged: bool = False
    """Whether it can be done to a lead that was merged into another; most is done to the other."""


def _answer(*, lead: Lead, user: Any, now: datetime, values: dict[str, Any]) -> None:
    record_first_answer(lead=lead, user=user, now=now, can_be_undone=True)


def _note(*, lead: Lead, user: Any, now: datetime, values: dict[str, Any]) -> None:
    add_note(lead=lead, text=values["text"], user=user, now=now)


def _call(*, lead: Lead, user: Any, now: datetime, values: dict[str, Any]) -> None:
    log_call(lead=lead, text=values["text"], user=user, now=now)


def _status(*, lead: Lead, user: Any, now: datetime, values: dict[str, Any]) -> None:
    change_status(
        lead=lead, status=values["status"], reason=values["reason"].strip(), user=user, now=now
    )


def _assign(*, lead: Lead, user: Any, now: datetime, values: dict[str, Any]) -> None:
    assign_lead(lead=lead, membership=values["membership"], user=user, now=now)


def _message(*, lead: Lead, user: Any, now: datetime, values: dict[str, Any]) -> None:
    write_message(
        lead=lead,
        subject=values["subject"],
        text=values["text"],
        user=user,
        now=now,
        why=ContactPurpose(values["why"]),
    )


def _undo_merge(*, lead: Lead, user: Any, now: datetime, values: dict[str, Any]) -> None:
    undo_merge(merge=values["merge"], user=user, now=now)


def _undo(*, lead: Lead, user: Any, now: datetime, values: dict[str, Any]) -> None:
    undo_event(event=values["event"], user=user, now=now)


def _release(*, lead: Lead, user: Any, now: datetime, values: dict[str, Any]) -> None:
    release_lead(lead=lead, user=user, now=now)


def _spam(*, lead: Lead, user: Any, now: datetime, values: dict[str, Any]) -> None:
    change_status(lead=lead, status=Lead.Status.SPAM, user=user, now=now)


def _withdraw(*, lead: Lead, user: Any, now: datetime, values: dict[str, Any]) -> None:
    told = [values["channel"]]
    if told == [ALL_CHANNELS]:
        told = [Channel.EMAIL, *([Channel.CALL, Channel.TEXT] if lead.phone else [])]
    withdraw_consent(lead=lead, channels=told, method=Consent.Method.STAFF, user=user, now=now)


def _address(*, lead: Lead, user: Any, now: datetime, values: dict[str, Any]) -> None:
    correct_address(lead=lead, email=values["email"], user=user, now=now)


def _erase(*, lead: Lead, user: Any, now: datetime, values: dict[str, Any]) -> None:
    erase_lead(lead=lead, method=Consent.Method.STAFF, user=user, now=now)


VERBS: dict[str, Verb] = {
    "answer": Verb(LeadForm, _answer, _("The first answer is recorded.")),
    "message": Verb(MessageForm, _message, _("The message is on its way.")),
    "note": Verb(TextForm, _note, _("The note is kept.")),
    "call": Verb(TextForm, _call, _("The call is kept.")),
    "status": Verb(StatusForm, _status, _("The status is changed.")),
    "assign": Verb(AssignForm, _assign, _("The lead is assigned.")),
    "release": Verb(LeadForm, _release, _("The lead is released and will be answered.")),
    "spam": Verb(LeadForm, _spam, _("The lead is marked as spam.")),
    "withdraw": Verb(WithdrawForm, _withdraw, _("The withdrawal is recorded.")),
    "address": Verb(
        AddressForm, _address, _("Emails go to this address from now on."), own_only=True
    ),
    "unmerge": Verb(UndoMergeForm, _undo_merge, _("The merge is undone."), for_merged=True),
    "undo": Verb(UndoForm, _undo, _("It is undone. The lead is as it was before.")),
    "erase": Verb(EraseForm, _erase, _("The person is erased."), managers_only=True),
}
