"""The public pages about the field: its roles, and the two tracks."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hcprograms.catalog.explorer import (
    explore_roles,
    find_onet_attribution,
    find_role,
    list_duties,
    list_programs_to,
    load_occupations,
)
from hcprograms.catalog.guide import (
    collect_themes,
    list_contradictions,
    list_facts_of_both,
    list_sources,
)
from hcprograms.institutions.absolute_urls import get_canonical_url


@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """Every role of the field between management and administration, with who says so."""
    context = {"explored": explore_roles(), "canonical_url": get_canonical_url(request)}
    return render(request, "hcprograms/catalog/roles.html", context)


@require_safe
def role(request: HttpRequest, role: str) -> HttpResponse:
    """One role: what each source says, what people in it do, and the programs that lead there."""
    found = find_role(slug=role)
    if found is None:
        raise Http404(_("There is no such role."))
    row, standing = found
    occupations = load_occupations(row)
    programs, total = list_programs_to(row)
    context = {
        "role": standing,
        "contradictions": standing.contested_together,
        "position": standing.place,
        "duties": list_duties(row, standing.evidence),
        "occupations": occupations,
        "attribution": find_onet_attribution() if occupations else "",
        "programs": programs,
        "program_count": total,
        "canonical_url": get_canonical_url(request),
    }
    return render(request, "hcprograms/catalog/role.html", context)


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Management or administration? What the sources say, and where they disagree."""
    relations, advice = list_facts_of_both()
    disagreements, agreements = list_contradictions()
    context = {
        "explored": explore_roles(),
        "relations": relations,
        "themes": collect_themes(),
        "contradictions": disagreements,
        "agreements": agreements,
        "advice": advice,
        "sources": list_sources(),
        "canonical_url": get_canonical_url(request),
    }
    return render(request, "hcprograms/catalog/guide.html", context)
