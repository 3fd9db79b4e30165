"""Leads joined by a person as one applicant, so that it can be told and undone."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hcprograms.institutions.scoping import ScopedManager
from hcprograms.leads.models.lead import Lead


class LeadMerge(models.Model):
    """One merge. ``changes`` is field → [before, after] of the kept lead.

    ``stopped`` is for receivers of ``leads_merged``: what they stopped, to be started again.
    """

    institution = models.ForeignKey(
        "hcprograms.Institution", models.CASCADE, related_name="lead_merges"
    )
    kept = models.ForeignKey(Lead, models.CASCADE, related_name="merges")
    other = models.ForeignKey(Lead, models.CASCADE, related_name="+")
    changes = models.JSONField(default=dict)
    stopped = models.JSONField(default=list)
    at = models.DateTimeField(_("merged at"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True
    )
    undone_at = models.DateTimeField(_("undone at"), null=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["other"], condition=Q(undone_at__isnull=True), name="hcp_lead_merge_once"
            ),
            models.CheckConstraint(condition=~Q(kept=F("other")), name="hcp_lead_merge_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.other} → {self.kept}"
