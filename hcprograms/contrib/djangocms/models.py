"""What an editor chooses for each plugin.

A chosen object that is deleted leaves the plugin empty: visitors see a kind line or nothing,
editors read why. A list that was narrowed to what is gone does not become a list of everything.
"""

from typing import Any

from cms.models import CMSPlugin
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.models.programs import Delivery, Level, Program
from hcprograms.institutions.models import Institution
from hcprograms.leads.models.forms import InterestForm
from hcprograms.templatetags.parts import GONE


class Layout(models.TextChoices):
    CARDS = "cards", _("cards")
    LIST = "list", _("list")


def chosen(model: Any, label: Any, **options: Any) -> Any:
    """A choice that becomes empty when its object is deleted."""
    return models.ForeignKey(
        model, models.SET_NULL, null=True, related_name="+", verbose_name=label, **options
    )


class NarrowedPlugin(CMSPlugin):  # type: ignore[misc]
    """Shows everything, or what an editor narrowed it to."""

    is_narrowed = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True

    def names(self) -> bool:
        """Whether a school or a program is chosen at present."""
        return any(getattr(self, f"{name}_id", None) for name in ("institution", "program"))

    def find_school(self) -> Institution | str | None:
        """The school chosen; one that cannot exist where all that was chosen is deleted."""
        school: Institution | None = self.institution
        return GONE if self.is_narrowed and not self.names() else school

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Copies and new versions stay narrowed; only an editor widens again, see the plugin.
        self.is_narrowed = self.is_narrowed or self.names()
        super().save(*args, **kwargs)


class MatchFormPlugin(NarrowedPlugin):
    institution = chosen(Institution, _("only programs of"), blank=True)
    title = models.CharField(_("title"), max_length=150, blank=True)
    intro = models.TextField(_("introduction"), blank=True)

    def __str__(self) -> str:
        return str(self.institution or _("all schools"))


class InterestFormPlugin(CMSPlugin):  # type: ignore[misc]
    form = chosen(InterestForm, _("form"))
    program = chosen(Program, _("program ticked beforehand"), blank=True)
    has_heading = models.BooleanField(_("with its title"), default=True)
    title = models.CharField(_("another title"), max_length=150, blank=True)
    intro = models.TextField(_("another introduction"), blank=True)
    button = models.CharField(_("another text of the button"), max_length=60, blank=True)

    def __str__(self) -> str:
        return str(self.form or _("no form"))


class ProgramListPlugin(NarrowedPlugin):
    institution = chosen(Institution, _("all programs of"), blank=True)
    programs = models.ManyToManyField(
        Program, blank=True, related_name="+", verbose_name=_("or just these")
    )
    level = models.CharField(_("only this level"), max_length=20, choices=Level, blank=True)
    delivery = models.CharField(
        _("only studied like this"), max_length=8, choices=Delivery, blank=True
    )
    limit = models.PositiveSmallIntegerField(
        _("at most"), default=20, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    layout = models.CharField(_("layout"), max_length=5, choices=Layout, default=Layout.CARDS)
    title = models.CharField(_("title"), max_length=150, blank=True)

    def __str__(self) -> str:
        return str(self.title or self.institution or _("all schools"))

    def names(self) -> bool:
        return super().names() or bool(self.pk and self.programs.exists())

    def copy_relations(self, old_instance: "ProgramListPlugin") -> None:
        """Take the chosen programs along when the plugin is copied or published."""
        self.programs.set(old_instance.programs.all())


class ProgramCardPlugin(CMSPlugin):  # type: ignore[misc]
    program = chosen(Program, _("program"))

    def __str__(self) -> str:
        return str(self.program or _("no program"))


class AccreditationBadgePlugin(CMSPlugin):  # type: ignore[misc]
    program = chosen(Program, _("program"))
    accreditor = models.CharField(
        _("only by"),
        max_length=60,
        blank=True,
        help_text=_("The accreditor’s short name: cahme."),
    )

    def __str__(self) -> str:
        return str(self.program or _("no program"))


class ComparePlugin(CMSPlugin):  # type: ignore[misc]
    programs = models.ManyToManyField(Program, related_name="+", verbose_name=_("programs"))
    title = models.CharField(_("title"), max_length=150, blank=True)

    def __str__(self) -> str:
        return str(self.title or _("programs side by side"))

    def copy_relations(self, old_instance: "ComparePlugin") -> None:
        """Take the chosen programs along when the plugin is copied or published."""
        self.programs.set(old_instance.programs.all())


class TuitionEstimatorPlugin(NarrowedPlugin):
    program = chosen(Program, _("what this program costs"), blank=True)
    institution = chosen(Institution, _("or any program of"), blank=True)
    title = models.CharField(_("title"), max_length=150, blank=True)
    intro = models.TextField(_("introduction"), blank=True)

    def __str__(self) -> str:
        return str(self.program or self.institution or _("all schools"))


class RoleExplorerPlugin(CMSPlugin):  # type: ignore[misc]
    title = models.CharField(_("title"), max_length=150, blank=True)

    def __str__(self) -> str:
        return str(self.title or _("roles of the field"))
