"""Where an institution's other systems want to be told of its leads."""

import secrets
from base64 import b64encode
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hcprograms.institutions.models import Institution

OLD_SECRET_LASTS = timedelta(hours=24)


class Event(models.TextChoices):
    """What a CRM can be told of; the values are part of the contract in docs/webhooks.md."""

    LEAD_CREATED = "lead.created", _("a lead was captured")
    LEAD_UPDATED = "lead.updated", _("a lead changed")
    LEAD_ANSWERED = "lead.answered", _("a lead was answered for the first time")
    LEAD_ERASED = "lead.erased", _("a person was erased")
    APPOINTMENT_BOOKED = "appointment.booked", _("an appointment was booked")
    APPOINTMENT_MOVED = "appointment.moved", _("an appointment was moved")
    APPOINTMENT_CANCELLED = "appointment.cancelled", _("an appointment was cancelled")
    APPOINTMENT_MISSED = "appointment.missed", _("nobody came to an appointment")
    CONSENT_WITHDRAWN = "consent.withdrawn", _("a consent was withdrawn")
    STEP_DUE = "sequence.step", _("a step of a sequence is due")


def make_secret() -> str:
    """A new signing secret, as Standard Webhooks writes it: 32 random bytes."""
    return "whsec_" + b64encode(secrets.token_bytes(32)).decode()


def every_event() -> list[str]:
    return list(Event.values)


def validate_target(value: str) -> None:
    """Refuse an address that is not plain https; where it leads is checked at each connect."""
    parts = urlsplit(value)
    if parts.scheme != "https":
        raise ValidationError(_("Give an address that begins with https://"))
    if parts.username or parts.password:
        raise ValidationError(_("Leave name and password out: deliveries are signed instead."))


class WebhookEndpoint(models.Model):
    """One address of another system, the events it wants, and how it has been doing.

    ``paused_at`` is set when a delivery was given up or the endpoint said that it is gone; what
    waits then and what happens meanwhile become failed deliveries that staff can send again.
    """

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="webhook_endpoints")
    name = models.CharField(_("name"), max_length=100, help_text=_("For example: our CRM"))
    url = models.URLField(_("address"), max_length=500, validators=[validate_target])
    events = models.JSONField(_("events"), default=every_event)
    secret = models.CharField(_("signing secret"), max_length=100, default=make_secret)
    old_secret = models.CharField(max_length=100, blank=True, editable=False)
    secret_changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    paused_at = models.DateTimeField(_("paused since"), null=True, blank=True, editable=False)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0, editable=False)
    last_success_at = models.DateTimeField(
        _("last success at"), null=True, blank=True, editable=False
    )
    last_failure_at = models.DateTimeField(
        _("last failure at"), null=True, blank=True, editable=False
    )
    last_error = models.CharField(_("last error"), max_length=500, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")
        ordering = ["institution", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "url"],
                name="hcp_webhook_url_once",
                violation_error_message=_("This address is told already."),
            ),
            models.CheckConstraint(
                condition=Q(url__startswith="https://"), name="hcp_webhook_url_is_https"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None

    def secrets_at(self, now: datetime) -> list[str]:
        """What to sign with: during the day after a change also the secret before."""
        changed = self.secret_changed_at
        is_recent = changed is not None and now - changed < OLD_SECRET_LASTS
        return [self.secret, self.old_secret] if self.old_secret and is_recent else [self.secret]
