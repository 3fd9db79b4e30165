"""The report of an institution's leads over a period: read from the database, named, laid out."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hcprograms.catalog.models.programs import Program
from hcprograms.institutions.models import Membership
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import LeadQuerySet
from hcprograms.leads.report_facts import By, Period, read_facts, read_uses
from hcprograms.leads.reporting import (
    STAGES,
    Grouping,
    Line,
    Step,
    Use,
    begin,
    by_time,
    by_time_and_group,
    group,
    narrow,
    total,
)

GROUPINGS: Mapping[By, Grouping] = {
    "form": Grouping(lambda one: [one.form], lambda one: one.form),
    "program": Grouping(lambda one: one.programs or [None]),
    "source": Grouping(lambda one: [one.source], lambda one: one.source),
    "advisor": Grouping(lambda one: [one.advisor]),
}


@dataclass(frozen=True, slots=True)
class NamedLine:
    label: str
    line: Line

    @property
    def key(self) -> str:
        """The group's key as it stands in an address; empty where it is not known."""
        return _write_key(self.line.key)


@dataclass(frozen=True, slots=True)
class Report:
    period: Period
    over_time: Sequence[NamedLine]
    groups: Sequence[NamedLine]
    total: Line


def make_report(
    *,
    leads: LeadQuerySet,
    forms: "QuerySet[InterestForm]",
    period: Period,
    by: By,
    only: str | None = None,
    now: datetime,
) -> Report:
    """The report about these leads and forms. Suspected spam and spam are left out.

    ``only`` is the key of one group: what is told over time, and in total, is about that alone.
    Merged requests count as submits and not again in what came of them. Four queries at most.
    """
    facts, uses = read_facts(leads, period, by, now), read_uses(forms, period)
    groups = group(facts, uses, GROUPINGS[by])
    names = _name(groups, by, forms)
    seen: list[Use] | None = uses
    if only is not None:
        facts, seen = narrow(
            facts, uses, GROUPINGS[by], is_wanted=lambda key: _write_key(key) == only
        )
    over_time = by_time(facts, seen, first=period.first, last=period.last, step=period.step)
    return Report(
        period=period,
        over_time=[NamedLine(_say_step(line.key, period.step), line) for line in over_time],
        groups=[NamedLine(names.get(line.key) or _("not known"), line) for line in groups],
        total=total(facts, seen),
    )


def list_parts(
    *,
    leads: LeadQuerySet,
    forms: "QuerySet[InterestForm]",
    period: Period,
    by: By,
    only: str | None = None,
    now: datetime,
) -> list[list[Any]]:
    """The numbers of each group over time, as cells: the day a step begins, then as in a report.

    ``only`` is the key of one group. Where nothing was in a step, there is no line.
    """
    parts = by_time_and_group(
        read_facts(leads, period, by, now),
        read_uses(forms, period),
        GROUPINGS[by],
        first=period.first,
        last=period.last,
        step=period.step,
    )
    names = _name([line for _start, lines in parts for line in lines], by, forms)
    return [
        [start.isoformat(), *tabulate(NamedLine(names.get(line.key) or _("not known"), line))]
        for start, lines in parts
        for line in lines
        if only is None or _write_key(line.key) == only
    ]


def _write_key(key: Hashable) -> str:
    return "" if key is None else str(key)


def _name(lines: Sequence[Line], by: By, forms: "QuerySet[InterestForm]") -> Mapping[Hashable, str]:
    keys: set[Any] = {line.key for line in lines if line.key}
    if by == "form":
        return dict(forms.filter(pk__in=keys).values_list("pk", "title"))
    if by == "program":
        programs = Program.objects.filter(pk__in=keys).only(
            "name", "award", "concentration", "level"
        )
        return {program.pk: program.label for program in programs}
    if by == "advisor":
        members = Membership.objects.filter(pk__in=keys).select_related("user")
        return {one.pk: one.display_name for one in members}
    return {key: str(key) for key in keys}


def _say_step(key: Any, step: Step) -> str:
    return date_format(begin(key, step), "M Y" if step == "month" else "j M")


def headings(by_label: str) -> list[str]:
    """The columns of a table of lines."""
    stages = {
        "contacted": _("Contacted"),
        "appointment": _("Appointment"),
        "applied": _("Applied"),
        "admitted": _("Admitted"),
        "enrolled": _("Enrolled"),
    }
    return [
        by_label,
        _("Views"),
        _("Starts"),
        _("Submits"),
        *(stages[one] for one in STAGES),
        _("Median answer"),
        _("90 % answered within"),
        _("In time"),
    ]


def tabulate(named: NamedLine) -> list[Any]:
    """The cells of one line; minutes rounded, the share in percent; None where not known."""
    line = named.line
    share = line.share_within
    return [
        named.label,
        line.views,
        line.starts,
        line.submits,
        *line.reached,
        None if line.median is None else round(line.median),
        None if line.p90 is None else round(line.p90),
        None if share is None else round(100 * share),
    ]
