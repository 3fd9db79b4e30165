"""When the members of an institution are there to answer."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hcprograms.institutions.models import Membership, Weekday


class WorkingHours(models.Model):
    """When one member works, in the institution's time zone; without any row: its office hours.

    ``closes`` at or before ``opens`` means past midnight, into the next day.
    """

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="working_hours")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    opens = models.TimeField(_("from"))
    closes = models.TimeField(_("until"))

    class Meta:
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        ordering = ["weekday", "opens"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "weekday", "opens"], name="hcp_working_hours_once"
            ),
            models.CheckConstraint(
                condition=Q(weekday__lte=6), name="hcp_working_hours_weekday_exists"
            ),
        ]

    def __str__(self) -> str:
        return f"{Weekday(self.weekday).label} {self.opens:%H:%M}–{self.closes:%H:%M}"


class Absence(models.Model):
    """Days on which a member gets no new leads."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="absences")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="hcp_absence_days_in_order",
                violation_error_message=_("The last day comes before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}"
