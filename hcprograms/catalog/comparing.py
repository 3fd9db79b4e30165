"""Offerings side by side."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from hcprograms.catalog.claims import find_claims
from hcprograms.catalog.estimating import Payer
from hcprograms.catalog.models.programs import Intake, Offering
from hcprograms.catalog.offering_views import OfferingView
from hcprograms.catalog.positions import Position
from hcprograms.catalog.program_roles import load_roles, place
from hcprograms.catalog.role_views import RoleView
from hcprograms.institutions.requests import takes_requests

MOST_COMPARED = 4
MOST_ROLES = 5
"""Jobs that are named of each program, the most direct first."""


@dataclass(frozen=True)
class Compared(OfferingView):
    """An offering beside others, with the jobs that its program leads to."""

    roles: Sequence[RoleView]
    position: Position
    without: str
    """The address of the comparison without this one."""


def load_compared(
    *, public_ids: list[uuid.UUID], today: date, payer: Payer | None = None
) -> list[Compared]:
    """The first four of these that are published, in their order, at this person's cost.

    Eight queries.
    """
    chosen = public_ids[: MOST_COMPARED * 2]
    offerings = Offering.objects.published().filter(public_id__in=chosen)
    claims = find_claims(offerings=offerings, on=today)
    open_intakes = Prefetch("intakes", queryset=Intake.objects.open_on(today))
    rows = offerings.select_related("program__institution", "campus").prefetch_related(
        open_intakes, "program__certifications"
    )
    rows = rows.annotate(is_askable=takes_requests("program__institution"))
    shown = sorted(rows, key=lambda row: chosen.index(row.public_id))[:MOST_COMPARED]
    roles = load_roles([one.program for one in shown])
    return [
        Compared(
            one,
            claims.get(one.pk, ()),
            list(one.intakes.all()),
            payer=payer,
            roles=roles[one.program_id][:MOST_ROLES],
            position=place(
                one.program,
                roles=roles[one.program_id],
                certifications=one.program.certifications.all(),
            ),
            without="&".join(f"offering={each.public_id}" for each in shown if each is not one),
        )
        for one in shown
    ]
