"""Disclosures and disclaimers: versioned words, dated, shown where they belong."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.days import validate_day
from hcprograms.catalog.models.reference import EvidenceSource
from hcprograms.institutions.models import Institution
from hcprograms.institutions.querysets import WatchedManager


class Place(models.TextChoices):
    """Where in public a text belongs: beside what it qualifies."""

    RESULTS = "results", _("the results of a match")
    PROGRAM = "program", _("a program’s page, at its end")
    ROLES = "roles", _("the jobs that a program leads to")
    STARTS = "starts", _("prices, start dates and states")
    CERTIFICATIONS = "certifications", _("the certifications a program prepares for")
    LICENSURE = "licensure", _("licences, state by state")
    ACCREDITATION = "accreditation", _("accreditation")
    SALARY = "salary", _("wages and earnings")
    FORM = "form", _("forms by which people ask")


def validate_places(value: object) -> None:
    """Refuse anything but a list of the places above."""
    if not isinstance(value, list) or not value or not all(one in Place.values for one in value):
        raise ValidationError(
            _("Name one or more places, such as %(examples)s."),
            params={"examples": ", ".join(Place.values)},
        )


class Disclosure(models.Model):
    """One version of a text, known by its code: the shared one, or an institution's own.

    The shared ones ship as reference data; an institution's own of the same code is shown
    instead, on that institution's pages. Once published a version is never edited, only ended
    (``valid_to``) or superseded by a later one; the database refuses anything else. Which is in
    force on a day: ``catalog.disclosures``.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")

    institution = models.ForeignKey(
        Institution,
        models.CASCADE,
        related_name="disclosures",
        null=True,
        blank=True,
        help_text=_("Whose pages show it. None: shared, on every institution's pages."),
    )
    code = models.SlugField(
        _("code"),
        max_length=40,
        help_text=_(
            "What it is about, such as no-guarantee-of-employment. The code of a shared text: "
            "yours is shown in its place."
        ),
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    places = models.JSONField(_("shown with"), validators=[validate_places])
    text = models.TextField(_("text"), max_length=2_000)
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.DRAFT)
    valid_from = models.DateField(_("in force from"), validators=[validate_day])
    valid_to = models.DateField(
        _("in force until"),
        null=True,
        blank=True,
        validators=[validate_day],
        help_text=_("The last day. Empty: until a later version is in force."),
    )
    source = models.ForeignKey(
        EvidenceSource,
        models.PROTECT,
        related_name="disclosures",
        null=True,
        blank=True,
        help_text=_("Whose practice the shared text follows."),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WatchedManager()

    class Meta:
        verbose_name = _("disclosure")
        verbose_name_plural = _("disclosures")
        ordering = ["code", "institution", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "code", "version"], name="hcp_disclosure_version_once"
            ),
            # NULLs are distinct to a plain UNIQUE, so shared texts need their own.
            models.UniqueConstraint(
                fields=["code", "version"],
                condition=Q(institution__isnull=True),
                name="hcp_disclosure_shared_version_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="hcp_disclosure_dates_in_order",
                violation_error_message=_("It ends before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "published"]), name="hcp_disclosure_status_known"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="hcp_disclosure_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.code}, {self.version}"

    @property
    def places_in_words(self) -> str:
        """Where it is shown, for people."""
        return ", ".join(str(Place(one).label) for one in self.places)
