"""Erased stays erased, whatever else was under way for the same person at that moment."""

import re
import threading
from datetime import timedelta

import pytest
from django.apps import apps
from django.core import mail
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hcprograms.institutions.models import Role
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models.appointments import Appointment, AppointmentType
from hcprograms.leads.models.lead import Lead
from tests import factories

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

EMAIL, NEW_EMAIL = "canary@applicant.example", "canary@new.example"
PHONE = "3035550111"
CANARIES = ("canary", PHONE)
HEAD_START = 0.6
"""Seconds in which the second one comes as far as it can while the first is not committed."""


class World:
    """A school, its staff, and one person with an inquiry there and another one at hand."""

    def __init__(self):
        self.school = factories.make_institution(email="office@school.example")
        factories.make_office_hours(institution=self.school, weekdays=range(7))
        for channel in ("email", "call", "text"):
            factories.make_consent_text(institution=self.school, channel=channel, text="I agree.")
        AppointmentType.objects.create(institution=self.school, name="A first talk")
        form = factories.make_interest_form(institution=self.school)
        user = factories.make_user(is_staff=True, email="ann@school.example")
        self.advisor = factories.make_member(institution=self.school, user=user)
        user = factories.make_user(is_staff=True, email="mia@school.example")
        self.manager = factories.make_member(institution=self.school, role=Role.MANAGER, user=user)
        self.fields = {
            "name": "Canary",
            "email": EMAIL,
            "phone": f"+1{PHONE}",
            "country": "US",
            "state": "CO",
            "assigned_to": self.advisor,
            "captured_at": timezone.now() - timedelta(hours=1),
        }
        self.other = factories.make_lead(
            form=form, name="Bo Other", email="bo@applicant.example", assigned_to=self.advisor
        )
        self.lead = self.submit(form)
        call_command("deliver_followups")
        (message,) = [one for one in mail.outbox if EMAIL in str(one.to)]
        self.page = re.search(r"example(/\S*my-request/[^/\s]+/)", message.body)[1]
        self.choice = re.search(r"example(/\S*preferences/[^/\s]+/)", message.body)[1]
        self.message_id = message.message()["Message-ID"]
        self.staff = Client()
        self.staff.force_login(self.manager.user)

    def submit(self, form):
        client = Client()
        address = reverse("hcprograms:ask", args=[self.school.slug])
        html = client.get(address).content.decode()
        self.typed = {
            "token": re.search(r'name="token" value="([^"]+)"', html)[1],
            "name": "Canary",
            "email": EMAIL,
            "phone": PHONE,
            "country": "US",
            "state": "CO",
            "consent_call": "on",
        }
        self.ask = address
        html = client.post(address, self.typed, follow=True).content.decode()
        self.talks = re.search(r'href="(/\S*appointment/[^"]+)"', html)[1]
        lead = Lead.objects.latest("pk")
        Lead.objects.filter(pk=lead.pk).update(assigned_to=self.advisor, status="new")
        return lead

    def verb(self, name, **fields):
        address = reverse("admin:hcprograms_lead_verb", args=[self.lead.pk, name])
        self.staff.post(address, fields)

    def times(self):
        html = Client().get(self.talks).content.decode()
        return re.findall(r'name="starts_at" value="([^"]+)"', html)


def correct(world):
    typed = {"name": "Canary Again", "email": EMAIL, "phone": PHONE, "country": "US", "state": "CO"}
    Client().post(world.page + "correct/", typed)


def merge(world):
    address = reverse("admin:hcprograms_lead_merge", args=[world.other.pk, world.lead.pk])
    world.staff.post(address, {"phone": "other", "name": "other"})


def merge_into(world):
    address = reverse("admin:hcprograms_lead_merge", args=[world.lead.pk, world.other.pk])
    world.staff.post(address, {"phone": "kept"})


def book(world):
    Client().post(world.talks, {"starts_at": world.first_time})


def receive(world):
    text = (
        f"From: {EMAIL}\nTo: office@school.example\nSubject: canary subject\n"
        f"Message-ID: <1@applicant.example>\nIn-Reply-To: {world.message_id}\n\n"
        "canary words of a person\n"
    )
    box = world.folder / "box"
    box.write_text("From canary Mon Nov 23 16:00:00 2026\n" + text + "\n")
    call_command("receive_mail", mbox=str(box))


