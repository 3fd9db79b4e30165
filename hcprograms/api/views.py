"""The API's views; docs/api.md is their contract."""

import json
import logging
import uuid
from collections.abc import Sequence
from contextlib import ExitStack
from io import BytesIO
from typing import Any

from django.db import Error as DatabaseError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.dateparse import parse_datetime
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import APIException, NotFound, ParseError, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.parsers import JSONParser
from rest_framework.permissions import BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler, set_rollback

from hcprograms.api.authentication import CanCapture, CanRead, KeyAuthentication, KeyThrottle
from hcprograms.api.serializers import (
    FormSerializer,
    SubmissionSerializer,
    read_answers,
    refuse_unknown,
    serialize_form,
)
from hcprograms.followup.webhooks.payloads import describe_lead
from hcprograms.institutions.languages import answer_in_own_language
from hcprograms.institutions.scoping import scope
from hcprograms.leads.arrivals import RefusedArrival, answerable, receive
from hcprograms.leads.consent import iterate_with_suppressions
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.open_forms import FormClosedError, OpenForm, get_open_form_by_id
from hcprograms.matching import engine

logger = logging.getLogger(__name__)

MAX_BODY = 200_000
RETRY_SECONDS = 30
REFUSED = 422
MOST_MATCHES = 50
NEEDED = ("choices__offering", "consents")
TOLD = ("institution", "form", "assigned_to__user")


class BodyTooLarge(APIException):
    status_code = 413
    default_detail = gettext_lazy("The body is longer than 200,000 bytes.")


class BoundedParser(JSONParser):
    """JSON of a bounded length and depth."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        body = stream.read(MAX_BODY + 1)
        if len(body) > MAX_BODY:
            raise BodyTooLarge
        try:
            data = super().parse(BytesIO(body), media_type, parser_context)
            # “\ud800” alone is JSON, and no text: nothing could store or send it.
            json.dumps(data, ensure_ascii=False).encode()
        except RecursionError as error:
            raise ParseError(_("JSON parse error - nested too deep")) from error
        except UnicodeEncodeError as error:
            raise ParseError(_("JSON parse error - half of a character")) from error
        return data


def handle_exception(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's answer to an error; without the database a 503 that says when to come back."""
    if not isinstance(error, DatabaseError):
        return exception_handler(error, context)
    set_rollback()
    logger.error("The API could not reach the database.", exc_info=error)
    text = _("The database does not answer. Send the same request again later.")
    return Response({"detail": text}, status=503, headers={"Retry-After": str(RETRY_SECONDS)})


@method_decorator(answer_in_own_language, name="dispatch")  # type: ignore[arg-type]  # its views return HttpResponse
class ApiView(APIView):
    """A view of the API: by key, in the scope of the key's institution, never cached."""

    authentication_classes = (KeyAuthentication,)
    permission_classes: Sequence[type[BasePermission]] = ()
    throttle_classes = (KeyThrottle,)
    parser_classes = (BoundedParser,)
    renderer_classes = (JSONRenderer,)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with ExitStack() as self.scopes:
            response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # The institution is known once the key is.
        super().initial(request, *args, **kwargs)
        self.scopes.enter_context(scope(institution=request.auth.institution))

    def get_exception_handler(self) -> Any:
        return handle_exception

    def finalize_response(self, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(*args, **kwargs)
        patch_cache_control(response, no_store=True)
        return response


class LeadPages(CursorPagination):
    """The last changed first; a page that was read stays as it is while others are added."""

    ordering = ("-updated_at", "-pk")
    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200


class FormList(ApiView):
    """The institution's published forms that can be answered from outside."""

    def get(self, request: Request) -> Response:
        published = _own_forms(request).filter(status=InterestForm.Status.PUBLISHED)
        forms = FormSerializer(published.order_by("title", "pk"), many=True)
        return Response({"forms": forms.data})


class FormDetail(ApiView):
    """What the form asks, and the text of its consent boxes."""

    def get(self, request: Request, form: uuid.UUID) -> Response:
        return Response(serialize_form(_page_or_404(request, form)))


class Capture(ApiView):
    """Capture a request; one with an id that was here before is answered with its lead."""

    permission_classes = (CanCapture,)

    def post(self, request: Request, form: uuid.UUID) -> Response:
        page = _page_or_404(request, form)
        serializer = SubmissionSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        try:
            captured = receive(page=page, arrival=serializer.build_arrival())
        except RefusedArrival as refused:
            return Response({"errors": refused.errors}, status=REFUSED)
        told = {"lead": str(captured.lead.public_id), "created": captured.created}
        return Response(told, status=201 if captured.created else 200)


class LeadList(ApiView):
    """The institution's leads, narrowed by status, form or the time of the last change.

    Spam and suspected spam are listed only when their status is asked for.
    """

    permission_classes = (CanRead,)

    def get(self, request: Request) -> Response:
        wanted = _read_filters(request)
        rows = Lead.objects.filter(institution=request.auth.institution, **wanted)
        if "status" not in wanted:
            rows = rows.genuine()
        pages = LeadPages()
        found: Any = pages.paginate_queryset(
            rows.select_related(*TOLD).prefetch_related(*NEEDED), request
        )
        links = {"next": pages.get_next_link(), "previous": pages.get_previous_link()}
        leads = [describe_lead(one, held) for one, held in iterate_with_suppressions(found)]
        return Response({"leads": leads, **links})


class LeadDetail(ApiView):
    permission_classes = (CanRead,)

    def get(self, request: Request, lead: uuid.UUID) -> Response:
        rows = Lead.objects.filter(institution=request.auth.institution).select_related(*TOLD)
        return Response(describe_lead(get_object_or_404(rows, public_id=lead)))


class Match(ApiView):
    """The ranking for Answers, as ``match --format json`` prints it."""

    def post(self, request: Request) -> Response:
        limit = request.query_params.get("limit", "10")
        if not limit.isdecimal() or len(limit) > 3 or not 1 <= int(limit) <= MOST_MATCHES:
            raise ValidationError({"limit": [_("A number from 1 to 50.")]})
        answers = read_answers(request.data)
        ranking = engine.match(answers, today=timezone.localdate(), limit=int(limit))
        return Response(ranking.as_dict())


def _own_forms(request: Request) -> "QuerySet[InterestForm]":
    return answerable(InterestForm.objects.filter(institution=request.auth.institution))


def _page_or_404(request: Request, form: uuid.UUID) -> OpenForm:
    """The open form of the key's own institution. Raises ``NotFound``."""
    try:
        if _own_forms(request).filter(public_id=form).exists():
            return get_open_form_by_id(public_id=form, query={}, now=timezone.now())
    except FormClosedError as closed:
        raise NotFound(closed.reason) from closed
    raise NotFound(_("There is no such form."))


def _read_filters(request: Request) -> dict[str, Any]:
    """The conditions in the address. Raises ``ValidationError`` by key."""
    query, wanted = request.query_params, {}
    refuse_unknown(query, known={"status", "form", "updated_since", "limit", "cursor"})
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
