"""A person's own pages, opened by the signed token in their address: no account, no cookie.

Opening one changes nothing, whatever follows links; only a POST does.
"""

import logging
import uuid
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from hcprograms.institutions.database_time import get_database_time
from hcprograms.institutions.office_hours import describe_office_hours
from hcprograms.leads.appointments.finding import find_types
from hcprograms.leads.consent_records import withdraw_consent
from hcprograms.leads.correction import CORRECTABLE, correct_lead
from hcprograms.leads.disclosure import disclose_lead
from hcprograms.leads.emailing import find_results_path
from hcprograms.leads.erasure import erase_leads
from hcprograms.leads.file_answers import address_file, send_file
from hcprograms.leads.forms import RequestForm
from hcprograms.leads.lead_files import find_file
from hcprograms.leads.models.consent import Channel, Consent
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.my_request import describe_request, find_staff_correction
from hcprograms.leads.personal_links import (
    PersonalLink,
    act_by_link,
    is_mailed_to,
    open_personal_link,
)
from hcprograms.leads.preferences import EmailWish, choose_messages
from hcprograms.leads.presenters import get_response_expectation
from hcprograms.leads.rate_limits import count_correction
from hcprograms.leads.suppression import suppress_hash
from hcprograms.leads.tokens import Purpose
from hcprograms.leads.unavailable import answer_unavailable, keep_typed_when_down
from hcprograms.leads.views.answers import (
    ask_to_wait,
    check_body,
    check_post,
    keep_private,
    name_wait,
    see_other,
)
from hcprograms.leads.views.dead_links import answer_dead_links
from hcprograms.leads.visitor import build_visitor

logger = logging.getLogger(__name__)


@require_safe
@keep_typed_when_down
@answer_dead_links
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """What happens next."""
    now = timezone.now()
    link = open_or_404(token, Purpose.THANKS, now=now)
    context = describe_thanks(link=link, now=now)
    return keep_private(render(request, "hcprograms/leads/thanks.html", context))


def describe_thanks(*, link: PersonalLink, now: datetime) -> dict[str, object]:
    """What a thank-you page says: who answers and when, and what was asked.

    It has no link that acts for a person: whoever typed an address need not be its owner. A talk
    can be booked for this submission, for some hours.
    """
    lead = link.lead
    has_types = bool(find_types(institution=lead.institution))
    return {
        "lead": lead,
        "institution": lead.institution,
        "choices": describe_request(lead=lead).choices,
        "expected": get_response_expectation(lead=lead, now=now),
        "office_hours": describe_office_hours(institution=lead.institution),
        "results_path": find_results_path(lead),
        "booking_token": link.sign_for(Purpose.BOOKING, now=now) if has_types else "",
    }


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@keep_typed_when_down
@answer_dead_links
def my_request(request: HttpRequest, token: str) -> HttpResponse:
    """Show a person what is held about their request; take back consents by POST."""
    now = get_database_time()
    link = open_or_404(token, Purpose.MY_REQUEST, now=now)
    lead = link.lead
    if request.method == "POST":
        check_post(request)
        with act_by_link(link, now=now) as held:
            _withdraw(request, held.lead, request.POST.getlist("withdraw"), now)
            if "further" in request.POST:
                _end_further_emails(request, held, now)
        return see_other(reverse("hcprograms:my_request", args=[token]) + "?done=1")
    context = {
        "lead": lead,
        "institution": lead.institution,
        "held": describe_request(lead=lead),
        "token": token,
        "preferences_token": link.sign_for(Purpose.PREFERENCES, now=now),
        "is_limited": link.is_limited,
        "limited_since": find_staff_correction(lead=lead) if link.is_limited else None,
        "done": "done" in request.GET,
    }
    return keep_private(render(request, "hcprograms/leads/my_request.html", context))


@require_safe
@keep_typed_when_down
@answer_dead_links
def my_request_data(request: HttpRequest, token: str) -> HttpResponse:
    """Everything held, to take along as a file."""
    link = open_full_or_403(token, now=timezone.now())
    found = disclose_lead(
        lead=link.lead, merged=link.merged, link_file=lambda file: address_file(file, token=token)
    )
    response = JsonResponse(found, json_dumps_params={"indent": 2})
    response["Content-Disposition"] = 'attachment; filename="my-request.json"'
    return keep_private(response)


