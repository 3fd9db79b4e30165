"""Ranking on small catalogs: each constraint, order, diversity, near misses, wording."""

from datetime import date

import pytest

from hcprograms.matching.answers import Answers
from hcprograms.matching.ranking import rank_offerings
from hcprograms.matching.snapshot.builder import build_snapshot
from hcprograms.matching.snapshot.columns import Names
from tests.matching.catalogs import (
    ADMINISTRATION,
    MANAGEMENT,
    TABLE_KEYS,
    TODAY,
    catalog,
    offering,
)


def rank(answers, *facts, limit=100, **options):
    return rank_offerings(answers, catalog(*facts), today=TODAY, limit=limit, **options)


def names(ranking):
    return [match.offering.program_name for match in ranking.matches]


def reason(match, key):
    return next(each for each in match.reasons if each.criterion.key == key)


WINDOW = {"start_from": "2027-02", "start_by": "2027-06"}


@pytest.mark.parametrize(
    ("asked", "inside", "outside", "unknown", "failed", "needs"),
    [
        (
            {"levels": ("master",)},
            {},
            {"level": "bachelor"},
            None,
            "levels",
            ["bachelor", "master"],
        ),
        ({"education": "high_school"}, {"level": "associate"}, {}, None, "education", "bachelor"),
        ({"education": "bachelor"}, {}, {"level": "doctorate"}, None, "education", "master"),
        (
            {"delivery": ("online",)},
            {},
            {"delivery": "campus"},
            {"delivery": ""},
            "delivery",
            ["online", "campus"],
        ),
        (
            {"state": "TX"},
            {"state_rule": "except", "states": ("NY",)},
            {"state_rule": "only", "states": ("NY", "CO")},
            {"state_rule": ""},
            "state",
            "CO",
        ),
        (
            {"country": "GB"},
            {"open_to_international": True},
            {"open_to_international": False},
            {"open_to_international": None},
            "country",
            "US",
        ),
        ({"max_months": 24}, {"months": 24}, {"months": 30}, {"months": None}, "max_months", 30),
        (
            {"budget_total": 30_000},
            {"price": 30_000},
            {"price": 30_001},
            {"price": None, "price_basis": ""},
            "budget_total",
            30_001,
        ),
        (
            WINDOW,
            {"starts": (date(2027, 6, 30),)},
            {"starts": (date(2027, 7, 1),)},
            {"starts": ()},
            "start_by",
            "2027-07",
        ),
        (
            WINDOW,
            {"starts": (date(2027, 2, 1),)},
            {"starts": (date(2027, 1, 31),)},
            {"starts": (date(2026, 9, 1),)},
            "start_from",
            "2027-01",
        ),
        (
            {"institution": "alpha"},
            {},
            {"school": "beta"},
            None,
            "institution",
            "beta",
        ),
        ({"cahme": "required"}, {"cahme": "accredited"}, {"cahme": ""}, None, "cahme", "preferred"),
        (
            {"cahme": "required"},
            {"cahme": "probation"},
            {"cahme": "candidate"},
            None,
            "cahme",
            "preferred",
        ),
    ],
)
def test_a_hard_constraint_lets_in_keeps_out_and_spares_the_unknown(
    asked, inside, outside, unknown, failed, needs
):
    facts = [offering(name="In", **inside), offering(name="Out", **outside)]
    if unknown is not None:
        facts.append(offering(name="Unknown", **unknown))

    ranking = rank(Answers(**asked), *facts)

    assert names(ranking) == ["In"]
    assert [match.offering.program_name for match in ranking.may_fit] == (
        [] if unknown is None else ["Unknown"]
    )
    assert [(each.failed, each.needs) for each in ranking.near_misses] == [(failed, needs)]


def test_the_sooner_it_starts_the_better():
    ranking = rank(
        Answers(start_from="2027-01", start_by="2027-12"),
        offering(name="Late", starts=(date(2027, 9, 6),)),
        offering(name="Soon", starts=(date(2027, 1, 11),)),
        offering(name="Middle", starts=(date(2027, 5, 3),)),
    )

    assert names(ranking) == ["Soon", "Middle", "Late"]


def test_unknown_facts_lower_the_place_and_are_named():
    answers = Answers(budget_total=30_000, max_months=24)

    ranking = rank(
        answers, offering(name="Silent", price=None, price_basis=""), offering(price=15_000)
    )

    silent = ranking.may_fit[0]
    assert (names(ranking), silent.offering.program_name) == (["Program"], "Silent")
    assert silent.confidence == 0.5
    assert silent.offering.unknown == ("cost",)
    assert silent.unknown_musts == ("budget_total",)
    assert reason(silent, "cost").text == "The price is not published: ask."
    assert reason(silent, "facts").text == "Not published: cost. Ask."


