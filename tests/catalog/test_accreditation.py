"""The public badge rule, by example and over generated histories."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcprograms.catalog.accreditation import (
    ENDINGS,
    Claim,
    ClaimKind,
    NoClaim,
    Reason,
    claim_on,
)
from hcprograms.catalog.coverage import FactChange
from hcprograms.catalog.models.accreditation import Action

DAY = date(2026, 11, 23)
CAHME = SimpleNamespace(
    slug="cahme", name="The Commission", abbreviation="CAHME", kind="accreditation"
)
AUPHA = SimpleNamespace(
    slug="aupha", name="The Association", abbreviation="AUPHA", kind="certification"
)


@dataclass(frozen=True)
class Record:
    pk: int = 1
    action: str = Action.INITIAL
    effective_on: date = date(2024, 6, 1)
    expires_on: date | None = None
    evidence_url: str = "https://accreditor.example/record"
    verified_on: date | None = DAY
    is_historical: bool = False
    supersedes_id: int | None = None
    changes: tuple[FactChange, ...] = ()
    accreditor: SimpleNamespace = field(default_factory=lambda: CAHME, compare=False)

    @property
    def is_covering(self) -> bool:
        return not self.changes


def judge(*records: Record, on: date = DAY, limit_days: int = 365) -> Claim | NoClaim:
    return claim_on(records, on=on, limit_days=limit_days)


def reason(*records: Record, **arguments) -> Reason:
    finding = judge(*records, **arguments)
    assert isinstance(finding, NoClaim)
    return finding.reason


def test_sound_record_is_claimed_with_its_evidence():
    claim = judge(Record(pk=7, expires_on=date(2028, 5, 31)))

    assert claim == Claim(
        accreditor="cahme",
        accreditor_name="The Commission",
        kind=ClaimKind.ACCREDITED,
        action="initial",
        text="Accredited by CAHME",
        notice="",
        since=date(2024, 6, 1),
        until=date(2028, 5, 31),
        evidence_url="https://accreditor.example/record",
        verified_on=DAY,
        record_id=7,
    )


def test_probation_is_accredited_with_a_notice():
    claim = judge(Record(action=Action.PROBATION))

    assert claim.is_accredited
    assert claim.text == "Accredited by CAHME, on probation"
    assert "on probation" in claim.notice


def test_candidate_is_not_accredited_and_says_so():
    claim = judge(Record(action=Action.CANDIDATE))

    assert claim.kind == ClaimKind.CANDIDATE
    assert not claim.is_accredited
    assert claim.notice.startswith("A candidate is not accredited.")


@pytest.mark.parametrize("action", [Action.CERTIFIED, Action.INITIAL, Action.PROBATION])
def test_certifying_body_never_accredits(action):
    claim = judge(Record(action=action, accreditor=AUPHA))

    assert claim.kind == ClaimKind.CERTIFIED
    assert claim.text.startswith("Certified by AUPHA")
    assert claim.notice == "Certification is not accreditation."


@pytest.mark.parametrize("action", sorted(ENDINGS))
def test_ending_action_leaves_no_claim(action):
    assert reason(Record(), Record(pk=2, action=action, effective_on=DAY)) == Reason.ENDED


def test_eligibility_is_no_status():
    assert reason(Record(action=Action.ELIGIBILITY)) == Reason.NOT_A_STATUS


def test_nothing_recorded_is_no_claim():
    assert reason() == Reason.NO_RECORD


def test_claim_begins_on_the_first_day():
    record = Record(effective_on=DAY)

    assert isinstance(judge(record), Claim)
    assert reason(record, on=DAY - timedelta(days=1)) == Reason.NOT_YET


def test_claim_lasts_through_the_last_day():
    record = Record(expires_on=DAY)

    assert isinstance(judge(record), Claim)
    assert reason(record, on=DAY + timedelta(days=1)) == Reason.EXPIRED


def test_verification_is_fresh_on_the_last_day_of_the_limit():
    record = Record(verified_on=DAY - timedelta(days=365))

    assert isinstance(judge(record), Claim)
    assert reason(record, on=DAY + timedelta(days=1)) == Reason.STALE


def test_record_without_evidence_or_verification_is_no_claim():
    assert reason(Record(evidence_url="")) == Reason.NO_EVIDENCE
    assert reason(Record(verified_on=None)) == Reason.NEVER_VERIFIED


def test_earlier_record_does_not_come_back_when_the_later_one_runs_out():
    long_term = Record(expires_on=date(2032, 1, 1))
    short_term = Record(
        pk=2, action=Action.PROBATION, effective_on=date(2025, 1, 1), expires_on=date(2026, 1, 1)
    )

    assert reason(long_term, short_term) == Reason.EXPIRED


def test_later_entry_of_the_same_day_decides():
    assert reason(Record(pk=1), Record(pk=2, action=Action.WITHDRAWN)) == Reason.ENDED


def test_historical_record_is_never_a_claim():
    assert reason(Record(is_historical=True)) == Reason.NO_RECORD


def test_historical_ending_ends_a_claim():
    ended = Record(pk=2, action=Action.WITHDRAWN, effective_on=DAY, is_historical=True)

    assert reason(Record(), ended) == Reason.ENDED


def test_superseded_record_counts_for_no_day():
    wrong = Record(pk=1)
    right = Record(pk=2, action=Action.CANDIDATE, supersedes_id=1)
    right_again = Record(pk=3, effective_on=date(2025, 1, 1), supersedes_id=2)

    assert judge(wrong, right).kind == ClaimKind.CANDIDATE
    assert reason(wrong, right, right_again, on=date(2024, 12, 31)) == Reason.NOT_YET


def test_changed_program_suspends_the_claim_and_names_the_change():
    change = FactChange(fact="delivery", before="on campus", after="hybrid")

    finding = judge(Record(pk=7, changes=(change,)))

    assert (finding.reason, finding.record_id) == (Reason.CHANGED, 7)
    assert finding.text.endswith("Delivery: on campus → hybrid.")


def test_record_taken_back_counts_for_no_day():
    earlier, wrong = Record(pk=1), Record(pk=2, action=Action.WITHDRAWN, effective_on=DAY)
    void = Record(pk=3, action=Action.VOID, effective_on=DAY, supersedes_id=2)

    assert judge(earlier, wrong, void).record_id == 1
    assert reason(wrong, void) == Reason.NO_RECORD


@pytest.mark.parametrize("order", [1, -1])
def test_end_and_beginning_of_one_day_are_no_claim(order):
    first, second = [Action.INITIAL, Action.WITHDRAWN][::order]

    assert reason(Record(pk=1, action=first), Record(pk=2, action=second)) == Reason.ENDED


# Generated histories.

CHANGE = FactChange(fact="award", before="MHA", after="MBA")
days = st.dates(date(2015, 1, 1), date(2035, 1, 1))


@st.composite
def histories(draw) -> list[Record]:
    """Records of one accreditor on one offering: in order, valid, some corrected, some bare."""
    records: list[Record] = []
    for pk in range(1, draw(st.integers(0, 6)) + 1):
        begins = draw(days)
        term = draw(st.none() | st.integers(0, 3000))
        free = sorted({r.pk for r in records} - {r.supersedes_id for r in records})
        records.append(
            Record(
                pk=pk,
                action=draw(st.sampled_from(Action.values)),
                effective_on=begins,
                expires_on=None if term is None else begins + timedelta(days=term),
                evidence_url=draw(st.sampled_from(["", "https://accreditor.example/"])),
                verified_on=draw(st.none() | days),
                is_historical=draw(st.booleans()),
                changes=draw(st.sampled_from([(), (CHANGE,)])),
                supersedes_id=draw(st.none() | st.sampled_from(free)) if free else None,
            )
        )
    return draw(st.permutations(records))


@given(history=histories(), on=days, limit=st.integers(0, 800))
def test_claim_rests_on_one_sound_record(history, on, limit):
    finding = claim_on(history, on=on, limit_days=limit)

    if isinstance(finding, Claim):
        record = next(r for r in history if r.pk == finding.record_id)
        assert record.effective_on <= on <= (record.expires_on or on)
        assert record.evidence_url
        assert (on - record.verified_on).days <= limit
        assert not record.is_historical
        assert not record.changes
        assert record.pk not in {r.supersedes_id for r in history}
        assert record.action in {"candidate", "initial", "reaccredited", "probation", "certified"}


@given(history=histories(), on=days)
def test_claim_outside_every_interval_is_never_made(history, on):
    apart = [r for r in history if on < r.effective_on or (r.expires_on and r.expires_on < on)]

    assert isinstance(claim_on(apart, on=on, limit_days=9999), NoClaim)


@given(
    history=histories(), on=days, later=st.integers(1, 3000), action=st.sampled_from(Action.values)
)
def test_later_record_never_changes_an_earlier_day(history, on, later, action):
    added = Record(pk=99, action=action, effective_on=on + timedelta(days=later))

    before = claim_on(history, on=on, limit_days=365)
    after = claim_on([*history, added], on=on, limit_days=365)

    if isinstance(before, Claim):
        assert after == before
    else:
        assert isinstance(after, NoClaim)


@given(history=histories(), on=days)
def test_last_record_decides_whatever_came_before(history, on):
    newest = Record(pk=99, action=Action.WITHDRAWN, effective_on=on)
    ended = [r for r in history if r.effective_on <= on]

    assert reason(*ended, newest, on=on) == Reason.ENDED


@given(history=histories(), on=days)
def test_order_of_the_records_does_not_matter(history, on):
    written_down = sorted(history, key=lambda record: record.pk)

    assert claim_on(history, on=on, limit_days=365) == claim_on(written_down, on=on, limit_days=365)


@given(history=histories(), on=days)
def test_history_of_a_frozen_source_alone_is_never_claimed(history, on):
    frozen = [replace(record, is_historical=True) for record in history]

    assert isinstance(claim_on(frozen, on=on, limit_days=9999), NoClaim)