@require_safe
@keep_typed_when_down
@answer_dead_links
def my_request_file(request: HttpRequest, token: str, file: uuid.UUID) -> HttpResponse:
    """A file that the person sent, or that belongs to a request joined with theirs."""
    link = open_full_or_403(token, now=timezone.now())
    found = find_file(leads=link.leads, public_id=file)
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
@answer_dead_links
def my_request_correct(request: HttpRequest, token: str) -> HttpResponse:
    """Let a person put right what they gave."""
    now = get_database_time()
    link = open_full_or_403(token, now=now)
    lead = link.lead
    if request.method == "POST":
        check_post(request)
    shown = {name: str(getattr(lead, name)) for name in CORRECTABLE}
    form = RequestForm(
        request.POST if request.method == "POST" else None,
        form=lead.form,
        consents=(),
        today=now.date(),
        only=CORRECTABLE,
        initial=shown,
    )
    wait = 0
    if form.is_valid():
        wait = count_correction(lead=lead, email=form.cleaned_data.get("email", ""), now=now)
    if wait:
        form.add_error(None, name_wait(wait))
    elif form.is_valid():
        visitor = build_visitor(request)
        # What was shown and left alone is no correction, whatever is held by now.
        details = {key: text for key, text in form.details().items() if shown[key] != text}
        with act_by_link(link, now=now) as held:
            changed = correct_lead(lead=held.lead, details=details, visitor=visitor, now=now)
        if "email" in changed:
            context = {"institution": lead.institution, "email": details["email"]}
            template = "hcprograms/leads/my_request_moved.html"
            return keep_private(render(request, template, context))
        return see_other(reverse("hcprograms:my_request", args=[token]) + "?done=1")
    context = {"form": form, "institution": lead.institution, "token": token}
    status = 422 if form.is_bound else 200
    page = keep_private(
        render(request, "hcprograms/leads/my_request_correct.html", context, status=status)
    )
    return ask_to_wait(page, wait) if wait else page


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@keep_typed_when_down
@answer_dead_links
def my_request_erase(request: HttpRequest, token: str) -> HttpResponse:
    """Erase the person from the request, after one page that says what that means."""
    now = get_database_time()
    link = open_full_or_403(token, now=now)
    if request.method == "POST":
        check_post(request)
        with act_by_link(link, now=now) as held:
            erase_leads(leads=held.leads, method=Consent.Method.LINK, now=now)
    context = {
        "institution": link.lead.institution,
        "token": token,
        "done": request.method == "POST",
    }
    return keep_private(render(request, "hcprograms/leads/my_request_erase.html", context))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@keep_typed_when_down
@answer_dead_links
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """End emails. Only a POST does: link scanners follow links, and RFC 8058 sends a POST."""
    now = get_database_time()
    link = open_or_404(token, Purpose.UNSUBSCRIBE, now=now)
    if request.method == "POST":
        check_body(request)
        with act_by_link(link, now=now) as held:
            if is_mailed_to(held, held.lead):
                _withdraw(request, held.lead, [Channel.EMAIL], now)
            else:
                suppress_hash(
                    institution=held.lead.institution,
                    channel=Channel.EMAIL,
                    address_hash=held.token.address_hash,
                    reason=Consent.Method.LINK,
                    now=now,
                )
    context = {
        "institution": link.lead.institution,
        # The address of now may be one that the reader of this mailbox does not know.
        "email": link.lead.email if is_mailed_to(link, link.lead) else "",
        "preferences_token": link.sign_for(Purpose.PREFERENCES, now=now),
        "done": request.method == "POST",
    }
    return keep_private(render(request, "hcprograms/leads/unsubscribe.html", context))


def _withdraw(request: HttpRequest, lead: Lead, channels: list[str], now: datetime) -> None:
    withdraw_consent(
        lead=lead,
        channels=channels,
        method=Consent.Method.LINK,
        now=now,
        visitor=build_visitor(request),
    )


def _end_further_emails(request: HttpRequest, link: PersonalLink, now: datetime) -> None:
    """Take the consent to further emails back; the request is answered all the same."""
    choose_messages(
        lead=link.lead,
        email=EmailWish.ANSWERS,
        agreed={},
        visitor=build_visitor(request),
        now=now,
        may_grant=not link.is_limited,
    )


def open_or_404(token: str, *purposes: Purpose, now: datetime) -> PersonalLink:
    """Return what the token opens.

    Raises ``Http404`` for what is no token of ours, and
    :class:`~hcprograms.leads.personal_links.DeadLinkError`.
    """
    try:
        return open_personal_link(token, *purposes, now=now)
    except LookupError as error:
        raise Http404 from error


def open_full_or_403(token: str, *, now: datetime) -> PersonalLink:
    """Do the same for a person's own page, where data is handed out, corrected or erased.

    Raises ``PermissionDenied`` where staff chose the mailbox that the link was mailed to.
    """
    link = open_or_404(token, Purpose.MY_REQUEST, now=now)
    if link.is_limited:
        raise PermissionDenied("The school changed the email address of this inquiry.")
    return link
