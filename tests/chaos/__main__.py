"""Injects every fault into whole sites and prints what was lost: nothing, it is to be hoped.

python -m tests.chaos [--submits 300] [--rate 20] [--lanes 3] [--only TEXT ...]
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from benchmarks.report import describe_machine
from tests.chaos.plant import prepare
from tests.chaos.results import print_head, print_line
from tests.chaos.scenarios import ALL, MUTANTS, SCENARIOS
from tests.services import ProgramMissing

OUT = Path("benchmarks/out/chaos.json")
MUTANT_NAMES = {one.name for one in MUTANTS}


def main() -> int:
    args = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))
    began = time.monotonic()
    wanted = [one.name for one in [*MUTANTS, *SCENARIOS] if is_wanted(one.name, args.only)]
    print_head()
    with tempfile.TemporaryDirectory(prefix="hcp-chaos-made-") as made:
        Path(made).chmod(0o755)
        try:
            prepare(Path(made))
        except ProgramMissing as error:
            print(f"Chaos cannot run: {error}")
            return int(os.environ.get("CI") == "true")
        found = run_in_lanes(wanted, Path(made), args)
    _write(found, seconds=time.monotonic() - began)
    failed = [one["name"] for one in found if not is_as_expected(one)]
    for name in failed:
        print(f"FAILED {name}")
    seconds = time.monotonic() - began
    print(f"{len(found) - len(failed)} passed, {len(failed)} failed in {seconds:.0f} s")
    return int(bool(failed))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos", description="Injects faults.")
    parser.add_argument("--submits", type=int, default=300, help="per scenario")
    parser.add_argument("--rate", type=float, default=20, help="submits per second and lane")
    parser.add_argument("--lanes", type=int, default=3, help="sites that are broken side by side")
    parser.add_argument(
        "--only", action="append", default=[], help="scenarios whose name contains this, or …"
    )
    return parser.parse_args()


def is_wanted(name: str, only: list[str]) -> bool:
    return not only or any(text in name for text in only)


def run_in_lanes(wanted: list[str], made: Path, args: argparse.Namespace) -> list[dict[str, Any]]:
    """Hand the scenarios, in order, to whichever lane is free."""
    queue: SimpleQueue[str] = SimpleQueue()
    for name in wanted:
        queue.put(name)
    found: list[dict[str, Any]] = []
    lock = threading.Lock()

    def work(lane: "subprocess.Popen[str]") -> None:
        assert lane.stdin is not None
        assert lane.stdout is not None
        while True:
            try:
                name = queue.get_nowait()
            except Empty:
                return
            lane.stdin.write(f"{name}\n")
            lane.stdin.flush()
            line = lane.stdout.readline()
            result = json.loads(line) if line else {"name": name, "error": "The lane ended."}
            with lock:
                found.append(result)
                print_line(result)

    count = max(1, min(args.lanes, len(wanted)))
    # The lanes end before the threads that listen to them.
    with ThreadPoolExecutor(max_workers=count) as pool, ExitStack() as stack:
        lanes = [_start_lane(made, args, stack) for _ in range(count)]
        list(pool.map(work, lanes))
    return found


def _start_lane(made: Path, args: argparse.Namespace, stack: ExitStack) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.chaos.lane", "--made", str(made)]
    command += ["--submits", str(args.submits), "--rate", str(args.rate)]
    lane = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    stack.callback(_end, lane)
    return lane


def _end(lane: "subprocess.Popen[str]") -> None:
    lane.terminate()
    lane.wait(60)


def is_as_expected(found: dict[str, Any]) -> bool:
    """All promises hold, or a mutant is seen to break its own; a skipped scenario fails in CI."""
    if "error" in found:
        return False
    if "skipped" in found:
        return os.environ.get("CI") != "true"
    promise = ALL[found["name"]].breaks
    if promise:
        return any(one.endswith(f" {promise}") for one in found["broken"])
    return not found["broken"]


def _write(found: list[dict[str, Any]], *, seconds: float) -> None:
    OUT.parent.mkdir(parents=True, exist_ok=True)
    ran = [one for one in found if "broken" in one]
    OUT.write_text(
        json.dumps(
            {
                "machine": describe_machine(),
                "at": datetime.now(UTC).isoformat(timespec="minutes"),
                "seconds": round(seconds),
                "scenarios": [one for one in ran if one["name"] not in MUTANT_NAMES],
                "mutants": [one for one in ran if one["name"] in MUTANT_NAMES],
            },
            indent=2,
        )
        + "\n"
    )


if __name__ == "__main__":
    sys.exit(main())
