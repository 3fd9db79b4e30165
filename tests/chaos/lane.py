"""One of the sites that are broken side by side; reads names of scenarios, writes results.

python -m tests.chaos.lane --made FOLDER --submits 300 --rate 20
"""

import argparse
import json
import signal
import sys
import tempfile
import traceback
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.chaos.crm import running_crm
from tests.chaos.embedded import Embedded
from tests.chaos.machines import Network, NotAllowed, TwoMachines
from tests.chaos.plant import Plant
from tests.chaos.run import run_scenario
from tests.chaos.scenarios import ALL, Scenario
from tests.smtp import running_smtp


class Lane:
    def __init__(self, made: Path, stack: ExitStack, *, submits: int, rate: float) -> None:
        self.made, self.submits, self.rate = made, submits, rate
        self._stack = stack
        self._site: Plant | None = None
        self._count = 0

    def run(self, scenario: Scenario) -> dict[str, Any]:
        """What a scenario showed, or why it could not run here."""
        try:
            with ExitStack() as stack:
                return self._run(scenario, stack)
        except NotAllowed as error:
            return {"name": scenario.name, "skipped": f"not possible here: {error}"}
        except Exception:
            return {"name": scenario.name, "error": traceback.format_exc()}

    def _run(self, scenario: Scenario, stack: ExitStack) -> dict[str, Any]:
        plant = self._find_plant(scenario, stack)
        if scenario.name == "disk full" and not plant.has_small_disk:
            raise NotAllowed("mounting a disk of its own")
        if scenario.mutant:
            sound = plant.replace_worker(
                plant.make_worker("mutant", app="tests.chaos.mutants", CHAOS_MUTANT=scenario.mutant)
            )
            stack.callback(plant.replace_worker, sound)
        self._count += 1
        name = f"s{self._count}"
        result = run_scenario(plant, scenario, name=name, submits=self.submits, rate=self.rate)
        return result.as_dict()

    def _find_plant(self, scenario: Scenario, stack: ExitStack) -> Any:
        if scenario.plant == "site":
            if self._site is None:
                self._site = self._make_site(self._stack)
            return self._site
        sink_host = {}
        network = Network()
        if scenario.plant == "machines":
            stack.callback(network.remove)
            network.build()
            sink_host = {"host": network.address}
        folder = self._new_folder(stack)
        sink = stack.enter_context(running_smtp(**sink_host))
        if scenario.plant == "machines":
            plant: Any = TwoMachines(folder, sink, self.made, network)
        else:
            plant = Embedded(folder, sink, self.made)
        stack.callback(plant.stop_all)
        return plant

    def _make_site(self, stack: ExitStack) -> Plant:
        folder = self._new_folder(stack)
        sink = stack.enter_context(running_smtp())
        plant = Plant(folder, sink, self.made)
        stack.callback(plant.stop_all)
        plant.crm = stack.enter_context(running_crm(self.made / "localhost.pem"))
        return plant

    def _new_folder(self, stack: ExitStack) -> Path:
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="hcp-chaos-", ignore_cleanup_errors=True)
        )
        Path(folder).chmod(0o755)
        return Path(folder)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--made", type=Path, required=True)
    parser.add_argument("--submits", type=int, required=True)
    parser.add_argument("--rate", type=float, required=True)
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))
    with ExitStack() as stack:
        lane = Lane(args.made, stack, submits=args.submits, rate=args.rate)
        for line in sys.stdin:
            print(json.dumps(lane.run(ALL[line.strip()])), flush=True)


if __name__ == "__main__":
    main()
