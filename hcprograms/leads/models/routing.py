"""Who answers which leads."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.models.programs import Program
from hcprograms.institutions.models import Institution, Membership
from hcprograms.leads.routing import AssignmentMethod, Conditions


def validate_words(value: object) -> None:
    """Refuse anything but a list of words: rules are read as such."""
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise ValidationError(_("Give a list of words."))


class RoutingRule(models.Model):
    """Sends leads that fit to certain advisors. Rules are tried in order; the first one decides.

    A condition that is empty holds for every lead. The rule is skipped while none of its
    advisors can take a lead.
    """

    HOW = [
        (AssignmentMethod.IN_TURN.value, _("in turn")),
        (AssignmentMethod.LEAST_BUSY.value, _("who has the fewest unanswered leads")),
    ]

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="routing_rules")
    name = models.CharField(_("name"), max_length=100)
    position = models.PositiveSmallIntegerField(
        _("position"), default=10, help_text=_("Lower numbers are tried first.")
    )
    is_active = models.BooleanField(_("active"), default=True)
    programs = models.ManyToManyField(
        Program, blank=True, related_name="+", verbose_name=_("programs")
    )
    levels = models.JSONField(_("levels"), default=list, blank=True, validators=[validate_words])
    states = models.JSONField(_("states"), default=list, blank=True, validators=[validate_words])
    countries = models.JSONField(
        _("countries"), default=list, blank=True, validators=[validate_words]
    )
    kinds = models.JSONField(
        _("kinds of form"), default=list, blank=True, validators=[validate_words]
    )
    military = models.JSONField(
        _("military affiliation"), default=list, blank=True, validators=[validate_words]
    )
    languages = models.JSONField(
        _("languages"), default=list, blank=True, validators=[validate_words]
    )
    advisors = models.ManyToManyField(
        Membership,
        blank=True,
        related_name="routing_rules",
        verbose_name=_("advisors"),
        help_text=_("None chosen: everybody who is told of new leads."),
    )
    how = models.CharField(_("who of them"), max_length=10, choices=HOW, default="in_turn")

    class Meta:
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        ordering = ["institution", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "name"],
                name="hcp_routing_rule_name_once",
                violation_error_message=_("There is a rule of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def conditions(self, *, programs: Any) -> Conditions:
        """The conditions as a value; ``programs`` are the ids of the programs chosen."""
        return Conditions(
            programs=frozenset(programs),
            levels=frozenset(self.levels),
            states=frozenset(self.states),
            countries=frozenset(self.countries),
            kinds=frozenset(self.kinds),
            military=frozenset(self.military),
            languages=frozenset(one.lower() for one in self.languages),
        )
