"""What is done once for all mails of a text, and once for a batch."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hcprograms.followup.messages import render_message
from hcprograms.followup.plan import plan_for_lead
from hcprograms.followup.queue import lease_due
from hcprograms.followup.wording import texts
from hcprograms.followup.wording.texts import Source, UnusableError, prepare
from hcprograms.leads.models.lead import Lead
from tests.factories import NOW


@pytest.fixture
def checked(monkeypatch):
    """The sources that were looked at for mistakes."""
    found = []
    check = texts.find_problems

    def note(*, kind, source):
        found.append(source)
        return check(kind=kind, source=source)

    monkeypatch.setattr(texts, "find_problems", note)
    return found


def test_text_is_checked_once(checked):
    source = Source("Welcome", "Checked once.")

    first, second = prepare("own", source), prepare("own", source)

    assert first is second
    assert checked == [source]


def test_refused_text_is_checked_once_and_refused_each_time(checked):
    source = Source("Welcome", "Refused once: {nobody_knows}.")

    with pytest.raises(UnusableError, match="nobody_knows"):
        prepare("own", source)
    with pytest.raises(UnusableError, match="nobody_knows"):
        prepare("own", source)

    assert checked == [source]


@pytest.mark.usefixtures("unscoped")
def test_other_rows_of_a_lead_are_read_only_where_no_answer_was_promised(lead):
    Lead.objects.update(answer_due_at=NOW)
    plan_for_lead(lead=lead, now=NOW)

    lease = lease_due(now=NOW, limit=50)

    with CaptureQueriesContext(connection) as queries:
        written = [render_message(row, now=NOW) for row in lease.rows]
    assert len(written) == 3
    assert len(queries) == 0
    kept = {name for row in lease.rows for name in row.need_lead()._prefetched_objects_cache}
    assert "follow_ups" not in kept
