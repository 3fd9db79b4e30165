"""What a record covers is compared with what is there now, fact by fact."""

from hypothesis import given
from hypothesis import strategies as st

from hcprograms.catalog.coverage import LABELS, list_changes

IDS = st.integers(1, 3)
WORDS = st.sampled_from(["", "MHA", "MBA", "Master of Health Administration"])
FACTS = {
    "institution": IDS,
    "program": IDS,
    "name": WORDS,
    "award": WORDS,
    "concentration": WORDS,
    "level": st.sampled_from(["bachelor", "master"]),
    "cip_code": st.sampled_from(["", "51.0701", "31.0504"]),
}
PROGRAMS = st.fixed_dictionaries(FACTS)
CAMPUSES = st.none() | st.fixed_dictionaries(
    {"id": IDS, "name": WORDS, "city": WORDS, "state": st.sampled_from(["", "CO"])}
)
OFFERINGS = st.fixed_dictionaries(
    FACTS | {"delivery": st.sampled_from(["", "online", "campus", "hybrid"]), "campus": CAMPUSES}
)


@given(facts=OFFERINGS)
def test_nothing_has_changed_of_what_is_the_same(facts):
    assert list_changes(facts, dict(facts)) == []


@given(covered=OFFERINGS, present=OFFERINGS)
def test_covering_means_that_every_fact_is_the_same(covered, present):
    assert (list_changes(covered, present) == []) == (covered == present)


@given(covered=OFFERINGS, present=OFFERINGS)
def test_undoing_every_change_restores_the_coverage(covered, present):
    changed = [one.fact for one in list_changes(covered, present)]
    named = {"name", "award"} if "program" in changed else set()

    undone = present | {fact: covered[fact] for fact in (*changed, *named)}

    assert list_changes(covered, undone) == []


@given(covered=PROGRAMS, present=OFFERINGS)
def test_record_about_a_program_does_not_cover_delivery_and_campus(covered, present):
    facts = {change.fact for change in list_changes(covered, present)}

    assert facts <= LABELS.keys() - {"delivery", "campus"}


@given(covered=OFFERINGS, present=OFFERINGS)
def test_every_change_is_told_in_words(covered, present):
    for change in list_changes(covered, present):
        assert str(change).startswith(str(LABELS[change.fact]))
        assert change.before
        assert change.after
