"""Occupations of public statistics: wider than a role, and never a program's outcome."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Occupation(models.Model):
    """What O*NET and the wage statistics say of one O*NET-SOC code.

    ``CareerRole.onet_codes`` name these codes. Wages are of everybody in the occupation in the
    whole country; ``wages`` holds ``source`` and ``period`` to be shown beside the figures.
    """

    code = models.CharField(_("O*NET-SOC code"), max_length=10, unique=True)
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    alternate_titles = models.JSONField(_("alternate titles"), default=list, blank=True)
    tasks = models.JSONField(_("tasks"), default=list, blank=True)
    skills = models.JSONField(_("skills"), default=list, blank=True)
    education = models.JSONField(_("education"), default=list, blank=True)
    job_zone = models.PositiveSmallIntegerField(_("job zone"), null=True, blank=True)
    wages = models.JSONField(_("wages"), default=dict, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    source_as_of = models.CharField(_("source's period"), max_length=40, blank=True)
    import_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("occupation")
        verbose_name_plural = _("occupations")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"
