"""What the page of a report shows: charts, each with its numbers as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from hcprograms.leads.admin.report_form import Asked, name_group
from hcprograms.leads.charts import Columns, draw_bars, draw_columns
from hcprograms.leads.reporting import Line
from hcprograms.leads.reports import Report, headings, tabulate


@dataclass(frozen=True, slots=True)
class Chart:
    """Columns over time; ``whole`` and ``part`` say what their two colours are."""

    key: str
    title: str
    columns: Columns
    part: str
    whole: str


@dataclass(frozen=True, slots=True)
class Row:
    cells: Sequence[Any]
    url: str = ""
    """Shows the group alone."""
    is_chosen: bool = False


def lay_out(report: Report, asked: Asked) -> dict[str, Any]:
    """The context of the page."""
    whole = report.total
    stages = headings("")[1:9]
    way = [whole.views, whole.starts, whole.submits, *whole.reached]
    chosen = [one.label for one in report.groups if one.key == asked.only]
    return {
        "report": report,
        "charts": draw_charts(report),
        "bars": draw_bars(list(zip(stages, way, strict=True)), base=whole.submits),
        "is_narrowed": asked.only is not None,
        "chosen": chosen[0] if chosen else "",
        "all_url": _address(asked, None),
        "group_headings": headings(asked.by_label),
        "group_rows": [
            Row(tabulate(one), _address(asked, one.key), one.key == asked.only)
            for one in report.groups
        ],
        "time_headings": headings(_("From")),
        "time_rows": [Row(tabulate(one)) for one in report.over_time],
    }


def draw_charts(report: Report) -> list[Chart]:
    """The requests of each step, and how fast they were answered where any is due."""
    lines = [(one.label, one.line) for one in report.over_time]
    charts = [
        Chart(
            "requests",
            _("Requests"),
            draw_columns([(label, line.submits, len(line.minutes)) for label, line in lines]),
            part=_("answered"),
            whole=_("not answered"),
        )
    ]
    if report.total.judged:
        charts.append(
            Chart(
                "in-time",
                _("Answers that were due"),
                draw_columns([(label, line.judged, line.within) for label, line in lines]),
                part=_("in time"),
                whole=_("late, or none"),
            )
        )
    if report.total.minutes:
        charts.append(
            Chart(
                "minutes",
                _("Business minutes until the first answer"),
                draw_columns(
                    [
                        (label, round(line.p90 or 0), round(line.median or 0))
                        for label, line in lines
                    ]
                ),
                part=_("half answered within"),
                whole=_("90 % answered within"),
            )
        )
    return charts


def _minutes(line: Line) -> tuple[int, int]:
    return round(line.p90 or 0), round(line.median or 0)


def _address(asked: Asked, only: str | None) -> str:
    """The same report about one group, or about all."""
    values: Mapping[str, Any] = asked.as_typed() | {
        "only": "" if only is None else name_group(asked.by, only)
    }
    return "?" + urlencode({key: value for key, value in values.items() if value != ""})