ACTIONS = {
    "correct": correct,
    "correct by staff": lambda world: world.verb("address", email=NEW_EMAIL),
    "message": lambda world: world.verb("message", subject="canary", text="canary"),
    "answer": lambda world: world.verb("answer"),
    "note": lambda world: world.verb("note", text="canary"),
    "call": lambda world: world.verb("call", text="canary"),
    "status": lambda world: world.verb("status", status="closed", reason="canary"),
    "assign": lambda world: world.verb("assign", membership=world.manager.pk),
    "merge": merge,
    "merge into it": merge_into,
    "withdraw by staff": lambda world: world.verb("withdraw", channel="all"),
    "choose": lambda world: Client().post(world.choice, {"email": "answers", "text": "on"}),
    "stop": lambda world: Client().post(world.choice, {"stop": "1"}),
    "book": book,
    "mail in": receive,
    "deliver": lambda world: call_command("deliver_followups"),
}
QUICKER = {
    name: act
    for name, act in ACTIONS.items()
    if name in ("correct", "message", "merge", "merge into it", "book", "mail in", "deliver")
} | {"submit again": lambda world: Client().post(world.ask, world.typed)}
"""What may come before; a form that is sent again after an erasure is a new inquiry."""


@pytest.fixture
def world(tmp_path, settings):
    settings.HCPROGRAMS = {**settings.HCPROGRAMS, "MIN_FILL_SECONDS": 0}
    with scopes_disabled():
        world = World()
        world.folder = tmp_path
        world.first_time = world.times()[0]
        factories_follow_up(world)
    return world


def factories_follow_up(world):
    """Something that waits to be sent, so that delivery has work to do."""
    world.verb("message", subject="Hello", text="canary")


def erase(world):
    Client().post(world.page + "erase/")


def run_both(first, second, world):
    """Do the first, and while it is not committed begin the second in a thread of its own."""
    errors = []

    def run():
        try:
            with scopes_disabled():
                second(world)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    with scopes_disabled(), transaction.atomic():
        first(world)
        thread.start()
        thread.join(HEAD_START)
    thread.join(30)
    assert not thread.is_alive()
    assert not errors


def find_traces(world):
    """Every column of ours that still says something of the person."""
    found = []
    with scopes_disabled():
        for model in apps.get_app_config("hcprograms").get_models():
            for row in model._base_manager.values():
                for name, value in row.items():
                    text = str(value).lower()
                    if any(canary in text for canary in CANARIES):
                        found.append((model.__name__, name, text))
    return found


@pytest.mark.parametrize("name", ACTIONS)
def test_what_is_under_way_brings_nothing_back(world, name):
    """The erasure is quicker, and the other one has read the person's data before."""
    run_both(erase, ACTIONS[name], world)

    with scopes_disabled():
        assert Lead.objects.get(pk=world.lead.pk).erased_at
    assert find_traces(world) == []


@pytest.mark.parametrize("name", QUICKER)
def test_what_was_quicker_is_erased_too(world, name):
    """The erasure waits for the other one, and then takes what that one wrote."""
    run_both(QUICKER[name], erase, world)

    with scopes_disabled():
        assert Lead.objects.get(pk=world.lead.pk).erased_at
    assert find_traces(world) == []


def close_and_keep_event(world):
    world.verb("status", status="closed", reason="canary")
    with scopes_disabled():
        world.step = world.lead.events.filter(details__isnull=False).latest("pk").pk


def undo_several(world):
    world.staff.post(reverse("admin:hcprograms_lead_undo"), {"events": str(world.step)})


def act_on_several(action, **fields):
    def act(world):
        data = {"action": action, "_selected_action": [world.lead.pk], "carry_out": "1", **fields}
        world.staff.post(reverse("admin:hcprograms_lead_changelist"), data)

    return act


# What is done before, and what is then under way.
STEPS = {
    "undo": (close_and_keep_event, lambda world: world.verb("undo", event=world.step)),
    "undo several": (close_and_keep_event, undo_several),
    "no longer spam": (
        lambda world: world.verb("spam"),
        lambda world: world.verb("status", status="new"),
    ),
    "release": (lambda world: world.verb("spam"), lambda world: world.verb("release")),
    "assign several": (
        lambda world: None,
        lambda world: act_on_several("assign_all", membership=world.manager.pk)(world),
    ),
    "write to several": (
        lambda world: None,
        act_on_several("write_all", stage="send", subject="canary", text="canary", why="answer"),
    ),
    "mark several": (lambda world: None, act_on_several("mark_spam")),
}


@pytest.mark.parametrize("name", STEPS)
def test_later_steps_bring_nothing_back(world, name):
    before, act = STEPS[name]
    with scopes_disabled():
        before(world)
    mail.outbox.clear()

    run_both(erase, act, world)

    with scopes_disabled():
        lead = Lead.objects.get(pk=world.lead.pk)
        states = set(Appointment.objects.filter(lead=lead).values_list("state", flat=True))
        kinds = list(lead.events.values_list("kind", flat=True))
    assert lead.erased_at
    assert find_traces(world) == []
    assert "booked" not in states
    assert set(kinds) <= {"erased", "appointment"}
    call_command("deliver_followups")
    assert not [one for one in mail.outbox if EMAIL in str(one.to)]


def test_two_erasures_at_once_are_one(world):
    run_both(erase, erase, world)

    with scopes_disabled():
        events = Lead.objects.get(pk=world.lead.pk).events.values_list("kind", flat=True)
        assert list(events) == ["erased"]
