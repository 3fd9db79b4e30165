"""A person's own pages, opened by the signed token in their address: no account, no cookie.

Opening one changes nothing, whatever follows links; only a POST does.
"""

import logging
import uuid
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from hcprograms.institutions.clock import read_clock
from hcprograms.institutions.office_hours import describe_office_hours
from hcprograms.leads import tokens
from hcprograms.leads.appointments.finding import find_types
from hcprograms.leads.consent import withdraw_consent
from hcprograms.leads.correction import CORRECTABLE, correct_lead
from hcprograms.leads.disclosure import disclose_lead
from hcprograms.leads.emailing import find_results_path
from hcprograms.leads.erasure import erase_lead
from hcprograms.leads.expectation import expect_answer
from hcprograms.leads.file_answers import address_file, send_file
from hcprograms.leads.forms import RequestForm
from hcprograms.leads.lead_files import find_family_file
from hcprograms.leads.models.consent import Channel, Consent
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.my_request import describe_request, find_lead
from hcprograms.leads.preferences import EmailWish, choose_messages
from hcprograms.leads.unavailable import answer_unavailable, keep_typed_when_down
from hcprograms.leads.views.answers import check_body, check_post, keep_private, see_other
from hcprograms.leads.visitor import describe_visitor

logger = logging.getLogger(__name__)


@require_safe
@keep_typed_when_down
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """What happens next."""
    now = read_clock()
    lead = find_or_404(tokens.open_thanks(token, now=now))
    context = describe_thanks(lead=lead, now=now)
    return keep_private(render(request, "hcprograms/leads/thanks.html", context))


def describe_thanks(*, lead: Lead, now: datetime) -> dict[str, object]:
    """What a thank-you page says: who answers and when, and what was asked."""
    return {
        "lead": lead,
        "institution": lead.institution,
        "choices": describe_request(lead=lead).choices,
        "expected": expect_answer(lead=lead, now=now),
        "office_hours": describe_office_hours(institution=lead.institution),
        "results_path": find_results_path(lead),
        "my_request_token": tokens.sign_my_request(lead=lead.public_id, now=now),
        "appointment_token": tokens.sign_appointment(lead=lead.public_id, now=now)
        if find_types(institution=lead.institution)
        else "",
    }


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@keep_typed_when_down
def my_request(request: HttpRequest, token: str) -> HttpResponse:
    """Show a person what is held about their request; take back consents by POST."""
    now = read_clock()
    lead = find_or_404(tokens.open_my_request(token, now=now))
    if request.method == "POST":
        check_post(request)
        _withdraw(request, lead, request.POST.getlist("withdraw"), now)
        if "further" in request.POST:
            _end_further_emails(request, lead, now)
        return see_other(reverse("hcprograms:my_request", args=[token]) + "?done=1")
    context = {
        "lead": lead,
        "institution": lead.institution,
        "held": describe_request(lead=lead),
        "token": token,
        "preferences_token": tokens.sign_preferences(lead=lead.public_id, now=now),
        "done": "done" in request.GET,
    }
    return keep_private(render(request, "hcprograms/leads/my_request.html", context))


@require_safe
@keep_typed_when_down
def my_request_data(request: HttpRequest, token: str) -> HttpResponse:
    """Everything held, to take along as a file."""
    lead = find_or_404(tokens.open_my_request(token, now=read_clock()))
    found = disclose_lead(lead=lead, link_file=lambda file: address_file(file, token=token))
    response = JsonResponse(found, json_dumps_params={"indent": 2})
    response["Content-Disposition"] = 'attachment; filename="my-request.json"'
    return keep_private(response)


@require_safe
@keep_typed_when_down
def my_request_file(request: HttpRequest, token: str, file: uuid.UUID) -> HttpResponse:
    """A file that the person sent, or that belongs to a request joined with theirs."""
    lead = find_or_404(tokens.open_my_request(token, now=read_clock()))
    found = find_family_file(lead=lead, public_id=file)
    if found is None:
        raise Http404
    try:
        response: Any = send_file(found)
    except Exception as error:  # whatever the host's storage may raise
        logger.error("A file could not be read: %s", type(error).__name__)
        return answer_unavailable(request)
    return keep_private(response)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@keep_typed_when_down
def my_request_correct(request: HttpRequest, token: str) -> HttpResponse:
    """Let a person put right what they gave."""
    now = read_clock()
    lead = find_or_404(tokens.open_my_request(token, now=now))
    if request.method == "POST":
        check_post(request)
    form = RequestForm(
        request.POST if request.method == "POST" else None,
        form=lead.form,
        consents=(),
        today=now.date(),
        only=CORRECTABLE,
        initial={name: str(getattr(lead, name)) for name in CORRECTABLE},
    )
    if form.is_valid():
        visitor = describe_visitor(request)
        correct_lead(lead=lead, details=form.details(), visitor=visitor, now=now)
        return see_other(reverse("hcprograms:my_request", args=[token]) + "?done=1")
    context = {"form": form, "institution": lead.institution, "token": token}
    status = 422 if form.is_bound else 200
    return keep_private(
        render(request, "hcprograms/leads/my_request_correct.html", context, status=status)
    )


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@keep_typed_when_down
def my_request_erase(request: HttpRequest, token: str) -> HttpResponse:
    """Erase the person from the request, after one page that says what that means."""
    now = read_clock()
    lead = find_or_404(tokens.open_my_request(token, now=now))
    if request.method == "POST":
        check_post(request)
        erase_lead(lead=lead, method=Consent.Method.LINK, now=now)
    context = {
        "institution": lead.institution,
        "token": token,
        "done": request.method == "POST",
    }
    return keep_private(render(request, "hcprograms/leads/my_request_erase.html", context))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@keep_typed_when_down
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """End emails. Only a POST does: link scanners follow links, and RFC 8058 sends a POST."""
    now = read_clock()
    lead = find_or_404(tokens.open_unsubscribe(token, now=now))
    if request.method == "POST":
        check_body(request)
        _withdraw(request, lead, [Channel.EMAIL], now)
    context = {
        "institution": lead.institution,
        "email": lead.email,
        "preferences_token": tokens.sign_preferences(lead=lead.public_id, now=now),
        "done": request.method == "POST",
    }
    return keep_private(render(request, "hcprograms/leads/unsubscribe.html", context))


def _withdraw(request: HttpRequest, lead: Lead, channels: list[str], now: datetime) -> None:
    withdraw_consent(
        lead=lead,
        channels=channels,
        method=Consent.Method.LINK,
        now=now,
        visitor=describe_visitor(request),
    )


def _end_further_emails(request: HttpRequest, lead: Lead, now: datetime) -> None:
    """Take the consent to further emails back; the request is answered all the same."""
    choose_messages(
        lead=lead,
        email=EmailWish.ANSWERS,
        agreed={},
        visitor=describe_visitor(request),
        now=now,
    )


def find_or_404(public_id: object) -> Lead:
    """The lead that a token opened; raises ``Http404`` for none."""
    lead = find_lead(public_id=public_id)
    if lead is None:
        raise Http404
    return lead
