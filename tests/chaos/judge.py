"""Compares what applicants were told, what the database says and what the mail server got."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

NUDGES = ("reminder", "escalation")


@dataclass(frozen=True)
class Row:
    """What the database says of one message; ``url`` of one to another system."""

    email: str
    address: str
    purpose: str
    state: str
    ambiguous: int
    message_id: str
    url: str = ""

    @property
    def is_open(self) -> bool:
        return self.state in ("planned", "sending") and self.purpose not in NUDGES


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """``received`` counts copies by Message-ID; ``known`` are the ids that the database has.

    ``expected_consents`` and ``consents`` map an address to what was decided.
    """

    thanked: Sequence[str]
    advisors: Sequence[str]
    systems: Sequence[str] = ()
    rows: Sequence[Row]
    received: Mapping[str, int]
    known: Collection[str]
    leads: Mapping[str, int]
    consents: Mapping[str, Collection[str]]
    expected_consents: Mapping[str, Collection[str]]
    written_to_afterwards: Sequence[str] = ()
    nudge_times: int = 1


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What is wrong, by invariant; copies that an unknown outcome explains are not.

    I1 ``lost``: thanked, and somebody was neither told nor is a failure visible. I2
    ``unexplained``: copies beyond one plus the attempts of unknown outcome. I3 ``doubled``: sent
    again, and now two leads. I5 ``left_open``, ``wrong_consents``, ``written_to_afterwards`` and
    ``early``: nudges before their time, or with another delay than others. I6 ``unmatched``: mails
    without a row, and rows that say “sent” without a mail.
    """

    lost: Sequence[str] = ()
    extra_copies: int = 0
    unknown_outcomes: int = 0
    unexplained: int = 0
    doubled: int = 0
    left_open: int = 0
    wrong_consents: int = 0
    written_to_afterwards: int = 0
    early: int = 0
    unmatched: int = 0

    @property
    def broken(self) -> list[str]:
        """What must not be, by name."""
        found = {
            "lost": len(self.lost),
            "unexplained copies": self.unexplained,
            "doubled leads": self.doubled,
            "left open": self.left_open,
            "wrong consents": self.wrong_consents,
            "written to after leaving": self.written_to_afterwards,
            "nudged early": self.early,
            "unmatched": self.unmatched,
        }
        return [f"{count} {name}" for name, count in found.items() if count]


@dataclass
class _Told:
    received: Mapping[str, int]
    by_person: dict[tuple[str, str], Row] = field(default_factory=dict)

    def has(self, email: str, whom: str) -> bool:
        row = self.by_person.get((email, whom))
        return row is not None and (row.state == "failed" or self.copies(row) > 0)

    def copies(self, row: Row) -> int:
        return self.received.get(row.message_id, 0)


def judge(evidence: Evidence) -> Verdict:
    rows, received = evidence.rows, evidence.received
    told = _Told(received)
    for row in rows:
        if row.purpose == "alert" or row.url:
            told.by_person[row.email, row.url or row.address] = row
    mails = [row for row in rows if not row.url]
    extra = {row: max(0, told.copies(row) - 1) for row in mails}
    everybody = [*evidence.advisors, *evidence.systems]
    return Verdict(
        lost=[
            email
            for email in evidence.thanked
            if not all(told.has(email, one) for one in everybody)
        ],
        extra_copies=sum(extra.values()),
        unknown_outcomes=sum(row.ambiguous for row in mails),
        unexplained=sum(max(0, copies - row.ambiguous) for row, copies in extra.items()),
        doubled=sum(count - 1 for count in evidence.leads.values()),
        left_open=sum(row.is_open for row in rows),
        wrong_consents=sum(
            set(evidence.consents.get(email, ())) != set(expected)
            for email, expected in evidence.expected_consents.items()
        ),
        written_to_afterwards=len(evidence.written_to_afterwards),
        early=sum(told.copies(row) > 0 for row in mails if row.purpose in NUDGES)
        + max(0, evidence.nudge_times - 1),
        unmatched=sum(not told.copies(row) for row in mails if row.state == "sent")
        + len(_strangers(received, evidence.known)),
    )


def _strangers(received: Mapping[str, int], known: Collection[str]) -> Counter[str]:
    mails = (name for name in received if name.startswith("<"))
    return Counter(name for name in mails if name not in known)
