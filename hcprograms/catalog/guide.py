"""What the sources say about management and administration, for people who know neither."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.models.reference import EvidenceSource, FieldFact
from hcprograms.catalog.models.roles import Contradiction, RoleEvidence
from hcprograms.catalog.tracks import end_of

KINDS = (
    (FieldFact.Kind.INTEREST, _("It may suit people who like")),
    (FieldFact.Kind.DUTY, _("Duties")),
    (FieldFact.Kind.SKILL, _("Skills")),
    (FieldFact.Kind.DEGREE, _("Degrees")),
    (FieldFact.Kind.EDUCATION, _("Education")),
    (FieldFact.Kind.BACKGROUND, _("What you may have studied before")),
    (FieldFact.Kind.TRAINING, _("Training")),
    (FieldFact.Kind.WORKPLACE, _("Where they work")),
    (FieldFact.Kind.CONTACT, _("Contact with patients")),
)


@dataclass(frozen=True, slots=True)
class Theme:
    """What the sources say on one subject, of either side."""

    label: str
    management: Sequence[FieldFact]
    administration: Sequence[FieldFact]


def collect_themes() -> list[Theme]:
    """Facts by subject and side; what is said of both is left to the contradictions. One query."""
    facts = list(FieldFact.objects.exclude(track="").select_related("source"))
    found = []
    for kind, label in KINDS:
        sides: dict[int, list[FieldFact]] = {1: [], -1: []}
        for fact in facts:
            if fact.kind == kind:
                sides[end_of(fact.track)].append(fact)
        if any(sides.values()):
            found.append(Theme(str(label), sides[1], sides[-1]))
    return found


def list_contradictions() -> tuple[list[Contradiction], list[Contradiction]]:
    """The points on which the sources disagree, and titles that only seem contested.

    All sources may put a job on one side although its title says the other. Four queries.
    """
    evidence = RoleEvidence.objects.filter(institution=None)
    rows = Contradiction.objects.prefetch_related("sources", Prefetch("roles__evidence", evidence))
    disagreements: list[Contradiction] = []
    agreements: list[Contradiction] = []
    for row in rows:
        sides = {end_of(one.track) for role in row.roles.all() for one in role.evidence.all()}
        (agreements if len(sides) == 1 else disagreements).append(row)
    return disagreements, agreements


def list_facts_of_both() -> tuple[list[FieldFact], list[FieldFact]]:
    """How the tracks relate, source by source, and what to do before deciding. One query."""
    kinds = [FieldFact.Kind.RELATION, FieldFact.Kind.ADVICE]
    facts = list(FieldFact.objects.filter(kind__in=kinds).select_related("source"))
    relations = [fact for fact in facts if fact.kind == FieldFact.Kind.RELATION]
    return relations, [fact for fact in facts if fact.kind == FieldFact.Kind.ADVICE]


def list_sources() -> list[EvidenceSource]:
    """Every source that a fact, a role or a contradiction is taken from. One query."""
    used = Q(facts__isnull=False) | Q(role_evidence__isnull=False) | Q(contradictions__isnull=False)
    return list(EvidenceSource.objects.filter(used).distinct())
