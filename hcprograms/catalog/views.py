"""The catalog's public pages."""

from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hcprograms.catalog.addresses import canonical_url
from hcprograms.catalog.claims import find_claims, find_institution_claims
from hcprograms.catalog.comparing import load_compared, read_ids
from hcprograms.catalog.details import describe_details
from hcprograms.catalog.listing import ProgramCard, list_school_programs
from hcprograms.catalog.models.licensure import LicensureDisclosure
from hcprograms.catalog.models.programs import Intake, Offering, Program
from hcprograms.catalog.offering_views import OfferingView
from hcprograms.catalog.program_roles import attribute, load_roles, place
from hcprograms.catalog.published_tuition import list_tuition
from hcprograms.catalog.states import STATES
from hcprograms.catalog.structured_data import describe_program, write_json
from hcprograms.institutions.hours import OpeningHours
from hcprograms.institutions.models import Institution
from hcprograms.institutions.office_hours import describe_office_hours
from hcprograms.institutions.requests import takes_requests

MOST_CARRIED = 4_000
"""Longest part of an address, in characters, that is handed on to the next page."""


@require_safe
def program(request: HttpRequest, institution: str, program: str) -> HttpResponse:
    """Everything about one program that an applicant decides on."""
    today = timezone.localdate()
    found = get_object_or_404(
        Program.objects.published()
        .select_related("institution")
        .annotate(is_askable=takes_requests("institution")),
        institution__slug=institution,
        slug=program,
    )
    offerings = load_offerings(found, today=today)
    url = canonical_url(request)
    roles = load_roles([found])[found.pk]
    licensure = list(LicensureDisclosure.objects.filter(program=found))
    state = read_state(request)
    certifications = list(found.certifications.all())
    context = {
        "program": found,
        "institution": found.institution,
        "offerings": offerings,
        "card": ProgramCard(found, offerings),
        "structured_data": write_json(
            describe_program(program=found, offerings=offerings, url=url)
        ),
        "roles": roles,
        "attribution": attribute(roles),
        "certifications": certifications,
        "details": describe_details(program=found),
        "tuition": list_tuition(facts=found.institution.published_tuition, level=found.level),
        "position": place(found, roles=roles, certifications=certifications),
        "carried": carried(request),
        "ask_url": ask_url(found.institution, request),
        "canonical_url": url,
        "licensure": licensure,
        "licensure_here": [one for one in licensure if one.state == state],
        "visitor_state": STATES.get(state, ""),
        "today": today,
    }
    return render(request, "hcprograms/catalog/program.html", context)


@require_safe
def institution(request: HttpRequest, institution: str) -> HttpResponse:
    """A school: how to reach it, when, and what it offers."""
    schools = Institution.objects.published().annotate(is_askable=takes_requests("pk"))
    found = get_object_or_404(
        schools.prefetch_related("office_hours", "closures"), slug=institution
    )
    now = timezone.now()
    today = timezone.localdate(now)
    opening = OpeningHours.from_rows(
        hours=found.office_hours.all(), closures=found.closures.all(), time_zone=found.time_zone
    )
    context = {
        "institution": found,
        "canonical_url": canonical_url(request),
        "ask_url": ask_url(found, request),
        "campuses": found.campuses.all(),
        "hours": describe_office_hours(institution=found),
        "now": now,
        "is_open": opening.is_open(now),
        "opens_at": opening.next_opening(now),
        "claims": find_institution_claims(institution=found, on=today),
        "cards": list_school_programs(institution=found, today=today),
    }
    return render(request, "hcprograms/catalog/institution.html", context)


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Up to four offerings side by side."""
    asked = read_ids(request.GET.getlist("offering"))
    compared = load_compared(public_ids=asked, today=timezone.localdate())
    context = {
        "compared": compared,
        "attribution": attribute(role for one in compared for role in one.roles),
        "left_out": max(0, len(asked) - len(compared)),
        "carried": carried(request),
    }
    return render(request, "hcprograms/catalog/compare.html", context)


def read_state(request: HttpRequest) -> str:
    """The visitor's state, as the answers in the address have it; empty if none was given."""
    state = request.GET.get("state", "")
    return state if state in STATES else ""


def load_offerings(found: Program, *, today: date) -> list[OfferingView]:
    """The published offerings with their claims and open starts. Four queries."""
    offerings = Offering.objects.published().filter(program=found)
    claims = find_claims(offerings=offerings, on=today)
    open_intakes = Prefetch("intakes", queryset=Intake.objects.open_on(today))
    return [
        OfferingView(one, claims.get(one.pk, ()), list(one.intakes.all()))
        for one in offerings.select_related("campus").prefetch_related(open_intakes)
    ]


def carried(request: HttpRequest) -> str:
    """The answers in the address, to hand on to the next page; empty when there are none."""
    query: Any = request.GET.copy()
    query.pop("offering", None)
    text = str(query.urlencode())
    return text if len(text) <= MOST_CARRIED else ""


def ask_url(institution: Institution, request: HttpRequest) -> str:
    """The school's form, with the answers in the address carried along."""
    url = reverse("hcprograms:ask", args=[institution.slug])
    return f"{url}?{query}" if (query := carried(request)) else url
