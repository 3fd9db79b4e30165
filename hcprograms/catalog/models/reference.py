"""Reference data that every institution shares; it ships with the plugin and is kept up to date."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hcprograms.institutions.querysets import WatchedManager


class Track(models.TextChoices):
    """The two tracks of the field, and the name that one source gives to a part of the second."""

    MANAGEMENT = "management", _("management")
    ADMINISTRATION = "administration", _("administration")
    MEDICAL_ADMINISTRATION = "medical_administration", _("medical administration")


class ReferenceModel(models.Model):
    """A row that ``load_reference`` keeps current until somebody edits it.

    ``loaded_digest`` is the SHA-256 of the values as last loaded. While the row still has that
    digest nobody has changed it, and a newer release may; otherwise it is left alone.
    """

    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True


class EvidenceSource(ReferenceModel):
    """A published article, database or standard that facts are taken from."""

    key = models.SlugField(_("key"), max_length=40, unique=True)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    title = models.CharField(_("title"), max_length=300)
    url = models.URLField(_("address"), max_length=500, blank=True)
    published_on = models.CharField(
        _("published"),
        max_length=10,
        blank=True,
        help_text=_("As precisely as known: 2020, 2020-11 or 2020-11-04."),
    )
    note = models.TextField(
        _("note"), blank=True, help_text=_("Attribution to print, or what is missing.")
    )

    objects = WatchedManager()

    class Meta:
        verbose_name = _("source of evidence")
        verbose_name_plural = _("sources of evidence")
        ordering = ["key"]

    def __str__(self) -> str:
        return f"{self.publisher}: {self.title}" if self.publisher else self.title


class InterestStatement(ReferenceModel):
    """A sentence of the matching form that an applicant agrees or disagrees with."""

    slug = models.SlugField(_("slug"), max_length=40, unique=True)
    text = models.CharField(_("text"), max_length=200)
    track = models.CharField(_("leans towards"), max_length=24, choices=Track)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("asked"), default=True)

    objects = WatchedManager()

    class Meta:
        verbose_name = _("interest statement")
        verbose_name_plural = _("interest statements")
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.text


class Certification(ReferenceModel):
    """A third party's professional certification."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200)
    abbreviation = models.CharField(_("abbreviation"), max_length=20, blank=True)
    body = models.CharField(_("awarded by"), max_length=200, blank=True)
    track = models.CharField(_("track"), max_length=24, choices=Track, blank=True)
    body_source = models.ForeignKey(
        EvidenceSource,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("source of the body"),
        help_text=_("Where the awarding body is named."),
    )
    body_as_written = models.CharField(
        _("body as written"),
        max_length=200,
        blank=True,
        help_text=_("What the source calls the awarding body, where that differs."),
    )
    source = models.ForeignKey(
        EvidenceSource, models.PROTECT, related_name="certifications", null=True, blank=True
    )

    objects = WatchedManager()

    class Meta:
        verbose_name = _("certification")
        verbose_name_plural = _("certifications")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} ({self.abbreviation})" if self.abbreviation else self.name


class FieldFact(ReferenceModel):
    """One thing that a source says about a track: a duty, a skill, a workplace, a degree …"""

    class Kind(models.TextChoices):
        DUTY = "duty", _("duty")
        SKILL = "skill", _("skill")
        WORKPLACE = "workplace", _("workplace")
        EDUCATION = "education", _("education")
        DEGREE = "degree", _("degree")
        INTEREST = "interest", _("interest")
        BACKGROUND = "background", _("background")
        CONTACT = "contact", _("contact with patients")
        RELATION = "relation", _("how the tracks relate")
        TRAINING = "training", _("training")
        ADVICE = "advice", _("advice")

    slug = models.SlugField(_("slug"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    track = models.CharField(
        _("track"), max_length=24, choices=Track, blank=True, help_text=_("Empty: both.")
    )
    text = models.CharField(_("text"), max_length=300)
    source = models.ForeignKey(EvidenceSource, models.PROTECT, related_name="facts")

    objects = WatchedManager()

    class Meta:
        verbose_name = _("fact of the field")
        verbose_name_plural = _("facts of the field")
        ordering = ["kind", "track", "slug"]

    def __str__(self) -> str:
        return self.text
