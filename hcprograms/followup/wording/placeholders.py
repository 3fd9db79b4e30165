"""What may stand in braces in each kind of message, and what must. Pure, but for the words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from hcprograms.followup.models.templates import Kind
from hcprograms.followup.wording.parsing import Form


@dataclass(frozen=True, slots=True)
class Placeholder:
    name: str
    says: Any
    example: Any
    form: Form = Form.WORDS


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The placeholders of one kind of message; ``required`` ones must be in the text.

    ``once``: those that must not be there twice.
    """

    placeholders: Mapping[str, Placeholder]
    required: frozenset[str] = frozenset()
    once: frozenset[str] = frozenset()

    def form_of(self, name: str) -> Form:
        return self.placeholders[name].form


ALL = {
    one.name: one
    for one in [
        Placeholder(
            "name",
            _("Name as it was typed; empty for the applicant if too long or with a link"),
            "Ada Applicant",
        ),
        Placeholder("first_name", _("First word of the name"), "Ada"),
        Placeholder("greeting", _("Greeting with the name, if there is one"), _("Hello Ada,")),
        Placeholder("school", _("Name of the institution"), "Fairview School"),
        Placeholder("school_phone", _("Its phone number; may be empty"), "+1 303 555 0100"),
        Placeholder(
            "call_us",
            _("A sentence with the phone number; empty without one"),
            _("You can also call us: +1 303 555 0100."),
        ),
        Placeholder("advisor", _("Who has the request; “An advisor” if nobody"), "Ann Advisor"),
        Placeholder("asked_on", _("Day of the request"), _("Nov. 23, 2026")),
        Placeholder(
            "asked_at", _("Day and time of the request"), _("Monday, November 23, 10:00 AM EST")
        ),
        Placeholder(
            "answer_by",
            _("Who answers, and by when if the office has hours"),
            _("Ann will answer you by Monday, November 23, 11:00 AM EST."),
        ),
        Placeholder("programs", _("Programs asked about, each with why it fits"), "…", Form.BLOCK),
        Placeholder("first_program", _("The first program asked about; may be empty"), "MHA"),
        Placeholder(
            "message", _("What the person wrote; empty in emails to them"), "…", Form.BLOCK
        ),
        Placeholder(
            "request_url",
            _("Their own page: see, correct, withdraw"),
            "https://…/my-request/…",
            Form.ADDRESS,
        ),
        Placeholder(
            "appointment_url",
            _("Where they book, move or cancel an appointment"),
            "https://…/appointment/…",
            Form.ADDRESS,
        ),
        Placeholder("results", _("The results, with reasons and facts"), "…", Form.BLOCK),
        Placeholder(
            "results_url", _("Back to all results; may be empty"), "https://…", Form.ADDRESS
        ),
        Placeholder(
            "situation",
            _("How long it waits, whose it is, and what was promised"),
            _("This request is assigned to you."),
        ),
        Placeholder("contact", _("Email, phone, best time, place, consents"), "…", Form.BLOCK),
        Placeholder("facts", _("What else the person said of themselves"), "…", Form.BLOCK),
        Placeholder("lead_url", _("The request in the admin"), "https://…", Form.ADDRESS),
        Placeholder("news", _("What happened, in a sentence"), _("Your appointment is booked.")),
        Placeholder("change", _("What happened, in a word"), _("Booked")),
        Placeholder("time", _("When it is"), _("Monday, December 7, 2026, 9 a.m. MST")),
        Placeholder("with_whom", _("Who meets them"), "Ann Advisor"),
        Placeholder("place", _("Where it is"), _("By phone, +1 303 555 0199")),
        Placeholder("details", _("What, with whom, where, in a table"), "…", Form.BLOCK),
        Placeholder("next_step", _("What the link offers"), _("Choose another time or cancel")),
    ]
}


def _vocabulary(names: str, *, required: str = "", once: str = "") -> Vocabulary:
    return Vocabulary(
        {name: ALL[name] for name in names.split()},
        frozenset(required.split()),
        frozenset(once.split()),
    )


PERSON = "name first_name greeting"
SCHOOL = "school school_phone call_us advisor"
ASKED = "asked_on programs first_program message"
OF_STAFF = f"{PERSON} school asked_at situation contact programs first_program results message"
TALK = f"{PERSON} school school_phone call_us news change time with_whom place details next_step"
LEAD = {"required": "lead_url", "once": "lead_url"}

_CONFIRMATION = f"{PERSON} {SCHOOL} {ASKED} answer_by request_url appointment_url"

VOCABULARIES: Mapping[str, Vocabulary] = {
    Kind.CONFIRMATION: _vocabulary(_CONFIRMATION, required="request_url answer_by"),
    Kind.RESULTS: _vocabulary(
        f"{_CONFIRMATION} results results_url", required="results request_url answer_by"
    ),
    Kind.APPOINTMENT: _vocabulary(
        f"{TALK} appointment_url request_url", required="news time appointment_url"
    ),
    Kind.APPOINTMENT_REMINDER: _vocabulary(
        f"{TALK} appointment_url request_url", required="time appointment_url"
    ),
    Kind.OWN: _vocabulary(f"{PERSON} {SCHOOL} {ASKED} request_url appointment_url"),
    Kind.ALERT: _vocabulary(f"{OF_STAFF} facts lead_url", **LEAD),
    Kind.REMINDER: _vocabulary(f"{OF_STAFF} facts lead_url", **LEAD),
    Kind.ESCALATION: _vocabulary(f"{OF_STAFF} facts lead_url", **LEAD),
    Kind.APPOINTMENT_ADVISOR: _vocabulary(
        f"{TALK} contact lead_url", required="news time lead_url", once="lead_url"
    ),
}


def vocabulary_of(kind: str) -> Vocabulary:
    return VOCABULARIES[Kind(kind)]
