"""Whether a program meets what a state asks of people who need its licence."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.days import validate_day
from hcprograms.catalog.models.programs import Program
from hcprograms.catalog.states import list_state_choices


class LicensureDisclosure(models.Model):
    """What the institution found out for one state (34 CFR 668.43). No row: it has not said."""

    class Finding(models.TextChoices):
        MEETS = "meets", _("meets the requirements")
        DOES_NOT_MEET = "does_not_meet", _("does not meet the requirements")
        UNDETERMINED = "undetermined", _("not determined")

    program = models.ForeignKey(Program, models.CASCADE, related_name="licensure_disclosures")
    state = models.CharField(_("state"), max_length=2, choices=list_state_choices)
    finding = models.CharField(
        _("finding"),
        max_length=14,
        choices=Finding,
        help_text=_("Whether the program meets the state’s educational requirements."),
    )
    licence = models.CharField(
        _("licence"), max_length=150, help_text=_("Such as nursing home administrator.")
    )
    source_url = models.URLField(_("source"), max_length=500, blank=True)
    as_of = models.DateField(_("as of"), validators=[validate_day])

    class Meta:
        verbose_name = _("licensure disclosure")
        verbose_name_plural = _("licensure disclosures")
        ordering = ["state", "licence"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "state", "licence"],
                name="hcp_licensure_once",
                violation_error_message=_("This state and licence are disclosed already."),
            ),
            models.CheckConstraint(
                condition=Q(finding__in=["meets", "does_not_meet", "undetermined"]),
                name="hcp_licensure_finding_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}, {self.licence}: {self.get_finding_display()}"
