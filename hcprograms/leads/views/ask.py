"""The page that asks: an institution's form, and what is sent to it.

It needs no cookie: the form carries a signed token instead of a CSRF token, so that its page can
be cached and embedded.
"""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from hcprograms.institutions.models import Institution
from hcprograms.leads.asking import TOKEN_FIELD, NotAskableError, find_ask_page
from hcprograms.leads.showing import complete, show_institution_form
from hcprograms.leads.tokens import renew_form_token
from hcprograms.leads.unavailable import keep_typed_when_down
from hcprograms.leads.views.answers import check_body, check_post
from hcprograms.leads.views.submitting import answer_closed, submit

CACHE_SECONDS = 60


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@keep_typed_when_down
def ask(request: HttpRequest, institution: str) -> HttpResponse:
    """Show an institution's interest form; capture what is sent to it."""
    if request.method == "POST":
        check_post(request, with_files=True)
    now = timezone.now()
    query = dict(request.GET.lists())
    try:
        if request.method == "POST":
            page = find_ask_page(school=institution, query=query, now=now)
            return submit(request, page)
        piece = show_institution_form(institution=institution, query=query, now=now)
    except Institution.DoesNotExist:
        raise Http404 from None
    except NotAskableError as closed:
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
def renew(request: HttpRequest) -> HttpResponse:
    """A fresh token for a page that has been lying about, in a cache or in a tab. No query."""
    check_body(request)
    token = renew_form_token(request.POST.get(TOKEN_FIELD, ""), now=timezone.now())
    if token is None:
        raise Http404
    response = JsonResponse({"token": token.sign()})
    patch_cache_control(response, no_store=True)
    return response
