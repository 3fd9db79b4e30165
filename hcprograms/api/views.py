"""The API's addresses; docs/api.md is their contract."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from hcprograms.api.describing import describe_form, describe_page
from hcprograms.api.endpoint import MayCapture, MayRead, endpoint
from hcprograms.api.reading import read_answers, read_arrival
from hcprograms.followup.webhooks.payloads import describe_lead
from hcprograms.leads.arrivals import RefusedArrival, answerable, receive
from hcprograms.leads.asking import AskPage, NotAskableError, find_page_of
from hcprograms.leads.consent_status import iterate_with_suppressions
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import Lead
from hcprograms.matching import engine

REFUSED = 422
MOST_MATCHES = 50
NEEDED = ("choices__offering", "consents")
TOLD = ("institution", "form", "assigned_to__user")


class LeadPages(CursorPagination):
    """The last changed first; a page that was read stays as it is while others are added."""

    ordering = ("-updated_at", "-pk")
    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200


@endpoint("GET")
def forms(request: Request) -> Response:
    """The institution's published forms that can be answered from outside."""
    published = _own_forms(request).filter(status=InterestForm.Status.PUBLISHED)
    return Response({"forms": [describe_form(one) for one in published.order_by("title", "pk")]})


@endpoint("GET")
def form(request: Request, form: uuid.UUID) -> Response:
    """What the form asks, and the words of its consent boxes."""
    return Response(describe_page(_page_or_404(request, form)))


@endpoint("POST", needs=[MayCapture])
def capture(request: Request, form: uuid.UUID) -> Response:
    """Capture a request; one with an id that was here before is answered with its lead."""
    page, arrival = _page_or_404(request, form), read_arrival(request.data)
    try:
        captured = receive(page=page, arrival=arrival)
    except RefusedArrival as refused:
        return Response({"errors": refused.errors}, status=REFUSED)
    told = {"lead": str(captured.lead.public_id), "created": captured.created}
    return Response(told, status=201 if captured.created else 200)


@endpoint("GET", needs=[MayRead])
def leads(request: Request) -> Response:
    """The institution's leads, narrowed by status, form or the time of the last change."""
    wanted = _read_filters(request)
    rows = Lead.objects.filter(institution=request.auth.institution, **wanted)
    if "status" not in wanted:
        rows = rows.genuine()
    pages = LeadPages()
    found: Any = pages.paginate_queryset(
        rows.select_related(*TOLD).prefetch_related(*NEEDED), request
    )
    links = {"next": pages.get_next_link(), "previous": pages.get_previous_link()}
    described = [describe_lead(one, held) for one, held in iterate_with_suppressions(found)]
    return Response({"leads": described, **links})


@endpoint("GET", needs=[MayRead])
def lead(request: Request, lead: uuid.UUID) -> Response:
    rows = Lead.objects.filter(institution=request.auth.institution).select_related(*TOLD)
    return Response(describe_lead(get_object_or_404(rows, public_id=lead)))


@endpoint("POST")
def match(request: Request) -> Response:
    """The ranking for Answers, as ``match --format json`` prints it."""
    limit = request.query_params.get("limit", "10")
    if not limit.isdecimal() or len(limit) > 3 or not 1 <= int(limit) <= MOST_MATCHES:
        raise ValidationError({"limit": [_("A number from 1 to 50.")]})
    answers = read_answers(request.data)
    ranking = engine.match(answers, today=timezone.localdate(), limit=int(limit))
    return Response(ranking.as_dict())


def _own_forms(request: Request) -> "QuerySet[InterestForm]":
    return answerable(InterestForm.objects.filter(institution=request.auth.institution))


def _page_or_404(request: Request, form: uuid.UUID) -> AskPage:
    """The open form of the key's own institution; a stranger's is as good as none."""
    try:
        if _own_forms(request).filter(public_id=form).exists():
            return find_page_of(public_id=form, query={}, now=timezone.now())
    except NotAskableError as closed:
        raise NotFound(closed.reason) from closed
    raise NotFound(_("There is no such form."))


def _read_filters(request: Request) -> dict[str, Any]:
    query, wanted = request.query_params, {}
    unknown = query.keys() - {"status", "form", "updated_since", "limit", "cursor"}
    if unknown:
        raise ValidationError(dict.fromkeys(unknown, [_("This key is not known.")]))
    if "status" in query:
        if query["status"] not in Lead.Status.values:
            raise ValidationError({"status": [", ".join(Lead.Status.values)]})
        wanted["status"] = query["status"]
    if "form" in query:
        wanted["form__slug"] = query["form"]
    if "updated_since" in query:
        wanted["updated_at__gte"] = _read_moment(query["updated_since"])
    return wanted


def _read_moment(text: str) -> Any:
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        example = _("Give date, time and offset, such as 2027-01-31T09:00:00Z.")
        raise ValidationError({"updated_since": [example]})
    return moment
