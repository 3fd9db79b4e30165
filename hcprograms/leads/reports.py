"""The report of an institution's leads over a period: read from the database, named, laid out."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hcprograms.institutions.models import Membership
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import Lead, LeadChoice
from hcprograms.leads.models.usage import FormDay
from hcprograms.leads.reporting import (
    STAGES,
    Fact,
    Line,
    Step,
    Use,
    begin,
    by_time,
    group,
    total,
)

By = Literal["form", "program", "source", "advisor"]
HELD = (Lead.Status.QUARANTINED, Lead.Status.SPAM)


@dataclass(frozen=True, slots=True)
class Period:
    """Both days included, in the time zone of the site."""

    first: date
    last: date
    step: Step

    @property
    def start(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.first, time()))

    @property
    def end(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.last + timedelta(days=1), time()))


@dataclass(frozen=True, slots=True)
class NamedLine:
    label: str
    line: Line


@dataclass(frozen=True, slots=True)
class Report:
    period: Period
    over_time: Sequence[NamedLine]
    groups: Sequence[NamedLine]
    total: Line


def make_report(
    *,
    leads: "QuerySet[Lead]",
    forms: "QuerySet[InterestForm]",
    period: Period,
    by: By,
    now: datetime,
) -> Report:
    """The report about these leads and forms. Suspected spam and spam are left out.

    Merged requests count as submits and not again in what came of them. Four queries at most.
    """
    facts = _read_facts(leads, period, by, now)
    uses = [
        Use(*row)
        for row in FormDay.objects.filter(
            form__in=forms.order_by().values("pk"), day__range=(period.first, period.last)
        ).values_list("day", "form_id", "source", "views", "starts")
    ]
    over_time = by_time(facts, uses, first=period.first, last=period.last, step=period.step)
    groups = _group(facts, uses, by)
    names = _name(groups, by, forms)
    return Report(
        period=period,
        over_time=[NamedLine(_say_step(line.key, period.step), line) for line in over_time],
        groups=[NamedLine(names.get(line.key) or _("not known"), line) for line in groups],
        total=total(facts, uses),
    )


def _read_facts(leads: "QuerySet[Lead]", period: Period, by: By, now: datetime) -> list[Fact]:
    rows = (
        leads.filter(captured_at__gte=period.start, captured_at__lt=period.end)
        .exclude(status__in=HELD)
        .order_by()
    )
    asked = _read_programs(rows) if by == "program" else {}
    fields = (
        "pk",
        "captured_at",
        "form_id",
        "source",
        "assigned_to_id",
        "stage",
        "answered_after_minutes",
        "first_answered_at",
        "answer_due_at",
        "merged_into_id",
    )
    zone = timezone.get_current_timezone()
    facts = []
    for pk, at, form, source, advisor, stage, minutes, answered, due, merged in rows.values_list(
        *fields
    ):
        facts.append(
            Fact(
                day=at.astimezone(zone).date(),
                form=form,
                source=source,
                advisor=advisor,
                programs=asked.get(pk, ()),
                stage=0 if merged else stage,
                minutes=None if merged else minutes,
                is_within=None if merged else judge_answer(answered, due, now),
            )
        )
    return facts


def judge_answer(answered: datetime | None, due: datetime | None, now: datetime) -> bool | None:
    """Whether the answer came in time; None while that is open, or nothing was promised."""
    if due is None or (answered is None and now <= due):
        return None
    return answered is not None and answered <= due


def _read_programs(rows: "QuerySet[Lead]") -> dict[int, list[Hashable]]:
    choices = LeadChoice._base_manager.filter(lead__in=rows.values("pk"), offering__isnull=False)
    asked: dict[int, list[Hashable]] = {}
    for lead, program in choices.values_list("lead_id", "offering__program_id").distinct():
        asked.setdefault(lead, []).append(program)
    return asked


def _group(facts: Sequence[Fact], uses: Sequence[Use], by: By) -> list[Line]:
    if by == "form":
        return group(facts, uses, keys_of=lambda one: [one.form], key_of_use=lambda one: one.form)
    if by == "source":
        return group(
            facts, uses, keys_of=lambda one: [one.source], key_of_use=lambda one: one.source
        )
    if by == "advisor":
        return group(facts, uses, keys_of=lambda one: [one.advisor], key_of_use=None)
    return group(facts, uses, keys_of=lambda one: one.programs or [None], key_of_use=None)


def _name(lines: Sequence[Line], by: By, forms: "QuerySet[InterestForm]") -> Mapping[Hashable, str]:
    keys: list[Any] = [line.key for line in lines if line.key]
    if by == "form":
        return dict(forms.filter(pk__in=keys).values_list("pk", "title"))
    if by == "program":
        named = LeadChoice._base_manager.filter(offering__program__in=keys).order_by()
        return dict(named.values_list("offering__program_id", "offering__program__name").distinct())
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
