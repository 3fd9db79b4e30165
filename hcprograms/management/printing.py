"""How the commands tell what a loader did."""

from collections import Counter, defaultdict

from django.core.management.base import OutputWrapper

from hcprograms.catalog.reports import Report, Skip


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
    counts: Counter[str] = Counter(skip.sort for skip in skips)
    lines: defaultdict[str, list[int]] = defaultdict(list)
    for skip in skips:
        if skip.line and len(lines[skip.sort]) < 5:
            lines[skip.sort].append(skip.line)
    if counts:
        out.write(f"{title}:")
    for sort, count in counts.most_common():
        where = f" (lines {', '.join(map(str, lines[sort]))} …)" if lines[sort] else ""
        out.write(f"  {count:>6} × {sort}{where if count > 5 else where.replace(' …', '')}")
