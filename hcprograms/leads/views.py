"""Public pages of a request: ask, thank you, what we hold, unsubscribe.

None of them needs a cookie. A form carries a signed token instead of a CSRF token, so its page
can be cached; a person's own pages are opened by the signed token in their address.
"""

import logging
from datetime import datetime

from django.core.exceptions import BadRequest, PermissionDenied
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from hcprograms.institutions.models import Institution
from hcprograms.leads import tokens
from hcprograms.leads.asking import (
    TOKEN_FIELD,
    TRAP_FIELD,
    AskPage,
    NotAskableError,
    find_ask_page,
    read_submission,
)
from hcprograms.leads.attempts import log_refusal
from hcprograms.leads.capture import capture_lead
from hcprograms.leads.consent import withdraw_consent
from hcprograms.leads.expectation import describe_office_hours, expect_answer
from hcprograms.leads.forms import RequestForm
from hcprograms.leads.models.consent import Channel, Consent
from hcprograms.leads.models.lead import CaptureAttempt, Lead
from hcprograms.leads.my_request import describe_request, find_lead
from hcprograms.leads.tokens import FormToken
from hcprograms.leads.unavailable import answer_unavailable, keep_typed_when_down
from hcprograms.leads.visitor import describe_visitor, find_client_ip, is_allowed_origin

logger = logging.getLogger(__name__)

MAX_BODY = 100_000
"""Bytes of the longest honest submit, several times over."""
CACHE_SECONDS = 60


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@keep_typed_when_down
def ask(request: HttpRequest, institution: str) -> HttpResponse:
    """Show an institution's interest form; capture what is sent to it."""
    if request.method == "POST":
        _check_post(request)
    school = get_object_or_404(Institution.objects.published(), slug=institution)
    now = timezone.now()
    try:
        page = find_ask_page(institution=school, query=dict(request.GET.lists()), now=now)
    except NotAskableError as closed:
        return _answer_closed(request, closed, now)
    if request.method == "POST":
        return _submit(request, page)
    response = _render_form(request, page, page.blank_form(), token=page.new_token())
    patch_cache_control(response, public=True, max_age=CACHE_SECONDS)
    return response


@require_safe
@keep_typed_when_down
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """What happens next."""
    now = timezone.now()
    lead = _find_or_404(tokens.open_thanks(token, now=now))
    context = {
        "lead": lead,
        "institution": lead.institution,
        "choices": describe_request(lead=lead).choices,
        "expected": expect_answer(lead=lead, now=now),
        "office_hours": describe_office_hours(institution=lead.institution),
        "my_request_token": tokens.sign_my_request(lead=lead.public_id, now=now),
    }
    return _private(render(request, "hcprograms/leads/thanks.html", context))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@keep_typed_when_down
def my_request(request: HttpRequest, token: str) -> HttpResponse:
    """Show a person what is held about their request; take back consents by POST."""
    now = timezone.now()
    lead = _find_or_404(tokens.open_my_request(token, now=now))
    if request.method == "POST":
        _check_post(request)
        _withdraw(request, lead, request.POST.getlist("withdraw"), now)
        return _see_other(reverse("hcprograms:my_request", args=[token]) + "?done=1")
    context = {
        "lead": lead,
        "institution": lead.institution,
        "held": describe_request(lead=lead),
        "done": "done" in request.GET,
    }
    return _private(render(request, "hcprograms/leads/my_request.html", context))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@keep_typed_when_down
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """End emails. Only a POST does: link scanners follow links, and RFC 8058 sends a POST."""
    now = timezone.now()
    lead = _find_or_404(tokens.open_unsubscribe(token, now=now))
    if request.method == "POST":
        _withdraw(request, lead, [Channel.EMAIL], now)
    context = {
        "institution": lead.institution,
        "email": lead.email,
        "done": request.method == "POST",
    }
    return _private(render(request, "hcprograms/leads/unsubscribe.html", context))


def _submit(request: HttpRequest, page: AskPage) -> HttpResponse:
    """Capture a valid submit; show anything else again with everything typed."""
    token = page.open_token(request.POST.get(TOKEN_FIELD, ""))
    form = page.bound_form(request.POST)
    if token is None:
        return _refuse_stale(request, page, form)
    if not form.is_valid():
        _log_refusal(request, page, form, CaptureAttempt.Outcome.INVALID)
        return _render_form(request, page, form, token=token.sign(), status=422)
    return _capture(request, page, form, token)


