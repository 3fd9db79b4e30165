"""A program's public page: everything about it that an applicant decides on."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from hcprograms.catalog.claims import find_claims
from hcprograms.catalog.details import describe_details
from hcprograms.catalog.listing import ProgramCard
from hcprograms.catalog.models.licensure import LicensureDisclosure
from hcprograms.catalog.models.programs import Intake, Offering, Program
from hcprograms.catalog.offering_views import OfferingView
from hcprograms.catalog.program_roles import attribute, load_roles, place
from hcprograms.catalog.published_tuition import list_tuition
from hcprograms.catalog.states import STATES
from hcprograms.catalog.structured_data import describe_program, write_json
from hcprograms.institutions.absolute_urls import get_canonical_url
from hcprograms.institutions.models import Institution

MOST_CARRIED = 4_000
"""Longest part of an address, in characters, that is handed on to the next page."""


def show_program(
    request: HttpRequest, *, found: Any, preview: Mapping[str, Any] | None = None
) -> HttpResponse:
    """The page of a program that was found with its institution and ``is_askable``.

    ``preview`` is for staff: ``hidden`` says what of it the public does not see yet.
    """
    today = timezone.localdate()
    offerings = load_offerings(found, today=today)
    url = get_canonical_url(request)
    roles = load_roles([found])[found.pk]
    licensure = list(LicensureDisclosure.objects.filter(program=found))
    state = read_state(request)
    certifications = list(found.certifications.select_related("source", "body_source"))
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
        "ask_url": ask_url(found.institution, request, program=found),
        "canonical_url": url,
        "licensure": licensure,
        "licensure_here": [one for one in licensure if one.state == state],
        "visitor_state": STATES.get(state, ""),
        "today": today,
        "preview": preview,
    }
    return render(request, "hcprograms/catalog/program.html", context)


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
    query.pop("program", None)
    text = str(query.urlencode())
    return text if len(text) <= MOST_CARRIED else ""


def ask_url(
    institution: Institution, request: HttpRequest, *, program: Program | None = None
) -> str:
    """The school's form about this program, with the answers in the address carried along."""
    url = reverse("hcprograms:ask", args=[institution.slug])
    about = urlencode({"program": program.slug}) if program else ""
    query = "&".join(part for part in (about, carried(request)) if part)
    return f"{url}?{query}" if query else url
