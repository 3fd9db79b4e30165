"""The page for a link that was good once: what happened to it, and what to do next."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hcprograms.institutions.database_time import get_database_time
from hcprograms.leads.personal_links import DeadLinkError, can_be_renewed, request_new_link
from hcprograms.leads.views.answers import check_post, keep_private

View = Callable[..., HttpResponse]


def answer_dead_links(view: View) -> View:
    """Answer 404, as for a forged link, but in words, where a link of ours has ended."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except DeadLinkError as dead:
            return _show(request, dead)

    return wrapped


def _show(request: HttpRequest, dead: DeadLinkError) -> HttpResponse:
    can_send = can_be_renewed(dead)
    is_sent = can_send and request.method == "POST" and "new_link" in request.POST
    if is_sent:
        check_post(request)
        request_new_link(dead, now=get_database_time())
    context = {
        "reason": dead.reason.value,
        "institution": dead.lead.institution,
        "can_send": can_send and not is_sent,
        "is_sent": is_sent,
    }
    status = 200 if is_sent else 404
    page = render(request, "hcprograms/leads/dead_link.html", context, status=status)
    return keep_private(page)
