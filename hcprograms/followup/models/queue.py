"""The follow-up queue: the row is the queue, a message about it is only a hint to hurry."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hcprograms.followup.models.templates import TemplateVersion
from hcprograms.followup.models.webhooks import Event, WebhookEndpoint
from hcprograms.institutions.models import Institution, Membership
from hcprograms.institutions.scoping import ScopedManager
from hcprograms.leads.models.appointments import Appointment
from hcprograms.leads.models.lead import Lead

OF_INSTITUTION = ("digest", "stuck", "refused", "unidentified", "assigned")
"""Purposes of messages that concern an institution on a day, and no lead."""


class FollowUp(models.Model):
    """One message to one recipient, due at a time; a person, or another system's endpoint.

    ``state`` walks planned → sending → sent | failed, or planned → cancelled. A lease is
    ``lease_token`` with ``leased_at``; one that ran out makes the row due again. ``failed`` is
    final and visible to staff, who can send again.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    class Recipient(models.TextChoices):
        APPLICANT = "applicant", _("applicant")
        ADVISOR = "advisor", _("advisor")
        MANAGER = "manager", _("manager")
        SYSTEM = "system", _("other system")

    class Purpose(models.TextChoices):
        CONFIRMATION = "confirmation", _("confirmation to the applicant")
        ALERT = "alert", _("alert to the advisor")
        REMINDER = "reminder", _("reminder to the advisor")
        ESCALATION = "escalation", _("escalation to the manager")
        APPOINTMENT = "appointment", _("news of an appointment")
        APPOINTMENT_REMINDER = "appt_remind", _("reminder of an appointment")
        WEBHOOK = "webhook", _("event for another system")
        MESSAGE = "message", _("message by staff to the applicant")
        DIGEST = "digest", _("digest of open leads")
        STUCK = "stuck", _("alert that messages are stuck")
        RECEIVED = "received", _("message from the applicant")
        UNDELIVERED = "undelivered", _("an address takes no emails")
        NEWS = "news", _("further message to the applicant")
        ADDRESS_CHANGED = "addr_changed", _("notice to the former address")
        NEW_LINK = "new_link", _("new link for the applicant")
        REFUSED = "refused", _("alert that emails are refused")
        UNIDENTIFIED = "unidentified", _("opt-out from an unknown address")
        ASSIGNED = "assigned", _("leads assigned to an advisor")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="follow_ups")
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="follow_ups", null=True, blank=True)
    day = models.DateField(
        _("day"), null=True, blank=True, help_text=_("Of a message that is about no single lead.")
    )
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose)
    step = models.PositiveSmallIntegerField(_("step"), default=0)
    recipient = models.CharField(_("to"), max_length=9, choices=Recipient)
    membership = models.ForeignKey(
        Membership, models.SET_NULL, related_name="follow_ups", null=True, blank=True
    )
    endpoint = models.ForeignKey(
        WebhookEndpoint,
        models.CASCADE,
        related_name="follow_ups",
        null=True,
        blank=True,
        verbose_name=_("webhook endpoint"),
    )
    event = models.CharField(_("event"), max_length=25, choices=Event, blank=True, db_default="")
    details = models.JSONField(_("details of the event"), null=True, blank=True)
    appointment = models.ForeignKey(
        Appointment, models.CASCADE, related_name="follow_ups", null=True, blank=True
    )
    channel = models.CharField(_("channel"), max_length=40, default="email")
    address = models.CharField(_("address"), max_length=320)
    subject = models.CharField(_("subject"), max_length=150, blank=True, db_default="")
    text = models.TextField(
        _("text"), blank=True, db_default="", help_text=_("Of a message written by staff.")
    )
    template = models.CharField(
        _("template"),
        max_length=60,
        blank=True,
        db_default="",
        help_text=_("Key of the text to use. Empty: the standard text for such messages."),
    )
    template_version = models.ForeignKey(
        TemplateVersion,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("text that was sent"),
        help_text=_("Empty: the built-in text."),
    )
    conditions = models.JSONField(
        _("conditions"),
        null=True,
        blank=True,
        help_text=_("What must hold when it is sent, as it was when it was planned."),
    )
    due_at = models.DateTimeField(_("due at"))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.PLANNED)
    is_open = models.GeneratedField(
        # Not decided yet. A column, because SQLite uses a partial index for no more than that.
        expression=Q(state__in=["planned", "sending"]),  # type: ignore[arg-type]
        output_field=models.BooleanField(),
        db_persist=True,
    )
    lease_token = models.UUIDField(null=True, blank=True, editable=False)
    leased_at = models.DateTimeField(null=True, blank=True, editable=False)
    overdue_since = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="When it became due, until there is an outcome: a lease moves due_at.",
    )
    send_started_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Under this lease; empty: not tried yet."
    )
    # Nullable, so that SQLite adds the column without building the table again.
    interrupted_leases = models.SmallIntegerField(
        null=True, blank=True, editable=False, help_text="Leases that ran out before a send began."
    )
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    ambiguous_attempts = models.PositiveIntegerField(
        _("attempts with unknown outcome"),
        default=0,
        help_text=_("The server may have taken the message before the line dropped."),
    )
    first_attempt_at = models.DateTimeField(_("first attempt at"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=500, blank=True)
    message_id = models.CharField(_("Message-ID"), max_length=200, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ["-due_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["lead", "purpose", "step", "address"],
                # An event may happen twice to one lead; a mail is never planned twice.
                condition=Q(endpoint__isnull=True),
                name="hcp_follow_up_once",
            ),
            models.UniqueConstraint(
                fields=["institution", "purpose", "day", "step", "address"],
                condition=Q(lead__isnull=True),
                name="hcp_follow_up_once_a_day",
            ),
            models.CheckConstraint(
                condition=(Q(lead__isnull=False, day__isnull=True) & ~Q(purpose__in=OF_INSTITUTION))
                | Q(lead__isnull=True, day__isnull=False, purpose__in=OF_INSTITUTION),
                name="hcp_follow_up_has_lead_or_day",
            ),
            models.CheckConstraint(
                condition=Q(endpoint__isnull=True, event="")
                | (Q(endpoint__isnull=False, purpose="webhook") & ~Q(event="")),
                name="hcp_follow_up_event_has_endpoint",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
                name="hcp_follow_up_sent_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="sending")
                | Q(lease_token__isnull=False, leased_at__isnull=False),
                name="hcp_follow_up_sending_is_leased",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=Q(is_open=True), name="hcp_follow_up_due"
            ),
            models.Index(
                fields=["institution", "due_at"],
                condition=Q(state="failed"),
                name="hcp_follow_up_failed",
            ),
            models.Index(
                fields=["sent_at"], condition=Q(sent_at__isnull=False), name="hcp_follow_up_sent"
            ),
        ]

    def __str__(self) -> str:
        # Not get_purpose_display, which translates all choices: every message says this once.
        what = self.event if self.endpoint_id else PURPOSES.get(self.purpose, self.purpose)
        return f"{what} → {self.address}"

    @property
    def is_typed(self) -> bool:
        """Whether its words were typed for this one message, and not taken from a text."""
        return self.purpose == self.Purpose.MESSAGE and not self.template

    def need_lead(self) -> Lead:
        """The lead it is about; raises ``LookupError`` where it concerns an institution."""
        if self.lead is None:
            raise LookupError(_("This message is about no lead."))
        return self.lead


PURPOSES: dict[str, Any] = dict(FollowUp.Purpose.choices)
"""Purpose → its words, to be translated when they are read."""


class Heartbeat(models.Model):
    """One row per kind of process that sweeps: when it last looked for due follow-ups."""

    name = models.CharField(_("process"), max_length=20, unique=True)
    at = models.DateTimeField(_("last sweep at"))

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name
