"""The catalog's public pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hcprograms.catalog.claims import find_institution_claims
from hcprograms.catalog.comparing import load_compared
from hcprograms.catalog.estimating import read_payer
from hcprograms.catalog.listing import list_school_programs
from hcprograms.catalog.models.programs import Program
from hcprograms.catalog.program_page import ask_url, carried, show_program
from hcprograms.catalog.program_roles import attribute
from hcprograms.catalog.public_ids import read_ids
from hcprograms.institutions.absolute_urls import get_canonical_url
from hcprograms.institutions.models import Institution
from hcprograms.institutions.office_hours import describe_office_hours
from hcprograms.institutions.opening import read_opening_hours
from hcprograms.institutions.requests import takes_requests


@require_safe
def program(request: HttpRequest, institution: str, program: str) -> HttpResponse:
    """Everything about one program that an applicant decides on."""
    found = get_object_or_404(
        Program.objects.published()
        .select_related("institution")
        .annotate(is_askable=takes_requests("institution")),
        institution__slug=institution,
        slug=program,
    )
    return show_program(request, found=found)


@require_safe
def institution(request: HttpRequest, institution: str) -> HttpResponse:
    """A school: how to reach it, when, and what it offers."""
    schools = Institution.objects.published().annotate(is_askable=takes_requests("pk"))
    found = get_object_or_404(
        schools.prefetch_related("office_hours", "closures"), slug=institution
    )
    now = timezone.now()
    today = timezone.localdate(now)
    opening = read_opening_hours(found)
    cards = list_school_programs(institution=found, today=today)
    only = cards[0].program if len(cards) == 1 else None
    context = {
        "institution": found,
        "canonical_url": get_canonical_url(request),
        "ask_url": ask_url(found, request, program=only),
        "campuses": found.campuses.all(),
        "hours": describe_office_hours(institution=found),
        "now": now,
        "is_open": opening.is_open(now),
        "opens_at": opening.next_opening(now),
        "claims": find_institution_claims(institution=found, on=today),
        "cards": cards,
    }
    return render(request, "hcprograms/catalog/institution.html", context)


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Up to four offerings side by side."""
    asked = read_ids(request.GET.getlist("offering"))
    payer = read_payer(request.GET.dict())
    compared = load_compared(public_ids=asked, today=timezone.localdate(), payer=payer)
    context = {
        "compared": compared,
        "is_for_you": payer is not None,
        "attribution": attribute(role for one in compared for role in one.roles),
        "left_out": max(0, len(asked) - len(compared)),
        "carried": carried(request),
    }
    return render(request, "hcprograms/catalog/compare.html", context)
