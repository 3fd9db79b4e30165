"""What an institution publishes to be asked by."""

import re
import uuid
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hcprograms.institutions.models import Institution
from hcprograms.institutions.querysets import WatchedQuerySet

MAX_HOSTS = 50
READABLE = 4.5
_HOST = re.compile(r"(\*\.)?[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?(:[0-9]{1,5})?", re.ASCII)


def validate_hosts(value: object) -> None:
    """Refuse anything but a list of host names: they end up in a header."""
    if not isinstance(value, list) or len(value) > MAX_HOSTS:
        raise ValidationError(_('Give a list of host names, such as ["www.school.example"].'))
    wrong = [one for one in value if not isinstance(one, str) or not _HOST.fullmatch(one)]
    if wrong:
        raise ValidationError(
            _("Not a host name: %(hosts)s. Leave out https:// and whatever follows a slash."),
            params={"hosts": ", ".join(map(str, wrong))},
        )


def validate_accent(value: str) -> None:
    """Refuse what is no colour, and one that white text cannot be read on (WCAG 2.2, 4.5:1)."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value, re.ASCII):
        raise ValidationError(_("Give a colour such as #0c5a63."))
    parts = [int(value[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts
    )
    if 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) < READABLE:
        raise ValidationError(_("White text cannot be read on this colour: choose a darker one."))


class FieldRule(models.TextChoices):
    """How a standard question is put."""

    HIDDEN = "hidden", _("not asked")
    OPTIONAL = "optional", _("asked")
    REQUIRED = "required", _("required")


class InterestFormQuerySet(WatchedQuerySet["InterestForm"]):
    def open_at(self, now: datetime) -> "InterestFormQuerySet":
        """Forms that the public may submit at this moment."""
        return self.filter(
            Q(opens_at__isnull=True) | Q(opens_at__lte=now),
            Q(closes_at__isnull=True) | Q(closes_at__gt=now),
            status=InterestForm.Status.PUBLISHED,
            institution__is_published=True,
        )


class InterestForm(models.Model):
    """A form by which an applicant asks an institution for something.

    Name, email and message are always asked (the message is optional); the other standard
    questions follow the rule set for each.
    """

    class Kind(models.TextChoices):
        INFORMATION = "information", _("request information")
        MATCH = "match", _("match me with programs")
        TUITION = "tuition", _("estimate tuition")
        APPOINTMENT = "appointment", _("book an appointment")
        APPLY = "apply", _("apply")
        CALLBACK = "callback", _("call me back")
        TRAINING = "training", _("training for an organisation")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        RETIRED = "retired", _("retired")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="interest_forms")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.INFORMATION)
    slug = models.SlugField(_("slug"), max_length=80)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    title = models.CharField(_("title"), max_length=150)
    intro = models.TextField(_("introduction"), blank=True)
    submit_label = models.CharField(_("text of the button"), max_length=60, blank=True)
    small_print = models.TextField(
        _("small print"),
        blank=True,
        help_text=_("Below the button: what is not promised, and what the law asks you to say."),
    )
    thank_you = models.TextField(_("thank-you text"), blank=True)
    thank_you_url = models.URLField(
        _("thank-you address"),
        max_length=500,
        blank=True,
        validators=[URLValidator(["https"])],
        help_text=_("A page of your own to go on to, instead of the thank-you page here."),
    )
    apply_url = models.URLField(
        _("your application"),
        max_length=500,
        blank=True,
        validators=[URLValidator(["https"])],
        help_text=_(
            "For the kind “apply”: where applications are made. The page leads there, and counts."
        ),
    )
    accent = models.CharField(
        _("colour"),
        max_length=7,
        blank=True,
        validators=[validate_accent],
        help_text=_("Of buttons and links, such as #0c5a63: dark enough for white text on it."),
    )
    ask_phone = models.CharField(
        _("phone"), max_length=8, choices=FieldRule, default=FieldRule.OPTIONAL
    )
    ask_state = models.CharField(
        _("country and state"), max_length=8, choices=FieldRule, default=FieldRule.OPTIONAL
    )
    ask_education = models.CharField(
        _("education"), max_length=8, choices=FieldRule, default=FieldRule.OPTIONAL
    )
    ask_military = models.CharField(
        _("military affiliation"), max_length=8, choices=FieldRule, default=FieldRule.OPTIONAL
    )
    ask_start = models.CharField(
        _("wished start"), max_length=8, choices=FieldRule, default=FieldRule.OPTIONAL
    )
    ask_best_time = models.CharField(
        _("best time to call"), max_length=8, choices=FieldRule, default=FieldRule.OPTIONAL
    )
    allowed_hosts = models.JSONField(
        _("sites that may embed it"),
        default=list,
        blank=True,
        validators=[validate_hosts],
        help_text=_(
            "Host names as in the address of the page, such as www.school.example, one per line. "
            "A port belongs to it if the address has one; * stands for any name before a dot."
        ),
    )
    opens_at = models.DateTimeField(_("opens at"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes at"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = InterestFormQuerySet.as_manager()

    class Meta:
        verbose_name = _("interest form")
        verbose_name_plural = _("interest forms")
        ordering = ["institution", "title"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "slug"], name="hcp_interest_form_slug_once"
            ),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(closes_at__gt=F("opens_at")),
                name="hcp_interest_form_times_in_order",
                violation_error_message=_("It closes before it opens."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="apply") | ~Q(apply_url=""),
                name="hcp_interest_form_apply_has_address",
                violation_error_message=_("Give the address of your application."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def accent_digits(self) -> str:
        return self.accent.removeprefix("#").lower()
