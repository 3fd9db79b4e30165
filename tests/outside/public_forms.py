"""What a visitor's browser does with a public form: open it, fill it in, send it."""

from html.parser import HTMLParser
from typing import Any

from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from tests import factories

SMTP_BACKEND = "hcprograms.followup.channels.smtp.EmailBackend"


class _Inputs(HTMLParser):
    """Collects the values of the fields of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("name"):
            self.values.setdefault(str(given["name"]), given.get("value") or "")


def read_inputs(page: str) -> dict[str, str]:
    """Return name and value of every input of a page."""
    parser = _Inputs()
    parser.feed(page)
    return parser.values


def make_school(*, with_form: bool = True, **fields: Any):
    """A school with one advisor, an office address and, usually, an open form."""
    school = factories.make_institution(**{"email": "office@school.example"} | fields)
    factories.make_member(institution=school)
    if with_form:
        factories.make_interest_form(institution=school)
    return school


def address_of(school) -> str:
    return reverse("hcprograms:ask", args=[school.slug])


def open_token(client: Client, address: str) -> str:
    """Open the form's page and return the token that it carries."""
    return read_inputs(client.get(address).content.decode())["token"]


def send_form(client: Client, school, *, ip: str = "127.0.0.1", **typed: Any):
    """Open the form, fill it in and send it; return the response."""
    address = address_of(school)
    values = {"name": "Ada Applicant", "email": "ada@applicant.example"}
    values["token"] = open_token(client, address)
    return client.post(address, values | typed, REMOTE_ADDR=ip)


def read_mail_to(email: str | None = None) -> str:
    """Send what is due; return the text of the latest mail to this applicant."""
    deliver()
    address = email or "ada@applicant.example"
    return next(str(one.body) for one in reversed(mail.outbox) if address in one.to[0])


def deliver() -> None:
    """Send everything that is due."""
    call_command("deliver_followups", "--once", verbosity=0)
