"""What /health/ says while messages do not leave, however busy the runner looks."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.urls import reverse
from django.utils import timezone

from hcprograms.followup.models import Heartbeat
from hcprograms.institutions.scoping import scopes_disabled
from tests import factories
from tests.outside.pages import send_request

pytestmark = pytest.mark.django_db

LATE = timedelta(seconds=151)
"""Past the documented limit: LEASE_SECONDS and three times SWEEP_SECONDS."""


@pytest.fixture
def asked(client, settings):
    """A request that has just come in: two messages are due."""
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"MIN_FILL_SECONDS": 0}
    with scopes_disabled():
        school = factories.make_institution()
        factories.make_member(institution=school)
        factories.make_interest_form(institution=school)
        offering = factories.make_offering(program=factories.make_program(institution=school))
    typed = {"name": "Ada", "email": "ada@x.example", "offerings": str(offering.public_id)}
    send_request(client, reverse("hcprograms:ask", args=[school.slug]), **typed)
    return school


def look(client):
    response = client.get(reverse("hcprograms:health"))
    return response.status_code, response.json()


class Stopped(BaseException):
    """What ends a process: no error that anything catches."""


def refuse_texts(execute, sql, params, many, context):
    """As a database that does not take the query for the schools' own texts."""
    if "hcprograms_messagetemplate" in sql and sql.startswith("SELECT"):
        raise DatabaseError("not taken")
    return execute(sql, params, many, context)


def run_every_minute(broken, minutes=4):
    """Rounds of a runner that each end with the same error."""
    start = timezone.now()
    for minute in range(minutes):
        at = start + timedelta(minutes=minute)
        with time_machine.travel(at, tick=False), pytest.raises(broken):
            call_command("deliver_followups", "--once")
    return start + timedelta(minutes=minutes)


def test_runner_that_fails_in_each_round_is_not_well(client, asked):
    with connection.execute_wrapper(refuse_texts):
        end = run_every_minute(DatabaseError)

    with time_machine.travel(end, tick=False):
        status, found = look(client)

    assert (status, found["is_well"]) == (503, False)
    assert found["oldest_due_seconds"] >= 240
    assert (found["ambiguous"], found["retrying"]) == (0, 0)
    with scopes_disabled():
        rows = asked.follow_ups.filter(sent_at=None, step=0)
        assert set(rows.values_list("attempts", "ambiguous_attempts")) == {(0, 0)}


def test_runner_that_dies_in_each_round_is_not_well(client, asked, settings):
    settings.HCPROGRAMS = settings.HCPROGRAMS | {
        "CHANNELS": {"email": "tests.outside.test_health.make_deadly_channel"}
    }
    end = run_every_minute(Stopped)

    with time_machine.travel(end, tick=False):
        status, found = look(client)

    assert (status, found["is_well"], found["ambiguous"]) == (503, False, 0)


def make_deadly_channel():
    raise Stopped


def test_heartbeat_does_not_hide_what_is_late(client, asked):
    with time_machine.travel(timezone.now() + LATE, tick=False):
        Heartbeat.objects.create(name="runner", at=timezone.now())
        status, found = look(client)

    assert found["last_sweep_seconds"] == 0
    assert (status, found["is_well"]) == (503, False)


def test_messages_that_leave_are_well_again(client, asked):
    with connection.execute_wrapper(refuse_texts):
        end = run_every_minute(DatabaseError)
    with time_machine.travel(end, tick=False):
        call_command("deliver_followups", "--once")
        status, found = look(client)

    assert (status, found["is_well"], found["oldest_due_seconds"]) == (200, True, 0)
    with scopes_disabled():
        assert set(asked.follow_ups.filter(step=0).values_list("state", "attempts")) == {
            ("sent", 1)
        }
