"""Reports that mail servers send back: delivery failures (RFC 3464) and complaints (RFC 5965).

Pure. What is no report gives none.
"""

import re
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from email.message import Message
from enum import Enum
from itertools import islice
from urllib.parse import unquote

from hcprograms.institutions.email_addresses import get_comparable_email
from hcprograms.leads.cleaning import is_forbidden

ENHANCED = re.compile(r"(?<![\d.])([245])\.([0-7])\.(\d{1,3})(?!\d|\.\d)")
BASIC = re.compile(r"^\s*([245]\d\d)\b|\b(?:said|returned|responded|response)\W{1,4}([245]\d\d)\b")
OWN_ID = re.compile(r"^message-id:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
MAX_REPORTS = 50
MAX_ANSWER = 2000
MAX_PARTS = 200
MAX_IDS = 50

# Enhanced status codes (RFC 3463) that speak of the recipient's address and nothing else.
DEAD_CODES = {"1.1", "1.2", "1.3", "1.6", "1.10", "2.1"}
# Codes that say too little, so that the words decide: "other address status", "other", and
# Microsoft's 5.5.0 (Hotmail) for a mailbox that is not there, and 5.1.351 (Exchange Online) for
# whatever another server said.
VAGUE_CODES = {"0.0", "1.0", "5.0", "1.351"}
# Refusals for good without an enhanced code (RFC 5321, 4.2.3); the words must speak of a mailbox.
DEAD_REPLIES = {"550", "551", "553", "554"}

WHO = r"(user|mailbox|recipient|account|address(ee)?|person|inbox|customer)"
# What servers say of a recipient that they do not have.
NO_RECIPIENT = re.compile(
    rf"\b{WHO}( \w+){{0,7}}? (unknown|not (be )?(found|known|exist\w*|available|local|valid|listed"
    r"|recogni[sz]ed)"
    r"|does ?n[o'’]?t exist|doesn[’']t have|has moved|moved|unavailable|(is )?invalid|inactive"
    r"|disabled|closed|suspended|deactivated|deleted|terminated|no longer|not active)\b"
    rf"|\b(unknown|invalid|no such|no valid|nonexistent|non-existent|bad|inactive|disabled)"
    rf"( \w+){{0,2}} {WHO}\b"
    rf"|\bnot (an? |our |one of our )?((valid|existing|known|local) ){{0,2}}{WHO}s?\b"
    r"|\bdoes(n[’']?t| not) have an? (\w+ ){0,3}account\b|\b(?<!sender )address rejected\W*$"
    r"|\b(nosuchuser|recipientnotfound|recipnotfound|user_?unknown|unrout(e)?able address)\b"
    r"|\bno (mailbox|such user|such person|such recipient)\b|^(551 )?(user )?moved$"
    r"|\brecipient( address)? (rejected|denied)\W+(user|unknown|no such|undeliverable|invalid)"
    r"|\badresse\b.{0,30}\b(invalide|inconnue|inexistante)\b|\butilisateur inconnu\b"
    r"|\bempf(ä|ae)nger\b.{0,30}\b(unbekannt|existiert nicht)\b",
    re.IGNORECASE,
)
NO_HOST = re.compile(
    r"\b((no such|unknown|invalid|illegal|non-?existent) (host|domain)|nxdomain"
    r"|(host|domain)( or domain)?( ?name)?( was| is)? (not found|unknown|invalid)"
    r"|(host|domain) does not accept e?-?mail\W*$|domain does ?n[o'’]?t exist|null mx)\b",
    re.IGNORECASE,
)
# Statuses for a domain that is not there or takes no mail (null MX, RFC 7505).
HOST_STATUS = re.compile(r"\s*5\.(1\.2|1\.10|4\.4|7\.27)\b")
# What speaks of our mail, our server or a rule, whatever code stands before it.
NOT_THE_ADDRESS = re.compile(
    r"\b(sender|senders|sending|return ?path|envelope from|mail from|from address"
    r"|spf|dkim|dmarc|arc|ptr|rdns|reverse dns|dns|helo|ehlo|authenticat\w*|unauthenticated"
    r"|authoriz\w*|authoris\w*"
    r"|polic(y|ies)|reputation|spam\w*|junk|bulk|unsolicited|virus\w*|malware|phish\w*|infected"
    r"|content|rbl|dnsbl|black ?list\w*|block ?list\w*|deny ?list\w*|blocked|blocking|banned"
    r"|listed (in|on|by|at)|prohibited|forbidden|not allowed to send|not permitted|not accepted"
    r"|relay(?! recipient)|relaying|relayed|rate|rates|too (many|much|fast)|throttl\w*|greylist\w*"
    r"|gray ?list\w*|limit\w*|frequen\w*|quota|full|exceed\w*|too (large|big|long)|message size"
    r"|insufficient|disk|storage|space|expired|timed? ?out|connect\w*|unreachable|hop count|loop\w*"
    r"|try (again )?later|temporar\w*|system (error|problem)|internal error|transaction failed"
    r"|tls|certificate|encrypt\w*|permission|restrict\w*|access denied"
    r"|couldn[’']?t create|(unable to|cannot|can[’']?t) (create|open|write)|error while writing"
    r"|client host|your (ip|server|host|message|mail|e ?mail|network|domain|system|account))\b",
    re.IGNORECASE,
)
# The state of one mailbox or one message: it tells nothing of how our mail is seen.
ONE_MAILBOX = re.compile(
    r"\b(quota|mailbox (is )?full|full mailbox|storage|disk|insufficient (system )?(storage|space)"
    r"|too (large|big|long)|message size|size limit|exceeds? (the )?(maximum )?size)\b",
    re.IGNORECASE,
)
ONE_MAILBOX_CODES = {"2.2", "2.3", "3.1", "3.4", "2.4"}
# Bounded (RFC 5321, 4.5.3.1): without an end it would search a long text once for each character.
ADDRESS = r"[^\s@]{1,64}@\S+"
# Names of hosts and addresses must not count as words: spam@policy.example.
NO_WORDS = re.compile(
    rf"https?://\S+|{ADDRESS}|\b[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{0,8}}\.[a-z]{{2,63}}\b",
    re.IGNORECASE,
)
# Exchange Online refuses an unknown recipient at its edge in these words.
EDGE_REFUSAL = re.compile(
    r"recipient address(es)? rejected ?:? ?access denied(?! due)", re.IGNORECASE
)

FROM_SERVER = re.compile(
    r"mailer.?daemon|postmaster|mail deliver|mail administrator|^\s*<>\s*$", re.IGNORECASE
)
FAILURE_SUBJECT = re.compile(
    r"failure|failed|undeliver|returned|returning|rejected|could not be delivered|not delivered"
    r"|unzustellbar|nicht zugestellt|non remis|no se pudo entregar|rückläufer",
    re.IGNORECASE,
)
NO_FAILURE_SUBJECT = re.compile(
    r"delay|warning|still being|verz(ö|oe)ger|success|relayed|expanded", re.IGNORECASE
)
# Reports that a mail arrived or was read, or of another kind.
OTHER_REPORTS = {"message/disposition-notification", "message/feedback-report"}
COPY_BELOW = re.compile(
    r"^[^\w\n]{0,80}(below this line is a copy|this is a copy of (the|your) message"
    r"|original message follows|included is a copy|the original message|return-path:)",
    re.IGNORECASE | re.MULTILINE,
)


class ReportKind(Enum):
    """What a report means for an address."""

    DEAD = "dead"
    """It takes no mail, and will not."""
    RETURNED = "returned"
    """This one message did not arrive; the next may."""
    LATER = "later"
    """Not yet."""
    COMPLAINT = "complaint"
    """Its owner calls the message spam."""
    UNSUBSCRIBED = "unsubscribed"
    """Its owner ended emails on a page of the mail provider's."""


@dataclass(frozen=True, slots=True)
class Report:
    kind: ReportKind
    address: str
    """In comparable form; empty where the report does not say."""
    message: uuid.UUID | None
    """The id of our message that it is about, if it says."""
    reason: str
    other_addresses: Sequence[str] = field(default=())
    """What else the report calls the recipient, such as the mailbox behind an alias."""
    other_messages: Sequence[uuid.UUID] = field(default=())
    """Further ids in it, less likely ones; most are of no message."""
    is_formal: bool = True
    """Whether it has the form of RFC 3464; what is told in free text is less sure."""


def classify_status(text: str) -> ReportKind:
    """Return what an answer or status such as "550 5.1.1 No such user" or "4.2.2" means.

    DEAD only where code or words speak of the recipient, and no words speak of the sender, a
    policy, a rate, a full mailbox or the network: what is unclear is about this message alone.
    """
    said = text[:MAX_ANSWER]
    codes = [match.groups() for match in ENHANCED.finditer(said)]
    basic = BASIC.search(said)
    reply = (basic[1] or basic[2]) if basic else ""
    classes = {code[0] for code in codes} or ({reply[0]} if reply else set())
    if not classes:
        return ReportKind.RETURNED
    if "5" not in classes:
        return ReportKind.LATER
    details = {f"{subject}.{int(detail)}" for kind, subject, detail in codes if kind == "5"}
    return ReportKind.DEAD if _is_about_recipient(said, details, reply) else ReportKind.RETURNED


def _is_about_recipient(said: str, details: set[str], reply: str) -> bool:
    words = " ".join(NO_WORDS.sub(" ", said).split())
    if details == {"4.1"}:
        return bool(EDGE_REFUSAL.search(words))
    if NOT_THE_ADDRESS.search(words):
        return False
    if details == {"4.4"}:
        return bool(NO_HOST.search(words))
    clear = details - VAGUE_CODES
    if clear:
        return clear <= DEAD_CODES
    # A server that gives no code of its own: "550 Requested action not taken: mailbox unavailable".
    if not details and reply not in DEAD_REPLIES:
        return False
    if not reply and NO_HOST.search(words):
        return True
    return bool(NO_RECIPIENT.search(" ".join(re.sub(ADDRESS, " ", said).split())))


def classify_failure(*, answer: str, status: str) -> ReportKind:
    """Return what a failure means, by the other server's own answer before the general status.

    Mail servers fill in the status themselves where the other one gave no code: 5.1.1 for any 550.
    """
    if ENHANCED.search(answer):
        return classify_status(answer)
    if BASIC.search(answer):
        is_host = HOST_STATUS.match(status) and NO_HOST.search(answer)
        return classify_status(f"5.4.4 {answer}" if is_host else answer)
    return classify_status(f"{status} {answer}")


def classify_last_failure(*, answer: str, status: str) -> ReportKind:
    """Return what it means that a server gave up: DEAD or RETURNED.

    "Later" was said for days then, and is final: "450 4.1.1 User unknown" of a server that says no
    more to anybody.
    """
    kind = classify_failure(answer=answer, status=status)
    if kind is ReportKind.LATER and NO_RECIPIENT.search(answer):
        final = re.sub(r"\b4(?=\d\d\b|\.\d)", "5", f"{answer or status}")
        kind = classify_failure(answer=final, status=status)
    return ReportKind.DEAD if kind is ReportKind.DEAD else ReportKind.RETURNED


def is_mail_refused(text: str) -> bool:
    """Whether an answer that leaves the address alone may meet our other mails too.

    Not so where it speaks of one full mailbox or one message that is too large.
    """
    said = text[:MAX_ANSWER]
    codes = {f"{code[1]}.{int(code[2])}" for code in ENHANCED.findall(said)} - VAGUE_CODES
    if codes & ONE_MAILBOX_CODES or ONE_MAILBOX.search(NO_WORDS.sub(" ", said)):
        return False
    basic = BASIC.search(said)
    is_bare_552 = not codes and bool(basic) and "552" in (basic or ("",))[0]
    return not is_bare_552 or bool(NOT_THE_ADDRESS.search(said))


def read_reports(message: Message) -> Sequence[Report]:
    """Return one report for each recipient that the message tells of."""
    parts = list(list_parts(message))
    kinds = {get_content_type(part) for part in parts}
    if "multipart/report" not in kinds and not _is_from_server(message):
        return ()
    ids = _find_ids(message, parts)
    found: list[Report] = []
    for part in parts:
        kind = get_content_type(part)
        if kind in ("message/delivery-status", "message/global-delivery-status"):
            found += islice(_read_failures(part, ids), MAX_REPORTS)
        elif kind == "message/feedback-report":
            found += islice(_read_complaints(part, ids), MAX_REPORTS)
        if len(found) >= MAX_REPORTS:
            break
    if not found and not kinds & OTHER_REPORTS and not any(map(_names_success, parts)):
        found += _read_free_text(message, parts, ids)
    return found[:MAX_REPORTS]


def list_parts(message: Message) -> Iterator[Message]:
    """The parts of a message from top to bottom, not what an attached message consists of."""
    waiting = [message]
    for _ in range(MAX_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        yield part
        payload = part.get_payload()
        if get_content_type(part).startswith("multipart/") and isinstance(payload, list):
            waiting += [one for one in reversed(payload) if isinstance(one, Message)]


def get_content_type(part: Message) -> str:
    """The part's type in lower case; what cannot be read counts as text."""
    try:
        return part.get_content_type()
    except (ValueError, LookupError, TypeError, AttributeError):
        return "text/plain"


def _read_failures(part: Message, ids: Sequence[uuid.UUID]) -> Iterator[Report]:
    for block in _blocks(part):
        action = re.match(r"\s*(failed|delayed)\b", block.get("action", ""), re.IGNORECASE)
        addresses = _addresses(block)
        if action is None or not (addresses or ids):
            continue
        answer = block.get("diagnostic-code", "")
        answer = (answer.partition(";")[2] or answer).strip()
        status = block.get("status", "")
        is_final = action[1].lower() == "failed"
        kind = classify_last_failure(answer=answer, status=status) if is_final else ReportKind.LATER
        yield _build_report(kind, addresses, ids, f"{status} {answer}".strip())


def _names_success(part: Message) -> bool:
    """Whether it is the part of a report that says of a recipient that the message got through."""
    if not get_content_type(part).endswith("delivery-status"):
        return False
    actions = (block.get("action", "").lower() for block in _blocks(part))
    return any(re.match(r"\s*(delivered|relayed|expanded)\b", one) for one in actions)


def _read_complaints(part: Message, ids: Sequence[uuid.UUID]) -> Iterator[Report]:
    for block in _blocks(part):
        if block.get("feedback-type", "").lower() not in ("abuse", "fraud", "opt-out"):
            continue
        address = _address(block.get("original-rcpt-to") or "")
        if address or ids:
            addresses = [address] if address else []
            yield _build_report(ReportKind.COMPLAINT, addresses, ids, block["feedback-type"])


def _build_report(
    kind: ReportKind,
    addresses: Sequence[str],
    ids: Sequence[uuid.UUID],
    reason: str,
    *,
    is_formal: bool = True,
) -> Report:
    plain = "".join(one if not is_forbidden(one) else " " for one in reason[:MAX_ANSWER])
    return Report(
        kind=kind,
        address=addresses[0] if addresses else "",
        message=ids[0] if ids else None,
        reason=" ".join(plain.split())[:300],
        other_addresses=tuple(addresses[1:]),
        other_messages=tuple(ids[1:]),
        is_formal=is_formal,
    )


def _blocks(part: Message) -> Iterator[dict[str, str]]:
    """The groups of fields of a status part, names in lower case."""
    payload = part.get_payload()
    parts = payload if isinstance(payload, list) else [payload]
    texts = [_write_fields(one) if isinstance(one, Message) else str(one) for one in parts]
    for text in "\n\n".join(texts).replace("\r\n", "\n").split("\n\n"):
        fields: dict[str, str] = {}
        for line in re.sub(r"\n[ \t]+", " ", text).split("\n"):
            name, _colon, value = line.partition(":")
            fields.setdefault(name.strip().lower(), value.strip())
        yield fields


def _write_fields(part: Message) -> str:
    lines = [f"{name}: {value}" for name, value in part.raw_items()]
    payload = part.get_payload()
    return "\n".join(lines) + "\n\n" + (payload if isinstance(payload, str) else "")


def _addresses(block: dict[str, str]) -> list[str]:
    """The original recipient first: it is whom we wrote to (RFC 3464, 2.3.1)."""
    original = _address(block.get("original-recipient", ""))
    decoded = re.sub(r"\+([0-9A-F]{2})", lambda one: chr(int(one[1], 16)), original.upper())
    # "xtext" (RFC 3461, 4): a plus is written "+2B"; others leave it as it is.
    found = [original, get_comparable_email(decoded) if "+" in original else ""]
    found.append(_address(block.get("final-recipient", "")))
    return list(dict.fromkeys(one for one in found if one))


def _address(value: str) -> str:
    """The address of “rfc822; ada@example.org” or “<ada@example.org>”."""
    address = value.rpartition(";")[2].strip().strip("<>")
    is_one = "@" in address and " " not in address and not address.startswith("/")
    return get_comparable_email(address[:400]) if is_one else ""


def _find_ids(message: Message, parts: Sequence[Message]) -> list[uuid.UUID]:
    """What may be ids of messages of ours, the likeliest first.

    The returned message's own id, then what the report answers, then all else that was returned:
    relays replace the Message-ID, and leave List-Unsubscribe with our id alone.
    """
    own: list[str] = []
    returned: list[str] = []
    for part in reversed(parts):
        kind = get_content_type(part)
        if kind == "message/rfc822":
            payload = part.get_payload()
            inner = payload[0] if isinstance(payload, list) and payload else None
            if isinstance(inner, Message):
                headers = [f"{name}: {value}" for name, value in inner.raw_items()]
                returned.append("\n".join(headers))
        elif kind in ("text/rfc822-headers", "message/rfc822-headers") or kind.startswith("text/"):
            returned.append(read_payload(part))
    for text in returned:
        own += OWN_ID.findall(text[:100_000])
    answers = [_raw(message, "In-Reply-To"), _raw(message, "References")]
    texts = [*own, *answers, *(unquote(one[:100_000]) for one in returned)]
    found = [uuid.UUID(one) for text in texts for one in UUID.findall(text)[:MAX_IDS]]
    return list(dict.fromkeys(found))[:MAX_IDS]


def read_payload(part: Message) -> str:
    """A part's content as text, in the charset it names or else UTF-8."""
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _raw(message: Message, name: str) -> str:
    values = (value for key, value in message.raw_items() if key.lower() == name.lower())
    return str(next(values, ""))[:10_000]


def _is_from_server(message: Message) -> bool:
    """Whether a mail server wrote it: to nobody who answers (RFC 5321, 4.5.5), or by its name."""
    return (
        _raw(message, "Return-Path").strip() == "<>"
        or bool(_raw(message, "X-Failed-Recipients"))
        or _is_named_as_server(message)
    )


def _is_named_as_server(message: Message) -> bool:
    return bool(FROM_SERVER.search(_raw(message, "From")[:300]))


def _has_copy(parts: Iterable[Message]) -> bool:
    """Whether it brings a message, or the headers of one, with its Message-ID."""
    for part in parts:
        kind = get_content_type(part)
        if kind in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers"):
            return True
        if kind == "text/plain" and OWN_ID.search(read_payload(part)[:100_000]):
            return True
    return False


def _read_free_text(
    message: Message, parts: Sequence[Message], ids: Sequence[uuid.UUID]
) -> Iterator[Report]:
    """A failure in words only, as qmail and older servers of other kinds report it."""
    subject = _raw(message, "Subject")[:300]
    failed = _raw(message, "X-Failed-Recipients")
    is_failure = bool(failed or FAILURE_SUBJECT.search(subject))
    # Of a server, a copy of our message is enough, whatever the subject.
    is_failure = is_failure or (_has_copy(parts) and _is_named_as_server(message))
    if not ids or not is_failure or NO_FAILURE_SUBJECT.search(subject):
        return
    texts = [read_payload(part) for part in parts if get_content_type(part) == "text/plain"]
    told = COPY_BELOW.split(texts[0][:20_000])[0] if texts else ""
    answers = [line for line in told.split("\n") if BASIC.search(line) or ENHANCED.search(line)]
    answer = answers[0].strip() if answers else ""
    addresses = re.findall(r"[^\s<>,;:()@\"]{1,64}@[^\s<>,;:()\"]+", f"{failed} {told}"[:5000])
    comparable = list(dict.fromkeys(get_comparable_email(one) for one in addresses[:20]))
    kind = classify_status(answer) if len(answers) == 1 else ReportKind.RETURNED
    kind = kind if kind is ReportKind.DEAD else ReportKind.RETURNED
    yield _build_report(kind, comparable, ids, answer or subject, is_formal=False)
