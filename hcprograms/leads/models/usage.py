"""How forms are used, in plain counts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hcprograms.leads.models.forms import InterestForm


class FormDay(models.Model):
    """How often a form was seen and begun on one day, by where visitors came from.

    Counted by the page's script, without cookies and without anything about the visitor.
    """

    form = models.ForeignKey(InterestForm, models.CASCADE, related_name="days")
    day = models.DateField(_("day"))
    source = models.CharField(_("source"), max_length=150, blank=True)
    views = models.PositiveIntegerField(_("seen"), default=0)
    starts = models.PositiveIntegerField(_("begun"), default=0)

    class Meta:
        verbose_name = _("use of a form")
        verbose_name_plural = _("uses of forms")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["form", "day", "source"], name="hcp_form_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.form_id}"
