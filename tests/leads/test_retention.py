"""Nobody is kept longer than the institution says."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models import (
    CaptureAttempt,
    Lead,
    LeadEvent,
    RetentionRule,
    RetentionRun,
    Suppression,
)
from hcprograms.leads.retention import apply_retention, preview_retention
from tests.factories import NOW, make_interest_form, make_lead, make_member

pytestmark = pytest.mark.django_db
LONG_AGO, LATELY = NOW - timedelta(days=40), NOW - timedelta(days=20)


@pytest.fixture
def form():
    return make_interest_form()


@pytest.fixture
def rule(form):
    return RetentionRule.objects.create(institution=form.institution, status="closed", days=30)


def kept() -> list[str]:
    with scopes_disabled():
        return list(
            Lead.objects.filter(erased_at=None).order_by("pk").values_list("name", flat=True)
        )


def happen(lead, at, kind="note") -> None:
    with scopes_disabled():
        LeadEvent.objects.create(lead=lead, kind=kind, at=at)


def test_only_who_is_due_is_erased(form, rule):
    make_lead(form=form, name="Due", status="closed", captured_at=LONG_AGO)
    make_lead(form=form, name="New", status="closed", captured_at=LATELY)
    make_lead(form=form, name="Other status", status="applied", captured_at=LONG_AGO)
    make_lead(name="Other school", status="closed", captured_at=LONG_AGO)
    busy = make_lead(form=form, name="Called lately", status="closed", captured_at=LONG_AGO)
    happen(busy, LATELY, "call")

    erased = apply_retention(now=NOW)

    assert erased == {"closed": 1}
    assert kept() == ["New", "Other status", "Other school", "Called lately"]


def test_timeline_says_why_and_addresses_are_not_suppressed(form, rule):
    lead = make_lead(form=form, status="closed", captured_at=LONG_AGO)

    apply_retention(now=NOW)

    with scopes_disabled():
        (event,) = LeadEvent.objects.filter(lead=lead)
        assert not Suppression.objects.exists()
    assert (event.kind, event.text) == ("erased", "kept for 30 days without any change")


def test_run_is_on_record_and_adds_up_over_the_day(form, rule):
    make_lead(form=form, status="closed", captured_at=LONG_AGO)
    apply_retention(now=NOW)
    make_lead(form=form, status="closed", captured_at=LONG_AGO)

    apply_retention(now=NOW + timedelta(hours=1))
    apply_retention(now=NOW + timedelta(hours=2))

    run = RetentionRun.objects.get()
    assert (run.day, run.erased, run.at) == (NOW.date(), {"closed": 2}, NOW + timedelta(hours=1))


def test_preview_erases_nothing(form, rule):
    make_lead(form=form, name="Due", status="closed", captured_at=LONG_AGO)

    (due,) = preview_retention(institution=form.institution, now=NOW)

    assert (due.rule, due.count) == (rule, 1)
    assert kept() == ["Due"]


def test_merged_requests_go_with_the_one_they_were_merged_into(form, rule):
    lead = make_lead(form=form, name="Kept", status="closed", captured_at=LONG_AGO)
    make_lead(form=form, name="Merged", status="closed", captured_at=LONG_AGO, merged_into=lead)

    assert preview_retention(institution=form.institution, now=NOW)[0].count == 1
    apply_retention(now=NOW)

    assert kept() == []


def test_merged_request_with_news_keeps_both(form, rule):
    lead = make_lead(form=form, status="closed", captured_at=LONG_AGO)
    merged = make_lead(form=form, status="closed", captured_at=LONG_AGO, merged_into=lead)
    happen(merged, LATELY)

    assert apply_retention(now=NOW) == {}


def test_what_was_typed_into_refused_submits_goes(form):
    RetentionRule.objects.create(institution=form.institution, status="refused", days=30)
    for at in (LONG_AGO, LATELY):
        CaptureAttempt._base_manager.create(
            institution=form.institution,
            form=form,
            at=at,
            outcome="invalid",
            detail="name",
            submitted={"email": ["ada@applicant.example"]},
            ip_address="203.0.113.7",
        )

    assert apply_retention(now=NOW) == {"refused": 1}
    assert apply_retention(now=NOW) == {}
    old, new = CaptureAttempt._base_manager.order_by("at")
    assert (old.submitted, old.ip_address, old.outcome) == ({}, None, "invalid")
    assert new.submitted == {"email": ["ada@applicant.example"]}


def test_it_stops_when_asked_to(form, rule):
    make_lead(form=form, status="closed", captured_at=LONG_AGO)

    assert apply_retention(now=NOW, should_stop=lambda: True) == {}


def test_command_says_what_it_would_do_and_does_it(form, rule, settings):
    make_lead(form=form, name="Due", status="closed", captured_at=NOW - timedelta(days=4000))
    dry, wet = StringIO(), StringIO()

    call_command("apply_retention", "--dry-run", stdout=dry)
    still_there = kept()
    call_command("apply_retention", stdout=wet)

    assert dry.getvalue().splitlines() == [
        f"{form.institution}: closed: 30: 1 would be erased",
        "Nothing was erased.",
    ]
    assert still_there == ["Due"]
    assert wet.getvalue().splitlines() == [f"{form.institution}: closed: 1 erased", "Done."]


def test_celery_task_erases_too(form, rule):
    from hcprograms.tasks import keep_house  # noqa: PLC0415 (loads Celery)

    make_lead(form=form, status="closed", captured_at=NOW - timedelta(days=4000))

    keep_house()

    assert kept() == []


def test_manager_sees_what_would_go_and_what_went(client, form, rule):
    client.force_login(make_member(institution=form.institution, role="manager").user)
    make_lead(form=form, status="closed", captured_at=NOW - timedelta(days=4000))

    preview = client.get("/admin/hcprograms/retentionrule/preview/")
    apply_retention(now=NOW)
    runs = client.get("/admin/hcprograms/retentionrun/").content.decode()

    assert preview.context["found"][0][1][0].count == 1
    assert "closed: 1" in runs
