"""The made-up schools have sequences, each one that staff could have saved."""

import pytest

from hcprograms.catalog.sample import find_fixtures, read_fixture
from hcprograms.followup.models import Sequence
from hcprograms.followup.plan import build_lead_sequence
from hcprograms.followup.sample_sequences import load_sample_sequences
from hcprograms.followup.sequence_checks import find_flaws
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def data():
    return read_fixture(folder=find_fixtures(), name="sequences")


@pytest.fixture
def schools(data):
    return [factories.make_institution(slug=item["institution"]) for item in data["sequences"]]


def test_each_school_gets_its_sequence(data, schools):
    loaded = load_sample_sequences(data=data)

    assert [one.institution for one in loaded] == schools
    assert [find_flaws(build_lead_sequence(one).steps) for one in loaded] == [[], [], []]


def test_loading_again_changes_nothing(data, schools):
    load_sample_sequences(data=data)
    Sequence.objects.first().steps.filter(says="news").delete()
    before = list(Sequence.objects.values_list("steps__pk"))

    load_sample_sequences(data=data)

    assert list(Sequence.objects.values_list("steps__pk")) == before


def test_schools_that_are_not_there_are_passed_over(data):
    assert load_sample_sequences(data=data) == []


def test_sequence_that_breaks_a_promise_is_not_loaded(data, schools):
    data["sequences"][0]["steps"].pop(1)

    with pytest.raises(ValueError, match="No advisor would be told"):
        load_sample_sequences(data=data)

    assert not Sequence.objects.exists()
