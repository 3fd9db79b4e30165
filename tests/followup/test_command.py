"""manage.py deliver_followups, also as a process of its own."""

from datetime import UTC, datetime, time
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from hcprograms.followup.models import FollowUp
from hcprograms.followup.plan import plan_for_lead
from hcprograms.management.commands import deliver_followups
from tests import factories

LONG_AGO = datetime(2020, 1, 6, 15, 0, tzinfo=UTC)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unscoped")]


def deliver(*args):
    out = StringIO()
    call_command("deliver_followups", *args, stdout=out, stderr=out)
    return out.getvalue()


@pytest.fixture
def planned(lead):
    """Three rows that are due by the clock, which the command reads."""
    plan_for_lead(lead=lead, now=LONG_AGO)
    FollowUp.objects.filter(step__gt=0).delete()
    type(lead.institution).objects.update(sends_digest=False)


def test_once_sends_all_batches_and_says_so(planned, monkeypatch):
    monkeypatch.setattr(deliver_followups, "BATCH", 2)

    said = deliver("--once")

    assert len(mail.outbox) == 3
    assert [line.partition(" ")[2].partition(",")[0] for line in said.splitlines()] == [
        "2 sent",
        "1 sent",
    ]


def test_once_is_the_default_and_quiet_when_idle(planned):
    deliver()

    assert deliver() == ""


def test_one_institution_only(planned, school):
    other = factories.make_institution()

    deliver("--institution", other.slug)
    assert mail.outbox == []
    deliver("--institution", school.slug)
    assert len(mail.outbox) == 3


def test_once_sends_the_digests_of_today_too(lead):
    type(lead).objects.update(captured_at=LONG_AGO)
    lead.institution.office_hours.all().delete()  # every day, as nobody knows better
    type(lead.institution).objects.update(digest_at=time(0))

    said = deliver("--once")

    assert sorted(one.to[0] for one in mail.outbox) == ["ann@school.example", "mia@school.example"]
    assert "2 digests planned" in said


def test_what_waited_while_nothing_ran_alerts_nobody_once_it_is_delivered(planned):
    deliver("--once")

    assert not FollowUp.objects.filter(purpose="stuck").exists()


def test_unknown_institution_is_named():
    with pytest.raises(CommandError, match="no institution “nowhere”"):
        deliver("--institution", "nowhere")


def test_once_and_forever_exclude_each_other():
    with pytest.raises(CommandError, match="not allowed with"):
        deliver("--once", "--forever")


@pytest.mark.parametrize("count", ["0", "33", "-1", "many"])
def test_wrong_number_of_threads_is_refused(count):
    with pytest.raises(CommandError, match="give a number from 1 to 32"):
        deliver("--forever", "--threads", count)
