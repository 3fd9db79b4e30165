"""How the commands tell what a loader did."""

from collections import Counter, defaultdict

from django.core.management.base import OutputWrapper

from hcprograms.catalog.reports import Report, Skip

MOST_LINES = 5


def print_report(*, report: Report, out: OutputWrapper, verbosity: int = 1) -> None:
    """Each skipped row with its reason, the reasons in sum, and the counts at the end."""
    if verbosity >= 1:
        for skip in report.skips:
            out.write(f"skipped {skip}")
        _print_sums(title="Skipped", skips=report.skips, out=out)
        _print_sums(title="Worth a look", skips=report.remarks, out=out)
        for line in report.lines_by_kind():
            out.write(line)
    out.write(report.summary)


def _print_sums(*, title: str, skips: list[Skip], out: OutputWrapper) -> None:
    """One line per sort of reason, with how often it occurred and where first."""
    counts: Counter[str] = Counter(_heading(skip) for skip in skips)
    lines: defaultdict[str, list[int]] = defaultdict(list)
    for skip in skips:
        if skip.line and len(lines[_heading(skip)]) < MOST_LINES:
            lines[_heading(skip)].append(skip.line)
    if counts:
        out.write(f"{title}:")
    for heading, count in counts.most_common():
        numbers = ", ".join(map(str, lines[heading])) + (" …" if count > MOST_LINES else "")
        out.write(f"  {count:>6} × {heading}" + (f" (lines {numbers})" if lines[heading] else ""))


def _heading(skip: Skip) -> str:
    return f"{skip.table}: {skip.sort}"
