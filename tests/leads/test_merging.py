"""Two leads of one person: joined by staff, told as one, and parted again as if nothing was."""

from datetime import timedelta

import pytest

from hcprograms.followup.models import FollowUp
from hcprograms.followup.plan import plan_for_lead
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.capture import capture_lead
from hcprograms.leads.consent_records import withdraw_consent
from hcprograms.leads.erasure import erase_lead
from hcprograms.leads.merging import list_differences, merge_leads, undo_merge
from hcprograms.leads.models.consent import Consent
from hcprograms.leads.models.lead import Lead, LeadEvent
from hcprograms.leads.models.merge import LeadMerge
from hcprograms.leads.status import NotAllowedNowError, add_note, change_status, record_first_answer
from tests.factories import NOW, make_lead
from tests.leads.asking import make_submission

pytestmark = pytest.mark.django_db
SOON, LATER = NOW + timedelta(minutes=2), NOW + timedelta(minutes=4)
ADA = {"name": "Ada Applicant", "email": "ada@applicant.example"}
ADA_AGAIN = {"name": "Ada L. Applicant", "email": "ada@home.example", "phone": "+13035550123"}


def capture(school, **details):
    submission = make_submission(school, details=details)
    return capture_lead(form=school.form, submission=submission, now=NOW).lead


@pytest.fixture
def kept(school):
    return capture(school, **ADA)


@pytest.fixture
def other(school):
    return capture(school, **ADA_AGAIN)


@pytest.fixture
def user(school):
    return school.advisor.user


def everything() -> dict[str, list[dict]]:
    """Every stored value that a merge might touch, but the timeline and when rows changed."""
    with scopes_disabled():
        return {
            "leads": list(Lead.objects.order_by("pk").values(*LEAD_COLUMNS)),
            "consents": list(Consent.objects.order_by("pk").values()),
            "follow_ups": list(FollowUp.objects.order_by("pk").values()),
        }


LEAD_COLUMNS = [
    field.name for field in Lead._meta.concrete_fields if field.name not in ("updated_at",)
]


def fresh(lead):
    with scopes_disabled():
        return Lead.objects.select_related("institution").get(pk=lead.pk)


def planned(lead) -> list[str]:
    with scopes_disabled():
        rows = FollowUp.objects.filter(lead=lead, state="planned").order_by("pk")
        return list(rows.values_list("purpose", flat=True))


def test_merge_takes_what_was_chosen_and_hides_the_other(kept, other, user):
    merge_leads(kept=kept, other=other, take=["phone"], user=user, now=SOON)

    kept, other = fresh(kept), fresh(other)
    assert (kept.name, kept.email, kept.phone) == (ADA["name"], ADA["email"], ADA_AGAIN["phone"])
    assert other.merged_into == kept
    assert not other.is_waiting
    assert kept.list_with_merged() == [kept, other]


def test_only_what_differs_can_be_chosen(kept, other):
    assert list_differences(kept, other) == ["name", "email", "phone"]


def test_undo_gives_back_exactly_what_was(kept, other, user):
    before = everything()

    merge = merge_leads(kept=kept, other=other, take=["name", "phone"], user=user, now=SOON)
    merged = everything()
    undo_merge(merge=merge, user=user, now=LATER)

    assert merged != before
    assert everything() == before


def test_undo_after_an_answer_taken_over_gives_back_exactly_what_was(kept, other, user):
    record_first_answer(lead=other, user=user, now=SOON)
    before = everything()

    merge = merge_leads(kept=kept, other=other, take=[], user=user, now=SOON)
    answered = fresh(kept)
    undo_merge(merge=merge, user=user, now=LATER)

    assert (answered.first_answered_at, answered.status) == (SOON, "contacted")
    assert everything() == before


def test_undo_leaves_what_was_changed_since_and_says_so(kept, other, user):
    merge = merge_leads(kept=kept, other=other, take=["name", "phone"], user=user, now=SOON)
    kept = fresh(kept)
    kept.phone = "+13035550199"
    kept.save()

    left = undo_merge(merge=merge, user=user, now=LATER)

    kept = fresh(kept)
    with scopes_disabled():
        told = LeadEvent.objects.get(lead=kept, kind="unmerged").text
    assert left == ["phone"]
    assert (kept.name, kept.phone) == (ADA["name"], "+13035550199")
    assert told.endswith("changed since, and left so: phone")


