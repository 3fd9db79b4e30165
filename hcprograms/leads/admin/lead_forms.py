"""What staff can do on a lead's page: each a small form, saved by one call into the domain."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from hcprograms.institutions.email_fields import EmailField
from hcprograms.institutions.models import Membership, Role
from hcprograms.leads.consent import PURPOSE_CHOICES, ContactPurpose
from hcprograms.leads.consent_records import withdraw_consent
from hcprograms.leads.correction import correct_address
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
    ``success`` is said once the form is saved.
    """

    use_required_attribute = False
    success: ClassVar[Any] = ""
    managers_only: ClassVar[bool] = False
    own_only: ClassVar[bool] = False
    """Whether advisors may do it only to leads that they have."""
    for_merged: ClassVar[bool] = False
    """Whether it can be done to a lead that was merged into another; most is done to the other."""

    def __init__(self, *args: Any, lead: Lead, verb: str, **kwargs: Any) -> None:
        kwargs["auto_id"] = f"hcp_{verb}_%s"
        super().__init__(*args, **kwargs)
        self.lead = lead
        for field in self.fields.values():
            field.widget.attrs["form"] = PAGE_FORM

    def save(self, *, user: Any, now: datetime) -> None:
        """Do what the valid form says. Raises ``NotAllowedNowError``."""
        raise NotImplementedError


class AnsweredForm(LeadForm):
    success = _("The first answer is recorded.")

    def save(self, *, user: Any, now: datetime) -> None:
        record_first_answer(lead=self.lead, user=user, now=now, can_be_undone=True)


class ReleaseForm(LeadForm):
    success = _("The lead is released and will be answered.")

    def save(self, *, user: Any, now: datetime) -> None:
        release_lead(lead=self.lead, user=user, now=now)


class SpamForm(LeadForm):
    success = _("The lead is marked as spam.")

    def save(self, *, user: Any, now: datetime) -> None:
        change_status(lead=self.lead, status=Lead.Status.SPAM, user=user, now=now)


class NoteForm(LeadForm):
    success = _("The note is kept.")
    text = forms.CharField(
        label=_("What was said or done"), max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def save(self, *, user: Any, now: datetime) -> None:
        add_note(lead=self.lead, text=self.cleaned_data["text"], user=user, now=now)


class CallForm(NoteForm):
    success = _("The call is kept.")

    def save(self, *, user: Any, now: datetime) -> None:
        log_call(lead=self.lead, text=self.cleaned_data["text"], user=user, now=now)


class StatusForm(LeadForm):
    success = _("The status is changed.")
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

    def save(self, *, user: Any, now: datetime) -> None:
        change_status(
            lead=self.lead,
            status=self.cleaned_data["status"],
            reason=self.cleaned_data["reason"].strip(),
            user=user,
            now=now,
        )


class AssignForm(LeadForm):
    success = _("The lead is assigned.")
    membership = forms.ModelChoiceField(label=_("Who answers"), queryset=Membership.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues = Membership.objects.active().filter(
            institution_id=self.lead.institution_id, role__in=ANSWERING
        )
        field: Any = self.fields["membership"]
        field.queryset = colleagues.select_related("user")
        self.initial.setdefault("membership", self.lead.assigned_to_id)

    def save(self, *, user: Any, now: datetime) -> None:
        assign_lead(lead=self.lead, membership=self.cleaned_data["membership"], user=user, now=now)


ALL_CHANNELS = "all"


class WithdrawForm(LeadForm):
    success = _("The withdrawal is recorded.")
    channel = forms.ChoiceField(
        label=_("Channel"),
        choices=[*Channel.choices, (ALL_CHANNELS, _("everything: emails, calls, text messages"))],
    )

    def save(self, *, user: Any, now: datetime) -> None:
        channels = [self.cleaned_data["channel"]]
        if channels == [ALL_CHANNELS]:
            channels = [
                Channel.EMAIL,
                *([Channel.CALL, Channel.TEXT] if self.lead.phone else []),
            ]
        withdraw_consent(
            lead=self.lead, channels=channels, method=Consent.Method.STAFF, user=user, now=now
        )


class AddressForm(LeadForm):
    success = _("Emails go to this address from now on.")
    own_only = True
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

    def save(self, *, user: Any, now: datetime) -> None:
        correct_address(lead=self.lead, email=self.cleaned_data["email"], user=user, now=now)


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

    success = _("The message is on its way.")

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

    def save(self, *, user: Any, now: datetime) -> None:
        write_message(
            lead=self.lead,
            subject=self.cleaned_data["subject"],
            text=self.cleaned_data["text"],
            user=user,
            now=now,
            why=ContactPurpose(self.cleaned_data["why"]),
        )


class UndoMergeForm(LeadForm):
    success = _("The merge is undone.")
    for_merged = True
    merge: Any = forms.ModelChoiceField(queryset=None, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["merge"]
        kept = self.lead.merged_into_id or self.lead.pk
        field.queryset = LeadMerge.objects.filter(kept=kept, undone_at=None)

    def save(self, *, user: Any, now: datetime) -> None:
        undo_merge(merge=self.cleaned_data["merge"], user=user, now=now)


class UndoForm(LeadForm):
    success = _("It is undone. The lead is as it was before.")
    event: Any = forms.ModelChoiceField(queryset=None, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["event"]
        field.queryset = LeadEvent.objects.filter(lead=self.lead, details__isnull=False)

    def save(self, *, user: Any, now: datetime) -> None:
        undo_event(event=self.cleaned_data["event"], user=user, now=now)


class EraseForm(LeadForm):
    success = _("The person is erased.")
    managers_only = True
    sure = forms.BooleanField(label=_("Yes, remove this person for good"))

    def save(self, *, user: Any, now: datetime) -> None:
        erase_lead(lead=self.lead, method=Consent.Method.STAFF, user=user, now=now)


LEAD_FORMS: dict[str, type[LeadForm]] = {
    "answer": AnsweredForm,
    "message": MessageForm,
    "note": NoteForm,
    "call": CallForm,
    "status": StatusForm,
    "assign": AssignForm,
    "release": ReleaseForm,
    "spam": SpamForm,
    "withdraw": WithdrawForm,
    "address": AddressForm,
    "unmerge": UndoMergeForm,
    "undo": UndoForm,
    "erase": EraseForm,
}
"""The part of the address after the lead's id → its form."""
