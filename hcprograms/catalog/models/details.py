"""What an applicant asks about a program besides its price: entry, transfer, help, people."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.days import validate_day

LONGEST = 4_000
TEXTS = (
    "prerequisites",
    "transfer_rules",
    "support_services",
    "aid_services",
    "military_benefits",
)


class ProgramDetails(models.Model):
    """The texts hold one point per line. Empty means *not published*, never "none".

    Where anything is said, ``details_as_of`` says when it was looked up (a constraint), and
    ``details_url`` where the institution publishes it.
    """

    prerequisites = models.TextField(
        _("prerequisites"),
        max_length=LONGEST,
        blank=True,
        help_text=_("What one must have before starting; one point per line."),
    )
    transfer_rules = models.TextField(
        _("transfer of credits"),
        max_length=LONGEST,
        blank=True,
        help_text=_(
            "Which credits earned elsewhere count: from where, how old, with what grade; one "
            "point per line. How many at most is said on each offering."
        ),
    )
    student_faculty_ratio = models.DecimalField(
        _("students per teacher"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(500)],
        help_text=_("15 means 15 students to 1 member of the faculty."),
    )
    support_services = models.TextField(
        _("support for students"),
        max_length=LONGEST,
        blank=True,
        help_text=_("Tutoring, advising, career services …; one per line."),
    )
    aid_services = models.TextField(
        _("help with paying"),
        max_length=LONGEST,
        blank=True,
        help_text=_("Financial aid advice, scholarships, grants, work study …; one per line."),
    )
    military_benefits = models.TextField(
        _("for the military"),
        max_length=LONGEST,
        blank=True,
        help_text=_(
            "What active duty, veterans and their spouses may use, such as the GI Bill; one per "
            "line. A lower price is said on each offering."
        ),
    )
    details_url = models.URLField(_("where these facts are published"), max_length=500, blank=True)
    details_as_of = models.DateField(
        _("facts as of"),
        null=True,
        blank=True,
        validators=[validate_day],
        help_text=_("The day on which somebody last compared them with their source."),
    )

    class Meta:
        abstract = True


def details_constraints() -> list[models.BaseConstraint]:
    """What the database keeps of the above, for the table that has these columns."""
    silent = Q(student_faculty_ratio__isnull=True, **dict.fromkeys(TEXTS, ""))
    ratio = Q(student_faculty_ratio__gte=1, student_faculty_ratio__lte=500)
    return [
        models.CheckConstraint(
            condition=silent | Q(details_as_of__isnull=False),
            name="hcp_program_details_dated",
            violation_error_message=_(
                "Say as of which day the facts about entry, transfer, support and teachers are."
            ),
        ),
        models.CheckConstraint(
            condition=Q(student_faculty_ratio__isnull=True) | ratio,
            name="hcp_program_ratio_range",
        ),
    ]