def test_undo_keeps_what_happened_to_the_kept_lead_meanwhile(kept, other, user):
    merge = merge_leads(kept=kept, other=other, take=[], user=user, now=SOON)
    add_note(lead=kept, text="Called twice", user=user, now=SOON)
    record_first_answer(lead=kept, user=user, now=SOON)
    change_status(lead=kept, status="appointment", user=user, now=SOON)

    undo_merge(merge=merge, user=user, now=LATER)

    kept, other = fresh(kept), fresh(other)
    assert (kept.status, kept.first_answered_at) == ("appointment", SOON)
    assert (other.status, other.is_waiting) == ("new", True)
    assert planned(other) == ["confirmation", "alert", "reminder", "reminder", "escalation"]


def test_follow_ups_do_not_double_and_start_again_after_undo(kept, other, user):
    merge = merge_leads(kept=kept, other=other, take=[], user=user, now=SOON)

    during = planned(kept), planned(other)
    undo_merge(merge=merge, user=user, now=LATER)

    assert during == (
        ["confirmation", "alert", "reminder", "reminder", "escalation"],
        ["confirmation"],
    )
    assert planned(other) == planned(kept)


def test_reminder_of_a_merged_lead_is_not_planned_again(kept, other, user):
    merge_leads(kept=kept, other=other, take=[], user=user, now=SOON)

    assert plan_for_lead(lead=fresh(other), now=LATER) == []


def test_consents_stay_where_they_were_given(kept, other, user):
    before = everything()["consents"]

    merge = merge_leads(kept=kept, other=other, take=["email"], user=user, now=SOON)
    withdraw_consent(lead=fresh(kept), channels=["email"], method="staff", user=user, now=SOON)
    undo_merge(merge=merge, user=user, now=LATER)

    after = everything()["consents"]
    assert after[: len(before)] == before
    assert [(row["lead_id"], row["decision"]) for row in after[len(before) :]] == [
        (kept.pk, "withdrawn")
    ]


def test_both_timelines_tell(kept, other, user):
    merge = merge_leads(kept=kept, other=other, take=["phone"], user=user, now=SOON)
    undo_merge(merge=merge, user=user, now=LATER)

    with scopes_disabled():
        told = {
            lead.pk: list(lead.events.filter(actor=user).values_list("kind", "text"))
            for lead in (kept, other)
        }
    request = "request of 2026-11-23 15:00 UTC"
    assert told[kept.pk] == [
        ("merged", f"{request}; taken over: phone"),
        ("unmerged", request),
    ]
    assert told[other.pk] == [("merged", request), ("unmerged", request)]


def test_merged_twice_or_undone_twice_is_refused(kept, other, user):
    merge = merge_leads(kept=kept, other=other, take=[], user=user, now=SOON)

    with pytest.raises(NotAllowedNowError, match="merged already"):
        merge_leads(kept=kept, other=other, take=[], user=user, now=SOON)
    undo_merge(merge=merge, user=user, now=LATER)
    with pytest.raises(NotAllowedNowError, match="undone already"):
        undo_merge(merge=merge, user=user, now=LATER)
    merge_leads(kept=other, other=kept, take=[], user=user, now=LATER)

    assert fresh(kept).merged_into == other


def test_one_that_others_were_merged_into_is_kept(school, kept, other, user):
    third = capture(school, **ADA)
    merge_leads(kept=other, other=third, take=[], user=user, now=SOON)

    with pytest.raises(NotAllowedNowError, match="keep it"):
        merge_leads(kept=kept, other=other, take=[], user=user, now=SOON)


@pytest.mark.parametrize(
    "fields", [{"erased_at": NOW}, {"status": "quarantined"}, {"status": "spam"}]
)
def test_some_leads_are_not_merged(kept, user, fields):
    other = make_lead(form=kept.form, **fields)

    with pytest.raises(NotAllowedNowError):
        merge_leads(kept=kept, other=other, take=[], user=user, now=SOON)


def test_leads_of_two_institutions_are_never_merged(kept, user):
    with pytest.raises(NotAllowedNowError, match="one institution"):
        merge_leads(kept=kept, other=make_lead(), take=[], user=user, now=SOON)

    with scopes_disabled():
        assert not LeadMerge.objects.exists()


@pytest.mark.parametrize("which", ["kept", "other"])
def test_erasing_one_erases_the_person_whole(kept, other, user, which):
    merge_leads(kept=kept, other=other, take=["name", "phone"], user=user, now=SOON)

    erase_lead(lead=fresh(kept if which == "kept" else other), method="link", now=LATER)

    assert [fresh(one).erased_at for one in (kept, other)] == [LATER, LATER]
    with scopes_disabled():
        assert not LeadMerge.objects.exists()
        assert not FollowUp.objects.exists()
