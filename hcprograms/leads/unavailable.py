"""When nothing can be written: say so, keep what was typed, ask to send it again soon."""

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.db import Error, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from hcprograms.leads.file_fields import GivenFile
from hcprograms.leads.file_types import show_name
from hcprograms.leads.forms import RequestForm
from hcprograms.leads.open_forms import HONEYPOT_FIELD, TOKEN_FIELD
from hcprograms.leads.upload_handlers import discard_uploads
from hcprograms.leads.visitor import LANDING_FIELD, REFERRER_FIELD, SOURCE_FIELD

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 30
MAX_VALUE = 5_000
LABELS = {
    "name": _("Your name"),
    "email": _("Email address"),
    "phone": _("Phone number"),
    "message": _("Message"),
}
MAX_FIELDS = 120
UNSEEN = (TOKEN_FIELD, HONEYPOT_FIELD, SOURCE_FIELD, LANDING_FIELD, REFERRER_FIELD)

View = Callable[..., HttpResponse]


def keep_typed_when_down(view: View) -> View:
    """Answer 503 instead of 500 when the database cannot be reached, with a form to send again."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Error as error:
            logger.error("The database failed a visitor: %s", type(error).__name__)
            return answer_unavailable(request)

    # A transaction around the view would end in an error after this one was answered.
    return transaction.non_atomic_requests(wrapped)


def answer_unavailable(request: HttpRequest, posted: QueryDict | None = None) -> HttpResponse:
    """Return a page that needs no database, no session and no base template of the host.

    ``posted``: what was sent with what became of its files, where they were looked at already.
    """
    discarded = discard_uploads(request)
    if posted is None:
        posted = request.POST
    typed = [
        (name, _say(value))
        for name, values in posted.lists()
        if name in UNSEEN or RequestForm.keeps(name)
        for value in values
        if value
    ][:MAX_FIELDS]
    shown = [(LABELS[name], value) for name, value in typed if name in LABELS]
    content = render_to_string(
        "hcprograms/leads/unavailable.html",
        {
            "typed": typed,
            "shown": shown,
            "files": [] if request.method != "POST" else _list_lost(request, posted, discarded),
            "address": request.get_full_path(),
            "is_post": request.method == "POST",
        },
    )
    response = HttpResponse(content, status=503)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def _say(value: str | GivenFile) -> str:
    """What the page sends along: of a file that is kept, the word that brings it back."""
    return value.reference if isinstance(value, GivenFile) else value[:MAX_VALUE]


def _list_lost(
    request: HttpRequest, posted: QueryDict, discarded: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Field and name of each file that is not kept and has to be chosen again."""
    values: dict[str, Any] = posted.dict()
    kept = {name for name, one in values.items() if isinstance(one, GivenFile) and one.upload}
    taken: dict[str, Any] = request.FILES.dict()
    sent = {**discarded, **{name: str(file.name) for name, file in taken.items()}}
    return [
        (name, show_name(file))
        for name, file in sent.items()
        if name not in kept and RequestForm.keeps(name)
    ]