def test_one_school_with_the_best_fits_fills_the_first_ten():
    facts = [offering(name=f"A{number}", price=10_000) for number in range(12)]
    facts += [offering(name=f"B{number}", school="beta", price=29_000) for number in range(9)]

    ranking = rank(Answers(budget_total=30_000), *facts, limit=20)

    schools = [match.offering.school.slug for match in ranking.matches]
    assert schools == ["alpha"] * 12 + ["beta"] * 8


def test_equal_scores_stand_by_program_school_and_way():
    facts = [
        offering(name="B", school="alpha"),
        offering(name="a", award="MHA", school="beta", delivery="campus"),
        offering(name="A", school="gamma"),
        offering(name="A", school="beta"),
    ]

    ranking = rank(Answers(education="bachelor"), *facts)

    assert [
        (match.offering.program_name, match.offering.school.slug, match.offering.delivery)
        for match in ranking.matches
    ] == [
        ("A", "beta", "online"),
        ("A", "gamma", "online"),
        ("a (MHA)", "beta", "campus"),
        ("B", "alpha", "online"),
    ]


def test_one_school_alone_fills_the_page():
    facts = [offering(name=f"A{number}") for number in range(12)]

    assert len(rank(Answers(), *facts, limit=10).matches) == 10


def test_a_school_that_is_asked_for_fills_the_page():
    facts = [offering(name=f"A{number}") for number in range(12)]
    facts += [offering(name=f"B{number}", school="beta") for number in range(12)]

    found = rank(Answers(institution="beta"), *facts, limit=10).matches

    assert {match.offering.school.slug for match in found} == {"beta"}


def test_a_large_catalog_gives_the_same_first_ten_as_sorting_all_of_it():
    facts = [
        offering(
            name=f"P{number}",
            school=f"school-{number % 50}",
            price=10_000 + number * 7_919 % 20_000,
            months=12 + number * 31 % 24,
        )
        for number in range(2_000)
    ]
    answers = Answers(budget_total=30_000, max_months=36)

    few, all_of_it = (rank(answers, *facts, limit=limit).matches for limit in (10, 2_000))

    assert [match.offering.row for match in few] == [match.offering.row for match in all_of_it[:10]]
    scores = [match.score for match in all_of_it]
    assert scores == sorted(scores, reverse=True)


def test_the_weakest_criterion_says_why_not_higher():
    match = rank(
        Answers(budget_total=30_000, max_months=60, cahme="preferred"), offering(price=10_000)
    ).matches[0]

    assert match.why_not_higher is not None
    assert match.why_not_higher.criterion.key == "accreditation"


def test_nothing_is_lost_when_everything_fits():
    match = rank(Answers(budget_total=90_000, max_months=60), offering()).matches[0]

    assert (match.score, match.why_not_higher) == (pytest.approx(1), None)


@pytest.mark.parametrize(
    ("education", "interests", "best", "worst"),
    [
        ("bachelor", MANAGEMENT, "MBA", "AS"),
        ("high_school", ADMINISTRATION, "AS", "BBA"),
        ("high_school", MANAGEMENT, "BBA", "AS"),
    ],
)
def test_interests_and_education_decide_the_next_step(education, interests, best, worst):
    answers = Answers(education=education, interests=tuple(interests.items()))

    ranking = rank(
        answers,
        offering(name="MBA", track=0.9),
        offering(name="BBA", level="bachelor", track=0.6),
        offering(name="AS", level="associate", track=-0.6),
    )

    assert (names(ranking)[0], names(ranking)[-1]) == (best, worst)


def test_cahme_preferred_raises_the_accredited():
    ranking = rank(
        Answers(cahme="preferred"),
        offering(name="None"),
        offering(name="Candidate", cahme="candidate"),
        offering(name="Full", cahme="accredited"),
        offering(name="Probation", cahme="probation"),
    )

    assert names(ranking) == ["Full", "Probation", "Candidate", "None"]


def test_cahme_preferred_raises_nothing_above_what_it_accredits():
    ranking = rank(
        Answers(cahme="preferred"),
        offering(name="Bachelor", level="bachelor"),
        offering(name="Master"),
        offering(name="Accredited", cahme="accredited"),
    )

    assert names(ranking)[0] == "Accredited"
    assert [reason(match, "accreditation").score for match in ranking.matches] == [1, 0, 0]
    texts = {reason(match, "accreditation").text for match in ranking.matches[1:]}
    assert "CAHME accredits master’s programs only." in texts


