"""“What would be sent when?”, across weekends, holidays, closures and changes of the clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from hcprograms.followup.conditions import Facts
from hcprograms.followup.models import FollowUp, WebhookEndpoint
from hcprograms.followup.plan import get_built_in_sequence, get_lead_sequence
from hcprograms.followup.simulating import Story, read_local_time, simulate_sequence
from hcprograms.institutions.opening import read_opening_hours
from hcprograms.institutions.presence import WorkingHours
from hcprograms.leads.models.lead import Lead
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("unscoped")

NEW_YORK = ZoneInfo("America/New_York")
AGREES = Facts(consents=frozenset({"email"}))


def at(*when):
    return datetime(*when, tzinfo=NEW_YORK).astimezone(UTC)


@pytest.fixture
def sequence(school):
    made = factories.make_sequence(institution=school)
    reminder = {"says": "reminder", "to": "advisor", "amount": 30, "unit": "business"}
    factories.make_step(sequence=made, **reminder)
    news = {"says": "news", "to": "applicant", "amount": 2, "unit": "days", "at": time(10)}
    factories.make_step(sequence=made, **news)
    return made


def simulate(school, lead_sequence=None, **story):
    values = {"kind": "information", "asks_at": NOW, "facts": AGREES} | story
    lead_sequence = lead_sequence or get_lead_sequence(
        institution_id=school.pk, kind=values["kind"]
    )
    return simulate_sequence(institution=school, lead_sequence=lead_sequence, story=Story(**values))


def when(simulation):
    return [(one.what.partition(" ")[0], one.when) for one in simulation.messages]


def not_sent(simulation):
    return {one.what.partition(" ")[0]: one.objection for one in simulation.messages}


def test_simulation_writes_nothing(school, sequence):
    simulate(school)

    assert not FollowUp.objects.exists()
    assert not Lead.objects.exists()


def test_simulation_says_when_to_whom_and_how_long_after(school, sequence):
    simulation = simulate(school)

    assert [(one.waits, one.whom) for one in simulation.messages] == [
        ("at once", "the applicant"),
        ("at once", "Ann"),
        ("at once", "Bob"),
        ("30 min later", "Ann"),
        ("2 days later", "the applicant"),
    ]
    assert simulation.messages[4].when == "Wednesday, November 25, 2026, 10 a.m. EST"


def test_weekend_public_holiday_and_closure_are_passed_over(school, sequence):
    """Asked on the Wednesday evening before Thanksgiving; Friday is a closure of the school."""
    type(school).objects.filter(pk=school.pk).update(closes_on_holidays=True)
    school.refresh_from_db()
    school.closures.create(
        first_day=date(2026, 11, 27), last_day=date(2026, 11, 27), reason="Bridge day"
    )

    simulation = simulate(school, asks_at=at(2026, 11, 25, 18, 0))

    assert when(simulation)[4] == ("reminder", "Monday, November 30, 2026, 9:30 a.m. EST")
    assert [why for _first, _last, why in simulation.days_off] == ["Thanksgiving Day", "Bridge day"]
    assert simulation.notes == [
        "The office is closed then and opens on Monday, November 30, 2026, 9 a.m. EST."
    ]


def test_change_of_the_clock_keeps_the_local_time(school, sequence):
    simulation = simulate(school, asks_at=at(2027, 3, 13, 10, 0))

    assert simulation.messages[-1].when == "Monday, March 15, 2027, 10 a.m. EDT"
    assert simulation.messages[-1].waits == "1 day 23 h later"


def test_time_that_the_clock_skips_is_the_moment_of_the_change(school):
    hours = read_opening_hours(school)

    read = read_local_time(datetime(2027, 3, 14, 2, 30), hours=hours)

    assert read.at == at(2027, 3, 14, 3, 0)
    assert read.note == "The clock skips 02:30 on that day: the moment of the change is taken."


def test_time_that_happens_twice_is_taken_the_first_time(school):
    hours = read_opening_hours(school)

    read = read_local_time(datetime(2026, 11, 1, 1, 30), hours=hours)

    assert read.at == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert read.note == "01:30 happens twice on that day: the first time is taken."


def test_plain_time_has_no_note(school):
    read = read_local_time(datetime(2026, 11, 23, 10, 0), hours=read_opening_hours(school))

    assert (read.at, read.note) == (NOW, "")


def test_answer_stops_reminders_and_says_so(school, sequence):
    simulation = simulate(school, answered_at=NOW + timedelta(minutes=10))

    assert not_sent(simulation) == {
        "confirmation": "",
        "alert": "",
        "reminder": "somebody has answered",
        "further": "",
    }


def test_late_answer_stops_nothing(school, sequence):
    simulation = simulate(school, answered_at=NOW + timedelta(minutes=31))

    assert not_sent(simulation)["reminder"] == ""


def test_answer_makes_a_new_lead_contacted(school, sequence):
    sequence.steps.filter(says="news").update(statuses=["contacted"])

    answered = simulate(school, answered_at=NOW + timedelta(minutes=10))
    open_still = simulate(school)

    assert not_sent(answered)["further"] == ""
    assert not_sent(open_still)["further"] == "the lead’s status is another"


@pytest.mark.parametrize(
    ("story", "why"),
    [
        ({"facts": Facts()}, "there is no consent to it"),
        ({"unsubscribes_at": NOW + timedelta(days=1)}, "there is no consent to it"),
        ({"ended_at": NOW + timedelta(days=1)}, "the lead is closed, spam or held for review"),
        ({}, ""),
    ],
)
def test_further_message_is_told_with_its_reason(school, sequence, story, why):
    assert not_sent(simulate(school, **story))["further"] == why


def test_ended_mail_stops_the_confirmation_too(school):
    made = factories.make_sequence(institution=school)
    made.steps.filter(says="confirmation").update(amount=30)

    simulation = simulate(school, unsubscribes_at=NOW + timedelta(minutes=5))

    assert not_sent(simulation)["confirmation"] == "the person wants no more emails"


def test_program_condition_names_the_program(school, sequence):
    program = factories.make_program(institution=school, name="MHA Online")
    sequence.steps.get(says="news").programs.set([program])

    simulation = simulate(school)

    assert not_sent(simulation)["further"] == "other programs were asked about"
    assert simulation.messages[-1].conditions == [
        "only with consent to: email",
        f"only if asked about: {program}",
    ]


def test_advisor_who_has_the_lead_is_told_in_their_hours(school, sequence):
    bob = school.memberships.get(user__username="bob")
    WorkingHours.objects.create(membership=bob, weekday=1, opens=time(13), closes=time(17))

    simulation = simulate(school, advisor=bob)

    (reminder,) = [one for one in simulation.messages if one.what.startswith("reminder")]
    assert (reminder.whom, reminder.when) == ("Bob", "Tuesday, November 24, 2026, 1:30 p.m. EST")


def test_event_names_the_system(school, sequence):
    WebhookEndpoint.objects.create(
        institution=school, name="Our CRM", url="https://crm.example/", events=["sequence.step"]
    )
    event = {"says": "event", "to": "system", "channel": "webhook", "amount": 90}
    factories.make_step(sequence=sequence, **event)

    simulation = simulate(school)

    (told,) = [one for one in simulation.messages if one.channel == "webhook"]
    assert (told.whom, told.waits, told.objection) == ("Our CRM", "1 h 30 min later", "")


def test_office_that_never_opens_is_told(school):
    school.office_hours.all().delete()

    simulation = simulate(school, lead_sequence=get_built_in_sequence())

    assert simulation.notes == [
        "The office never opens from then on: business minutes are counted by the clock."
    ]
    assert [one.waits for one in simulation.messages][-1] == "1 h later"


def test_time_zone_that_does_not_exist_is_told(school):
    type(school).objects.filter(pk=school.pk).update(time_zone="US/Pacific-New")
    school.refresh_from_db()

    simulation = simulate(school)

    assert simulation.notes[0].startswith("“US/Pacific-New” is not a time zone that is known here")
    assert simulation.messages[0].when.endswith("UTC")
