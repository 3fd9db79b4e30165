"""What a benchmark found: printed as a table, kept as ``benchmarks/out/NAME.json``."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

OUT = Path(__file__).parent / "out"


@dataclass(frozen=True)
class Report:
    """``ratios`` are ours ÷ theirs, from the same run."""

    name: str
    figures: Mapping[str, float]
    ratios: Mapping[str, float]
    notes: Sequence[str] = ()
    """Sentences to read beside the tables."""

    def print(self) -> None:
        for title, values in (("figure", self.figures), ("ours ÷ theirs", self.ratios)):
            print(f"\n{title:<44}")
            for name, value in values.items():
                print(f"{name:<44}{value:>12,.3g}" if value < 10 else f"{name:<44}{value:>12,.0f}")
        for note in self.notes:
            print(f"\n{note}")

    def write(self) -> None:
        OUT.mkdir(exist_ok=True)
        found = {"machine": describe_machine(), "figures": self.figures, "ratios": self.ratios}
        (OUT / f"{self.name}.json").write_text(json.dumps(found, indent=2) + "\n")


def describe_machine() -> str:
    return f"{os.cpu_count()} × {platform.machine()}, Python {platform.python_version()}"
