"""Texts of messages that staff write themselves, in versions and languages."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hcprograms.institutions.models import Institution


class Kind(models.TextChoices):
    """What a text is for. It decides which placeholders there are, and who reads it."""

    CONFIRMATION = "confirmation", _("confirmation to the applicant")
    RESULTS = "results", _("results by email, to the applicant")
    APPOINTMENT = "appointment", _("news of an appointment, to the applicant")
    APPOINTMENT_REMINDER = "appt_remind", _("reminder of an appointment")
    OWN = "own", _("own text to the applicant")
    ALERT = "alert", _("alert to the advisor")
    REMINDER = "reminder", _("reminder to the advisor")
    ESCALATION = "escalation", _("escalation to the manager")
    APPOINTMENT_ADVISOR = "appt_advisor", _("news of an appointment, to the advisor")


def site_language() -> str:
    return settings.LANGUAGE_CODE


class MessageTemplate(models.Model):
    """A text of an institution; its words are in its versions.

    ``key`` names it in follow-ups and sequences for as long as it exists. ``is_standard``: it
    takes the place of the built-in text in every message of its kind that names no other.
    ``trouble``: why the built-in text was sent instead when it was last used; empty if it was not.
    """

    institution = models.ForeignKey(
        Institution, models.CASCADE, related_name="message_templates", verbose_name=_("institution")
    )
    kind = models.CharField(_("used for"), max_length=12, choices=Kind)
    name = models.CharField(_("name"), max_length=100)
    key = models.SlugField(
        _("key"),
        max_length=60,
        help_text=_("Short and lasting: follow-ups and sequences name the text by it."),
    )
    language = models.CharField(
        _("language of last resort"),
        max_length=10,
        default=site_language,
        help_text=_("For people in whose language there is no version."),
    )
    is_standard = models.BooleanField(
        _("standard text"),
        default=False,
        help_text=_("Sent instead of the built-in text wherever no other text is named."),
    )
    is_active = models.BooleanField(
        _("offered"),
        default=True,
        help_text=_("Otherwise it is used only where it was chosen before."),
    )
    trouble = models.CharField(_("trouble"), max_length=300, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("message template")
        verbose_name_plural = _("message templates")
        ordering = ["institution", "kind", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "key"],
                name="hcp_template_key_once",
                violation_error_message=_("Another text has this key already."),
            ),
            models.UniqueConstraint(
                fields=["institution", "kind"],
                condition=Q(is_standard=True),
                name="hcp_template_one_standard",
                violation_error_message=_("Another text is the standard for this already."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="own", is_standard=True),
                name="hcp_template_own_is_no_standard",
                violation_error_message=_("A text of your own has no built-in text to replace."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TemplateVersion(models.Model):
    """The words of a template in one language, as somebody saved them. Never changed.

    The highest ``number`` of a language is the one in use; one without words ends the use of its
    language. The database refuses to change what a version says.
    """

    template = models.ForeignKey(MessageTemplate, models.CASCADE, related_name="versions")
    language = models.CharField(_("language"), max_length=10)
    number = models.PositiveIntegerField(_("version"))
    subject = models.CharField(_("subject"), max_length=150, blank=True)
    body = models.TextField(_("text"), blank=True)
    restores = models.PositiveIntegerField(_("restores version"), null=True, blank=True)
    created_at = models.DateTimeField(_("saved at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("saved by"),
    )

    class Meta:
        verbose_name = _("version of a text")
        verbose_name_plural = _("versions of texts")
        ordering = ["template", "language", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["template", "language", "number"], name="hcp_template_version_once"
            ),
            models.CheckConstraint(
                condition=Q(subject="", body="") | (~Q(subject="") & ~Q(body="")),
                name="hcp_template_version_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert once; a change is a new version."""
        if self.pk is not None:
            raise TypeError("A version is never changed: save a new one.")
        super().save(*args, **kwargs)

    @property
    def ends_language(self) -> bool:
        return not self.body
