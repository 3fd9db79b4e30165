"""A form in a frame of another site.

No page here needs a cookie, so blocked third-party cookies change nothing. The browser shows the
frame only inside the sites that the form names (``frame-ancestors``).
"""

import uuid
from pathlib import Path
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

import hcprograms
from hcprograms.institutions.access import Area, Right, find_access
from hcprograms.institutions.languages import choose_language
from hcprograms.leads.links import snippet_addresses
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.open_forms import FormClosedError, get_open_form_by_id
from hcprograms.leads.showing import FormLayout, complete, show_form
from hcprograms.leads.tokens import Purpose
from hcprograms.leads.unavailable import keep_typed_when_down
from hcprograms.leads.views.answers import check_post
from hcprograms.leads.views.dead_links import answer_dead_links
from hcprograms.leads.views.interest_form import FormRenderer, answer_closed, submit
from hcprograms.leads.views.own_pages import describe_thanks, open_or_404

SCRIPT = Path(hcprograms.__file__).parent / "static" / "hcprograms" / "hc-form.js"
SCRIPT_SECONDS = 3600
LOOK = FormLayout("frame")
RENDERER = FormRenderer(LOOK, "hcprograms/embed/frame.html", "hcprograms_embed:thanks")


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """The custom element, at an address that stays the same through all releases."""
    response = HttpResponse(SCRIPT.read_text(), content_type="text/javascript; charset=utf-8")
    patch_cache_control(response, public=True, max_age=SCRIPT_SECONDS)
    return response


@csrf_exempt
@xframe_options_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@keep_typed_when_down
def frame(request: HttpRequest, form: uuid.UUID) -> HttpResponse:
    """The form alone, for the sites it allows; captures what is sent to it."""
    hosts = _allowed_hosts(form)
    request.preferred_language = _language(request)  # type: ignore[attr-defined]
    with translation.override(choose_language(_language(request))):
        if request.method == "POST":
            check_post(request, hosts=hosts, with_files=True)
        return _guard(_answer(request, form), hosts)


@xframe_options_exempt
@require_safe
@keep_typed_when_down
@answer_dead_links
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """What happens next, in the frame that the form stood in."""
    now = timezone.now()
    link = open_or_404(token, Purpose.THANKS, now=now)
    lead = link.lead
    context = describe_thanks(link=link, now=now)
    with translation.override(choose_language(lead.language)):
        response = render(request, "hcprograms/embed/thanks.html", context)
    return _guard(response, lead.form.allowed_hosts)


@require_safe
def test(request: HttpRequest, form: uuid.UUID) -> HttpResponse:
    """The snippet as it looks in a page, for staff of the form's institution."""
    found = get_object_or_404(InterestForm.objects.select_related("institution"), public_id=form)
    access = find_access(user=request.user)
    if not access.allows(area=Area.FORMS, right=Right.VIEW, institution_id=found.institution_id):
        raise Http404
    context = {"form": found, **snippet_addresses(found)}
    response = render(request, "hcprograms/embed/test.html", context)
    patch_cache_control(response, private=True, no_store=True)
    return response


def _answer(request: HttpRequest, form: uuid.UUID) -> HttpResponse:
    now, query = timezone.now(), dict(request.GET.lists())
    try:
        if request.method == "POST":
            page = get_open_form_by_id(public_id=form, query=query, now=now)
            return submit(request, page, renderer=RENDERER)
        piece = show_form(public_id=form, query=query, now=now, look=LOOK)
    except FormClosedError as closed:
        return answer_closed(request, closed, now, template="hcprograms/embed/closed.html")
    source = request.headers.get("Referer", "")
    shown = complete(piece, address=request.get_full_path(), source=source, now=now)
    context = {
        "shown": shown,
        "interest_form": piece.facts.form,
        "heading": piece.facts.heading,
    }
    return render(request, RENDERER.template, context)


def _guard(response: HttpResponse, hosts: list[str]) -> HttpResponse:
    """Let the named sites frame it, and nothing but our own site load or be sent to."""
    own = f"'self' {_static_origin()}".strip()
    ancestors = " ".join(["'self'", *hosts])
    response["Content-Security-Policy"] = "; ".join(
        [
            f"default-src {own}",
            f"img-src {own} data:",
            "base-uri 'none'",
            "form-action 'self'",
            "object-src 'none'",
            f"frame-ancestors {ancestors}",
        ]
    )
    # The page names the site around it, so nobody else may get a copy.
    patch_cache_control(response, private=True, no_store=True)
    response["X-Robots-Tag"] = "noindex"
    return response


def _allowed_hosts(form: uuid.UUID) -> list[str]:
    hosts = InterestForm.objects.filter(public_id=form).values_list("allowed_hosts", flat=True)
    found: list[str] | None = hosts.first()
    return found or []


def _language(request: HttpRequest) -> str | None:
    """The language that the page around asks for, if the site speaks it."""
    wanted = request.GET.get("lang", "")
    try:
        return translation.get_supported_language_variant(wanted)
    except LookupError:
        return getattr(request, "preferred_language", None) or translation.get_language()


def _static_origin() -> str:
    parts = urlsplit(static("hcprograms/hcprograms.css"))
    return f"{parts.scheme or 'https'}://{parts.netloc}" if parts.netloc else ""
