"""The inbox's filters; each choice says how many leads it would show."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.admin import ListFilter
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.models.programs import Program
from hcprograms.institutions.access import Right
from hcprograms.institutions.models import Membership
from hcprograms.leads.admin.facets import Combination, Facets
from hcprograms.leads.models.lead import Lead, LeadChoice

IS_GONE = Q(assigned_to__is_active=False) | Q(assigned_to__user__is_active=False)
NO_SOURCE = "-"
SOON = timedelta(hours=1)
MOST_CHOICES = 30
MOST_COUNTED = 10_000
"""Leads beyond which programs are not counted."""


PROGRAM_NAME = (
    "offering__program_id",
    "offering__program__name",
    "offering__program__award",
    "offering__program__concentration",
    "offering__program__level",
)


def build_label(name: str, award: str, concentration: str, level: str) -> str:
    """The label of a program of which only these were read."""
    return Program(name=name, award=award, concentration=concentration, level=level).label


class InboxFilter(ListFilter):
    """Base: one parameter of the address; ``choices`` come with counts."""

    parameter_name: ClassVar[str]
    template = "admin/filter.html"

    def __init__(
        self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any
    ) -> None:
        super().__init__(request, params, model, model_admin)
        given = params.pop(self.parameter_name, [""])
        self.value = str(given[-1]).replace("\0", "")
        self.used_parameters = {self.parameter_name: self.value} if self.value else {}

    def has_output(self) -> bool:
        return True

    def expected_parameters(self) -> list[str | None]:
        return [self.parameter_name]

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        listed = list(self.list_choices(changelist))
        for value, label, count in [("", self.all_label(), None), *listed]:
            yield {
                "selected": self.value == value,
                "query_string": changelist.get_query_string(
                    {self.parameter_name: value} if value else {},
                    [] if value else [self.parameter_name],
                ),
                "display": label if count is None else f"{label} ({count:,})",
            }

    def all_label(self) -> Any:
        return _("All")

    def list_choices(self, changelist: Any) -> Sequence[tuple[str, Any, int | None]]:
        """Override: value, label and count of each choice; None: not counted."""
        raise NotImplementedError

    @property
    def number(self) -> int | None:
        """The value as a row's id; None for anything else."""
        is_id = self.value.isascii() and self.value.isdigit() and len(self.value) < 18
        return int(self.value) if is_id else None


class FacetFilter(InboxFilter):
    """Base: a filter by what a :class:`Combination` tells."""

    def passes(self, one: Combination) -> bool:
        """Override: whether leads of this combination are shown."""
        raise NotImplementedError

    def count(self, changelist: Any, value_of: Any) -> list[tuple[Any, int]]:
        """The commonest values and their counts, under the other filters."""
        others = [
            spec
            for spec in changelist.filter_specs
            if isinstance(spec, FacetFilter) and spec is not self
        ]
        found = facets_of(changelist).count(
            value_of=value_of, passes=lambda one: all(spec.passes(one) for spec in others)
        )
        ranked = sorted(found.items(), key=lambda pair: (-pair[1], str(pair[0])))
        return [(value, count) for value, count in ranked if count][:MOST_CHOICES]


def facets_of(changelist: Any) -> Facets:
    """Counts under search, date, program and institution; read once per page."""
    if not hasattr(changelist, "facets"):
        others = [one for one in changelist.filter_specs if not isinstance(one, FacetFilter)]
        changelist.facets = Facets(find_under(changelist, others))
    facets: Facets = changelist.facets
    return facets


def find_under(changelist: Any, filters: Sequence[Any]) -> "QuerySet[Any]":
    """The leads that were searched for, as these filters narrow them."""
    rows = changelist.root_queryset
    for one in filters:
        narrowed = one.queryset(changelist.inbox_request, rows)
        rows = rows if narrowed is None else narrowed
    found: QuerySet[Any]
    found, _many = changelist.model_admin.get_search_results(
        changelist.inbox_request, rows, changelist.query
    )
    return found


