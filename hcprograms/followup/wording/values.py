"""The values of placeholders for one message, made when they are asked for."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from hcprograms.followup.wording import sentences
from hcprograms.followup.wording.filling import Fragment
from hcprograms.followup.wording.placeholders import ALL

Context = Mapping[str, Any]
Value = str | Fragment

PARTS = "hcprograms/mail/parts"


class MessageValues(Mapping[str, Value]):
    """Every placeholder of the kind that ``context`` was made for; others are empty.

    ``context``: what ``contents`` says of the lead.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._made: dict[str, Value] = {}

    def __getitem__(self, name: str) -> Value:
        if name not in self._made:
            make = MAKERS[name]
            self._made[name] = make(self._context)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(ALL)

    def __len__(self) -> int:
        return len(ALL)


def _from(key: str) -> Callable[[Context], Value]:
    return lambda context: str(context.get(key) or "")


def _part(name: str, *, needs: str = "") -> Callable[[Context], Value]:
    """A fragment from two templates; empty where what it ``needs`` is."""

    def make(context: Context) -> Value:
        if needs and not context.get(needs):
            return ""
        given = dict(context)
        html = render_to_string(f"{PARTS}/{name}.html", given)
        return Fragment(html.strip(), render_to_string(f"{PARTS}/{name}.txt", given).strip())

    return make


def _first_program(context: Context) -> str:
    programs = context.get("programs") or ()
    return programs[0].title if programs else ""


def _message(context: Context) -> Value:
    """For staff only: nobody has confirmed that the applicant's address belongs to the writer."""
    if context.get("to_applicant", True) or not context["lead"].message.strip():
        return ""
    return _part("message")(context)


def _answer_by(context: Context) -> str:
    advisor = context.get("advisor", "")
    lead = context["lead"]
    return sentences.promise_answer(lead, advisor=advisor, answer_by=context.get("answer_by"))


def _results(context: Context) -> Value:
    """In short for staff, who have ``permissions`` to read about."""
    name = "short_results" if "permissions" in context else "results"
    return _part(name, needs="results")(context)


def _results_url(context: Context) -> str:
    results = context.get("results")
    return results.url if results else ""


MAKERS: Mapping[str, Callable[[Context], Value]] = {
    "name": sentences.find_name,
    "first_name": sentences.find_first_name,
    "greeting": sentences.greet,
    "school": lambda context: context["institution"].name,
    "school_phone": lambda context: context["institution"].phone,
    "call_us": lambda context: sentences.offer_call(context["institution"].phone),
    "advisor": lambda context: str(context.get("advisor") or _("An advisor")),
    "asked_on": lambda context: date_format(localtime(context["lead"].captured_at)),
    "asked_at": lambda context: sentences.name_moment(context["lead"], context["lead"].captured_at),
    "answer_by": _answer_by,
    "programs": _part("programs", needs="programs"),
    "first_program": _first_program,
    "message": _message,
    "request_url": _from("my_request_url"),
    "appointment_url": _from("appointment_url"),
    "results": _results,
    "results_url": _results_url,
    "situation": sentences.describe_situation,
    "contact": _part("contact", needs="lead"),
    "facts": _part("facts", needs="facts"),
    "lead_url": _from("lead_url"),
    "news": sentences.tell_news,
    "change": sentences.name_change,
    "time": _from("time"),
    "with_whom": _from("with_whom"),
    "place": _from("place"),
    "details": _part("appointment"),
    "next_step": sentences.name_next_step,
}
