"""The page on which a person chooses which messages they get; opened by the link in every mail."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from hcprograms.institutions.database_time import get_database_time
from hcprograms.leads.models.consent import Consent
from hcprograms.leads.personal_links import act_by_link
from hcprograms.leads.preferences import (
    STOP_ALL,
    choose_messages,
    read_preferences,
    stop_everything,
)
from hcprograms.leads.rate_limits import count_change
from hcprograms.leads.tokens import Purpose
from hcprograms.leads.unavailable import keep_typed_when_down
from hcprograms.leads.views.answers import (
    ask_to_wait,
    check_post,
    keep_private,
    name_wait,
    see_other,
)
from hcprograms.leads.views.dead_links import answer_dead_links
from hcprograms.leads.views.own_pages import open_or_404
from hcprograms.leads.views.preference_form import PreferenceForm
from hcprograms.leads.visitor import build_visitor


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@keep_typed_when_down
@answer_dead_links
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the person gets; a POST changes it, says so, and keeps the proof."""
    now = get_database_time()
    link = open_or_404(token, Purpose.PREFERENCES, now=now)
    lead, may_grant = link.lead, not link.is_limited
    held = read_preferences(lead=lead, may_grant=may_grant)
    data = request.POST if request.method == "POST" else None
    form = PreferenceForm(data, held=held, may_grant=may_grant)
    wait = 0
    if request.method == "POST":
        check_post(request)
        visitor = build_visitor(request)
        here = reverse("hcprograms:preferences", args=[token])
        if "stop" in request.POST:
            with act_by_link(link, now=now) as acting:
                stop_everything(
                    lead=acting.lead,
                    method=Consent.Method.PAGE,
                    visitor=visitor,
                    now=now,
                    text=str(STOP_ALL),
                )
            return see_other(here + "?done=1")
        wait = count_change(lead=lead, now=now) if form.is_valid() else 0
        if wait:
            form.add_error(None, name_wait(wait))
        elif form.is_valid():
            with act_by_link(link, now=now) as acting:
                choose_messages(
                    lead=acting.lead,
                    email=form.wish(),
                    agreed=form.agreed(),
                    visitor=visitor,
                    now=now,
                    may_grant=not acting.is_limited,
                )
            return see_other(here + "?done=1")
    context = {
        "lead": lead,
        "institution": lead.institution,
        "held": held,
        "form": form,
        "stop_words": STOP_ALL,
        "is_limited": link.is_limited,
        "done": "done" in request.GET and not form.is_bound,
    }
    page = keep_private(
        render(
            request,
            "hcprograms/leads/preferences.html",
            context,
            status=422 if form.is_bound else 200,
        )
    )
    return ask_to_wait(page, wait) if wait else page
