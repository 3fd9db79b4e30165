"""Questions that an institution adds to a form of its own."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hcprograms.institutions.querysets import WatchedManager
from hcprograms.leads.file_types import GROUPS
from hcprograms.leads.models.forms import InterestForm

MAX_OPTIONS = 50
MAX_OPTION = 150
MOST_FILES = 5
"""Of one form, each with a question of its own."""
MOST_MEGABYTES = 25
USUAL_MEGABYTES = 5


def list_usual_kinds() -> list[str]:
    return ["pdf", "word", "image"]


def validate_file_types(value: object) -> None:
    """Refuse kinds of files that cannot be told by their content."""
    if not isinstance(value, list) or not set(map(str, value)) <= set(GROUPS):
        raise ValidationError(
            _("Give a list of these: %(kinds)s."), params={"kinds": ", ".join(GROUPS)}
        )


class Question(models.Model):
    """One further question of a form.

    Answers are kept under ``key``, which never changes, with the wording of their day. A question
    with ``show_when_key`` is put only to who gave ``show_when_answer`` to that other question.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("one line of text")
        LONG_TEXT = "long_text", _("several lines of text")
        CHOICE = "choice", _("choose one")
        CHOICES = "choices", _("choose any")
        NUMBER = "number", _("whole number")
        DATE = "date", _("date")
        YES_NO = "yes_no", _("yes or no")
        FILE = "file", _("file")

    form = models.ForeignKey(InterestForm, models.CASCADE, related_name="questions")
    key = models.SlugField(
        _("key"), max_length=50, help_text=_("Answers are kept under it. It never changes.")
    )
    label = models.CharField(_("question"), max_length=200)
    help_text = models.CharField(_("help"), max_length=300, blank=True)
    kind = models.CharField(_("kind"), max_length=9, choices=Kind, default=Kind.TEXT)
    options = models.TextField(
        _("choices"), blank=True, help_text=_("One per line, where there is something to choose.")
    )
    is_required = models.BooleanField(_("required"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    file_types = models.JSONField(
        _("kinds of files"),
        default=list_usual_kinds,
        blank=True,
        validators=[validate_file_types],
        help_text=_("For a file: what may be sent. What is in it is checked, not only its name."),
    )
    max_megabytes = models.PositiveSmallIntegerField(
        _("MB at most"),
        default=USUAL_MEGABYTES,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_MEGABYTES)],
        help_text=_("For a file: how large it may be, 1 to 25."),
    )
    show_when_key = models.SlugField(
        _("only if question"),
        max_length=50,
        blank=True,
        help_text=_("The key of an earlier question. Empty: always asked."),
    )
    show_when_answer = models.CharField(
        _("was answered"),
        max_length=MAX_OPTION,
        blank=True,
        help_text=_("One of its choices; “yes” or “no” for a question of that kind."),
    )

    objects = WatchedManager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["form", "key"],
                name="hcp_question_key_once",
                violation_error_message=_("This form has a question with this key already."),
            ),
            models.CheckConstraint(
                condition=Q(show_when_key="", show_when_answer="")
                | (~Q(show_when_key="") & ~Q(show_when_answer="")),
                name="hcp_question_condition_whole",
                violation_error_message=_("Give both the key and the answer, or neither."),
            ),
            models.CheckConstraint(
                condition=Q(max_megabytes__range=(1, MOST_MEGABYTES)),
                name="hcp_question_file_size",
                violation_error_message=_("A file may have 1 to 25 MB."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        if self.kind in (self.Kind.CHOICE, self.Kind.CHOICES):
            self._check_options()
        if self.kind == self.Kind.FILE and not self.file_types:
            raise ValidationError({"file_types": _("Choose at least one kind of file.")})

    @property
    def max_bytes(self) -> int:
        """The size that a file may have."""
        return self.max_megabytes * 1024 * 1024

    @property
    def option_list(self) -> list[str]:
        """What can be chosen, in order; the words are what is kept."""
        lines = (" ".join(line.split()) for line in self.options.splitlines())
        return [line for line in lines if line]

    @property
    def possible_answers(self) -> list[str]:
        """The answers that another question may depend on."""
        if self.kind == self.Kind.YES_NO:
            return ["yes", "no"]
        is_chosen = self.kind in (self.Kind.CHOICE, self.Kind.CHOICES)
        return self.option_list if is_chosen else []

    def _check_options(self) -> None:
        options = self.option_list
        wrong = [
            (len(options) < 2, _("Give at least two choices, one per line.")),
            (len(options) > MAX_OPTIONS, _("Give at most 50 choices.")),
            (len(set(options)) < len(options), _("A choice is listed twice.")),
            (any(len(one) > MAX_OPTION for one in options), _("Keep each choice short.")),
        ]
        for is_wrong, message in wrong:
            if is_wrong:
                raise ValidationError({"options": message})
