"""The public page of an interest form, and what is sent to it.

It needs no cookie: the form carries a signed token instead of a CSRF token, so that its page can
be cached and embedded.
"""

import json
import logging
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from hcprograms.conf import conf
from hcprograms.institutions.database_time import get_database_time
from hcprograms.institutions.error_reporting import format_error
from hcprograms.institutions.models import Institution
from hcprograms.institutions.office_hours import describe_office_hours
from hcprograms.leads.capture import capture_lead
from hcprograms.leads.file_fields import GivenFile
from hcprograms.leads.forms import RequestForm
from hcprograms.leads.links import sign_link
from hcprograms.leads.models.consent import Channel
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import CaptureAttempt, Lead
from hcprograms.leads.networks import get_site, is_public
from hcprograms.leads.open_forms import (
    HONEYPOT_FIELD,
    TOKEN_FIELD,
    FormClosedError,
    OpenForm,
    build_submission,
    get_open_form,
)
from hcprograms.leads.proof_of_work import (
    PROOF_FIELD,
    ProofResult,
    check_proof,
    create_challenge,
)
from hcprograms.leads.rate_limits import (
    asks_too_often,
    count_submit,
    hash_asker,
    is_worth_noting,
)
from hcprograms.leads.showing import PAGE, FormLayout, complete, render_form, show_institution_form
from hcprograms.leads.submission import Submission, log_refusal
from hcprograms.leads.tokens import FormToken, Purpose, renew_form_token
from hcprograms.leads.unavailable import answer_unavailable, keep_typed_when_down
from hcprograms.leads.upload_handlers import (
    BodyTooLargeError,
    UploadLimits,
    list_file_questions,
    parse_form,
    parse_text,
)
from hcprograms.leads.views.answers import check_body, check_post, see_other
from hcprograms.leads.visitor import (
    build_visitor,
    get_client_ip,
    get_landing_page,
    get_referrer,
    get_source_page,
)

logger = logging.getLogger(__name__)

CACHE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Challenge:
    """A sum for the browser; ``goes_on``: the script sends the form by itself once it is done."""

    challenge: str
    goes_on: bool


