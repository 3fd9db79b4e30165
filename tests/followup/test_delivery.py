"""Sending what is due, once, and writing down how it ended."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from hcprograms.followup import delivery
from hcprograms.followup.channels.base import Channel, OutcomeUnknown, Refused, TryLater
from hcprograms.followup.delivery import deliver_due
from hcprograms.followup.models import FollowUp
from hcprograms.followup.plan import plan_for_lead
from hcprograms.followup.queue import lease_due, mark_deferred, start_attempt
from hcprograms.leads.models.lead import LeadEvent
from hcprograms.leads.suppression import suppress_address
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("unscoped")


class ScriptedChannel(Channel):
    """Answers with the next of ``script``; None takes the message."""

    key = "email"
    script: list[Exception | None] = []
    taken: list[str] = []

    def send(self, message):
        answer = self.script.pop(0) if self.script else None
        if answer:
            raise answer
        self.taken.append(message.to)


@pytest.fixture
def scripted(settings):
    path = f"{__name__}.ScriptedChannel"
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"CHANNELS": {"email": path}}
    ScriptedChannel.script, ScriptedChannel.taken = [], []
    return ScriptedChannel


@pytest.fixture
def row(lead):
    """One alert that is due."""
    plan_for_lead(lead=lead, now=NOW)
    FollowUp.objects.exclude(address="ann@school.example").delete()
    FollowUp.objects.exclude(purpose="alert").delete()
    return FollowUp.objects.get()


def test_deliver_sends_what_is_due_now(lead):
    plan_for_lead(lead=lead, now=NOW)

    delivered = deliver_due(now=NOW, limit=50)

    assert delivered.sent == 3
    assert sorted(one.to[0] for one in mail.outbox) == [
        "Ada Applicant <ada@applicant.example>",
        "ann@school.example",
        "bob@school.example",
    ]


def test_deliver_later_reminds_until_the_answer(lead):
    plan_for_lead(lead=lead, now=NOW)
    deliver_due(now=NOW, limit=50)
    mail.outbox.clear()

    deliver_due(now=NOW + timedelta(minutes=5), limit=50)
    lead.first_answered_at = NOW
    lead.save()
    deliver_due(now=NOW + timedelta(minutes=30), limit=50)

    assert [one.to for one in mail.outbox] == [["ann@school.example"]]
    assert FollowUp.objects.get(step=2).state == "cancelled"


def test_sent_row_says_so_with_time_and_id_and_in_the_timeline(row, settings):
    deliver_due(now=NOW, limit=50)

    row.refresh_from_db()
    assert (row.state, row.attempts, row.lease_token) == ("sent", 1, None)
    assert NOW <= row.sent_at < NOW + timedelta(minutes=1)
    assert row.message_id == f"<{row.public_id}@admissions.example>"
    assert (
        LeadEvent.objects.get(kind="mail_sent").text == "alert to the advisor → ann@school.example"
    )


def test_deliver_again_sends_nothing(row):
    deliver_due(now=NOW, limit=50)

    assert deliver_due(now=NOW + timedelta(days=1), limit=50).finished == 0
    assert len(mail.outbox) == 1


def test_deliver_for_one_institution_leaves_the_others(row):
    other = factories.make_institution()

    assert deliver_due(now=NOW, limit=50, institution=other).sent == 0
    assert deliver_due(now=NOW, limit=50, institution=row.institution).sent == 1


def test_temporary_refusal_is_tried_again_with_a_growing_pause(row, scripted):
    scripted.script = [TryLater("451 later"), TryLater("451 later")]

    deliver_due(now=NOW, limit=50)
    row.refresh_from_db()
    first_pause = row.due_at - NOW
    deliver_due(now=row.due_at, limit=50)
    again = row.due_at
    row.refresh_from_db()

    assert timedelta(seconds=15) <= first_pause <= timedelta(seconds=31)
    assert timedelta(seconds=30) <= row.due_at - again <= timedelta(seconds=61)
    assert (row.state, row.attempts, row.last_error) == ("planned", 2, "451 later")


def test_final_refusal_fails_visibly_at_once(row, scripted):
    scripted.script = [Refused("550 no such user")]

    delivered = deliver_due(now=NOW, limit=50)

    row.refresh_from_db()
    assert (delivered.failed, row.state, row.last_error) == (1, "failed", "550 no such user")
    assert LeadEvent.objects.get(kind="mail_failed").text.endswith("550 no such user")


def test_unknown_outcome_is_counted_and_keeps_the_message_id(row, scripted):
    scripted.script = [OutcomeUnknown("line dropped")]

    deliver_due(now=NOW, limit=50)

    row.refresh_from_db()
    assert (row.state, row.ambiguous_attempts) == ("planned", 1)
    assert row.message_id == f"<{row.public_id}@admissions.example>"


def test_unknown_outcomes_are_bounded(row, scripted):
    scripted.script = [OutcomeUnknown("line dropped")] * 99

    for minutes in range(0, 60):
        deliver_due(now=NOW + timedelta(minutes=minutes), limit=50)

    row.refresh_from_db()
    assert (row.state, row.ambiguous_attempts) == ("failed", 5)


def test_broken_channel_counts_as_unknown(row, scripted):
    scripted.script = [ZeroDivisionError()]

    deliver_due(now=NOW, limit=50)

    row.refresh_from_db()
    assert (row.state, row.ambiguous_attempts) == ("planned", 1)


def test_row_that_cannot_be_written_does_not_stop_the_others(lead, monkeypatch):
    plan_for_lead(lead=lead, now=NOW)
    write = delivery.render_message

    def broken(row, *, now):
        if row.purpose == "confirmation":
            raise LookupError("no such template")
        return write(row, now=now)

    monkeypatch.setattr(delivery, "render_message", broken)

    delivered = deliver_due(now=NOW, limit=50)

    failed = FollowUp.objects.get(state="failed")
    assert (delivered.sent, delivered.failed) == (2, 1)
    assert failed.last_error == "The message could not be written. LookupError: no such template"


def test_row_that_cannot_be_written_down_keeps_nobody_waiting(lead, monkeypatch):
    plan_for_lead(lead=lead, now=NOW)

    def broken(**kwargs):
        raise DatabaseError("this row only")

    monkeypatch.setattr(delivery, "mark_sent", broken)
    with pytest.raises(DatabaseError):
        deliver_due(now=NOW, limit=50)
    monkeypatch.undo()

    assert deliver_due(now=NOW + timedelta(seconds=1), limit=50).sent == 2
    assert sum(FollowUp.objects.filter(step=0).values_list("ambiguous_attempts", flat=True)) == 0


def test_rows_whose_workers_died_are_tried_last_and_one_at_a_time(lead):
    plan_for_lead(lead=lead, now=NOW)
    due = FollowUp.objects.filter(step=0)
    due.filter(purpose="alert").update(ambiguous_attempts=1)

    first, second = (deliver_due(now=NOW + timedelta(seconds=one), limit=50) for one in range(2))

    assert [(one.sent, one.released) for one in (first, second)] == [(2, 1), (1, 0)]
    assert [one.to[0] for one in mail.outbox][0] == "Ada Applicant <ada@applicant.example>"


def test_unknown_channel_fails_visibly(row):
    FollowUp.objects.update(channel="pigeon")

    deliver_due(now=NOW, limit=50)

    row.refresh_from_db()
    assert row.state == "failed"
    assert "pigeon" in row.last_error


@pytest.mark.parametrize("change", [{"status": "spam"}, {"erased_at": NOW}, {"status": "closed"}])
def test_message_of_an_ended_lead_is_cancelled(row, lead, change):
    type(lead).objects.filter(pk=lead.pk).update(**change)

    assert deliver_due(now=NOW, limit=50).cancelled == 1
    assert mail.outbox == []


def test_address_suppressed_after_planning_gets_nothing(lead, school):
    plan_for_lead(lead=lead, now=NOW)
    suppress_address(
        institution=school, channel="email", address=lead.email, reason="link", now=NOW
    )

    deliver_due(now=NOW, limit=50)

    assert sorted(one.to[0] for one in mail.outbox) == ["ann@school.example", "bob@school.example"]


def test_stop_gives_the_rest_back_untried(lead):
    plan_for_lead(lead=lead, now=NOW)
    answers = iter([False, True])

    delivered = deliver_due(now=NOW, limit=50, should_stop=lambda: next(answers))

    assert (delivered.sent, delivered.released) == (1, 2)
    assert (
        list(
            FollowUp.objects.filter(state="planned", step=0).values_list(
                "attempts", "first_attempt_at", "lease_token"
            )
        )
        == [(0, None, None)] * 2
    )


def test_unreachable_server_stops_the_batch(lead, settings):
    settings.EMAIL_BACKEND = "hcprograms.followup.channels.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    plan_for_lead(lead=lead, now=NOW)

    delivered = deliver_due(now=NOW, limit=50)

    assert (delivered.is_unreachable, delivered.retried, delivered.released) == (True, 1, 2)


def test_leased_row_is_nobody_elses(row):
    lease = lease_due(now=NOW, limit=50)

    assert [one.pk for one in lease.rows] == [row.pk]
    assert lease_due(now=NOW + timedelta(seconds=59), limit=50).rows == []


def test_lease_that_ran_out_while_sending_is_due_again_and_counts_as_unknown(row):
    first = lease_due(now=NOW, limit=50)
    start_attempt(lease=first, row=first.rows[0], now=NOW)

    lease = lease_due(now=NOW + timedelta(seconds=60), limit=50)

    assert [(one.pk, one.attempts, one.ambiguous_attempts) for one in lease.rows] == [
        (row.pk, 1, 1)
    ]


def test_lease_that_ran_out_before_sending_is_due_again_and_nothing_is_unknown(row):
    lease_due(now=NOW, limit=50)

    lease = lease_due(now=NOW + timedelta(seconds=60), limit=50)

    assert [(one.pk, one.attempts, one.ambiguous_attempts) for one in lease.rows] == [
        (row.pk, 0, 0)
    ]


def test_row_that_is_never_handed_over_fails_visibly(row):
    for minutes in range(6):
        lease_due(now=NOW + timedelta(minutes=minutes), limit=50)

    deliver_due(now=NOW + timedelta(minutes=6), limit=50)

    row.refresh_from_db()
    assert (row.state, row.attempts, mail.outbox) == ("failed", 0, [])


def test_worker_that_lost_its_lease_changes_nothing(row):
    slow = lease_due(now=NOW, limit=50)
    lease_due(now=NOW + timedelta(seconds=61), limit=50)

    assert not mark_deferred(lease=slow, row=slow.rows[0], due_at=NOW, error="")
    row.refresh_from_db()
    assert row.state == "sending"


def test_lease_takes_the_longest_due_first(row):
    FollowUp.objects.create(
        institution=row.institution,
        lead=row.lead,
        purpose="alert",
        recipient="advisor",
        address="first@school.example",
        due_at=NOW - timedelta(hours=1),
    )

    lease = lease_due(now=NOW, limit=1)

    assert [one.address for one in lease.rows] == ["first@school.example"]


def test_idle_delivery_is_one_query(lead, django_assert_num_queries):
    plan_for_lead(lead=lead, now=NOW)
    deliver_due(now=NOW, limit=50)

    with django_assert_num_queries(1):
        deliver_due(now=NOW, limit=50)


def test_idle_query_uses_the_index_of_open_rows(row):
    due = FollowUp.objects.filter(is_open=True, due_at__lte=NOW)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")

    plan = due.order_by("due_at", "pk").values_list("pk")[:50].explain()

    assert "hcp_follow_up_due" in plan


def test_batch_that_takes_too_long_is_given_back(lead, settings):
    """Rows that could not be tried within the lease are left to others."""
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"LEASE_SECONDS": 20, "SEND_DEADLINE_SECONDS": 20}
    plan_for_lead(lead=lead, now=NOW)

    delivered = deliver_due(now=NOW, limit=50)

    assert (delivered.sent, delivered.released) == (0, 3)


def test_message_id_is_made_of_the_row(row):
    deliver_due(now=NOW, limit=50)

    found = re.fullmatch(r"<(.+)@admissions\.example>", mail.outbox[0].message()["Message-ID"])
    assert uuid.UUID(found[1]) == row.public_id


def test_colleague_who_got_an_address_meanwhile_is_told(row, ann):
    FollowUp.objects.update(address="")

    deliver_due(now=NOW, limit=50)

    assert [one.to for one in mail.outbox] == [["ann@school.example"]]


def test_row_without_any_address_fails_visibly(row, ann):
    FollowUp.objects.update(address="")
    ann.user.email = ""
    ann.user.save()

    deliver_due(now=NOW, limit=50)

    row.refresh_from_db()
    assert row.state == "failed"
    assert row.last_error.endswith("There is no address to write to.")


def test_queries_of_a_batch_grow_by_what_each_row_writes(school, ann, lead):
    """Reading is done once for all: a row adds that it is started, how it ended, and no more."""
    form = lead.form
    counts = []
    for size in (1, 3):
        leads = [factories.make_lead(form=form, assigned_to=ann) for _ in range(size)]
        for one in leads:
            plan_for_lead(lead=one, now=NOW)
        FollowUp.objects.filter(is_open=True).exclude(purpose="alert").delete()
        with CaptureQueriesContext(connection) as queries:
            deliver_due(now=NOW, limit=50)
        counts.append(len(queries))

    per_row = (counts[1] - counts[0]) / (2 * 2)
    # The end: SAVEPOINT, the lead locked, UPDATE, INSERT, RELEASE.
    assert per_row == 1 + 5


def test_failure_of_what_is_about_no_lead_has_no_timeline(school, lead, scripted):
    scripted.script = [Refused("550 no such user")]
    mia = school.memberships.get(user__username="mia")
    row = FollowUp.objects.create(
        institution=school,
        purpose="digest",
        day=NOW.date(),
        recipient="manager",
        membership=mia,
        address="mia@school.example",
        due_at=NOW,
    )

    delivered = deliver_due(now=NOW, limit=50)

    row.refresh_from_db()
    assert (delivered.failed, row.last_error) == (1, "550 no such user")
    assert not LeadEvent.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"purpose": "alert", "day": NOW.date()},
        {"purpose": "digest", "day": None},
    ],
)
def test_what_is_about_no_lead_is_about_a_day(school, wrong):
    values = {"institution": school, "recipient": "manager", "address": "max@school.example"}

    with pytest.raises(IntegrityError, match="hcp_follow_up_has_lead_or_day"):
        FollowUp.objects.create(**values, **wrong, due_at=NOW)


def test_what_is_about_an_institution_is_planned_once_a_day(school):
    values = {"institution": school, "recipient": "manager", "address": "max@school.example"}
    values |= {"purpose": "digest", "due_at": NOW}
    FollowUp.objects.create(**values, day=NOW.date())
    FollowUp.objects.create(**values, day=NOW.date() + timedelta(days=1))

    with pytest.raises(IntegrityError):
        FollowUp.objects.create(**values, day=NOW.date())
