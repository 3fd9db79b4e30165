"""The page on which a person chooses which messages they get; opened by the link in every mail."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from hcprograms.institutions.clock import read_clock
from hcprograms.leads import tokens
from hcprograms.leads.models.consent import Consent
from hcprograms.leads.preferences import (
    STOP_ALL,
    choose_messages,
    read_preferences,
    stop_everything,
)
from hcprograms.leads.unavailable import keep_typed_when_down
from hcprograms.leads.views.answers import check_post, keep_private, see_other
from hcprograms.leads.views.own_pages import find_or_404
from hcprograms.leads.views.preference_form import PreferenceForm
from hcprograms.leads.visitor import describe_visitor


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@keep_typed_when_down
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the person gets; a POST changes it, says so, and keeps the proof."""
    now = read_clock()
    lead = find_or_404(tokens.open_preferences(token, now=now))
    held = read_preferences(lead=lead)
    form = PreferenceForm(request.POST if request.method == "POST" else None, held=held)
    if request.method == "POST":
        check_post(request)
        visitor = describe_visitor(request)
        here = reverse("hcprograms:preferences", args=[token])
        if "stop" in request.POST:
            stop_everything(
                lead=lead, method=Consent.Method.PAGE, visitor=visitor, now=now, text=str(STOP_ALL)
            )
            return see_other(here + "?done=1")
        if form.is_valid():
            choose_messages(
                lead=lead, email=form.wish(), agreed=form.agreed(), visitor=visitor, now=now
            )
            return see_other(here + "?done=1")
    context = {
        "lead": lead,
        "institution": lead.institution,
        "held": held,
        "form": form,
        "stop_words": STOP_ALL,
        "done": "done" in request.GET and not form.is_bound,
    }
    page = render(
        request,
        "hcprograms/leads/preferences.html",
        context,
        status=422 if form.is_bound else 200,
    )
    return keep_private(page)
