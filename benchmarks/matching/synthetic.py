"""A made-up national directory: the same offerings for us and for every peer.

Everything is drawn from one seed, as plain arrays; each program has two offerings on average.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hcprograms.matching.answers import DELIVERIES, LEVELS, Answers
from hcprograms.matching.snapshot.builder import build_snapshot
from hcprograms.matching.snapshot.columns import Names, Role, RoleLink, School, Snapshot

_CODES = (
    "ALAKAZARCACOCTDEFLGAHIIDILINIAKSKYLAMEMDMAMIMNMSMO"
    "MTNENVNHNJNMNYNCNDOHOKORPARISCSDTNTXUTVTVAWAWVWIWY"
)
STATES = tuple(_CODES[at : at + 2] for at in range(0, len(_CODES), 2))
ROLES = [f"role-{number:02d}" for number in range(20)]
STATEMENTS = {
    **dict.fromkeys(
        ("strategy", "policy", "finance", "analytics", "performance", "emergency_planning"), 1
    ),
    **dict.fromkeys(
        ("scheduling", "mentoring", "front_desk", "records", "billing", "supplies"), -1
    ),
}
LEVEL_SHARES = (0.22, 0.25, 0.2, 0.03, 0.22, 0.05, 0.03)
DELIVERY_SHARES = (0.45, 0.15, 0.4)


@dataclass(frozen=True)
class Directory:
    """The drawn facts; row *i* of every array is offering *i*."""

    today: date
    level: NDArray[np.int64]
    delivery: NDArray[np.int64]
    program: NDArray[np.int64]
    school: NDArray[np.int64]
    all_states: NDArray[np.bool_]
    states: list[tuple[int, ...]]
    home: NDArray[np.int64]
    months: NDArray[np.int64]
    price: NDArray[np.int64]
    starts: list[tuple[date, ...]]
    links: dict[int, tuple[tuple[int, int], ...]]
    """Program → (role, strength in 1/20)."""
    track: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.level)


def draw_directory(*, size: int, today: date, seed: int = 1) -> Directory:
    """A directory of this many offerings; the same for the same seed."""
    chance = np.random.default_rng(seed)
    plain = random.Random(seed)
    programs = max(1, size // 2)
    program = np.sort(chance.integers(0, programs, size))
    level = chance.choice(len(LEVELS), programs, p=LEVEL_SHARES)[program]
    schools = max(1, size // 25)
    months = np.asarray([8, 22, 44, 12, 22, 10, 40])[level] + chance.integers(-4, 5, size)
    price = (np.asarray([4, 16, 42, 9, 28, 9, 55])[level] * chance.uniform(500, 1800, size)).round()
    pool = [tuple(sorted(plain.sample(range(50), plain.randint(5, 30)))) for _ in range(200)]
    windows = [
        tuple(
            sorted(
                (today.replace(day=1) + timedelta(days=31 * plain.randint(1, 20))).replace(day=7)
                for _ in range(plain.randint(1, 3))
            )
        )
        for _ in range(200)
    ]
    mappings = [
        tuple((role, plain.randint(6, 20)) for role in plain.sample(range(20), plain.randint(1, 4)))
        for _ in range(400)
    ]
    return Directory(
        today=today,
        level=level,
        delivery=chance.choice(len(DELIVERIES), size, p=DELIVERY_SHARES),
        program=program,
        school=(program * schools) // programs,
        all_states=chance.random(size) < 0.5,
        states=[pool[number] for number in chance.integers(0, len(pool), size)],
        home=chance.integers(0, 50, size),
        months=months,
        price=price.astype(np.int64),
        starts=[windows[number] for number in chance.integers(0, len(windows), size)],
        links={p: mappings[n] for p, n in enumerate(chance.integers(0, len(mappings), programs))},
        track=chance.uniform(-1, 1, programs).round(2),
    )


def names_of(directory: Directory) -> Names:
    """The directory in words."""
    programs = len(directory.links)
    schools = int(directory.school.max()) + 1
    return Names(
        programs=[f"Program {n}" for n in range(programs)],
        awards=[""] * programs,
        slugs=[f"program-{n}" for n in range(programs)],
        schools=[School(f"School {n}", f"school-{n}", "US") for n in range(schools)],
        roles=[Role(slug, slug.title(), n % 4, (n + 1) % 3) for n, slug in enumerate(ROLES)],
        states=STATES,
        countries=["US"],
        statements=STATEMENTS,
    )


def build_directory(directory: Directory) -> Snapshot:
    """The directory as our snapshot, without a database."""
    size = len(directory)
    nothing: list[Any] = [None] * size
    return build_snapshot(
        version=1,
        names=names_of(directory),
        offerings={
            "public_id": [number.to_bytes(16, "big") for number in range(size)],
            "program": directory.program.tolist(),
            "school": directory.school.tolist(),
            "campus": [f"campus-{home}" for home in directory.home.tolist()],
            "level": [LEVELS[number] for number in directory.level.tolist()],
            "delivery": [DELIVERIES[number] for number in directory.delivery.tolist()],
            "state_rule": ["all" if each else "only" for each in directory.all_states.tolist()],
            "states": [[STATES[number] for number in each] for each in directory.states],
            "open_to_international": [True] * size,
            "country": ["US"] * size,
            "state": [STATES[number] for number in directory.home.tolist()],
            "months": directory.months.tolist(),
            "price_basis": ["total"] * size,
            "price": directory.price.tolist(),
            "price_resident": nothing,
            "price_military": nothing,
            "fees": [0] * size,
            "credits": nothing,
            "max_transfer": nothing,
            "terms": nothing,
            "currency": ["USD"] * size,
            "price_as_of": nothing,
            "price_source": [""] * size,
        },
        intakes=((row, start, None) for row, each in enumerate(directory.starts) for start in each),
        program_links={
            program: [RoleLink(role, strength / 20, "declared", "") for role, strength in links]
            for program, links in directory.links.items()
        },
        program_tracks={
            program: (float(track), 0.25) for program, track in enumerate(directory.track)
        },
    )


def draw_answers(*, count: int, typical: bool, today: date, seed: int = 7) -> list[Answers]:
    """Different answer sets: typical ones let about 1 % pass, broad ones nearly everything."""
    plain = random.Random(seed)
    return [_answers(plain, typical, today) for _ in range(count)]


def _answers(plain: random.Random, typical: bool, today: date) -> Answers:
    interests = tuple(sorted((slug, plain.randint(-2, 2)) for slug in STATEMENTS))
    roles = tuple(sorted(plain.sample(ROLES, 3)))
    if not typical:
        return Answers(
            education="master",
            interests=interests,
            roles=roles,
            budget_total=150_000,
            max_months=60,
        )
    level, budget, months = plain.choice(
        [("associate", 26_000, 24), ("bachelor", 70_000, 45), ("master", 45_000, 24)]
    )
    first = (today.replace(day=1) + timedelta(days=31 * plain.randint(2, 6))).replace(day=1)
    last = first + timedelta(days=100)
    return Answers(
        education={"associate": "high_school", "bachelor": "associate", "master": "bachelor"}[
            level
        ],
        levels=(level,),
        interests=interests,
        roles=roles,
        country="US",
        state=plain.choice(STATES),
        delivery=(plain.choice(DELIVERIES),),
        start_from=f"{first:%Y-%m}",
        start_by=f"{last:%Y-%m}",
        budget_total=budget,
        max_months=months,
    )
