"""What the database says of a scenario's people, told apart by the name in their addresses."""

import json
import sqlite3
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from tests.chaos.judge import Row

DOWN = (psycopg.Error, sqlite3.Error)
NUDGES = ("reminder", "escalation")

ROWS = """
    SELECT l.email, f.address, f.purpose, f.state, f.ambiguous_attempts, f.public_id,
           coalesce(e.url, '')
    FROM hcprograms_followup f JOIN hcprograms_lead l ON l.id = f.lead_id
    LEFT JOIN hcprograms_webhookendpoint e ON e.id = f.endpoint_id
    WHERE l.email LIKE ?
"""
OPEN = """
    SELECT f.state, f.due_at FROM hcprograms_followup f JOIN hcprograms_lead l ON l.id = f.lead_id
    WHERE l.email LIKE ? AND f.state IN ('planned', 'sending')
    AND f.purpose NOT IN ('reminder', 'escalation')
"""
NUDGE_OFFSETS = """
    SELECT l.email, f.purpose, f.step, f.due_at, l.captured_at
    FROM hcprograms_followup f JOIN hcprograms_lead l ON l.id = f.lead_id
    WHERE l.email LIKE ? AND f.purpose IN ('reminder', 'escalation')
"""
CONSENTS = """
    SELECT l.email, c.channel, c.decision
    FROM hcprograms_consent c JOIN hcprograms_lead l ON l.id = c.lead_id WHERE l.email LIKE ?
"""
PUT_AWAY = """
    UPDATE hcprograms_followup SET state = 'cancelled' WHERE state = 'planned' AND lead_id IN
    (SELECT id FROM hcprograms_lead WHERE email LIKE ?)
"""


class Ledger:
    """Reads and, where a scenario needs it, writes; on either database."""

    def __init__(self, connect: Callable[[], Any], *, placeholder: str) -> None:
        self._connect, self._placeholder = connect, placeholder

    def rows(self, name: str) -> list[Row]:
        return [
            Row(email, address, purpose, state, ambiguous, _message_id(public_id, url), url)
            for email, address, purpose, state, ambiguous, public_id, url in self._ask(ROWS, name)
        ]

    def open_until(self, name: str) -> list[tuple[str, datetime]]:
        """State and due time of what is still to be sent, nudges of later aside."""
        return [(state, _moment(due_at)) for state, due_at in self._ask(OPEN, name)]

    def leads(self, name: str) -> Counter[str]:
        query = "SELECT email FROM hcprograms_lead WHERE email LIKE ?"
        return Counter(email for (email,) in self._ask(query, name))

    def consents(self, name: str) -> dict[str, set[str]]:
        """Email address → what was decided, such as ``email granted``."""
        found: dict[str, set[str]] = {}
        for email, channel, decision in self._ask(CONSENTS, name):
            found.setdefault(email, set()).add(f"{channel} {decision}")
        return found

    def nudge_offsets(self, name: str) -> set[frozenset[tuple[str, int, timedelta]]]:
        """How long after a lead its nudges are due; one set for all leads if all is even."""
        found: dict[str, set[tuple[str, int, timedelta]]] = {}
        for email, purpose, step, due_at, at in self._ask(NUDGE_OFFSETS, name):
            found.setdefault(email, set()).add((purpose, step, _moment(due_at) - _moment(at)))
        return {frozenset(one) for one in found.values()}

    def message_ids(self) -> set[str]:
        """Of all messages to people, of all scenarios."""
        query = "SELECT public_id FROM hcprograms_followup WHERE endpoint_id IS NULL"
        with self._open() as connection:
            return {_message_id(one, "") for (one,) in connection.execute(query).fetchall()}

    def plan_message(self, email: str, *, seconds: float) -> None:
        """One more message to this person, due in so many seconds: a copy of the confirmation."""
        with self._open() as connection:
            cursor = connection.execute(
                self._sql(
                    "SELECT f.* FROM hcprograms_followup f JOIN hcprograms_lead l"
                    " ON l.id = f.lead_id WHERE l.email = ? AND f.purpose = 'confirmation'"
                ),
                [email],
            )
            names = [one[0] for one in cursor.description]
            row = dict(zip(names, cursor.fetchone(), strict=True))
            row |= {
                "public_id": _fresh_id(row["public_id"]),
                "purpose": "message",
                "subject": "One more thing",
                "text": "We thought of something else.",
                "state": "planned",
                "lease_token": None,
                "leased_at": None,
                "sent_at": None,
                "message_id": "",
                "attempts": 0,
                "ambiguous_attempts": 0,
                "first_attempt_at": None,
                "due_at": _in_seconds(row["due_at"], seconds),
            }
            del row["id"], row["is_open"]
            marks = ", ".join("?" * len(row))
            connection.execute(
                self._sql(f"INSERT INTO hcprograms_followup ({', '.join(row)}) VALUES ({marks})"),
                [json.dumps(one) if isinstance(one, dict | list) else one for one in row.values()],
            )

    def put_away(self, name: str) -> None:
        """Cancel what would be sent much later, in the middle of another scenario."""
        with self._open() as connection:
            connection.execute(self._sql(PUT_AWAY), [f"{name}-%"])

    def _ask(self, query: str, name: str) -> Sequence[Sequence[Any]]:
        with self._open() as connection:
            found: Sequence[Sequence[Any]] = connection.execute(
                self._sql(query), [f"{name}-%"]
            ).fetchall()
            return found

    def _sql(self, query: str) -> str:
        return query.replace("?", self._placeholder)

    @contextmanager
    def _open(self) -> Iterator[Any]:
        with closing(self._connect()) as connection, connection:
            yield connection


def _message_id(public_id: Any, url: str) -> str:
    name = uuid.UUID(str(public_id))
    return f"msg_{name.hex}" if url else f"<{name}@localhost>"


def _fresh_id(before: Any) -> Any:
    return uuid.uuid4() if isinstance(before, uuid.UUID) else uuid.uuid4().hex


def _moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


def _in_seconds(before: Any, seconds: float) -> Any:
    at = datetime.now(UTC) + timedelta(seconds=seconds)
    return at if isinstance(before, datetime) else str(at.replace(tzinfo=None))