def _capture(
    request: HttpRequest, page: AskPage, form: RequestForm, token: FormToken
) -> HttpResponse:
    submission = read_submission(
        page=page,
        form=form,
        token=token,
        trap=request.POST.get(TRAP_FIELD, ""),
        visitor=describe_visitor(request),
    )
    try:
        lead = capture_lead(form=page.form, submission=submission, now=page.now).lead
    except Error:
        raise
    except Exception:
        # A host's receiver failed and took the transaction with it: the visitor tries again.
        logger.exception("A lead could not be captured.")
        return answer_unavailable(request)
    thanks_token = tokens.sign_thanks(lead=lead.public_id, now=page.now)
    return _see_other(reverse("hcprograms:thanks", args=[thanks_token]))


def _refuse_stale(request: HttpRequest, page: AskPage, form: RequestForm) -> HttpResponse:
    """The form had expired, was replaced or reworded: ask to confirm it once more.

    Consent boxes are cleared: a tick belongs to the words it was set under.
    """
    _log_refusal(request, page, form, CaptureAttempt.Outcome.STALE)
    typed = request.POST.copy()
    for channel in Channel.values:
        typed.pop(f"consent_{channel}", None)
    return _render_form(
        request,
        page,
        page.bound_form(typed),
        token=page.new_token(confirmed=True),
        is_stale=True,
        status=422,
    )


def _render_form(
    request: HttpRequest,
    page: AskPage,
    form: RequestForm,
    *,
    token: str,
    is_stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "interest_form": page.form,
        "institution": page.form.institution,
        "token": token,
        "token_field": TOKEN_FIELD,
        "trap_field": TRAP_FIELD,
        "address": request.get_full_path(),
        "is_stale": is_stale,
        "office_hours": describe_office_hours(institution=page.form.institution),
    }
    response = render(request, "hcprograms/leads/ask.html", context, status=status)
    if status != 200:
        patch_cache_control(response, no_store=True)
    return response


def _answer_closed(request: HttpRequest, closed: NotAskableError, now: datetime) -> HttpResponse:
    """No open form: how to reach the school otherwise, and what was typed, to copy."""
    typed = {key: values for key, values in request.POST.lists() if key in RequestForm.TYPED}
    if typed and closed.last_form:
        log_refusal(
            form=closed.last_form,
            outcome=CaptureAttempt.Outcome.STALE,
            fields=["form closed"],
            typed=typed,
            ip_address=find_client_ip(request),
            now=now,
        )
    context = {
        "institution": closed.institution,
        "office_hours": describe_office_hours(institution=closed.institution),
        "message": request.POST.get("message", ""),
        "was_open": closed.last_form is not None,
    }
    status = 410 if closed.last_form else 404
    return render(request, "hcprograms/leads/closed.html", context, status=status)


def _log_refusal(
    request: HttpRequest, page: AskPage, form: RequestForm, outcome: CaptureAttempt.Outcome
) -> None:
    log_refusal(
        form=page.form,
        outcome=outcome,
        fields=form.errors,
        typed={name: request.POST.getlist(name) for name in form.fields if name in request.POST},
        ip_address=find_client_ip(request),
        now=page.now,
    )


def _withdraw(request: HttpRequest, lead: Lead, channels: list[str], now: datetime) -> None:
    withdraw_consent(
        lead=lead,
        channels=channels,
        method=Consent.Method.LINK,
        now=now,
        visitor=describe_visitor(request),
    )


def _check_post(request: HttpRequest) -> None:
    """Refuse what no browser sends from this page, before anything is read."""
    if (request.encoding or "utf-8").lower().replace("_", "-") not in ("utf-8", "utf8"):
        raise BadRequest("Send the form as UTF-8.")
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY:
        raise BadRequest("The form is far too long.")
    if not is_allowed_origin(request):
        raise PermissionDenied("The form was sent from another site.")


def _find_or_404(public_id: object) -> Lead:
    lead = find_lead(public_id=public_id)
    if lead is None:
        raise Http404
    return lead


def _see_other(address: str) -> HttpResponse:
    response = HttpResponseRedirect(address, status=303)
    patch_cache_control(response, no_store=True)
    return response


def _private(response: HttpResponse) -> HttpResponse:
    """Nobody else may keep, find or be told the address of a page that a token opens."""
    patch_cache_control(response, private=True, no_store=True)
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response
