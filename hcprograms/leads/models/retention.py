"""How long people are kept, and what was done about it."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from hcprograms.institutions.models import Institution
from hcprograms.leads.models.lead import Lead

REFUSED = "refused"
"""Not a status: what was typed into submits that were refused."""


class RetentionRule(models.Model):
    """People whose lead has this status are erased after so many days in which nothing happened."""

    KINDS = [*Lead.Status.choices, (REFUSED, _("refused submits in the capture log"))]

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="retention_rules")
    status = models.CharField(_("status"), max_length=12, choices=KINDS)
    days = models.PositiveSmallIntegerField(
        _("days without any change"),
        validators=[MinValueValidator(1)],
        help_text=_("Notes, calls, messages and changes count; after that the person is erased."),
    )

    class Meta:
        verbose_name = _("retention rule")
        verbose_name_plural = _("retention rules")
        ordering = ["institution", "status"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "status"],
                name="hcp_retention_rule_once",
                violation_error_message=_("There is a rule for this status already."),
            ),
            models.CheckConstraint(
                condition=models.Q(days__gte=1), name="hcp_retention_rule_days_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()}: {self.days}"


class RetentionRun(models.Model):
    """What retention did on one day, in numbers: status → how many were erased."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="retention_runs")
    day = models.DateField(_("day"))
    at = models.DateTimeField(_("last run at"))
    erased = models.JSONField(_("erased"), default=dict)

    class Meta:
        verbose_name = _("retention run")
        verbose_name_plural = _("retention runs")
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "day"], name="hcp_retention_run_once")
        ]

    def __str__(self) -> str:
        return f"{self.day}"
