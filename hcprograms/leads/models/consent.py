"""Consent: its versioned texts, its append-only proof, and what must never be written to again."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hcprograms.institutions.models import Institution
from hcprograms.institutions.querysets import WatchedManager
from hcprograms.institutions.scoping import ScopedManager
from hcprograms.leads.models.lead import Lead


class Channel(models.TextChoices):
    """A way of reaching a person; each is consented to on its own."""

    EMAIL = "email", _("email")
    CALL = "call", _("phone call")
    TEXT = "text", _("text message")


class ConsentText(models.Model):
    """The exact words of a consent box, one row per version.

    ``{institution}`` in the text stands for the seller's legal name; the proof keeps the words
    with the name filled in.
    """

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="consent_texts")
    channel = models.CharField(_("channel"), max_length=5, choices=Channel)
    version = models.PositiveIntegerField(_("version"), default=1)
    text = models.TextField(_("text"))
    is_current = models.BooleanField(_("shown in forms"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WatchedManager()

    class Meta:
        verbose_name = _("consent text")
        verbose_name_plural = _("consent texts")
        ordering = ["institution", "channel", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "channel", "version"], name="hcp_consent_text_version_once"
            ),
            models.UniqueConstraint(
                fields=["institution", "channel"],
                condition=Q(is_current=True),
                name="hcp_consent_text_one_current",
                violation_error_message=_("This channel has a current text already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}, version {self.version}"


class AppendOnlyError(Exception):
    """A row of proof was to be changed or deleted."""


class Consent(models.Model):
    """Proof of what a person was shown and chose, or later withdrew. Rows are never changed.

    The database refuses updates, and deletion too while the lead has not been erased.
    """

    class Decision(models.TextChoices):
        GRANTED = "granted", _("granted")
        NOT_GRANTED = "not_granted", _("box left empty")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Method(models.TextChoices):
        FORM = "form", _("form")
        LINK = "link", _("link in an email")
        REPLY = "reply", _("reply by email")
        STAFF = "staff", _("told to staff")
        PAGE = "page", _("page of choices")
        SPAM = "spam", _("reported as spam")

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="consents")
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="consents")
    channel = models.CharField(_("channel"), max_length=5, choices=Channel)
    decision = models.CharField(_("decision"), max_length=11, choices=Decision)
    method = models.CharField(_("method"), max_length=5, choices=Method, default=Method.FORM)
    decided_at = models.DateTimeField(_("decided at"))
    text = models.TextField(_("exact text shown"), blank=True)
    text_version = models.PositiveIntegerField(_("version of the text"), null=True, blank=True)
    text_sha256 = models.CharField(_("SHA-256 of the text"), max_length=64, blank=True)
    seller = models.CharField(_("given to"), max_length=200)
    contact_point = models.CharField(_("contact point"), max_length=320, blank=True)
    form_version = models.PositiveIntegerField(_("version of the form"), null=True, blank=True)
    page_url = models.CharField(_("page"), max_length=500, blank=True)
    ip_address = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    user_agent = models.CharField(_("browser"), max_length=300, blank=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["decided_at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.get_decision_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert once. Raises :class:`AppendOnlyError` for a row that exists."""
        if self.pk is not None:
            raise AppendOnlyError("A consent is proof: it is added to, never changed.")
        super().save(*args, **kwargs)


class Suppression(models.Model):
    """An address that must not be written to, kept as a keyed hash so that erasure can keep it."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="suppressions")
    channel = models.CharField(_("channel"), max_length=5, choices=Channel)
    address_hash = models.CharField(_("hash of the address"), max_length=64)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    created_at = models.DateTimeField(_("last asked for at"), default=timezone.now)

    objects = ScopedManager()

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "channel", "address_hash"], name="hcp_suppression_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.address_hash[:12]}…"
