"""The public pages about the field: its roles, and the two tracks."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hcprograms.catalog.addresses import canonical_url
from hcprograms.catalog.explorer import (
    count_programs,
    find_onet_attribution,
    find_role,
    group_standings,
    list_duties,
    list_programs_to,
    load_occupations,
    load_standings,
)
from hcprograms.catalog.guide import (
    collect_themes,
    list_contradictions,
    list_facts_of_both,
    list_sources,
    place_roles,
)
from hcprograms.catalog.positions import Position
from hcprograms.catalog.spectrum import draw_spectrum


@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """Every role of the field between management and administration, with who says so."""
    standings = load_standings()
    places = [(one.position[0], one.is_disputed) for one in standings]
    context = {
        "groups": group_standings(standings, counts=count_programs()),
        "spectrum": draw_spectrum((at, split) for at, split in places if at is not None),
        "canonical_url": canonical_url(request),
    }
    return render(request, "hcprograms/catalog/roles.html", context)


@require_safe
def role(request: HttpRequest, role: str) -> HttpResponse:
    """One role: what each source says, what people in it do, and the programs that lead there."""
    found = find_role(slug=role)
    if found is None:
        raise Http404(_("There is no such role."))
    row, standing = found
    at, split = standing.position
    occupations = load_occupations(row)
    programs, total = list_programs_to(row)
    context = {
        "role": standing,
        "contradictions": standing.contested_together,
        "position": Position(at=at, tolerance=split / 2, of_role=True),
        "duties": list_duties(row, standing.evidence),
        "occupations": occupations,
        "attribution": find_onet_attribution() if occupations else "",
        "programs": programs,
        "program_count": total,
        "canonical_url": canonical_url(request),
    }
    return render(request, "hcprograms/catalog/role.html", context)


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Management or administration? What the sources say, and where they disagree."""
    relations, advice = list_facts_of_both()
    context = {
        "roles": place_roles(),
        "relations": relations,
        "themes": collect_themes(),
        "contradictions": list_contradictions(),
        "advice": advice,
        "sources": list_sources(),
        "canonical_url": canonical_url(request),
    }
    return render(request, "hcprograms/catalog/guide.html", context)
