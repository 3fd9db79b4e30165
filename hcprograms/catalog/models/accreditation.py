"""Accreditors and their dated, append-only records."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.coverage import (
    FactChange,
    get_offering_coverage,
    get_program_coverage,
    list_changes,
)
from hcprograms.catalog.days import validate_day
from hcprograms.catalog.models.programs import Level, Offering, Program
from hcprograms.catalog.models.reference import EvidenceSource, ReferenceModel
from hcprograms.institutions.models import Institution
from hcprograms.institutions.querysets import WatchedManager


class Accreditor(ReferenceModel):
    """A body that accredits or certifies programs or institutions."""

    class Kind(models.TextChoices):
        ACCREDITATION = "accreditation", _("accredits")
        CERTIFICATION = "certification", _("certifies")

    class Scope(models.TextChoices):
        OFFERING = "offering", _("a program as offered")
        PROGRAM = "program", _("a program")
        INSTITUTION = "institution", _("an institution")

    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    abbreviation = models.CharField(_("abbreviation"), max_length=20, blank=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.ACCREDITATION)
    scope = models.CharField(_("scope"), max_length=12, choices=Scope, default=Scope.OFFERING)
    levels = models.JSONField(
        _("levels"),
        default=list,
        blank=True,
        help_text=_("Credential levels that it covers. Empty: any."),
    )
    website = models.URLField(_("website"), max_length=500, blank=True)
    about = models.TextField(_("about"), blank=True, help_text=_("What it accredits."))
    source = models.ForeignKey(
        EvidenceSource,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("source"),
        help_text=_("Where it says what it accredits."),
    )

    objects = WatchedManager()

    class Meta:
        verbose_name = _("accreditor")
        verbose_name_plural = _("accreditors")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.abbreviation or self.name

    def covers(self, level: str) -> bool:
        """Whether programs of this credential level can be accredited at all."""
        return not self.levels or level in self.levels


class Action(models.TextChoices):
    """What an accreditor did; DOMAIN: the path from eligibility to closure."""

    ELIGIBILITY = "eligibility", _("found eligible (pre-candidate)")
    CANDIDATE = "candidate", _("candidate")
    INITIAL = "initial", _("initial accreditation")
    REACCREDITED = "reaccredited", _("reaccreditation")
    PROBATION = "probation", _("accredited on probation")
    DENIED = "denied", _("denied")
    WITHDRAWN = "withdrawn", _("withdrawn by the accreditor")
    VOLUNTARY = "voluntary", _("withdrawn by the institution")
    EXPIRED = "expired", _("expired")
    CLOSED = "closed", _("program closed")
    CERTIFIED = "certified", _("certified")
    VOID = "void", _("entered in error")


class AccreditationRecord(models.Model):
    """One dated action by an accreditor about an offering, a program or an institution.

    Records are never rewritten: a mistake is superseded by a new record that says why, or by one
    that takes it back (``VOID``: what was recorded never happened). What the public reads is
    computed from the records on the day (``catalog.accreditation.claim_on``), and only while the
    program and the offering are still as the record covers them (``coverage``).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(
        Institution, models.CASCADE, related_name="accreditation_records"
    )
    program = models.ForeignKey(
        Program, models.CASCADE, related_name="accreditation_records", null=True, blank=True
    )
    offering = models.ForeignKey(
        Offering, models.CASCADE, related_name="accreditation_records", null=True, blank=True
    )
    accreditor = models.ForeignKey(Accreditor, models.PROTECT, related_name="records")
    action = models.CharField(_("action"), max_length=12, choices=Action)
    effective_on = models.DateField(
        _("in force from"),
        validators=[validate_day],
        help_text=_("The day of the accreditor’s action, as its letter or list gives it."),
    )
    expires_on = models.DateField(
        _("in force until"),
        null=True,
        blank=True,
        validators=[validate_day],
        help_text=_("The last day, as the accreditor gave it. Never computed."),
    )
    evidence_url = models.URLField(
        _("evidence"),
        max_length=500,
        blank=True,
        help_text=_("The accreditor’s own page or letter. The public badge links to it."),
    )
    verified_on = models.DateField(
        _("last verified on"),
        null=True,
        blank=True,
        validators=[validate_day],
        help_text=_("When somebody last saw it there with their own eyes."),
    )
    is_historical = models.BooleanField(
        _("history only"),
        default=False,
        help_text=_("From a frozen source: shown as dated history, never as a current claim."),
    )
    source = models.CharField(_("source"), max_length=200, blank=True)
    supersedes = models.OneToOneField(
        "self", models.RESTRICT, related_name="superseded_by", null=True, blank=True
    )
    reason = models.CharField(_("reason for the correction"), max_length=300, blank=True)
    coverage = models.JSONField(
        null=True,
        editable=False,
        help_text=_(
            "The facts of the program and offering when this was entered, which it covers. "
            "Null for an institution."
        ),
    )
    import_key = models.CharField(
        max_length=120, null=True, blank=True, unique=True, editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False
    )

    objects = WatchedManager()

    class Meta:
        verbose_name = _("accreditation record")
        verbose_name_plural = _("accreditation records")
        ordering = ["accreditor", "effective_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gte=F("effective_on")),
                name="hcp_accreditation_dates_in_order",
                violation_error_message=_("It ends before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(program__isnull=True) | Q(offering__isnull=True),
                name="hcp_accreditation_one_subject",
                violation_error_message=_("Name a program or an offering, not both."),
            ),
            models.CheckConstraint(
                condition=Q(supersedes__isnull=True) | ~Q(reason=""),
                name="hcp_accreditation_correction_has_reason",
                violation_error_message=_("Say why the earlier record was wrong."),
            ),
            models.CheckConstraint(
                condition=Q(supersedes__isnull=False) | ~Q(action="void"),
                name="hcp_accreditation_void_takes_one_back",
                violation_error_message=_("Say which record was entered in error."),
            ),
        ]
        indexes = [
            models.Index(fields=["offering", "accreditor"], name="hcp_accreditation_offering")
        ]

    def __str__(self) -> str:
        return f"{self.accreditor}: {self.get_action_display()}, {self.effective_on}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save it; a new record keeps what it covers, as the database has it now."""
        if self._state.adding and self.coverage is None:
            self.coverage = self._read_coverage()
        super().save(*args, **kwargs)

    def _read_coverage(self) -> dict[str, Any] | None:
        # Read again: the related objects at hand may be older than the database.
        if self.offering_id:
            offerings = Offering._base_manager.select_related("program", "campus")
            return get_offering_coverage(offerings.get(pk=self.offering_id))
        if self.program_id:
            return get_program_coverage(Program._base_manager.get(pk=self.program_id))
        return None

    @property
    def present_coverage(self) -> dict[str, Any] | None:
        """What a record entered now would cover; None for an institution."""
        if self.offering:
            return get_offering_coverage(self.offering)
        return get_program_coverage(self.program) if self.program else None

    @property
    def is_covering(self) -> bool:
        """Whether the program and offering are still what this record covers."""
        present = self.present_coverage
        return present is None or (bool(self.coverage) and not self.changes)

    @property
    def changes(self) -> Sequence[FactChange]:
        """What has changed since it was entered, fact by fact."""
        return list_changes(self.coverage or {}, self.present_coverage or {})

    def clean(self) -> None:
        super().clean()
        if self.action == Action.VOID:
            return  # the record that it takes back may be the very one that is impossible
        program = self.offering.program if self.offering_id and self.offering else self.program
        if program and self.institution_id and program.institution_id != self.institution_id:
            raise ValidationError(_("The program belongs to another institution."))
        if program and self.accreditor_id and not self.accreditor.covers(program.level):
            raise ValidationError(
                _("%(accreditor)s does not accredit a program at the level “%(level)s”."),
                params={
                    "accreditor": self.accreditor,
                    "level": Level(program.level).label,
                },
            )
