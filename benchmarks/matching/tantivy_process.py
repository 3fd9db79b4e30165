"""tantivy in a process and an environment of its own, with the directory indexed in it."""

import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.matching.synthetic import ROLES, STATES, Directory
from benchmarks.matching.timing import Times, draw
from benchmarks.peers import install_peer
from hcprograms.matching.answers import DELIVERIES, LEVELS, Answers

PACKAGE = "tantivy==0.27.0"


class Tantivy:
    """The peer's process, with the directory indexed in it."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory

    def __enter__(self) -> Callable[[str], Times]:
        self.folder = tempfile.TemporaryDirectory()
        given = Path(self.folder.name) / "given.json"
        document = {
            "offerings": _texts(self.directory),
            "queries": {
                kind: [_question(each) for each in draw(kind)] for kind in ("typical", "broad")
            },
        }
        given.write_text(json.dumps(document))
        script = Path(__file__).parent / "peers" / "tantivy_top_ten.py"
        self.process = subprocess.Popen(
            [str(install_peer("tantivy", PACKAGE)), str(script), str(given)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._read()
        return self._ask

    def _ask(self, kind: str) -> Times:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{kind}\n")
        self.process.stdin.flush()
        times: Times = json.loads(self._read())
        return times

    def _read(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("tantivy ended early")
        return line

    def __exit__(self, *error: object) -> None:
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()


def _texts(directory: Directory) -> dict[str, list[Any]]:
    """The offerings as tantivy indexes them."""
    return {
        "level": [LEVELS[each] for each in directory.level],
        "delivery": [DELIVERIES[each] for each in directory.delivery],
        "states": [
            " ".join(STATES if everywhere else [STATES[at] for at in states])
            for everywhere, states in zip(directory.all_states, directory.states, strict=True)
        ],
        "starts": [" ".join(f"{day:%Y%m}" for day in days) for days in directory.starts],
        "roles": [
            " ".join(f"{ROLES[role]}" for role, _ in directory.links[int(program)])
            for program in directory.program
        ],
        "months": directory.months.tolist(),
        "price": directory.price.tolist(),
    }


def _question(answers: Answers) -> dict[str, Any]:
    """The same answers for tantivy."""
    return {
        "level": list(answers.levels),
        "delivery": list(answers.delivery),
        "states": [answers.state] if answers.state else [],
        "starts": list(_months(answers)),
        "months": answers.max_months,
        "price": answers.budget_total,
        "roles": [[role, 1.0] for role in answers.roles],
    }


def _months(answers: Answers) -> Iterator[str]:
    if answers.start_from and answers.start_by:
        year, month = map(int, answers.start_from.split("-"))
        while f"{year}-{month:02d}" <= answers.start_by:
            yield f"{year}{month:02d}"
            year, month = year + month // 12, month % 12 + 1