def count_shown(changelist: Any) -> int:
    """How many leads pass all filters, without asking the database again."""
    filters = [spec for spec in changelist.filter_specs if isinstance(spec, FacetFilter)]
    counts = facets_of(changelist).counts.items()
    return sum(number for one, number in counts if all(spec.passes(one) for spec in filters))


class QueueFilter(FacetFilter):
    """What is to be worked on; suspected spam and merged leads are apart, never gone."""

    title: Any = _("queue")
    parameter_name = "queue"
    QUEUES: ClassVar[dict[str, Any]] = {
        "waiting": _("waiting for an answer"),
        "review": _("suspected spam, to review"),
        "spam": _("spam"),
        "merged": _("merged into others"),
        "all": _("everything"),
    }

    def all_label(self) -> Any:
        return _("inbox")

    def queue_of(self, one: Combination) -> set[str]:
        """The queues that leads of this combination are in."""
        queues = {
            "waiting": one.is_waiting,
            "review": Lead.Status(one.status).is_held,
            "spam": one.status == Lead.Status.SPAM,
            "merged": one.is_merged,
            "": Lead.Status(one.status).is_genuine and not one.is_merged,
            "all": True,
        }
        return {name for name, belongs in queues.items() if belongs}

    def passes(self, one: Combination) -> bool:
        wanted = self.value if self.value in self.QUEUES else ""
        return wanted in self.queue_of(one)

    def list_choices(self, changelist: Any) -> list[tuple[str, Any, int]]:
        counted = self.count(changelist, lambda one: frozenset(self.queue_of(one)))
        totals = dict.fromkeys(self.QUEUES, 0)
        for queues, number in counted:
            for name in queues & totals.keys():
                totals[name] += number
        return [(name, label, totals[name]) for name, label in self.QUEUES.items()]

    def queryset(self, request: HttpRequest, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        chosen = {
            "waiting": Q(is_waiting=True),
            "review": Q(status__in=Lead.Status.list_held()),
            "spam": Q(status=Lead.Status.SPAM),
            "merged": Q(merged_into__isnull=False),
            "all": Q(),
        }
        inbox = Q(status__in=Lead.Status.list_genuine(), merged_into=None)
        return rows.filter(chosen.get(self.value, inbox))


class StatusFilter(FacetFilter):
    title: Any = _("status")
    parameter_name = "status__exact"

    def passes(self, one: Combination) -> bool:
        return not self.value or one.status == self.value

    def list_choices(self, changelist: Any) -> list[tuple[str, Any, int]]:
        counts = dict(self.count(changelist, lambda one: one.status))
        return [(key, label, counts.get(key, 0)) for key, label in Lead.Status.choices]

    def queryset(self, request: HttpRequest, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        return rows.filter(status=self.value) if self.value else rows


class AdvisorFilter(FacetFilter):
    title: Any = _("assigned to")
    parameter_name = "assigned_to__id__exact"
    NO_ONE = "none"
    GONE = "gone"
    ORPHANED = "orphaned"

    def passes(self, one: Combination) -> bool:
        if self.value in (self.GONE, self.ORPHANED):
            is_free = self.value == self.ORPHANED and one.advisor is None
            return is_free or one.advisor in self.gone
        if self.value == self.NO_ONE:
            return one.advisor is None
        return not self.value or one.advisor == self.number

    @cached_property
    def gone(self) -> set[int]:
        """Members who cannot sign in any more."""
        here = Membership.objects.active().values("pk")
        return set(Membership.objects.exclude(pk__in=here).values_list("pk", flat=True))

    def list_choices(self, changelist: Any) -> list[tuple[str, Any, int]]:
        counts = dict(self.count(changelist, lambda one: one.advisor))
        facets = facets_of(changelist)
        free = counts.pop(None, 0)
        gone = sum(number for key, number in counts.items() if key in facets.find_gone())
        orphaned = [
            (self.ORPHANED, _("nobody, or a person who cannot sign in"), free + gone),
            (self.NO_ONE, _("nobody"), free),
            (self.GONE, _("people who cannot sign in"), gone),
        ]
        named = [(str(key), facets.name_advisor(key), number) for key, number in counts.items()]
        return [one for one in orphaned if one[2] or one[0] == self.value] + named

    def queryset(self, request: HttpRequest, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        conditions = {
            self.NO_ONE: Q(assigned_to__isnull=True),
            self.GONE: IS_GONE,
            self.ORPHANED: Q(assigned_to__isnull=True) | IS_GONE,
        }
        if self.value in conditions:
            return rows.filter(conditions[self.value])
        return rows.filter(assigned_to=self.number) if self.value else rows


class FormFilter(FacetFilter):
    title: Any = _("form")
    parameter_name = "form__id__exact"

    def passes(self, one: Combination) -> bool:
        return not self.value or one.form == self.number

    def list_choices(self, changelist: Any) -> list[tuple[str, Any, int]]:
        counts = self.count(changelist, lambda one: one.form)
        title = facets_of(changelist).title_form
        return [(str(key), title(key), number) for key, number in counts]

    def queryset(self, request: HttpRequest, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        return rows.filter(form=self.number) if self.value else rows


class SourceFilter(FacetFilter):
    title: Any = _("source")
    parameter_name = "source"

    def passes(self, one: Combination) -> bool:
        return not self.value or one.source == self.named

    @property
    def named(self) -> str:
        return "" if self.value == NO_SOURCE else self.value

    def list_choices(self, changelist: Any) -> list[tuple[str, Any, int]]:
        counts = self.count(changelist, lambda one: one.source)
        return [(key or NO_SOURCE, key or _("not known"), number) for key, number in counts]

    def queryset(self, request: HttpRequest, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        return rows.filter(source=self.named) if self.value else rows


class ProgramFilter(InboxFilter):
    """Leads that ask about a program. The counts are of the leads shown otherwise.

    Programs are in another table: where very many leads are shown, counting would keep staff
    waiting, and the programs are offered without counts.
    """

    title: Any = _("program")
    parameter_name = "program"

    def list_choices(self, changelist: Any) -> Sequence[tuple[str, Any, int | None]]:
        if sum(facets_of(changelist).counts.values()) > MOST_COUNTED:
            programs = changelist.model_admin.choices_of(
                changelist.inbox_request, Program, right=Right.VIEW
            )
            listed = programs.order_by("name", "concentration", "pk")[:MOST_CHOICES]
            return [(str(program.pk), program.label, None) for program in listed]
        rows = find_under(changelist, [one for one in changelist.filter_specs if one is not self])
        asked = LeadChoice._base_manager.filter(lead__in=rows.order_by().values("pk"))
        counted = asked.values_list(*PROGRAM_NAME).annotate(number=Count("lead", distinct=True))
        ranked = counted.exclude(offering=None).order_by("-number", *PROGRAM_NAME[1:])
        return [
            (str(key), build_label(*names), number) for key, *names, number in ranked[:MOST_CHOICES]
        ]

    def queryset(self, request: HttpRequest, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        if not self.value:
            return rows
        asked = LeadChoice._base_manager.filter(offering__program=self.number)
        return rows.filter(pk__in=asked.values("lead"))


class DueFilter(InboxFilter):
    """Unanswered leads by when an answer is due. Not counted: the choices hang on the clock."""

    title: Any = _("answer due")
    parameter_name = "due"
    CHOICES: ClassVar[dict[str, Any]] = {"late": _("past due"), "soon": _("within an hour")}

    def list_choices(self, changelist: Any) -> Sequence[tuple[str, Any, int | None]]:
        return [(value, label, None) for value, label in self.CHOICES.items()]

    def queryset(self, request: HttpRequest, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        now = timezone.now()
        chosen = {
            "late": Q(is_waiting=True, answer_due_at__lt=now),
            "soon": Q(is_waiting=True, answer_due_at__range=(now, now + SOON)),
        }
        return rows.filter(chosen.get(self.value, Q()))
