"""What an accreditation record covers: the facts of the program as the accreditor looked at it.

A record keeps these facts when it is entered. Its claim holds while they are still true; an
accreditor judges a change of them anew (CAHME: a substantive change).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hcprograms.catalog.models.choices import Delivery, Level

LABELS = {
    "institution": gettext_lazy("Institution"),
    "program": gettext_lazy("Program"),
    "name": gettext_lazy("Name"),
    "award": gettext_lazy("Award"),
    "concentration": gettext_lazy("Concentration"),
    "level": gettext_lazy("Level"),
    "cip_code": gettext_lazy("CIP code"),
    "delivery": gettext_lazy("Delivery"),
    "campus": gettext_lazy("Campus"),
}
"""Every fact that a record can cover, in the order in which changes are listed."""
NOT_SET = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactChange:
    """One covered fact that is different now, in words."""

    fact: str
    before: str
    after: str

    def __str__(self) -> str:
        values = {"fact": LABELS[self.fact], "before": self.before, "after": self.after}
        return _("%(fact)s: %(before)s → %(after)s") % values


def get_program_coverage(program: Any) -> dict[str, Any]:
    """The facts that a record about a program covers, as JSON."""
    return {
        "institution": program.institution_id,
        "program": program.pk,
        "name": program.name,
        "award": program.award,
        "concentration": program.concentration,
        "level": str(program.level),
        "cip_code": program.cip_code,
    }


def get_offering_coverage(offering: Any) -> dict[str, Any]:
    """The facts that a record about an offering covers: its program's and its own, as JSON."""
    campus = offering.campus
    place = {name: getattr(campus, name) for name in ("name", "city", "state")} if campus else {}
    return {
        **get_program_coverage(offering.program),
        "delivery": str(offering.delivery),
        "campus": {"id": campus.pk, **place} if campus else None,
    }


def list_changes(covered: Mapping[str, Any], present: Mapping[str, Any]) -> list[FactChange]:
    """The covered facts that are different now; none while the record still covers all of them."""
    changed = [fact for fact in LABELS if fact in covered and covered[fact] != present.get(fact)]
    if "program" in changed:
        # The other program's name says it already.
        changed = [fact for fact in changed if fact not in {"name", "award"}]
    changes = []
    for fact in changed:
        before, after = _format_fact(fact, covered), _format_fact(fact, present)
        if before == after:
            after = _("another of the same name")
        changes.append(FactChange(fact=fact, before=before, after=after))
    return changes


def _format_fact(fact: str, facts: Mapping[str, Any]) -> str:
    value = facts.get(fact)
    if fact == "program":
        name, award = facts.get("name"), facts.get("award")
        return f"{name} ({award})" if award else str(name or NOT_SET)
    if fact == "campus" and value:
        return ", ".join(filter(None, (value["name"], value["city"], value["state"]))) or NOT_SET
    labels = {"level": Level.choices, "delivery": Delivery.choices}.get(fact, [])
    return str(dict(labels).get(str(value), value) or NOT_SET)
