"""What an institution offers: programs, their offerings and intakes."""

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.days import validate_day
from hcprograms.catalog.models.choices import Delivery, Level, PriceBasis, StateRule, Status
from hcprograms.catalog.models.details import ProgramDetails, details_constraints
from hcprograms.catalog.models.pricing import Pricing, price_constraints
from hcprograms.catalog.models.reference import Certification
from hcprograms.catalog.states import validate_states
from hcprograms.institutions.models import Campus, Institution
from hcprograms.institutions.querysets import WatchedQuerySet

if TYPE_CHECKING:
    from datetime import date


__all__ = [
    "CatalogVersion",
    "Delivery",
    "Intake",
    "IntakeQuerySet",
    "Level",
    "Offering",
    "OfferingQuerySet",
    "PriceBasis",
    "Program",
    "ProgramQuerySet",
    "StateRule",
    "Status",
]


DEGREE_WORDS: dict[str, str] = {
    Level.ASSOCIATE: "associate",
    Level.BACHELOR: "bachelor",
    Level.MASTER: "master",
    Level.DOCTORATE: "doctor",
}
"""What the name of a degree says of its level; certificates say too little of theirs."""

AWARD_LETTERS: dict[str, tuple[str, ...]] = {
    "A": (Level.ASSOCIATE,),
    "B": (Level.BACHELOR,),
    "M": (Level.MASTER,),
    "D": (Level.DOCTORATE,),
    "P": (Level.DOCTORATE,),
}
"""First letter of a short award, such as MHA, BS or PhD."""


class ProgramQuerySet(WatchedQuerySet["Program"]):
    def published(self) -> "ProgramQuerySet":
        """Programs that the public may see."""
        return self.filter(status=Status.PUBLISHED, institution__is_published=True)


