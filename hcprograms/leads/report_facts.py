"""What a report counts, read from the database: requests, and how often forms were seen."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from django.db.models import QuerySet
from django.utils import timezone

from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import Lead, LeadChoice, LeadQuerySet
from hcprograms.leads.models.usage import FormDay
from hcprograms.leads.reporting import Fact, Step, Use

By = Literal["form", "program", "source", "advisor"]


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


def read_facts(leads: LeadQuerySet, period: Period, by: By, now: datetime) -> list[Fact]:
    """The requests of the period, with their programs if they are wanted by these."""
    rows = (
        leads.genuine().filter(captured_at__gte=period.start, captured_at__lt=period.end).order_by()
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
    """Whether the answer came by the time that was promised to this request.

    None while that is open, or nothing was promised.
    """
    if due is None or (answered is None and now <= due):
        return None
    return answered is not None and answered <= due


def _read_programs(rows: "QuerySet[Lead]") -> dict[int, list[Hashable]]:
    choices = LeadChoice._base_manager.filter(lead__in=rows.values("pk"), offering__isnull=False)
    asked: dict[int, list[Hashable]] = {}
    for lead, program in choices.values_list("lead_id", "offering__program_id").distinct():
        asked.setdefault(lead, []).append(program)
    return asked


def read_uses(forms: "QuerySet[InterestForm]", period: Period) -> list[Use]:
    """The views and starts of the period."""
    of_forms = FormDay.objects.filter(
        form__in=forms.order_by().values("pk"), day__range=(period.first, period.last)
    )
    return [
        Use(*row) for row in of_forms.values_list("day", "form_id", "source", "views", "starts")
    ]