@pytest.mark.parametrize("asked", [{"levels": ("bachelor",)}, {"education": "high_school"}])
def test_cahme_says_nothing_to_people_who_seek_no_masters_program(asked):
    match = rank(Answers(cahme="preferred", **asked), offering(level="bachelor")).matches[0]

    assert reason(match, "accreditation").score is None
    assert reason(match, "accreditation").text == "CAHME accredits master’s programs only."


@pytest.mark.parametrize(
    ("interests", "order"),
    [
        (ADMINISTRATION, ["Of administration", "Of management"]),
        (MANAGEMENT, ["Of management", "Of administration"]),
    ],
    ids=["administration", "management"],
)
def test_a_certification_of_ones_own_track_raises(interests, order):
    ranking = rank(
        Answers(interests=tuple(interests.items())),
        offering(name="Of management", track=0.0, certified=1, certifications=("CMPE",)),
        offering(name="Of administration", track=0.0, certified=2, certifications=("CMOM",)),
    )

    assert names(ranking) == order


def test_how_far_one_has_to_go_counts_unless_it_is_taught_online():
    ranking = rank(
        Answers(state="TX"),
        offering(name="Online", state="NY"),
        offering(name="Here", delivery="campus", state="TX"),
        offering(name="Hybrid", delivery="hybrid", state="NY"),
        offering(name="Away", delivery="campus", state="NY"),
        offering(name="Somewhere", delivery="campus", state=""),
    )

    assert {
        match.offering.program_name: reason(match, "delivery").score for match in ranking.matches
    } == {"Online": 1, "Here": 1, "Hybrid": 0.45, "Away": 0.3, "Somewhere": None}


def test_role_fit_is_strength_times_basis():
    ranking = rank(
        Answers(roles=("hospital-administrator",)),
        *(
            offering(name=basis, roles={"hospital-administrator": (0.8, basis)})
            for basis in ("inferred", "declared", "crosswalk")
        ),
        offering(name="elsewhere", roles={"office-manager": (1.0, "declared")}),
    )

    scores = {
        match.offering.program_name: reason(match, "role_fit").score for match in ranking.matches
    }
    assert scores == pytest.approx(
        {"declared": 0.8, "crosswalk": 0.56, "inferred": 0.4, "elsewhere": 0.0}
    )


def test_a_budget_in_dollars_does_not_judge_a_price_in_pounds():
    ranking = rank(
        Answers(budget_total=100), offering(currency="GBP", price=9_000, school="x", country="GB")
    )

    match = ranking.may_fit[0]
    assert reason(match, "cost").score is None
    assert reason(match, "cost").text == (
        "About GBP 9,000 in all for you. Not compared with your budget in dollars."
    )


def test_a_cost_that_only_might_fit_stays_and_says_so():
    facts = offering(price_basis="credit", price=500, credits=60)

    match = rank(Answers(budget_total=20_000, transfer_credits=30), facts).may_fit[0]

    assert reason(match, "cost").score == 0.5
    assert reason(match, "cost").text == (
        "About $30,000 in all for you. Within your budget only if you can have it for $15,000: ask."
    )


def test_contested_roles_are_named_with_their_count():
    answers = Answers(interests=(("strategy", 2),))
    facts = offering(roles={"health-services-manager": (0.8, "declared")})

    assert "Health services manager (1 × management, 1 × administration)" in (
        reason(rank(answers, facts).matches[0], "track_fit").text
    )


def test_an_intake_whose_apply_by_date_has_passed_is_no_start():
    columns = catalog(offering(starts=(date(2026, 12, 1), date(2027, 5, 1))))
    columns.intake_closes[0] = TODAY.toordinal() - 1

    found = rank_offerings(Answers(), columns, today=TODAY, limit=1).matches[0]

    assert found.offering.next_start == date(2027, 5, 1)


def test_the_day_decides_what_is_open():
    columns = catalog(offering())

    starts = [
        rank_offerings(Answers(), columns, today=day, limit=1).matches[0].offering.next_start
        for day in (date(2027, 1, 11), date(2027, 1, 12), date(2027, 9, 7))
    ]

    assert starts == [date(2027, 1, 11), date(2027, 9, 6), None]


def test_an_empty_catalog_gives_nothing():
    table = dict.fromkeys(("public_id", "program", "school", "level", *TABLE_KEYS), ())
    columns = build_snapshot(
        version=1, names=Names(programs=[], awards=[], slugs=[], schools=[]), offerings=table
    )

    ranking = rank_offerings(Answers(budget_total=1, cahme="required"), columns, today=TODAY)

    assert (ranking.matches, ranking.near_misses, ranking.considered) == ([], [], 0)