class Program(ProgramDetails):
    """A degree, certificate or training course of one institution."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="programs")
    name = models.CharField(
        _("name"),
        max_length=250,
        help_text=_("As on the diploma, without the award: Master of Health Administration."),
    )
    slug = models.SlugField(
        _("slug"),
        max_length=150,
        help_text=_("The end of the page’s address; links to it break if it changes."),
    )
    award = models.CharField(_("award"), max_length=40, blank=True, help_text=_("Such as MHA."))
    concentration = models.CharField(
        _("concentration"),
        max_length=150,
        blank=True,
        help_text=_("The specialization on the diploma, if the program has one."),
    )
    level = models.CharField(
        _("level"),
        max_length=20,
        choices=Level,
        help_text=_("What it ends with. CAHME accredits at the master’s level only."),
    )
    cip_code = models.CharField(
        _("CIP code"),
        max_length=7,
        blank=True,
        validators=[
            RegexValidator(
                r"^\d{2}\.\d{2}(\d{2})?$", _("A CIP code reads NN.NNNN (or NN.NN for its family).")
            )
        ],
        help_text=_("NN.NNNN of CIP 2020, zeros included."),
    )
    summary = models.CharField(
        _("summary"),
        max_length=300,
        blank=True,
        help_text=_("One sentence for lists and search engines. No promise of work or pay."),
    )
    description = models.TextField(
        _("description"),
        blank=True,
        help_text=_("For its own page. Everything in it must be true of every offering."),
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=Status,
        default=Status.DRAFT,
        help_text=_("The public sees published programs only."),
    )
    track_position = models.DecimalField(
        _("track position"),
        max_digits=3,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(-1)), MaxValueValidator(Decimal(1))],
        help_text=_(
            "+1 management … −1 administration, as the institution sees it. "
            "Empty: computed from the roles it leads to."
        ),
    )
    certifications = models.ManyToManyField(
        Certification, blank=True, related_name="programs", verbose_name=_("prepares for")
    )
    source = models.CharField(_("source"), max_length=200, blank=True)
    source_as_of = models.CharField(_("source's period"), max_length=40, blank=True)
    import_key = models.CharField(max_length=60, blank=True, editable=False)
    import_digest = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ProgramQuerySet.as_manager()

    class Meta:
        verbose_name = _("program")
        verbose_name_plural = _("programs")
        ordering = ["institution", "name"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "slug"], name="hcp_program_slug_once"),
            models.UniqueConstraint(
                fields=["institution", "import_key"],
                condition=~Q(import_key=""),
                name="hcp_program_import_key_once",
            ),
            models.CheckConstraint(
                condition=Q(level__in=[*Level.values]), name="hcp_program_level_known"
            ),
            models.CheckConstraint(
                condition=Q(track_position__isnull=True)
                | Q(track_position__gte=-1, track_position__lte=1),
                name="hcp_program_track_position_range",
            ),
            models.CheckConstraint(
                condition=Q(cip_code="") | Q(cip_code__regex=r"^\d{2}\.\d{2}(\d{2})?$"),
                name="hcp_program_cip_format",
            ),
            *details_constraints(),
        ]
        indexes = [models.Index(fields=["status", "level"], name="hcp_program_status_level")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """What tells it from the institution's other programs: award, concentration and level.

        The level is left out where the name or the award says it.
        """
        parts = [self.name if self.award == self.name else self.full_name]
        if self.concentration.casefold() not in self.full_name.casefold():
            parts.append(self.concentration)
        if not self._says_level():
            parts.append(str(Level(self.level).label) if self.level else "")
        return ", ".join(filter(None, parts))

    def _says_level(self) -> bool:
        """Whether the words of the name, or the first letter of the award, mean this level."""
        said = self.full_name.casefold()
        levels = [level for level, word in DEGREE_WORDS.items() if word in said]
        if not levels and "certificate" not in said:
            levels = [*AWARD_LETTERS.get(self.award[:1].upper(), ())]
        return levels == [self.level]

    @property
    def full_name(self) -> str:
        """The name with its award, as shown everywhere: “Master of Public Health (MPH)”."""
        return f"{self.name} ({self.award})" if self.award else self.name

    @property
    def own_award(self) -> str:
        """The award where it says more than the level; public data often repeats the level."""
        said, level = (
            text.casefold().replace("’", "'") for text in (self.award, str(Level(self.level).label))
        )
        return "" if said == level else self.award


class OfferingQuerySet(WatchedQuerySet["Offering"]):
    def published(self) -> "OfferingQuerySet":
        """Offerings that the public may see, match and ask about."""
        return self.filter(
            status=Status.PUBLISHED,
            program__status=Status.PUBLISHED,
            program__institution__is_published=True,
        )


class Offering(Pricing):
    """A program in one delivery at one campus: the unit of price, duration and accreditation.

    An empty field means *not published*, never zero.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    program = models.ForeignKey(Program, models.CASCADE, related_name="offerings")
    delivery = models.CharField(
        _("delivery"),
        max_length=8,
        choices=Delivery,
        blank=True,
        help_text=_("Hybrid: some of it must be attended on campus."),
    )
    campus = models.ForeignKey(
        Campus,
        models.RESTRICT,
        related_name="offerings",
        null=True,
        blank=True,
        help_text=_("Where it is taught. Empty: fully online, or not published."),
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=Status,
        default=Status.PUBLISHED,
        help_text=_("The public sees it while its program is published too."),
    )
    duration_months = models.PositiveSmallIntegerField(
        _("months"),
        null=True,
        blank=True,
        help_text=_("From the first day to the degree, at the usual pace."),
    )
    pace = models.CharField(
        _("pace"), max_length=80, blank=True, help_text=_("Such as part time, or at your own pace.")
    )
    credits = models.DecimalField(
        _("credits"),
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        help_text=_("In all, in the credits that the price is per."),
    )
    max_transfer_credits = models.DecimalField(
        _("credits that may transfer in"),
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        help_text=_("At most. 0 means none; empty means not published."),
    )
    terms = models.PositiveSmallIntegerField(
        _("terms"),
        null=True,
        blank=True,
        help_text=_("How many one pays for, where the price is per term."),
    )
    state_rule = models.CharField(
        _("open to residents of"),
        max_length=8,
        choices=StateRule,
        blank=True,
        default=StateRule.UNKNOWN,
        help_text=_("Where the school may enrol people for this offering."),
    )
    states = models.JSONField(_("states"), default=list, blank=True, validators=[validate_states])
    open_to_international = models.BooleanField(_("open to people abroad"), null=True, blank=True)
    import_key = models.CharField(max_length=60, blank=True, editable=False)
    import_digest = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = OfferingQuerySet.as_manager()

    class Meta:
        verbose_name = _("offering")
        verbose_name_plural = _("offerings")
        ordering = ["program", "delivery", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "delivery", "campus"],
                name="hcp_offering_once",
                violation_error_message=_(
                    "This program has an offering with this delivery at this campus already."
                ),
            ),
            # NULLs are distinct to a plain UNIQUE, so offerings without a campus need their own.
            models.UniqueConstraint(
                fields=["program", "delivery"],
                condition=Q(campus__isnull=True),
                name="hcp_offering_once_without_campus",
                violation_error_message=_(
                    "This program has an offering with this delivery and no campus already."
                ),
            ),
            models.CheckConstraint(
                condition=Q(duration_months__isnull=True) | Q(duration_months__gte=1),
                name="hcp_offering_duration_positive",
            ),
            *price_constraints(),
            models.CheckConstraint(
                condition=Q(credits__isnull=True) | Q(credits__gt=0),
                name="hcp_offering_credits_positive",
            ),
        ]

    def __str__(self) -> str:
        place = f", {self.campus}" if self.campus_id else ""
        return f"{self.program} · {self.get_delivery_display()}{place}"


class IntakeQuerySet(WatchedQuerySet["Intake"]):
    def open_on(self, today: "date") -> "IntakeQuerySet":
        """Intakes that one can still apply for on this day."""
        still_open = Q(apply_by__gte=today) | Q(apply_by__isnull=True, starts_on__gte=today)
        return self.filter(still_open)


class Intake(models.Model):
    """A start date of an offering with its apply-by date."""

    offering = models.ForeignKey(Offering, models.CASCADE, related_name="intakes")
    starts_on = models.DateField(_("starts on"), validators=[validate_day])
    apply_by = models.DateField(
        _("apply by"),
        null=True,
        blank=True,
        validators=[validate_day],
        help_text=_("The last day. Empty: until it starts."),
    )

    objects = IntakeQuerySet.as_manager()

    class Meta:
        verbose_name = _("intake")
        verbose_name_plural = _("intakes")
        ordering = ["starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["offering", "starts_on"], name="hcp_intake_once"),
            models.CheckConstraint(
                condition=Q(apply_by__isnull=True) | Q(apply_by__lte=F("starts_on")),
                name="hcp_intake_apply_before_start",
                violation_error_message=_("The apply-by date comes after the start."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.starts_on)


class CatalogVersion(models.Model):
    """One row whose token is another one after each change of the catalog."""

    token = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="hcp_one_catalog_version")]

    def __str__(self) -> str:
        return str(self.token)
