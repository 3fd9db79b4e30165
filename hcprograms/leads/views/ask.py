"""The page that asks: an institution's form, and what is sent to it.

It needs no cookie: the form carries a signed token instead of a CSRF token, so that its page can
be cached and embedded.
"""

import logging
from datetime import datetime

from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

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
from hcprograms.leads.expectation import describe_office_hours
from hcprograms.leads.forms import RequestForm
from hcprograms.leads.limits import find_seconds_to_wait, is_worth_noting
from hcprograms.leads.models.consent import Channel
from hcprograms.leads.models.lead import CaptureAttempt
from hcprograms.leads.tokens import FormToken
from hcprograms.leads.unavailable import answer_unavailable, keep_typed_when_down
from hcprograms.leads.views.answers import check_post, see_other
from hcprograms.leads.visitor import describe_visitor, find_client_ip

logger = logging.getLogger(__name__)

CACHE_SECONDS = 60


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@keep_typed_when_down
def ask(request: HttpRequest, institution: str) -> HttpResponse:
    """Show an institution's interest form; capture what is sent to it."""
    if request.method == "POST":
        check_post(request)
    now = timezone.now()
    try:
        page = find_ask_page(school=institution, query=dict(request.GET.lists()), now=now)
    except Institution.DoesNotExist:
        raise Http404 from None
    except NotAskableError as closed:
        return _answer_closed(request, closed, now)
    if request.method == "POST":
        return _submit(request, page)
    response = _render_form(request, page, page.blank_form(), token=page.new_token())
    patch_cache_control(response, public=True, max_age=CACHE_SECONDS)
    return response


def _submit(request: HttpRequest, page: AskPage) -> HttpResponse:
    """Capture a valid submit; show anything else again with everything typed."""
    wait = find_seconds_to_wait(ip_address=find_client_ip(request), now=page.now)
    if wait:
        return _refuse_flood(request, page, wait)
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
    return see_other(reverse("hcprograms:thanks", args=[thanks_token]))


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


def _refuse_flood(request: HttpRequest, page: AskPage, wait: int) -> HttpResponse:
    """Too many from this address: ask to come back, with everything typed and the same token."""
    form, text = page.bound_form(request.POST), request.POST.get(TOKEN_FIELD, "")
    if is_worth_noting(ip_address=find_client_ip(request), now=page.now):
        _log_refusal(request, page, form, CaptureAttempt.Outcome.LIMITED)
    token = text if page.open_token(text) else page.new_token(confirmed=True)
    response = _render_form(
        request, page, form, token=token, minutes_to_wait=-(-wait // 60), status=429
    )
    response["Retry-After"] = str(wait)
    return response


def _render_form(
    request: HttpRequest,
    page: AskPage,
    form: RequestForm,
    *,
    token: str,
    is_stale: bool = False,
    minutes_to_wait: int = 0,
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
        "minutes_to_wait": minutes_to_wait,
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
