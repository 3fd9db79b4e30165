"""The tuition estimator's page: an address like every other, nothing is stored."""

from http import HTTPStatus
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hcprograms.catalog.models.programs import Offering
from hcprograms.catalog.offering_views import OfferingView
from hcprograms.catalog.public_ids import read_ids
from hcprograms.catalog.published_tuition import list_tuition
from hcprograms.matching.answers import MAX_QUERY
from hcprograms.matching.forms.estimate import EstimateForm
from hcprograms.matching.presenters.estimate import EstimateView
from hcprograms.matching.tuition_search import list_program_offerings, search_programs
from hcprograms.matching.views.results import read_address

MAX_CHARACTERS = MAX_QUERY + 500
"""Answers, an offering and words to search for."""


@require_safe
def tuition(request: HttpRequest) -> HttpResponse:
    """What one offering costs; without one, or with one that is gone, choose another."""
    data, unreadable = read_address(request, most=MAX_CHARACTERS)
    data = data if data is not None else QueryDict()
    wanted = read_ids(data.getlist("offering"))[-1:]
    offerings = list_program_offerings(wanted[0]) if wanted else []
    if not offerings:
        is_gone = bool(data.get("offering"))
        return _search(request, data, is_gone=is_gone, unreadable=unreadable)
    chosen = next(one for one in offerings if one.public_id == wanted[0])
    form = EstimateForm(data, offerings=offerings)
    is_valid = form.is_valid()
    program, answers = chosen.program, form.answers() if is_valid else form.others
    context = {
        "form": form,
        "offering": chosen,
        "program": program,
        "institution": program.institution,
        "heading": OfferingView(chosen, (), ()).heading,
        "estimate": EstimateView(chosen, form.payer) if is_valid else None,
        "ask_url": ask_cost_url(chosen, answers),
        "answers": urlencode(answers),
        "has_results": any(key != "institution" for key, _value in form.others),
        "tuition": list_tuition(facts=program.institution.published_tuition, level=program.level),
    }
    status = HTTPStatus.OK if is_valid else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "hcprograms/matching/estimate.html", context, status=status)


def ask_cost_url(offering: Offering, answers: list[tuple[str, str]]) -> str:
    """The school's form about tuition, else whichever it has, with this program ticked."""
    query = urlencode([("kind", "tuition"), ("offering", str(offering.public_id)), *answers])
    return f"{reverse('hcprograms:ask', args=[offering.program.institution.slug])}?{query}"


def _search(
    request: HttpRequest, data: QueryDict, *, is_gone: bool, unreadable: bool
) -> HttpResponse:
    """Choose a program first; whatever else was said goes along."""
    words, institution = data.get("q", "").strip()[:100], data.get("institution", "")
    kept = [
        (key, value)
        for key, values in data.lists()
        if key not in ("q", "offering", "page")
        for value in values
        if value
    ]
    context = {
        "words": words,
        "kept": kept,
        "query": urlencode(kept),
        "found": search_programs(words=words, institution=institution)
        if words or institution
        else None,
        "is_gone": is_gone,
        "unreadable": unreadable,
    }
    status = HTTPStatus.NOT_FOUND if is_gone else HTTPStatus.OK
    return render(
        request,
        "hcprograms/matching/estimate_search.html",
        context,
        status=HTTPStatus.BAD_REQUEST if unreadable else status,
    )
