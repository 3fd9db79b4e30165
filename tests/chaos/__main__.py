"""Injects every fault into a whole site and prints what was lost: nothing, it is to be hoped.

python -m tests.chaos [--submits 300] [--rate 20] [--only TEXT]
"""

import argparse
import json
import platform
import signal
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.chaos.judge import Row, Verdict, judge
from tests.chaos.names import ADVISORS
from tests.chaos.people import People
from tests.chaos.plant import Plant, running_plant
from tests.chaos.scenarios import SCENARIOS, Scenario, kill_worker, slow_recipients, slow_server
from tests.services import ProgramMissing

OUT = Path("benchmarks/out/chaos.json")
DRAIN_SECONDS = 180
MUTANT_SUBMITS = 60
MUTANTS = [
    (
        Scenario("mutant: marked sent before sending", before=slow_recipients, during=kill_worker),
        "mark_sent_first",
    ),
    (Scenario("mutant: no lease", before=slow_server), "drop_lease"),
]

ROWS = """
    SELECT l.email, f.address, f.purpose, f.state, f.ambiguous_attempts,
           '<' || f.public_id || '@localhost>'
    FROM hcprograms_followup f JOIN hcprograms_lead l ON l.id = f.lead_id
    WHERE f.step = 0 AND l.email LIKE %s
"""


@dataclass
class Result:
    scenario: str
    people: People
    verdict: Verdict
    recovery_seconds: float

    @property
    def errors_500(self) -> int:
        return sum(
            n for status, n in self.people.answers.items() if status >= 500 and status != 503
        )

    @property
    def is_well(self) -> bool:
        found = self.verdict
        broken = found.lost or found.unexplained or found.left_open or self.people.gave_up
        return not broken and not self.errors_500

    def as_dict(self) -> dict[str, object]:
        return {
            "name": self.scenario,
            "submits": len(self.people.thanked) + len(self.people.gave_up),
            "lost": len(self.verdict.lost) + len(self.people.gave_up),
            "extra_copies": self.verdict.extra_copies,
            "unexplained_copies": self.verdict.unexplained,
            "left_open": self.verdict.left_open,
            "errors_500": self.errors_500,
            "unavailable_503": self.people.answers.get(503, 0),
            "recovery_seconds": round(self.recovery_seconds, 1),
            "slowest_answer_seconds": round(self.people.slowest_answer, 2),
        }

    def as_line(self) -> str:
        values = list(self.as_dict().values())[1:]
        return f"{self.scenario:<36}" + "".join(f"{value:>13}" for value in values)


HEAD = ["submits", "lost", "extra copies", "unexplained", "left open", "500s", "503s"]
HEAD += ["recovery s", "slowest s"]


def main() -> int:
    args = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))
    print(f"{'scenario':<36}" + "".join(f"{title:>13}" for title in HEAD), flush=True)
    results, caught = [], []
    try:
        with running_plant() as plant:
            for number, scenario in enumerate(SCENARIOS):
                if args.only in scenario.name:
                    results.append(_run(plant, scenario, f"s{number}", args.submits, args.rate))
            for scenario, mutant in MUTANTS:
                if args.only in scenario.name:
                    caught.append(_run_mutant(plant, scenario, mutant, args.rate))
    except ProgramMissing as error:
        sys.exit(f"Chaos cannot run: {error}")
    _write(results, caught)
    is_well = all(result.is_well for result in results)
    return 0 if is_well and not any(result.is_well for result in caught) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos", description="Injects faults.")
    parser.add_argument("--submits", type=int, default=300)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--only", default="", help="scenarios whose name contains this")
    return parser.parse_args()


def _run(plant: Plant, scenario: Scenario, name: str, submits: int, rate: float) -> Result:
    plant.sink.reset()
    plant.start_all()
    scenario.before(plant)
    people = People(plant.ports["web"])
    fault = threading.Timer(3, scenario.during, [plant])
    fault.start()
    people.ask(name=name, count=submits, per_second=rate)
    fault.join()
    scenario.after(plant)
    healed_at = time.monotonic()
    _wait_until_drained(plant, name)
    recovery = time.monotonic() - healed_at
    plant.stop_spares()
    result = Result(scenario.name, people, _judge(plant, name, people), recovery)
    print(result.as_line(), flush=True)
    return result


def _run_mutant(plant: Plant, scenario: Scenario, mutant: str, rate: float) -> Result:
    sound, plant.worker = plant.worker, plant.make(
        "mutant", "celery", "-A", "tests.chaos.mutants", "worker", "--concurrency=2", "-lINFO",
        CHAOS_MUTANT=mutant,
    )  # fmt: skip
    sound.stop()
    try:
        return _run(plant, scenario, mutant.replace("_", "-"), MUTANT_SUBMITS, rate)
    finally:
        plant.worker.kill()
        plant.worker = sound


def _wait_until_drained(plant: Plant, name: str) -> None:
    give_up_at = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < give_up_at:
        if all(row.state not in ("planned", "sending") for row in _rows(plant, name)):
            return
        time.sleep(0.25)


def _judge(plant: Plant, name: str, people: People) -> Verdict:
    received = Counter(str(mail.message["Message-ID"]) for mail in plant.sink.received)
    return judge(
        thanked=people.thanked,
        advisors=ADVISORS,
        rows=_rows(plant, name),
        received=received,
    )


def _rows(plant: Plant, name: str) -> list[Row]:
    with psycopg.connect(plant.database) as connection:
        return [Row(*found) for found in connection.execute(ROWS, [f"{name}-%"])]


def _write(results: list[Result], caught: list[Result]) -> None:
    OUT.parent.mkdir(parents=True, exist_ok=True)
    found = {
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "scenarios": [result.as_dict() for result in results],
        "mutants": [result.as_dict() | {"caught": not result.is_well} for result in caught],
    }
    OUT.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main())
