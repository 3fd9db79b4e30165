"""What staff typed on a lead's page and has not been saved yet, between two requests.

All fields of the page are sent with every button. What belongs to other buttons is put into the
session, and is shown again on the next page; also where the person was signed out meanwhile.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, QueryDict

from hcprograms.leads.admin.lead_forms import LEAD_FORMS, LeadForm
from hcprograms.leads.models.lead import Lead

TYPED_IN = ("message", "note", "status", "assign", "address")
"""Verbs with fields whose values are worth showing again."""
KEY = "hcprograms_lead_texts"
SAVED = "hcprograms_lead_saved"
EXPIRES = "hcprograms_lead_texts_expire"
MOST_LEADS = 5
LONGEST = 10_000
SIGNED_OUT_FOR = timedelta(hours=1)
"""How long a text waits for somebody to sign in again."""


def get_prefix(verb: str) -> str:
    """What the names of the verb's fields begin with. A call is typed into the field of a note."""
    return "note" if verb == "call" else verb


def build_form(*, lead: Lead, verb: str, data: QueryDict | None = None, **kwargs: Any) -> LeadForm:
    """The form of a verb.

    On the page, names of fields begin with the verb; a program may post the plain names.
    """
    prefix = get_prefix(verb)
    is_plain = data is not None and not any(name.startswith(f"{prefix}-") for name in data)
    return LEAD_FORMS[verb](
        data, lead=lead, verb=verb, prefix=None if is_plain else prefix, **kwargs
    )


def read_typed(*, lead: Lead, data: QueryDict) -> dict[str, str]:
    """Name of a field → what was typed, for those that differ from a fresh page."""
    typed = {}
    for verb in TYPED_IN:
        form = build_form(lead=lead, verb=verb)
        for field in form:
            value = data.get(field.html_name, "").replace("\r\n", "\n")[:LONGEST]
            if value.strip() and value != str(field.initial or ""):
                typed[field.html_name] = value
    return typed


def read_form(*, form: LeadForm, verb: str) -> dict[str, str]:
    """The same for one form that was sent, also where plain names were posted."""
    if verb not in (*TYPED_IN, "call"):
        return {}
    values = {f"{get_prefix(verb)}-{field.name}": str(field.value() or "") for field in form}
    return {name: value[:LONGEST] for name, value in values.items() if value.strip()}


def has_typed(data: QueryDict) -> bool:
    """Whether the page of a lead sent this."""
    prefixes = tuple(f"{verb}-" for verb in TYPED_IN)
    return any(name.startswith(prefixes) for name in data)


def drop_saved(*, typed: Mapping[str, str], verb: str) -> dict[str, str]:
    """The texts without those that belong to the verb."""
    prefix = f"{get_prefix(verb)}-"
    return {name: value for name, value in typed.items() if not name.startswith(prefix)}


def keep_typed(*, request: HttpRequest, lead_id: int, typed: Mapping[str, str]) -> None:
    """Put texts into the session for the next time that the lead's page is shown."""
    if not typed:
        return
    kept = {**request.session.get(KEY, {}), str(lead_id): dict(typed)}
    request.session[KEY] = dict(list(kept.items())[-MOST_LEADS:])


def keep_for_signed_out(*, request: HttpRequest, lead_id: int) -> None:
    """Put what a person typed who is not signed in any more into the session, for an hour.

    Whether the lead exists is not looked up for them.
    """
    prefixes = tuple(f"{verb}-" for verb in TYPED_IN)
    typed = {
        name: value[:LONGEST]
        for name, value in request.POST.items()
        if name.startswith(prefixes) and isinstance(value, str) and value.strip()
    }
    if typed:
        keep_typed(request=request, lead_id=lead_id, typed=dict(list(typed.items())[:10]))
        request.session[EXPIRES] = True
        request.session.set_expiry(SIGNED_OUT_FOR)


def take_typed(*, request: HttpRequest, lead: Lead) -> dict[str, str]:
    """The texts that wait for this lead, which are then no longer in the session."""
    kept = request.session.get(KEY)
    if not kept:
        return {}
    typed = kept.pop(str(lead.pk), {})
    request.session[KEY] = kept
    if request.session.pop(EXPIRES, False):
        request.session.set_expiry(None)  # as the site's settings say
    return {str(name): str(value) for name, value in typed.items()}


def list_initial(*, typed: Mapping[str, str], verb: str) -> dict[str, str]:
    """Field of the verb's form → the text to show in it."""
    start = f"{get_prefix(verb)}-"
    return {name.removeprefix(start): typed[name] for name in typed if name.startswith(start)}
