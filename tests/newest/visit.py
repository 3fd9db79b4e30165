"""Runs inside the empty project: a visitor asks and books, the mails are read as programs do."""

import os
import re
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "host.settings"
django.setup()

import vobject  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402
from icalendar import Calendar  # noqa: E402

from hcprograms.catalog.models.programs import Offering, Program  # noqa: E402
from hcprograms.institutions.models import Institution, Membership, OfficeHours  # noqa: E402
from hcprograms.institutions.scoping import scopes_disabled  # noqa: E402
from hcprograms.leads.models.appointments import AppointmentType  # noqa: E402
from hcprograms.leads.models.forms import InterestForm  # noqa: E402

NAME = "Fairview University, School of Health Administration, Policy and Management, Online"


def publish() -> str:
    with scopes_disabled():
        school = Institution.objects.create(name=NAME, slug="fairview", is_fictional=True)
        user = get_user_model().objects.create_user("ann", "ann@school.example")
        Membership.objects.create(
            institution=school, user=user, role="advisor", receives_leads=True
        )
        for weekday in range(7):
            OfficeHours.objects.create(
                institution=school, weekday=weekday, opens="09:00", closes="17:00"
            )
        program = Program.objects.create(
            institution=school, name="MHA", slug="mha", level="master", status="published"
        )
        offering = Offering.objects.create(program=program, delivery="online", status="published")
        InterestForm.objects.create(
            institution=school, slug="ask", title="Ask us", status="published"
        )
        AppointmentType.objects.create(institution=school, name="Gespräch")
        return str(offering.public_id)


def read_mails() -> dict[str, bytes]:
    """The newest mail to each address, as bytes."""
    found = {}
    for path in sorted(Path("mail").glob("*.log"), key=lambda one: one.stat().st_mtime_ns):
        for raw in re.split(rb"\n-{79}\n", path.read_bytes()):
            if raw.strip():
                parsed = message_from_bytes(raw.lstrip(b"\n"), policy=policy.default)
                (to,) = parsed["To"].addresses
                found[to.addr_spec] = raw.lstrip(b"\n")
    return found


def read_hidden(page: str) -> dict[str, str]:
    tags = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page)
    pairs = [
        (re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in tags
    ]
    return {name[1]: value[1] if value else "" for name, value in pairs if name}


def confirm(what: str, is_so: object) -> None:
    if not is_so:
        raise SystemExit(f"failed: {what}")
    print(f"ok: {what}")


client = Client()
offering = publish()
page: Any = client.get("/ask/fairview/")
typed = {"name": "Ada Æther", "email": "ada@applicant.example", "offerings": offering}
answer: Any = client.post("/ask/fairview/", read_hidden(page.content.decode()) | typed)
confirm("the public form takes a request", answer.status_code == 303)
call_command("deliver_followups", "--once")
mails = read_mails()
confirm("the applicant gets a confirmation", "ada@applicant.example" in mails)
confirm("the advisor gets an alert", "ann@school.example" in mails)
head = mails["ada@applicant.example"].partition(b"\n\n")[0]
one_click = re.search(rb"^List-Unsubscribe: <https://[^\s<>]+/>$", head, re.MULTILINE)
confirm("List-Unsubscribe is whole", one_click)
confirm(
    "List-Unsubscribe-Post is whole", b"\nList-Unsubscribe-Post: List-Unsubscribe=One-Click" in head
)
sender: Any = message_from_bytes(mails["ada@applicant.example"], policy=policy.default)["From"]
confirm("the school's name is whole", [one.display_name for one in sender.addresses] == [NAME])
thanks: Any = client.get(answer["Location"]).content.decode()
link: Any = re.search(r'href="(/[^"]*appointment/[^"]+)"', thanks)
page = client.get(link[1]).content.decode()
slot: Any = re.search(r'name="starts_at"\s+value="([^"]+)"', page)
booked: Any = client.post(link[1], read_hidden(page) | {"starts_at": slot[1]})
confirm("a talk is booked", booked.status_code == 303)
call_command("deliver_followups", "--once")
for address, raw in read_mails().items():
    parts: list[Any] = list(message_from_bytes(raw, policy=policy.default).walk())
    (part,) = [one for one in parts if one.get_content_type() == "text/calendar"]
    text = part.get_payload(decode=True).decode()
    confirm(
        f"METHOD stands at the part for {address}",
        part["Content-Type"].params["method"] == "REQUEST",
    )
    event: Any = Calendar.from_ical(text).walk("VEVENT")[0]
    again = vobject.readOne(text).vevent
    confirm(f"two parsers read the talk of {address}", str(event["SUMMARY"]) == again.summary.value)
    confirm("both see the same time", event["DTSTART"].dt == again.dtstart.value > timezone.now())
health: Any = client.get("/health/")
confirm("health is well", health.status_code == 200 and health.json()["is_well"])
