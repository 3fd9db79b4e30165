"""Booking, moving, cancelling: one time, one person, whatever happens at once."""

import threading
from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from hcprograms.institutions.presence import Absence, WorkingHours
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.appointments.booking import (
    TimeTakenError,
    book_appointment,
    cancel_appointment,
    mark_held,
    mark_missed,
)
from hcprograms.leads.appointments.finding import find_appointment, find_offer
from hcprograms.leads.erasure import erase_lead
from hcprograms.leads.models.appointments import Appointment, BookedTime
from hcprograms.leads.models.lead import LeadEvent
from hcprograms.leads.status import NotAllowedNowError
from tests import factories
from tests.leads.appointments.conftest import MONDAY_NINE, NOW

ZONE = "America/New_York"


def book(lead, talk, starts_at=MONDAY_NINE, now=NOW):
    return book_appointment(lead=lead, type=talk, starts_at=starts_at, time_zone=ZONE, now=now)


def test_free_times_are_those_of_the_leads_advisor(lead, talk, ann):
    WorkingHours.objects.create(membership=ann, weekday=0, opens=time(13), closes=time(14))

    offer = find_offer(lead=lead, type=talk, now=NOW)

    assert offer.advisor == ann
    assert offer.starts[:3] == [
        MONDAY_NINE + timedelta(hours=4),
        MONDAY_NINE + timedelta(hours=4, minutes=30),
        MONDAY_NINE + timedelta(days=7, hours=4),
    ]


@pytest.mark.parametrize("what", ["closure", "absence"])
def test_days_off_are_not_offered(lead, talk, ann, school, what):
    days = {"first_day": date(2026, 12, 7), "last_day": date(2026, 12, 11)}
    if what == "closure":
        school.closures.create(**days)
    else:
        Absence.objects.create(membership=ann, **days)

    offer = find_offer(lead=lead, type=talk, now=NOW + timedelta(hours=10))

    assert offer.starts[0] == MONDAY_NINE + timedelta(days=7)


def test_notice_is_kept(lead, talk):
    offer = find_offer(lead=lead, type=talk, now=NOW)

    assert offer.starts[0] == NOW + timedelta(hours=talk.notice_hours)


def test_lead_without_advisor_meets_the_first_who_advises(other_lead, talk, ann):
    other_lead.assigned_to = None

    assert find_offer(lead=other_lead, type=talk, now=NOW).advisor == ann


def test_school_without_advisors_offers_nothing(form, talk):
    lead = factories.make_lead(form=form)

    assert find_offer(lead=lead, type=talk, now=NOW) is None


def test_booking_takes_the_time_and_moves_the_lead_on(lead, other_lead, talk):
    appointment = book(lead, talk)

    lead.refresh_from_db()
    assert (appointment.starts_at, appointment.ends_at) == (
        MONDAY_NINE,
        MONDAY_NINE + timedelta(minutes=30),
    )
    assert lead.status == "appointment"
    starts = find_offer(lead=other_lead, type=talk, now=NOW).starts
    assert MONDAY_NINE not in starts
    assert MONDAY_NINE + timedelta(minutes=30) not in starts  # the pause
    assert MONDAY_NINE + timedelta(hours=1) in starts


@pytest.mark.parametrize(
    "starts_at",
    [MONDAY_NINE - timedelta(hours=1), MONDAY_NINE + timedelta(minutes=7), NOW],
    ids=["closed", "off the steps", "too soon"],
)
def test_time_that_is_not_offered_is_refused(lead, talk, starts_at):
    with pytest.raises(TimeTakenError):
        book(lead, talk, starts_at)

    assert not Appointment.objects.exists()


def test_time_that_is_taken_is_refused_and_nothing_is_written(lead, other_lead, talk):
    book(lead, talk)

    with pytest.raises(TimeTakenError, match="not free any more"):
        book(other_lead, talk)

    assert Appointment.objects.count() == 1
    assert not LeadEvent.objects.filter(lead=other_lead).exists()


def test_booking_again_moves_the_appointment(lead, talk):
    first = book(lead, talk)

    moved = book(lead, talk, MONDAY_NINE + timedelta(minutes=30))

    assert (moved.pk, moved.sequence) == (first.pk, 1)
    assert BookedTime.objects.order_by("at").first().at == MONDAY_NINE + timedelta(minutes=30)
    assert BookedTime.objects.count() == 8  # 30 minutes and a pause of 10


def test_booking_after_one_that_passed_is_a_new_one(lead, talk):
    book(lead, talk)

    later = book(lead, talk, MONDAY_NINE + timedelta(days=7), now=MONDAY_NINE + timedelta(days=1))

    assert later.sequence == 0
    assert list(Appointment.objects.order_by("pk").values_list("state", flat=True)) == [
        "held",
        "booked",
    ]


def test_cancelling_gives_the_time_back(lead, other_lead, talk):
    appointment = book(lead, talk)

    assert cancel_appointment(appointment=appointment, now=NOW)

    assert find_appointment(lead=lead) is None
    assert book(other_lead, talk).starts_at == MONDAY_NINE


def test_cancelling_twice_changes_nothing(lead, talk):
    appointment = book(lead, talk)
    cancel_appointment(appointment=appointment, now=NOW)

    assert not cancel_appointment(appointment=appointment, now=NOW)
    assert Appointment.objects.get().sequence == 1


@pytest.mark.parametrize(("mark", "state"), [(mark_held, "held"), (mark_missed, "missed")])
def test_outcome_is_recorded_once_it_began(lead, talk, ann, mark, state):
    appointment = book(lead, talk)
    with pytest.raises(NotAllowedNowError):
        mark(appointment=appointment, now=NOW, user=ann.user)

    assert mark(appointment=appointment, now=MONDAY_NINE, user=ann.user)

    assert Appointment.objects.get().state == state


def test_erasing_a_person_gives_the_time_back(lead, other_lead, talk):
    book(lead, talk)

    erase_lead(lead=lead, method="link", now=NOW)

    assert Appointment.objects.get().state == "cancelled"
    assert book(other_lead, talk).starts_at == MONDAY_NINE


def test_database_keeps_two_people_from_one_time(lead, other_lead, talk, ann):
    book(lead, talk)
    other = Appointment.objects.create(
        institution=lead.institution,
        lead=other_lead,
        membership=ann,
        type=talk,
        starts_at=MONDAY_NINE,
        ends_at=MONDAY_NINE + timedelta(minutes=30),
        time_zone=ZONE,
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        BookedTime.objects.create(appointment=other, membership=ann, at=MONDAY_NINE)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_eight_people_at_once_one_gets_the_time(form, ann, talk):
    leads = [factories.make_lead(form=form, assigned_to=ann) for _ in range(8)]
    together = threading.Barrier(len(leads))
    outcomes = []

    def try_to_book(lead):
        with scopes_disabled():
            together.wait()
            try:
                book(lead, talk)
                outcomes.append("booked")
            except TimeTakenError:
                outcomes.append("taken")
            finally:
                connection.close()

    threads = [threading.Thread(target=try_to_book, args=[lead]) for lead in leads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["booked"] + ["taken"] * 7
    assert Appointment.objects.count() == 1
