"""Career roles, what sources say of them, and which programs lead to them."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.models.programs import Program
from hcprograms.catalog.models.reference import EvidenceSource, ReferenceModel, Track
from hcprograms.institutions.models import Institution
from hcprograms.institutions.querysets import WatchedManager


class CareerRole(ReferenceModel):
    """A job title of the field. It has no track of its own, only evidence."""

    slug = models.SlugField(_("slug"), max_length=120, unique=True)
    title = models.CharField(_("title"), max_length=150)
    description = models.TextField(_("description"), blank=True)
    duties = models.JSONField(_("duties"), default=list, blank=True)
    onet_codes = models.JSONField(
        _("O*NET-SOC codes"), default=list, blank=True, help_text=_('Such as ["11-9111.00"].')
    )
    is_active = models.BooleanField(_("offered in forms"), default=True)

    objects = WatchedManager()

    class Meta:
        verbose_name = _("career role")
        verbose_name_plural = _("career roles")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class RoleEvidence(ReferenceModel):
    """A source says that this role belongs to this track.

    With an ``institution`` it is that institution's own view, which needs a reason and counts on
    its own pages only.
    """

    role = models.ForeignKey(CareerRole, models.CASCADE, related_name="evidence")
    track = models.CharField(_("track"), max_length=24, choices=Track)
    source = models.ForeignKey(
        EvidenceSource, models.PROTECT, related_name="role_evidence", null=True, blank=True
    )
    title_as_written = models.CharField(_("title in the source"), max_length=150, blank=True)
    institution = models.ForeignKey(
        Institution, models.CASCADE, related_name="role_evidence", null=True, blank=True
    )
    reason = models.CharField(
        _("reason"),
        max_length=300,
        blank=True,
        help_text=_("Why the institution sees it so; shown on its pages beside the sources."),
    )

    objects = WatchedManager()

    class Meta:
        verbose_name = _("evidence for a role")
        verbose_name_plural = _("evidence for roles")
        ordering = ["role", "source"]
        constraints = [
            models.UniqueConstraint(fields=["role", "source"], name="hcp_role_evidence_once"),
            models.UniqueConstraint(
                fields=["role", "institution"], name="hcp_role_evidence_own_view_once"
            ),
            models.CheckConstraint(
                condition=Q(source__isnull=False, institution__isnull=True)
                | (Q(source__isnull=True, institution__isnull=False) & ~Q(reason="")),
                name="hcp_role_evidence_has_origin",
                violation_error_message=_(
                    "Name the source; or, for an institution's own view, the reason."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.get_track_display()} ({self.source or self.institution})"


class Contradiction(ReferenceModel):
    """A point on which the sources disagree; kept, never resolved on their behalf."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    topic = models.CharField(_("topic"), max_length=200)
    summary = models.CharField(_("what the sources say"), max_length=500)
    sources = models.ManyToManyField(EvidenceSource, related_name="contradictions")
    roles = models.ManyToManyField(
        CareerRole,
        related_name="contradictions",
        blank=True,
        help_text=_("Roles contested together, although their titles may differ."),
    )

    class Meta:
        verbose_name = _("contradiction")
        verbose_name_plural = _("contradictions")
        ordering = ["topic"]

    def __str__(self) -> str:
        return self.topic


class Basis(models.TextChoices):
    """How it is known that a program leads to a role."""

    DECLARED = "declared", _("declared by the institution")
    CROSSWALK = "crosswalk", _("from the CIP–SOC crosswalk")
    INFERRED = "inferred", _("inferred")


class RoleMapping(models.Model):
    """This program leads to this role, how strongly, and on what basis."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="role_mappings")
    role = models.ForeignKey(CareerRole, models.CASCADE, related_name="mappings")
    basis = models.CharField(_("basis"), max_length=10, choices=Basis, default=Basis.DECLARED)
    strength = models.DecimalField(
        _("strength"),
        max_digits=3,
        decimal_places=2,
        default=Decimal("0.80"),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))],
        help_text=_("0 hardly … 1 directly."),
    )
    source = models.CharField(_("source"), max_length=200, blank=True)
    import_digest = models.CharField(max_length=64, blank=True, editable=False)

    objects = WatchedManager()

    class Meta:
        verbose_name = _("role mapping")
        verbose_name_plural = _("role mappings")
        ordering = ["program", "-strength", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "role", "basis"], name="hcp_role_mapping_once"
            ),
            models.CheckConstraint(
                condition=Q(strength__gte=0, strength__lte=1),
                name="hcp_role_mapping_strength_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.program} → {self.role}"
