"""What an institution offers: programs, their offerings and intakes."""

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.days import validate_day
from hcprograms.catalog.models.details import ProgramDetails, details_constraints
from hcprograms.catalog.models.reference import Certification
from hcprograms.catalog.states import validate_states
from hcprograms.institutions.history import Recorded
from hcprograms.institutions.models import Campus, Institution

if TYPE_CHECKING:
    from datetime import date


class Level(models.TextChoices):
    """Credential levels, in the words of Answers."""

    CERTIFICATE = "certificate", _("undergraduate certificate")
    ASSOCIATE = "associate", _("associate degree")
    BACHELOR = "bachelor", _("bachelor’s degree")
    POSTBACCALAUREATE = "postbaccalaureate", _("post-baccalaureate certificate")
    MASTER = "master", _("master’s degree")
    GRADUATE_CERTIFICATE = "graduate_certificate", _("graduate certificate")
    DOCTORATE = "doctorate", _("doctorate")


class Status(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    RETIRED = "retired", _("retired")


class Delivery(models.TextChoices):
    ONLINE = "online", _("online")
    HYBRID = "hybrid", _("hybrid")
    CAMPUS = "campus", _("on campus")
    UNKNOWN = "", _("not published")


class StateRule(models.TextChoices):
    """Residents of which US states an offering may enrol."""

    UNKNOWN = "", _("not published")
    ALL = "all", _("all states")
    ONLY = "only", _("only the states listed")
    EXCEPT = "except", _("all but the states listed")


class PriceBasis(models.TextChoices):
    UNKNOWN = "", _("not published")
    CREDIT = "credit", _("per credit")
    TERM = "term", _("per term")
    TOTAL = "total", _("for the whole program")


class ProgramQuerySet(models.QuerySet["Program"]):
    def published(self) -> "ProgramQuerySet":
        """Programs that the public may see."""
        return self.filter(status=Status.PUBLISHED, institution__is_published=True)


class Program(ProgramDetails):
    """A degree, certificate or training course of one institution."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="programs")
    name = models.CharField(_("name"), max_length=250)
    slug = models.SlugField(_("slug"), max_length=150)
    award = models.CharField(_("award"), max_length=40, blank=True, help_text=_("Such as MHA."))
    concentration = models.CharField(_("concentration"), max_length=150, blank=True)
    level = models.CharField(_("level"), max_length=20, choices=Level)
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
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    description = models.TextField(_("description"), blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
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
    history = Recorded("institution", many=["certifications"])

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
        return self.full_name

    @property
    def full_name(self) -> str:
        """The name with its award, as shown everywhere: “Master of Public Health (MPH)”."""
        return f"{self.name} ({self.award})" if self.award else self.name


class OfferingQuerySet(models.QuerySet["Offering"]):
    def published(self) -> "OfferingQuerySet":
        """Offerings that the public may see, match and ask about."""
        return self.filter(
            status=Status.PUBLISHED,
            program__status=Status.PUBLISHED,
            program__institution__is_published=True,
        )


class Offering(models.Model):
    """A program in one delivery at one campus: the unit of price, duration and accreditation.

    Money is in ``currency`` per ``price_basis``. An empty field means *not published*, never zero.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    program = models.ForeignKey(Program, models.CASCADE, related_name="offerings")
    delivery = models.CharField(_("delivery"), max_length=8, choices=Delivery, blank=True)
    campus = models.ForeignKey(
        Campus, models.RESTRICT, related_name="offerings", null=True, blank=True
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PUBLISHED)
    duration_months = models.PositiveSmallIntegerField(_("months"), null=True, blank=True)
    pace = models.CharField(
        _("pace"), max_length=80, blank=True, help_text=_("Such as part time, or at your own pace.")
    )
    credits = models.DecimalField(
        _("credits"), max_digits=5, decimal_places=1, null=True, blank=True
    )
    max_transfer_credits = models.DecimalField(
        _("credits that may transfer in"), max_digits=5, decimal_places=1, null=True, blank=True
    )
    terms = models.PositiveSmallIntegerField(_("terms"), null=True, blank=True)
    currency = models.CharField(
        _("currency"),
        max_length=3,
        default="USD",
        validators=[RegexValidator(r"^[A-Z]{3}$", _("Three capital letters, such as USD."))],
    )
    price_basis = models.CharField(
        _("price is"), max_length=8, choices=PriceBasis, blank=True, default=PriceBasis.UNKNOWN
    )
    price = models.DecimalField(
        _("price"),
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("For everybody, or for non-residents where residents pay another price."),
    )
    price_resident = models.DecimalField(
        _("price for residents of the state"), max_digits=9, decimal_places=2, null=True, blank=True
    )
    price_military = models.DecimalField(
        _("price with military benefits"), max_digits=9, decimal_places=2, null=True, blank=True
    )
    fees_total = models.DecimalField(
        _("fees in all"), max_digits=9, decimal_places=2, null=True, blank=True
    )
    price_source_url = models.URLField(
        _("where the price is published"), max_length=500, blank=True
    )
    price_as_of = models.DateField(
        _("price as of"), null=True, blank=True, validators=[validate_day]
    )
    state_rule = models.CharField(
        _("open to residents of"),
        max_length=8,
        choices=StateRule,
        blank=True,
        default=StateRule.UNKNOWN,
    )
    states = models.JSONField(_("states"), default=list, blank=True, validators=[validate_states])
    open_to_international = models.BooleanField(_("open to people abroad"), null=True, blank=True)
    import_key = models.CharField(max_length=60, blank=True, editable=False)
    import_digest = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = OfferingQuerySet.as_manager()
    history = Recorded("program__institution")

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
            models.CheckConstraint(
                condition=(Q(price__isnull=True) | Q(price__gte=0))
                & (Q(price_resident__isnull=True) | Q(price_resident__gte=0))
                & (Q(price_military__isnull=True) | Q(price_military__gte=0))
                & (Q(fees_total__isnull=True) | Q(fees_total__gte=0)),
                name="hcp_offering_money_not_negative",
                violation_error_message=_("Money is never negative."),
            ),
            models.CheckConstraint(
                condition=Q(credits__isnull=True) | Q(credits__gt=0),
                name="hcp_offering_credits_positive",
            ),
            models.CheckConstraint(
                condition=~Q(price_basis="") | Q(price__isnull=True, price_resident__isnull=True),
                name="hcp_offering_price_has_basis",
                violation_error_message=_("Say what the price is for: a credit, a term, or all."),
            ),
        ]

    def __str__(self) -> str:
        place = f", {self.campus}" if self.campus_id else ""
        return f"{self.program} · {self.get_delivery_display()}{place}"


class IntakeQuerySet(models.QuerySet["Intake"]):
    def open_on(self, today: "date") -> "IntakeQuerySet":
        """Intakes that one can still apply for on this day."""
        still_open = Q(apply_by__gte=today) | Q(apply_by__isnull=True, starts_on__gte=today)
        return self.filter(still_open)


class Intake(models.Model):
    """A start date of an offering with its apply-by date."""

    offering = models.ForeignKey(Offering, models.CASCADE, related_name="intakes")
    starts_on = models.DateField(_("starts on"), validators=[validate_day])
    apply_by = models.DateField(_("apply by"), null=True, blank=True, validators=[validate_day])

    objects = IntakeQuerySet.as_manager()
    history = Recorded("offering__program__institution")

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
    """One row that counts changes of the catalog, so that every process can notice one cheaply."""

    number = models.PositiveBigIntegerField(default=1)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="hcp_one_catalog_version")]

    def __str__(self) -> str:
        return str(self.number)
