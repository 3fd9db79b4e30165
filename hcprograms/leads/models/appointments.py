"""What can be booked, what was booked, and the times that are taken by it."""

import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hcprograms.institutions.models import Institution, Membership, validate_time_zone
from hcprograms.institutions.scoping import ScopedManager
from hcprograms.leads.appointments.slots import Rules
from hcprograms.leads.models.lead import Lead

LENGTHS = (15, 20, 30, 45, 60, 90)
PAUSES = (0, 5, 10, 15, 30)
STEPS = (15, 20, 30, 60)


class Place(models.TextChoices):
    PHONE = "phone", _("by phone")
    VIDEO = "video", _("by video")
    CAMPUS = "campus", _("on campus")


class AppointmentType(models.Model):
    """A kind of talk that applicants may book with their advisor; lengths are in minutes."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="appointment_types")
    name = models.CharField(
        _("name"), max_length=100, help_text=_("As applicants read it: “A first talk”")
    )
    place = models.CharField(_("place"), max_length=6, choices=Place, default=Place.PHONE)
    details = models.CharField(
        _("details"),
        max_length=300,
        blank=True,
        help_text=_("Address, room or link. By phone, the advisor calls the applicant."),
    )
    minutes = models.PositiveSmallIntegerField(
        _("length (minutes)"), choices=[(n, n) for n in LENGTHS], default=30
    )
    pause = models.PositiveSmallIntegerField(
        _("pause afterwards (minutes)"), choices=[(n, n) for n in PAUSES], default=10
    )
    step = models.PositiveSmallIntegerField(
        _("starts every (minutes)"), choices=[(n, n) for n in STEPS], default=30
    )
    notice_hours = models.PositiveSmallIntegerField(_("at least … hours ahead"), default=4)
    days_ahead = models.PositiveSmallIntegerField(_("at most … days ahead"), default=28)
    is_active = models.BooleanField(_("can be booked"), default=True)

    class Meta:
        verbose_name = _("appointment type")
        verbose_name_plural = _("appointment types")
        ordering = ["institution", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "name"],
                name="hcp_appointment_type_once",
                violation_error_message=_("There is one of this name already."),
            ),
            models.CheckConstraint(
                condition=Q(minutes__in=LENGTHS, pause__in=PAUSES, step__in=STEPS),
                name="hcp_appointment_type_on_grid",
            ),
            models.CheckConstraint(
                condition=Q(days_ahead__gte=1, days_ahead__lte=180),
                name="hcp_appointment_type_days_ahead",
                violation_error_message=_("Give from 1 to 180 days."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def rules(self, zone: ZoneInfo) -> Rules:
        """The same as a value, for a school in this time zone."""
        return Rules(
            length=timedelta(minutes=self.minutes),
            pause=timedelta(minutes=self.pause),
            step=timedelta(minutes=self.step),
            zone=zone,
        )


class Appointment(models.Model):
    """One talk of one person with one advisor.

    ``sequence`` counts its changes, as calendars ask (RFC 5545); ``time_zone`` is the one in which
    the person chose.
    """

    class State(models.TextChoices):
        BOOKED = "booked", _("booked")
        CANCELLED = "cancelled", _("cancelled")
        HELD = "held", _("took place")
        MISSED = "missed", _("nobody came")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="appointments")
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="appointments")
    membership = models.ForeignKey(
        Membership, models.CASCADE, related_name="appointments", verbose_name=_("advisor")
    )
    type = models.ForeignKey(AppointmentType, models.RESTRICT, related_name="appointments")
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    time_zone = models.CharField(
        _("time zone of the applicant"), max_length=60, validators=[validate_time_zone]
    )
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.BOOKED)
    sequence = models.PositiveSmallIntegerField(_("changes"), default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="hcp_appointment_times_in_order"
            ),
            models.UniqueConstraint(
                fields=["lead"],
                condition=Q(state="booked"),
                name="hcp_appointment_one_booked",
                violation_error_message=_("This person has an appointment already."),
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "-starts_at"], name="hcp_appointment_recent")
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.starts_at:%Y-%m-%d %H:%M} UTC"


class BookedTime(models.Model):
    """Five minutes of an advisor that an appointment takes, its pause included.

    The unique constraint is what keeps two people from the same time, on every database.
    """

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="booked_times")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="booked_times")
    at = models.DateTimeField(_("from"))

    class Meta:
        verbose_name = _("booked time")
        verbose_name_plural = _("booked times")
        constraints = [
            models.UniqueConstraint(fields=["membership", "at"], name="hcp_booked_time_once")
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} UTC"
