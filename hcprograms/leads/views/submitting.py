"""What was sent to a form: captured, or shown again with everything typed."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control

from hcprograms.institutions.database_time import get_database_time
from hcprograms.institutions.error_reporting import format_error
from hcprograms.institutions.office_hours import describe_office_hours
from hcprograms.leads.asking import (
    TOKEN_FIELD,
    TRAP_FIELD,
    AskPage,
    NotAskableError,
    read_submission,
)
from hcprograms.leads.capture import capture_lead
from hcprograms.leads.forms import RequestForm
from hcprograms.leads.links import sign_link
from hcprograms.leads.models.consent import Channel
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import CaptureAttempt
from hcprograms.leads.rate_limits import asks_too_often, count_submit, is_worth_noting
from hcprograms.leads.receiving import BodyTooLargeError, read_text
from hcprograms.leads.showing import PAGE, Look, render_form
from hcprograms.leads.submission import log_refusal
from hcprograms.leads.tokens import FormToken, Purpose
from hcprograms.leads.unavailable import answer_unavailable
from hcprograms.leads.views.answers import see_other
from hcprograms.leads.views.proving import Asked, prove
from hcprograms.leads.views.receiving import name_typed, receive_files
from hcprograms.leads.visitor import (
    describe_visitor,
    find_client_ip,
    find_landing,
    find_referrer,
    find_source,
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Frame:
    """The page around a form: which template, and where its thank-you page is."""

    look: Look = PAGE
    template: str = "hcprograms/leads/ask.html"
    thanks: str = "hcprograms:thanks"

    def show(
        self,
        request: HttpRequest,
        page: AskPage,
        form: RequestForm,
        *,
        token: str,
        is_stale: bool = False,
        minutes_to_wait: int = 0,
        asked: Asked | None = None,
        status: int = 422,
    ) -> HttpResponse:
        """The form with what is wrong, and everything typed."""
        shown = render_form(
            page,
            form,
            look=self.look,
            token=token,
            address=request.get_full_path(),
            source=find_source(request),
            landing=find_landing(request),
            referrer=find_referrer(request),
            is_stale=is_stale,
            minutes_to_wait=minutes_to_wait,
            asked=asked,
        )
        context = {
            "shown": shown,
            "form": form,
            "interest_form": page.form,
            "heading": page.heading,
            "institution": page.form.institution,
        }
        response = render(request, self.template, context, status=status)
        patch_cache_control(response, no_store=True)
        return response


PAGE_FRAME = Frame()


def submit(request: HttpRequest, page: AskPage, *, frame: Frame = PAGE_FRAME) -> HttpResponse:
    """Capture a valid submit; show anything else again with everything typed."""
    if page.form.kind == InterestForm.Kind.APPLY:
        return see_other(reverse("hcprograms:apply", args=[page.form.public_id]))
    counted = count_submit(ip_address=find_client_ip(request), now=page.now)
    try:
        receive_files(request, page, may_send=not counted.seconds_to_wait)
    except BodyTooLargeError as error:
        return _answer_too_large(request, page, error.most)
    token = page.open_token(request.POST.get(TOKEN_FIELD, ""))
    form = page.bound_form(request.POST)
    if counted.seconds_to_wait:
        return _refuse_flood(request, page, counted.seconds_to_wait, frame)
    if token is None:
        return _refuse_stale(request, page, form, frame)
    if not form.is_valid():
        _log_refusal(request, page, form, CaptureAttempt.Outcome.INVALID)
        return frame.show(request, page, form, token=token.sign())
    return _capture(request, page, form, token, counted.count, frame)


def _capture(
    request: HttpRequest,
    page: AskPage,
    form: RequestForm,
    token: FormToken,
    from_network: int,
    frame: Frame,
) -> HttpResponse:
    # Not the page's time, which is this host's: the lead starts clocks that other hosts read.
    now = get_database_time()
    submission = read_submission(
        page=page,
        form=form,
        token=token,
        trap=request.POST.get(TRAP_FIELD, ""),
        visitor=describe_visitor(request),
        asks_too_often=asks_too_often(
            institution=page.form.institution, email=form.cleaned_data["email"], now=now
        ),
    )
    proved = prove(request, page, submission, from_network=from_network)
    if isinstance(proved, Asked):
        _log_refusal(request, page, form, CaptureAttempt.Outcome.ASKED)
        return frame.show(request, page, form, token=token.sign(), asked=proved)
    try:
        lead = capture_lead(form=page.form, submission=proved, now=now).lead
    except Error:
        raise
    except Exception as error:
        # A host's receiver failed and took the transaction with it: the visitor tries again.
        logger.error("A lead could not be captured: %s", format_error(error))
        return answer_unavailable(request)
    thanks_token = sign_link(Purpose.THANKS, lead=lead, address=lead.email, now=now)
    return see_other(reverse(frame.thanks, args=[thanks_token]))


def _refuse_stale(
    request: HttpRequest, page: AskPage, form: RequestForm, frame: Frame
) -> HttpResponse:
    """The form had expired, was replaced or reworded: ask to confirm it once more.

    Consent boxes are cleared: a tick belongs to the words it was set under.
    """
    _log_refusal(request, page, form, CaptureAttempt.Outcome.STALE)
    typed = request.POST.copy()
    for channel in Channel.values:
        typed.pop(f"consent_{channel}", None)
    return frame.show(
        request,
        page,
        page.bound_form(typed),
        token=page.new_token(confirmed=True),
        is_stale=True,
    )


def _refuse_flood(request: HttpRequest, page: AskPage, wait: int, frame: Frame) -> HttpResponse:
    """Too many from this address: ask to come back, with everything typed and the same token."""
    form, text = page.bound_form(request.POST), request.POST.get(TOKEN_FIELD, "")
    if is_worth_noting(ip_address=find_client_ip(request), now=page.now):
        _log_refusal(request, page, form, CaptureAttempt.Outcome.LIMITED)
    token = text if page.open_token(text) else page.new_token(confirmed=True)
    response = frame.show(
        request, page, form, token=token, minutes_to_wait=-(-wait // 60), status=429
    )
    response["Retry-After"] = str(wait)
    return response


def _answer_too_large(request: HttpRequest, page: AskPage, most: int) -> HttpResponse:
    """Nothing of it was read: say how large files may be, and how to get back to the form."""
    context = {
        "institution": page.form.institution,
        "most": most,
        "address": request.get_full_path(),
    }
    response = render(request, "hcprograms/leads/too_large.html", context, status=413)
    patch_cache_control(response, no_store=True)
    return response


def answer_closed(
    request: HttpRequest,
    closed: NotAskableError,
    now: datetime,
    *,
    template: str = "hcprograms/leads/closed.html",
) -> HttpResponse:
    """No open form: how to reach the school otherwise, and what was typed, to copy."""
    if closed.institution is None:
        raise Http404
    posted = _read_closed(request, closed.last_form, now)
    context = {
        "institution": closed.institution,
        "office_hours": describe_office_hours(institution=closed.institution),
        "message": posted.get("message", ""),
        "was_open": closed.last_form is not None,
    }
    status = 410 if closed.last_form else 404
    return render(request, template, context, status=status)


def _read_closed(request: HttpRequest, last_form: InterestForm | None, now: datetime) -> QueryDict:
    """What was typed into a form that is closed, logged unless the network sends too often."""
    if request.method != "POST":
        return QueryDict()
    ip_address = find_client_ip(request)
    counted = count_submit(ip_address=ip_address, now=now)
    posted = read_text(request)
    typed = {key: values for key, values in posted.lists() if RequestForm.keeps(key)}
    if (
        typed
        and last_form is not None
        and not counted.seconds_to_wait
        and is_worth_noting(ip_address=ip_address, now=now)
    ):
        log_refusal(
            form=last_form,
            outcome=CaptureAttempt.Outcome.STALE,
            fields=["form closed"],
            typed=typed,
            ip_address=ip_address,
            now=now,
        )
    return posted


def _log_refusal(
    request: HttpRequest, page: AskPage, form: RequestForm, outcome: CaptureAttempt.Outcome
) -> None:
    log_refusal(
        form=page.form,
        outcome=outcome,
        fields=form.errors,
        typed={name: name_typed(request, name) for name in form.fields if name in request.POST},
        ip_address=find_client_ip(request),
        now=page.now,
    )
