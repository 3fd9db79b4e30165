"""Matching on real programs: imports a folder as the demo does, and prints figures as JSON."""

import importlib
import json
import random
import statistics
import sys
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command

from project.demo import MORE, SCORECARD

STEPS = {
    "high_school": "associate",
    "some_college": "bachelor",
    "associate": "bachelor",
    "bachelor": "master",
    "master": "doctorate",
}


def main() -> None:
    django.setup()
    _import(Path(sys.argv[1]))
    print(json.dumps(_measure()))


def _import(folder: Path) -> None:
    call_command("migrate", verbosity=0)
    call_command("load_reference", verbosity=0)
    commands = {"import_scorecard": SCORECARD, **MORE}
    for command, names in commands.items():
        files: dict[str, Any] = {key: folder / name for key, name in names.items()}
        call_command(command, verbosity=0, stdout=StringIO(), **files)


def _measure() -> dict[str, float]:
    timing = importlib.import_module("benchmarks.matching.timing")
    loader = importlib.import_module("hcprograms.matching.snapshot.loader")
    columns = loader.load_snapshot(version=1)
    columns.on(timing.TODAY)
    answers = _draw_answers(columns.names, timing.TODAY)
    rounds = [
        timing.time_each(answers, lambda one: timing.rank_and_explain(one, columns))
        for _ in range(timing.ROUNDS)
    ]
    times = timing.quickest(rounds)
    return {
        "import_offerings": len(columns),
        "import_p50_ms": statistics.median(times),
        "import_p99_ms": timing.p99(times),
        "import_first_time_p50_ms": statistics.median(rounds[0]),
    }


def _draw_answers(names: Any, today: date) -> list[Any]:
    """100 people who want the next level, two roles, and a state to live in."""
    answers = importlib.import_module("hcprograms.matching.answers").Answers
    plain = random.Random(7)
    roles = [role.slug for role in names.roles]

    def one() -> Any:
        education = plain.choice(list(STEPS))
        return answers(
            education=education,
            levels=(STEPS[education],),
            interests=tuple(sorted((slug, plain.randint(-2, 2)) for slug in names.statements)),
            roles=tuple(sorted(plain.sample(roles, 2))),
            country="US",
            state=plain.choice(names.states),
            budget_total=plain.choice([15_000, 30_000, 60_000]),
            max_months=60,
        )

    return [one() for _ in range(100)]


if __name__ == "__main__":
    main()
