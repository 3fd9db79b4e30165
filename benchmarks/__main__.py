"""Runs one benchmark by name, or all: ``python -m benchmarks [NAME]``.

Each is a package or module here with ``run() -> Report``.
"""

import importlib
import pkgutil
import sys

import benchmarks

PARTS = {"out", "peers", "report", "synthetic"}


def main() -> int:
    known = [each.name for each in pkgutil.iter_modules(benchmarks.__path__)]
    known = [name for name in known if name not in PARTS and not name.startswith("_")]
    wanted = sys.argv[1:] or known
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}; known: {', '.join(known)}")
        return 2
    for name in wanted:
        print(f"\n== {name}", flush=True)
        report = importlib.import_module(f"benchmarks.{name}").run()
        report.print()
        report.write()
    return 0


if __name__ == "__main__":
    sys.exit(main())
