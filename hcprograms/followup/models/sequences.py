"""What an institution has happen to its leads, step by step."""

from collections.abc import Mapping
from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Max, Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.models.programs import Program
from hcprograms.followup.models.queue import FollowUp
from hcprograms.followup.models.webhooks import Event
from hcprograms.followup.steps import EMAIL, WEBHOOK, Answered, Says, To, Unit
from hcprograms.institutions.models import Institution
from hcprograms.institutions.scoping import scope
from hcprograms.leads.models.consent import Channel
from hcprograms.leads.models.routing import validate_words

FIRST_NUMBER = 101
"""Of an institution's own steps; those of the built-in sequence are below."""

MOST_AMOUNT = 14_400


WHAT: Mapping[str, Any] = {
    Says.CONFIRMATION: _("confirmation"),
    Says.NEWS: _("further message"),
    Says.ALERT: _("alert"),
    Says.REMINDER: _("reminder"),
    Says.ESCALATION: _("escalation"),
    Says.EVENT: _("event"),
}
"""What a step is, in a word."""


class Sequence(models.Model):
    """The messages that a lead of certain forms causes. Without one the built-in sequence holds.

    Steps are planned when the lead comes in; a later change concerns later leads, unless staff
    apply it to what is planned.
    """

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="sequences")
    name = models.CharField(_("name"), max_length=100)
    kinds = models.JSONField(
        _("kinds of form"),
        default=list,
        blank=True,
        validators=[validate_words],
        help_text=_("None chosen: every kind that no other sequence is for."),
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Otherwise a draft: no lead is planned by it.")
    )
    latest_number = models.PositiveSmallIntegerField(default=FIRST_NUMBER - 1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        verbose_name = _("sequence")
        verbose_name_plural = _("sequences")
        ordering = ["institution", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "name"],
                name="hcp_sequence_name_once",
                violation_error_message=_("There is a sequence of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def take_number(self) -> int:
        """A number for a new step that none of the institution's steps has or had."""
        ours = Sequence.objects.filter(institution=self.institution_id)
        latest: int = ours.aggregate(latest=Max("latest_number"))["latest"] or 0
        self.latest_number = max(latest, self._find_latest_planned(), FIRST_NUMBER - 1) + 1
        Sequence.objects.filter(pk=self.pk).update(latest_number=self.latest_number)
        return self.latest_number

    def _find_latest_planned(self) -> int:
        """Messages outlive the sequence that they were planned by."""
        with scope(institution=self.institution):
            planned = Q(purpose__in=[says.value for says in Says]) | Q(event=Event.STEP_DUE)
            return FollowUp.objects.filter(planned).aggregate(latest=Max("step"))["latest"] or 0


class SequenceStep(models.Model):
    """One message of a sequence. ``number`` is given once and names the step in follow-ups."""

    UNITS = [
        (Unit.MINUTES.value, _("minutes")),
        (Unit.BUSINESS.value, _("business minutes")),
        (Unit.DAYS.value, _("days, at …")),
    ]
    RECIPIENTS = [
        (To.APPLICANT.value, _("the applicant")),
        (To.ADVISOR.value, _("the advisor who has the lead")),
        (To.OTHER_ADVISOR.value, _("another advisor")),
        (To.ALL_ADVISORS.value, _("all advisors")),
        (To.MANAGER.value, _("the manager")),
        (To.SYSTEM.value, _("other systems")),
    ]
    KINDS = [
        (Says.CONFIRMATION.value, _("confirmation: we have your request")),
        (Says.NEWS.value, _("further message, to who agreed to emails")),
        (Says.ALERT.value, _("alert: somebody has asked")),
        (Says.REMINDER.value, _("reminder, while nobody has answered")),
        (Says.ESCALATION.value, _("escalation, while nobody has answered")),
        (Says.EVENT.value, _("event for other systems")),
    ]
    ANSWERS = [
        (Answered.EITHER.value, _("answered or not")),
        (Answered.NOT_YET.value, _("only while nobody has answered")),
        (Answered.ALREADY.value, _("only once somebody has answered")),
    ]

    sequence = models.ForeignKey(Sequence, models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField(_("number"), editable=False)
    position = models.PositiveSmallIntegerField(
        _("order"), default=0, help_text=_("Lower numbers stand first here.")
    )
    says = models.CharField(_("what"), max_length=12, choices=KINDS)
    to = models.CharField(_("to"), max_length=9, choices=RECIPIENTS)
    amount = models.PositiveSmallIntegerField(
        _("after"),
        default=0,
        validators=[MaxValueValidator(MOST_AMOUNT)],
        help_text=_(
            "Counted from the request. 0 minutes: at once; 0 business minutes: as soon as "
            "the office is open."
        ),
    )
    unit = models.CharField(
        _("counted in"), max_length=8, choices=UNITS, default=Unit.MINUTES.value
    )
    at = models.TimeField(
        _("at"), null=True, blank=True, help_text=_("For days: the time, where the school is.")
    )
    channel = models.CharField(_("by"), max_length=40, default=EMAIL)
    template = models.CharField(
        _("text"), max_length=60, blank=True, help_text=_("Empty: the standard text.")
    )
    answered = models.CharField(
        _("when answered"), max_length=3, choices=ANSWERS, default=Answered.EITHER.value, blank=True
    )
    consent = models.CharField(_("only with consent to"), max_length=5, choices=Channel, blank=True)
    statuses = models.JSONField(
        _("only while the status is"), default=list, blank=True, validators=[validate_words]
    )
    programs = models.ManyToManyField(
        Program, blank=True, related_name="+", verbose_name=_("only if asked about one of")
    )

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["sequence", "number"], name="hcp_sequence_step_once"),
            models.CheckConstraint(
                condition=Q(unit="days", at__isnull=False, amount__gte=1, amount__lte=365)
                | (~Q(unit="days") & Q(at__isnull=True)),
                name="hcp_sequence_step_days_have_time",
                violation_error_message=_(
                    "Days are from 1 to 365 and need a time; minutes have none."
                ),
            ),
            models.CheckConstraint(
                condition=Q(amount__lte=MOST_AMOUNT), name="hcp_sequence_step_delay"
            ),
            models.CheckConstraint(
                condition=Q(to="system", channel=WEBHOOK, says="event")
                | (~Q(to="system") & ~Q(channel=WEBHOOK) & ~Q(says="event")),
                name="hcp_sequence_step_event",
                violation_error_message=_(
                    "An event goes to other systems by webhook, and nothing else does."
                ),
            ),
            models.CheckConstraint(
                condition=Q(to="applicant", says__in=["confirmation", "news"])
                | (~Q(to="applicant") & ~Q(says__in=["confirmation", "news"])),
                name="hcp_sequence_step_applicant",
                violation_error_message=_(
                    "The applicant gets a confirmation or a further message, staff the others."
                ),
            ),
        ]

    def __str__(self) -> str:
        what = WHAT.get(self.says, self.says)
        return f"{capfirst(str(what))} → {self.get_to_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Give a new step a number that none of the institution's steps has."""
        if self.number is None:
            self.number = self.sequence.take_number()
        super().save(*args, **kwargs)
