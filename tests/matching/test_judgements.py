"""Written judgements: what a knowledgeable advisor would put first, and why.

Each file in ``judgements/`` lists answers with grades (3 best … 0 poor) per program slug, or per
``slug:delivery``, and the source of the expectation. ``start_in`` names months from now.
"""

import json
import math
from itertools import combinations
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction

from hcprograms.catalog.months import format_month, month_of
from hcprograms.matching.answer_formats import parse_answers
from hcprograms.matching.ranking import rank_offerings
from hcprograms.matching.snapshot.loader import load_snapshot

pytestmark = pytest.mark.django_db

FILES = sorted((Path(__file__).parent / "judgements").glob("*.json"))
JUDGEMENTS = [judgement for file in FILES for judgement in json.loads(file.read_text())]
LEAST_AGREEMENT = 0.98
LEAST_NDCG = 0.98


@pytest.fixture(scope="module")
def sample(django_db_setup, django_db_blocker):
    """The sample university's catalog."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_reference", verbosity=0)
        call_command("load_sample", verbosity=0)
        found = load_snapshot(version=1)
        transaction.set_rollback(True)
    return found


def shown(sample, judgement, today, limit=1000, **options):
    answers = dict(judgement["answers"])
    if "start_in" in answers:
        first, last = (format_month(month_of(today) + ahead) for ahead in answers.pop("start_in"))
        answers |= {"start_from": first, "start_by": last}
    found = rank_offerings(
        parse_answers(answers, vocabulary=sample.vocabulary),
        sample,
        today=today,
        limit=limit,
        **options,
    )
    return [match.as_dict() for match in (*found.matches, *found.may_fit)]


def place(results, key):
    """The best place of a program (or of one delivery of it); infinite when it is out."""
    slug, _, delivery = key.partition(":")
    for number, each in enumerate(results):
        if each["program_slug"] == slug and delivery in ("", each["delivery"]):
            return number
    return math.inf


def pairs(sample, judgement, today, **options):
    """For each pair of different grades, whether the better one comes first."""
    results = shown(sample, judgement, today, **options)
    for (one, grade), (other, other_grade) in combinations(judgement["grades"].items(), 2):
        if grade != other_grade:
            better, worse = (one, other) if grade > other_grade else (other, one)
            yield better, worse, place(results, better) < place(results, worse)


def ndcg(sample, judgement, today):
    """Gain of the graded programs in their places among the first ten, of the best possible."""
    results = shown(sample, judgement, today)
    placed = sorted((place(results, key), grade) for key, grade in judgement["grades"].items())
    order = [grade for _, grade in placed][:10]
    ideal = sorted(judgement["grades"].values(), reverse=True)[:10]
    return _gain(order) / _gain(ideal) if _gain(ideal) else 1.0


def _gain(grades):
    return sum((2**grade - 1) / math.log2(number + 2) for number, grade in enumerate(grades))


def test_there_are_at_least_forty_judgements_each_with_a_source():
    assert len(JUDGEMENTS) >= 40
    assert all(judgement["source"] for judgement in JUDGEMENTS)
    assert len({judgement["name"] for judgement in JUDGEMENTS}) == len(JUDGEMENTS)


def test_pairs_and_gain_agree_with_the_judgements(sample, today):
    verdicts = [
        (judgement["name"], *pair)
        for judgement in JUDGEMENTS
        for pair in pairs(sample, judgement, today)
    ]
    gains = [ndcg(sample, each, today) for each in JUDGEMENTS if not each.get("expect_none")]
    wrong = [verdict[:3] for verdict in verdicts if not verdict[3]]
    agreement = 1 - len(wrong) / len(verdicts)
    gain = sum(gains) / len(gains)

    print(f"{len(verdicts)} pairs, agreement {agreement:.3f}, NDCG@10 {gain:.3f}; wrong: {wrong}")
    assert agreement >= LEAST_AGREEMENT, wrong
    assert gain >= LEAST_NDCG


@pytest.mark.parametrize(
    "judgement",
    [each for each in JUDGEMENTS if not each.get("expect_none")],
    ids=lambda each: each["name"],
)
def test_a_best_choice_is_among_the_first_two(sample, today, judgement):
    best = max(judgement["grades"].values())
    keys = [key for key, grade in judgement["grades"].items() if grade == best]

    assert min(place(shown(sample, judgement, today), key) for key in keys) <= 1


@pytest.mark.parametrize(
    "judgement",
    [each for each in JUDGEMENTS if each.get("expect_none")],
    ids=lambda each: each["name"],
)
def test_what_nobody_can_have_is_not_shown(sample, today, judgement):
    results = shown(sample, judgement, today)

    assert all(place(results, key) == math.inf for key in judgement["grades"])


@pytest.mark.parametrize(
    "broken",
    [
        {"level_fit": 0.0},
        {"track_fit": 0.0},
        {"role_fit": 0.0},
        {"accreditation": 0.0},
        {"certification": 1.0},
    ],
    ids=str,
)
def test_a_broken_weight_is_noticed(sample, today, broken):
    verdicts = [
        right
        for judgement in JUDGEMENTS
        for _, _, right in pairs(sample, judgement, today, weights=broken)
    ]

    assert sum(verdicts) / len(verdicts) < LEAST_AGREEMENT
