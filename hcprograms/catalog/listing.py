"""Programs side by side: which ones, with what is published about each, in three queries."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hcprograms.catalog.accreditation import Claim
from hcprograms.catalog.claims import find_loaded_claims
from hcprograms.catalog.models.programs import Delivery, Intake, Level, Offering, Program, Status
from hcprograms.catalog.offering_views import OfferingView
from hcprograms.institutions.models import Institution

MOST_LISTED = 100


@dataclass(frozen=True)
class ProgramCard:
    """A published program in short: where it stands, how it is taught, what may be said of it."""

    program: Program
    offerings: Sequence[OfferingView]

    @property
    def deliveries(self) -> list[str]:
        """“Online”, “On campus”: each once."""
        said = dict.fromkeys(one.offering.delivery for one in self.offerings)
        return [capfirst(str(Delivery(delivery).label)) for delivery in said if delivery]

    @property
    def level(self) -> str:
        """“Master’s degree”; cheaper than the model's own, which translates every level."""
        return capfirst(str(Level(self.program.level).label))

    @cached_property
    def claims(self) -> list[Claim]:
        """What may be said of every offering of the program; of some only is not said here."""
        if not self.offerings:
            return []
        first, *others = self.offerings
        return [
            claim
            for claim in first.claims
            if all(claim.text in [each.text for each in one.claims] for one in others)
        ]

    @property
    def has_more_claims(self) -> bool:
        """Whether some offerings have a claim that others have not."""
        return any(len(one.claims) > len(self.claims) for one in self.offerings)

    @property
    def next_intake(self) -> Intake | None:
        """The first start that one can still apply for, where starts are loaded."""
        starts = [intake for one in self.offerings for intake in one.intakes]
        return min(starts, key=lambda intake: intake.starts_on, default=None)

    @property
    def is_bare(self) -> bool:
        """Whether neither price nor time nor a start is published."""
        return not (self.cost or self.months or self.next_intake)

    @property
    def months(self) -> str:
        """“12 months”, “12 to 24 months”; empty where not published."""
        known = sorted({one.offering.duration_months or 0 for one in self.offerings} - {0})
        if not known:
            return ""
        if len(known) == 1:
            return ngettext("%(n)d month", "%(n)d months", known[0]) % {"n": known[0]}
        return _("%(least)d to %(most)d months") % {"least": known[0], "most": known[-1]}

    @property
    def cost(self) -> str:
        """The least whole cost that is published, in words; empty where none is."""
        known = [
            (one.estimate.total, one.total)
            for one in self.offerings
            if one.estimate.total is not None
        ]
        if not known:
            return ""
        cheapest = min(known)[1]
        return cheapest if len(known) == 1 else _("from %(cost)s") % {"cost": cheapest}


def list_programs(
    *,
    institution: Institution | str | None = None,
    level: str = "",
    delivery: str = "",
    limit: int = 20,
) -> "QuerySet[Program]":
    """Published programs in the order of their level and name."""
    rows = Program.objects.published()
    if isinstance(institution, Institution):
        rows = rows.filter(institution=institution)
    elif institution:
        rows = rows.filter(institution__slug=institution)
    if level:
        rows = rows.filter(level__in=level.replace(" ", "").split(","))
    if delivery:
        taught = Offering.objects.filter(
            status=Status.PUBLISHED, delivery__in=delivery.replace(" ", "").split(",")
        )
        rows = rows.filter(pk__in=taught.values("program"))
    return rows.order_by("institution__name", "level", "name", "pk")[: min(limit, MOST_LISTED)]


def list_school_programs(*, institution: Institution, today: date) -> list[ProgramCard]:
    """All published programs of one school, from certificates to doctorates. Three queries."""
    programs = list(Program.objects.published().filter(institution=institution).order_by("name"))
    for program in programs:
        program.institution = institution
    programs.sort(key=lambda program: Level.values.index(program.level))
    return make_program_cards(programs, today=today)


def find_programs(*, wanted: Sequence[uuid.UUID | str]) -> list[Program]:
    """Published programs by public id or “institution/program”, in this order; others left out."""
    ids = [one for one in wanted if isinstance(one, uuid.UUID)]
    rows = Q(public_id__in=ids)
    for one in wanted:
        if isinstance(one, str):
            school, _slash, slug = one.partition("/")
            rows |= Q(institution__slug=school, slug=slug)
    found: Mapping[uuid.UUID | str, Program] = {
        key: program
        for program in Program.objects.published().filter(rows).select_related("institution")
        for key in (program.public_id, f"{program.institution.slug}/{program.slug}")
    }
    return list(dict.fromkeys(found[one] for one in wanted if one in found))


def make_program_cards(
    programs: "QuerySet[Program] | Sequence[Program]", *, today: date
) -> list[ProgramCard]:
    """The programs with their published offerings and claims. Three queries at most."""
    if isinstance(programs, QuerySet):
        programs = list(programs.select_related("institution"))
    chosen = {program.pk: program for program in programs}
    offerings = list(
        Offering.objects.filter(program__in=chosen, status=Status.PUBLISHED)
        .select_related("campus")
        .order_by("delivery", "pk")
    )
    for one in offerings:
        one.program = chosen[one.program_id]
    return arrange_cards(programs, offerings=offerings, today=today)


def arrange_cards(
    programs: Iterable[Program], *, offerings: Sequence[Offering], today: date
) -> list[ProgramCard]:
    """The same from offerings that are loaded with their programs. One query, for the claims."""
    claims = find_loaded_claims(offerings=offerings, on=today)
    views: dict[int, list[OfferingView]] = defaultdict(list)
    for one in offerings:
        views[one.program_id].append(OfferingView(one, claims.get(one.pk, ()), ()))
    return [ProgramCard(program, views[program.pk]) for program in programs]