@dataclass(frozen=True, slots=True)
class FormRenderer:
    """The page around a form: which template, and where its thank-you page is."""

    layout: FormLayout = PAGE
    template: str = "hcprograms/leads/ask.html"
    thanks: str = "hcprograms:thanks"

    def render(
        self,
        request: HttpRequest,
        page: OpenForm,
        form: RequestForm,
        *,
        token: str,
        is_stale: bool = False,
        minutes_to_wait: int = 0,
        challenge: Challenge | None = None,
        status: int = 422,
    ) -> HttpResponse:
        """Return the form with what is wrong, and everything typed."""
        shown = render_form(
            page,
            form,
            look=self.layout,
            token=token,
            address=request.get_full_path(),
            source=get_source_page(request),
            landing=get_landing_page(request),
            referrer=get_referrer(request),
            is_stale=is_stale,
            minutes_to_wait=minutes_to_wait,
            asked=challenge,
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


PAGE_RENDERER = FormRenderer()


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@keep_typed_when_down
def interest_form(request: HttpRequest, institution: str) -> HttpResponse:
    """Show an institution's interest form; capture what is sent to it."""
    if request.method == "POST":
        check_post(request, with_files=True)
    now = timezone.now()
    query = dict(request.GET.lists())
    try:
        if request.method == "POST":
            return submit(request, get_open_form(school=institution, query=query, now=now))
        piece = show_institution_form(institution=institution, query=query, now=now)
    except Institution.DoesNotExist:
        raise Http404 from None
    except FormClosedError as closed:
        return answer_closed(request, closed, now)
    shown = complete(piece, address=request.get_full_path(), now=now)
    form = piece.facts.form
    context = {
        "shown": shown,
        "interest_form": form,
        "heading": piece.facts.heading,
        "institution": form.institution,
    }
    response = render(request, "hcprograms/leads/ask.html", context)
    patch_cache_control(response, public=True, max_age=CACHE_SECONDS)
    return response


@csrf_exempt
@require_POST
def renew_token(request: HttpRequest) -> HttpResponse:
    """Return a fresh token for a page from a cache or an old tab. No query."""
    check_body(request)
    token = renew_form_token(request.POST.get(TOKEN_FIELD, ""), now=timezone.now())
    if token is None:
        raise Http404
    response = JsonResponse({"token": token.sign()})
    patch_cache_control(response, no_store=True)
    return response


def submit(
    request: HttpRequest, page: OpenForm, *, renderer: FormRenderer = PAGE_RENDERER
) -> HttpResponse:
    """Capture a valid submit; show anything else again with everything typed."""
    if page.form.kind == InterestForm.Kind.APPLY:
        return see_other(reverse("hcprograms:apply", args=[page.form.public_id]))
    # Counted before the body is read: a flood must not make us take files in.
    ip_address = get_client_ip(request)
    counted = count_submit(ip_address=ip_address, now=page.now)
    try:
        posted = _parse(request, page, ip_address, may_send=not counted.seconds_to_wait)
    except BodyTooLargeError as error:
        return _answer_too_large(request, page, error.most)
    try:
        token = page.verify_token(posted.get(TOKEN_FIELD, ""))
        form = page.get_form(posted)
        if counted.seconds_to_wait:
            return _refuse_flood(
                request, page, posted, wait=counted.seconds_to_wait, renderer=renderer
            )
        if token is None:
            return _refuse_stale(request, page, posted, renderer=renderer)
        if not form.is_valid():
            _log_refusal(page, form, posted, CaptureAttempt.Outcome.INVALID, ip_address)
            return renderer.render(request, page, form, token=token.sign())
        # Not the page's time, which is this host's: the lead starts clocks that other hosts read.
        now = get_database_time()
        submission = _build_submission(request, page, form, token, posted, now=now)
        submission, challenge = _check_proof_of_work(
            page, submission, posted, from_network=counted.count
        )
        if challenge:
            _log_refusal(page, form, posted, CaptureAttempt.Outcome.ASKED, ip_address)
            return renderer.render(request, page, form, token=token.sign(), challenge=challenge)
        lead = _capture(page, submission, now=now)
    except Error as error:
        logger.error("The database failed a visitor: %s", type(error).__name__)
        return answer_unavailable(request, posted)
    if lead is None:
        return answer_unavailable(request, posted)
    thanks_token = sign_link(Purpose.THANKS, lead=lead, address=lead.email, now=now)
    return see_other(reverse(renderer.thanks, args=[thanks_token]))


def _parse(
    request: HttpRequest, page: OpenForm, ip_address: str | None, *, may_send: bool
) -> QueryDict:
    """Return what was posted, with what became of each file.

    No file is kept without a token that was made for this form, however long ago. ``may_send``:
    False where the network sends too often; then none is let in.
    """
    limits = UploadLimits(
        page.form.institution,
        list_file_questions(page.questions),
        page.now,
        network=hash_asker(get_site(ip_address)) if ip_address else "",
        # Behind a proxy that the settings do not name, all visitors seem to be one.
        least_share=0 if is_public(ip_address) else conf.waiting_files_bytes,
    )
    return parse_form(
        request,
        limits=limits,
        may_send=may_send,
        is_genuine=lambda posted: page.has_made(posted.get(TOKEN_FIELD, "")),
    )


def _build_submission(
    request: HttpRequest,
    page: OpenForm,
    form: RequestForm,
    token: FormToken,
    posted: QueryDict,
    *,
    now: datetime,
) -> Submission:
    return build_submission(
        page=page,
        form=form,
        token=token,
        honeypot=posted.get(HONEYPOT_FIELD, ""),
        visitor=build_visitor(request),
        asks_too_often=asks_too_often(
            institution=page.form.institution, email=form.cleaned_data["email"], now=now
        ),
    )


def _check_proof_of_work(
    page: OpenForm, submission: Submission, posted: QueryDict, *, from_network: int
) -> tuple[Submission, Challenge | None]:
    """Return the submission, suspected where no proof can come, and what to ask the browser.

    One that is suspected anyway needs no proof: staff look at it. Nothing is ever dropped.
    """
    if submission.suspicion:
        return submission, None
    result = check_proof(
        institution=page.form.institution,
        form=page.form.public_id,
        ip_address=submission.visitor.ip_address,
        text=posted.get(PROOF_FIELD),
        submission_id=submission.id,
        from_network=from_network,
        now=page.now,
    )
    if result is ProofResult.FINE:
        return submission, None
    if result is ProofResult.UNPROVED:
        suspicion = _("very many requests at once, and no proof of work")
        return replace(submission, suspicion=suspicion), None
    challenge = create_challenge(form=page.form.public_id, now=page.now)
    return submission, Challenge(json.dumps(challenge), goes_on=result is ProofResult.ASK)


def _capture(page: OpenForm, submission: Submission, *, now: datetime) -> Lead | None:
    """Return the lead; None where a receiver of the host failed and took the transaction with it.

    The visitor is then asked to try again. Raises what the database raises.
    """
    try:
        return capture_lead(form=page.form, submission=submission, now=now).lead
    except Error:
        raise
    except Exception as error:
        logger.error("A lead could not be captured: %s", format_error(error))
        return None


def _refuse_stale(
    request: HttpRequest, page: OpenForm, posted: QueryDict, *, renderer: FormRenderer
) -> HttpResponse:
    """The form had expired, was replaced or reworded: ask to confirm it once more.

    Consent boxes are cleared: a tick belongs to the words it was set under.
    """
    form = page.get_form(posted)
    _log_refusal(page, form, posted, CaptureAttempt.Outcome.STALE, get_client_ip(request))
    typed = posted.copy()
    for channel in Channel.values:
        typed.pop(f"consent_{channel}", None)
    return renderer.render(
        request, page, page.get_form(typed), token=page.new_token(confirmed=True), is_stale=True
    )


def _refuse_flood(
    request: HttpRequest, page: OpenForm, posted: QueryDict, *, wait: int, renderer: FormRenderer
) -> HttpResponse:
    """Too many from this address: ask to come back, with everything typed and the same token."""
    form, text = page.get_form(posted), posted.get(TOKEN_FIELD, "")
    ip_address = get_client_ip(request)
    if is_worth_noting(ip_address=ip_address, now=page.now):
        _log_refusal(page, form, posted, CaptureAttempt.Outcome.LIMITED, ip_address)
    token = text if page.verify_token(text) else page.new_token(confirmed=True)
    response = renderer.render(
        request, page, form, token=token, minutes_to_wait=-(-wait // 60), status=429
    )
    response["Retry-After"] = str(wait)
    return response


def _answer_too_large(request: HttpRequest, page: OpenForm, most: int) -> HttpResponse:
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
    closed: FormClosedError,
    now: datetime,
    *,
    template: str = "hcprograms/leads/closed.html",
) -> HttpResponse:
    """No open form: how to reach the school otherwise, and what was typed, to copy."""
    if closed.institution is None:
        raise Http404
    posted = _parse_closed(request, closed.last_form, now)
    context = {
        "institution": closed.institution,
        "office_hours": describe_office_hours(institution=closed.institution),
        "message": posted.get("message", ""),
        "was_open": closed.last_form is not None,
    }
    status = 410 if closed.last_form else 404
    return render(request, template, context, status=status)


def _parse_closed(request: HttpRequest, last_form: InterestForm | None, now: datetime) -> QueryDict:
    """Return what was typed into a closed form, logged unless the network sends too often."""
    if request.method != "POST":
        return QueryDict()
    ip_address = get_client_ip(request)
    counted = count_submit(ip_address=ip_address, now=now)
    posted = parse_text(request)
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
    page: OpenForm,
    form: RequestForm,
    posted: QueryDict,
    outcome: CaptureAttempt.Outcome,
    ip_address: str | None,
) -> None:
    """Log what was typed; of a file its name only."""
    typed = {
        name: [one.name if isinstance(one, GivenFile) else one for one in posted.getlist(name)]
        for name in form.fields
        if name in posted
    }
    log_refusal(
        form=page.form,
        outcome=outcome,
        fields=form.errors,
        typed=typed,
        ip_address=ip_address,
        now=page.now,
    )
