"""Compares what applicants were told, what the database says and what the mail server got."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What the database says of one message."""

    email: str
    address: str
    purpose: str
    state: str
    ambiguous: int
    message_id: str


@dataclass(frozen=True)
class Verdict:
    """``lost``: thanked, and an advisor neither got a mail nor is a failure visible (I1).

    ``unexplained``: copies beyond one plus the row's attempts of unknown outcome (I2).
    """

    lost: Sequence[str]
    extra_copies: int
    unexplained: int
    left_open: int


def judge(
    *,
    thanked: Iterable[str],
    advisors: Sequence[str],
    rows: Sequence[Row],
    received: Mapping[str, int] | Counter[str],
) -> Verdict:
    """``received`` counts the mail server's copies by Message-ID."""
    alerts = {(row.email, row.address): row for row in rows if row.purpose == "alert"}
    lost = [
        email
        for email in thanked
        if not all(_is_told(alerts.get((email, one)), received) for one in advisors)
    ]
    return Verdict(
        lost=lost,
        extra_copies=sum(max(0, received.get(row.message_id, 0) - 1) for row in rows),
        unexplained=sum(
            max(0, received.get(row.message_id, 0) - 1 - row.ambiguous) for row in rows
        ),
        left_open=sum(row.state in ("planned", "sending") for row in rows),
    )


def _is_told(row: Row | None, received: Mapping[str, int]) -> bool:
    return row is not None and (row.state == "failed" or received.get(row.message_id, 0) > 0)
