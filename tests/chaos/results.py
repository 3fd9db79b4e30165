"""What a scenario showed: a line of the table, and what is written to the file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.chaos.judge import Verdict
from tests.chaos.people import People
from tests.chaos.scenarios import Scenario

HEAD = ("submits", "lost", "extra copies", "500s", "503s", "recovery s", "late s", "allowed s")


@dataclass(frozen=True)
class Recovery:
    """How long it took until nothing was left to send, and how long after its time, at worst,
    a message was still waiting; ``allowed_seconds`` is as late as it may be."""

    seconds: float
    late_seconds: float
    allowed_seconds: float


@dataclass(frozen=True, kw_only=True)
class Result:
    scenario: Scenario
    people: People
    verdict: Verdict
    recovery: Recovery
    left: int
    restarts: Sequence[str]
    """Processes that ended by themselves and were started again."""
    stray_tasks: int

    @property
    def errors_500(self) -> int:
        answers = self.people.answers
        return sum(n for status, n in answers.items() if status >= 500 and status != 503)

    @property
    def broken(self) -> list[str]:
        """The invariants that do not hold, in words."""
        people = self.people
        refused = people.answers.get(503, 0) + people.broken_lines
        found = {
            "never thanked": len(people.gave_up),
            "500s": self.errors_500,
            "refused though nothing was down": 0 if self.scenario.refuses else refused,
            "503s without Retry-After or what was typed": people.curt,
            "tasks that carry data": self.stray_tasks,
            "too late": int(self.recovery.late_seconds > self.recovery.allowed_seconds),
        }
        return self.verdict.broken + [f"{count} {name}" for name, count in found.items() if count]

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.scenario.name,
            "submits": len(self.people.thanked) + len(self.people.gave_up),
            "lost": len(self.verdict.lost) + len(self.people.gave_up),
            "extra_copies": self.verdict.extra_copies,
            "errors_500": self.errors_500,
            "unavailable_503": self.people.answers.get(503, 0),
            "recovery_seconds": round(self.recovery.seconds, 1),
            "late_seconds": round(self.recovery.late_seconds, 1),
            "allowed_late_seconds": round(self.recovery.allowed_seconds, 1),
            "slowest_answer_seconds": round(self.people.slowest_answer, 2),
            "unknown_outcomes": self.verdict.unknown_outcomes,
            "broken_lines": self.people.broken_lines,
            "unsubscribed": self.left,
            "restarts": [*self.restarts],
            "broken": self.broken,
        }


def print_head() -> None:
    print(f"{'scenario':<38}" + "".join(f"{title:>14}" for title in HEAD), flush=True)


def print_line(found: dict[str, Any]) -> None:
    """``found`` is a :meth:`Result.as_dict`, or only a name with why it could not run."""
    if "skipped" in found or "error" in found:
        said = found.get("skipped") or found["error"]
        print(f"{found['name']:<38}  {said}", flush=True)
        return
    values = list(found.values())[1 : len(HEAD) + 1]
    print(f"{found['name']:<38}" + "".join(f"{value:>14}" for value in values), flush=True)
    if found["broken"]:
        print(f"{'':<38}  broken: {', '.join(found['broken'])}", flush=True)
