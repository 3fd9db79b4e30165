"""The same ranking as one Django ORM query: hard filters, then weighted roles, track and cost."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Case, Exists, F, FloatField, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Abs, Cast, Coalesce, Greatest

from hcprograms.catalog.models.programs import Intake, Offering
from hcprograms.catalog.models.roles import RoleMapping
from hcprograms.matching.answers import Answers


def top_ten(
    answers: Answers, *, lean: float, roles_by_slug: Mapping[str, int]
) -> list[dict[str, Any]]:
    """Ten offerings by score, without reasons or near misses."""
    wanted = [roles_by_slug[slug] for slug in answers.roles]
    found = Offering.objects.published().filter(_asked_for(answers))
    number = FloatField()
    roles = Coalesce(
        Subquery(
            RoleMapping.objects.filter(program=OuterRef("program"), role_id__in=wanted)
            .values("program")
            .annotate(total=Sum("strength"))
            .values("total"),
            output_field=number,
        ),
        Value(0.0),
    )
    away = Abs(Cast(F("program__track_position"), number) - Value(lean))
    track = Greatest(Value(1.0) - away, Value(0.0))
    share = Cast(F("price"), number) / Value(float(answers.budget_total or 1))
    cost = Case(When(price__isnull=True, then=Value(0.5)), default=Value(1.0) - share)
    score = Value(0.2) * roles + Value(0.17) * track + Value(0.11) * cost
    rows: Any = found.annotate(score=score).order_by("-score", "pk")[:10]
    return list(rows.values("public_id", "program__name", "score"))


def _asked_for(answers: Answers) -> Q:
    asked = Q(duration_months__lte=answers.max_months) & Q(price__lte=answers.budget_total)
    if answers.levels:
        asked &= Q(program__level__in=answers.levels)
    if answers.delivery:
        asked &= Q(delivery__in=answers.delivery)
    if answers.state:
        asked &= Q(state_rule="all") | Q(states__contains=[answers.state])
    if answers.start_from and answers.start_by:
        year, month = map(int, answers.start_by.split("-"))
        end = date(year + month // 12, month % 12 + 1, 1)
        starts = Intake.objects.filter(
            offering=OuterRef("pk"),
            starts_on__gte=f"{answers.start_from}-01",
            starts_on__lt=end,
        )
        asked &= Q(Exists(starts))
    return asked
