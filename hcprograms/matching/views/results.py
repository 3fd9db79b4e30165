"""The matching form and its results: both are addresses, nothing is stored."""

from collections.abc import Sequence
from http import HTTPStatus
from itertools import pairwise
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hcprograms.conf import conf
from hcprograms.matching import engine
from hcprograms.matching.answers import MAX_QUERY
from hcprograms.matching.forms.match import MatchForm
from hcprograms.matching.presenters.answers import list_chips
from hcprograms.matching.presenters.cards import Card, build_cards
from hcprograms.matching.query_strings import MAX_SHOWN, list_unknown_keys, read_limit
from hcprograms.matching.views.blank_forms import (
    build_match_form,
    complete_form,
    render_match_form,
)


@require_safe
def match(request: HttpRequest) -> HttpResponse:
    """The form; with answers in the address it is filled in."""
    data, unreadable = read_address(request)
    if data is None and not unreadable:
        blank = complete_form(render_match_form(now=timezone.now()))
        return render(request, "hcprograms/matching/form.html", {"blank": blank})
    return show_form(request, build_match_form(data), unreadable=unreadable)


@require_safe
def match_results(request: HttpRequest) -> HttpResponse:
    """The programs that suit the answers in the address; the form where those cannot be used."""
    data, unreadable = read_address(request)
    form = build_match_form(data if data is not None else QueryDict())
    if unreadable or not form.is_valid():
        return show_form(request, form, unreadable=unreadable)
    today = timezone.localdate()
    most = read_limit(data.get("show", "") if data else "")
    ranking = engine.match(form.answers, today=today, limit=most)
    cards, may_fit, near_misses = build_cards(ranking, answers=form.answers, today=today)
    query = form.answers.to_query()
    form.show(QueryDict(query))
    context = {
        "form": form,
        "query": query,
        "pairs": parse_qsl(query),
        "chips": list_chips(form.answers),
        "ranking": ranking,
        "cards": cards,
        "may_fit": may_fit,
        "listed": [*cards, *may_fit],
        "is_ranked": any(
            reason.mark for card in (*cards, *may_fit) for reason in card.match.reasons
        ),
        "has_equals": has_equals(cards) or has_equals(may_fit),
        "near_misses": near_misses,
        "unknown_keys": list_unknown_keys(data or (), known={*form.fields, "show"}),
        "more": most + conf.match_limit if most < MAX_SHOWN else 0,
        "shown": most,
        "today": today,
    }
    return render(request, "hcprograms/matching/results.html", context)


def has_equals(cards: Sequence[Card]) -> bool:
    """Whether two of these cards, sorted by their score, have the same."""
    return any(one.match.score == other.match.score for one, other in pairwise(cards))


def show_form(request: HttpRequest, form: MatchForm, *, unreadable: bool) -> HttpResponse:
    """The form, with what is wrong: 422 for answers, 400 for the address as a whole."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(
        request,
        "hcprograms/matching/form.html",
        {"form": form, "unreadable": unreadable},
        status=HTTPStatus.BAD_REQUEST if unreadable else status,
    )


def read_address(request: HttpRequest, *, most: int = MAX_QUERY) -> tuple[QueryDict | None, bool]:
    """What the address says (None: nothing), and whether it could not be read at all.

    ``most``: characters of the longest honest address.
    """
    text = request.META.get("QUERY_STRING", "")
    if not text:
        return None, False
    if len(text) > most or "%00" in text:
        return None, True
    return request.GET, False
