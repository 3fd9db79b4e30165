"""Free times: inside the hours, away from what is taken, at full steps of the clock."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from hcprograms.institutions.hours import OpeningHours, Stretch
from hcprograms.leads.appointments.slots import GRID, Rules, cells_of, find_free

DENVER = ZoneInfo("America/Denver")
MONDAY = datetime(2026, 12, 7, tzinfo=DENVER)


def make_rules(length=30, pause=0, step=30, zone=DENVER):
    return Rules(
        length=timedelta(minutes=length),
        pause=timedelta(minutes=pause),
        step=timedelta(minutes=step),
        zone=zone,
    )


def at(hour, minute=0, day=MONDAY):
    return day.replace(hour=hour, minute=minute).astimezone(UTC)


def find(rules, *, opens=9, closes=12, taken=(), earliest=None, latest=None):
    return find_free(
        openings=[(at(opens), at(closes))],
        taken=taken,
        rules=rules,
        earliest=earliest or at(0),
        latest=latest or at(23),
    )


def test_times_fill_the_opening_to_its_end():
    assert find(make_rules(length=60, step=30)) == [
        at(9),
        at(9, 30),
        at(10),
        at(10, 30),
        at(11),
    ]


def test_pause_may_run_over_the_end():
    assert find(make_rules(length=60, pause=30, step=60)) == [at(9), at(10), at(11)]


def test_what_is_taken_is_left_out_with_its_pause():
    rules = make_rules(length=30, pause=10)
    taken = cells_of(start=at(10), rules=rules)

    assert find(rules, taken=taken) == [at(9), at(11), at(11, 30)]


def test_too_soon_and_too_late_are_left_out():
    found = find(make_rules(), earliest=at(9, 40), latest=at(10, 30))

    assert found == [at(10), at(10, 30)]


def test_opening_at_an_odd_minute_starts_at_the_next_full_step():
    found = find_free(
        openings=[(at(9, 10), at(10, 30))],
        taken=[],
        rules=make_rules(),
        earliest=at(0),
        latest=at(23),
    )

    assert found == [at(9, 30), at(10)]


def test_hour_that_happens_twice_is_offered_twice():
    fall_back = datetime(2026, 11, 1, tzinfo=DENVER)
    hours = OpeningHours(DENVER, (Stretch(6, time(0), time(3)),))

    found = find_free(
        openings=hours.openings(fall_back, until=fall_back + timedelta(hours=5)),
        taken=[],
        rules=make_rules(length=60, step=60),
        earliest=fall_back,
        latest=fall_back + timedelta(hours=5),
    )

    assert [one.astimezone(DENVER).strftime("%H:%M %Z") for one in found] == [
        "00:00 MDT",
        "01:00 MDT",
        "01:00 MST",
        "02:00 MST",
    ]


minutes = st.sampled_from([15, 20, 30, 45, 60, 90])
pauses = st.sampled_from([0, 5, 10, 15, 30])
steps = st.sampled_from([15, 20, 30, 60])
zones = st.sampled_from(["America/Denver", "Asia/Kathmandu", "UTC"]).map(ZoneInfo)


@given(minutes, pauses, steps, zones, st.sets(st.integers(0, 200), max_size=20))
def test_every_free_time_fits_and_two_booked_ones_never_meet(length, pause, step, zone, booked):
    rules = make_rules(length, pause, step, zone)
    taken = {at(9) + number * GRID for number in booked}

    found = find(rules, opens=9, closes=17, taken=taken)

    for start in found:
        assert at(9) <= start
        assert start + rules.length <= at(17)
        assert taken.isdisjoint(cells_of(start=start, rules=rules))
    if found:
        booked_now = taken | set(cells_of(start=found[0], rules=rules))
        after = find(rules, opens=9, closes=17, taken=booked_now)
        assert all(abs(start - found[0]) >= rules.length + rules.pause for start in after)
