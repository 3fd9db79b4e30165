"""Answers that calendars send to an invitation (RFC 5546, METHOD:REPLY). Pure."""

import re
import uuid
from dataclasses import dataclass

MAX_CALENDAR = 20_000
MAX_LINES = 500
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CalendarReply:
    """What one guest answers to one invitation."""

    answer: str
    """PARTSTAT in capitals: ACCEPTED, DECLINED, TENTATIVE ..."""
    appointment: uuid.UUID | None
    """The id in its UID, if it has one; it may be of no appointment of ours."""
    sequence: int | None
    comment: str


def parse_calendar_reply(text: str) -> CalendarReply | None:
    """Return the answer in an iCalendar object; None where it is no answer."""
    lines = re.sub(r"\r?\n[ \t]", "", text[:MAX_CALENDAR]).splitlines()[:MAX_LINES]
    fields: dict[str, str] = {}
    for line in lines:
        name, _colon, value = line.partition(":")
        fields.setdefault(name.partition(";")[0].strip().upper(), value.strip())
        if name.upper().startswith("ATTENDEE;"):
            answer = re.search(r";PARTSTAT=\"?([A-Z-]{1,20})", name.upper())
            if answer:
                fields.setdefault("PARTSTAT", answer[1])
    if fields.get("METHOD", "").upper() != "REPLY" or "PARTSTAT" not in fields:
        return None
    uid, sequence = UUID.search(fields.get("UID", "")), fields.get("SEQUENCE", "")
    return CalendarReply(
        answer=fields["PARTSTAT"],
        appointment=uuid.UUID(uid[0]) if uid else None,
        sequence=int(sequence) if re.fullmatch(r"[0-9]{1,6}", sequence) else None,
        comment=fields.get("COMMENT", "").replace("\\n", "\n").replace("\\,", ",")[:1000],
    )
