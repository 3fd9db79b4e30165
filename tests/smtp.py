"""A real SMTP server that keeps what it receives and can be told to misbehave."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.services import LOOPBACK, free_port

Stage = Literal["EHLO", "MAIL", "RCPT", "DATA"]
Fault = Callable[[SMTP], Awaitable[str]]


@dataclass(frozen=True)
class Received:
    """One accepted message; a message with two recipients is received once."""

    sender: str
    recipients: list[str]
    message: EmailMessage
    at: float = field(default_factory=time.monotonic)
    """When, in seconds of ``time.monotonic()``."""
    content: bytes = b""
    """The message as it came over the wire."""


@dataclass
class _Planned:
    stage: Stage
    fault: Fault
    times: float
    recipient: str | None
    stores: bool


@dataclass
class SmtpSink:
    """The messages that arrived, over how many connections, and the faults still to come."""

    port: int
    host: str = LOOPBACK
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    _plan: list[_Planned] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://{self.host}:{self.port}"

    def sent_to(self, address: str) -> list[EmailMessage]:
        return [mail.message for mail in self.received if address in mail.recipients]

    def plan(
        self,
        fault: Fault,
        *,
        stage: Stage = "DATA",
        times: float = 1,
        recipient: str | None = None,
        stores: bool = False,
    ) -> None:
        """Meet the next ``times`` commands of ``stage`` with ``fault``.

        ``recipient`` limits it to one address; ``stores`` keeps the message or the recipient all
        the same, as a server does whose answer is late or lost.
        """
        self._plan.append(_Planned(stage, fault, times, recipient, stores))

    def reset(self) -> None:
        """Forget all messages and all faults."""
        self.received.clear()
        self.connections = 0
        self._plan.clear()

    def heal(self) -> None:
        """Forget all faults, keep the messages."""
        self._plan.clear()

    def _next(self, stage: Stage, recipients: list[str]) -> _Planned | None:
        for planned in self._plan:
            named = planned.recipient is None or planned.recipient in recipients
            if planned.stage == stage and planned.times > 0 and named:
                planned.times -= 1
                return planned
        return None

    def _keep(self, envelope: Envelope) -> None:
        content = envelope.original_content or b""
        message = message_from_bytes(content, policy=policy.default)
        sender, recipients = envelope.mail_from or "", list(envelope.rcpt_tos)
        self.received.append(Received(sender, recipients, message, content=content))

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, host: str, responses: list[str]
    ) -> list[str]:
        session.host_name = host
        self.connections += 1
        planned = self._next("EHLO", [])
        return [await planned.fault(server)] if planned else responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if planned := self._next("MAIL", []):
            return await planned.fault(server)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        planned = self._next("RCPT", [address])
        if not planned or planned.stores:
            envelope.rcpt_tos.append(address)
        return await planned.fault(server) if planned else "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        planned = self._next("DATA", envelope.rcpt_tos)
        if not planned or planned.stores:
            self._keep(envelope)
        return await planned.fault(server) if planned else "250 OK"


def reply(text: str) -> Fault:
    """Answer with ``text``, such as ``451 4.3.0 try later``."""

    async def fault(server: SMTP) -> str:
        return text

    return fault


def _transport(server: SMTP) -> asyncio.Transport:
    assert isinstance(server.transport, asyncio.Transport)
    return server.transport


async def drop(server: SMTP) -> str:
    """Cut the line instead of answering."""
    _transport(server).abort()
    return "421 gone"


def hang(seconds: float = 3600) -> Fault:
    """Keep the line open and say nothing."""

    async def fault(server: SMTP) -> str:
        await asyncio.sleep(seconds)
        return "421 too late"

    return fault


def drip(every: float = 0.2, seconds: float = 3600) -> Fault:
    """Answer with a byte now and then, so that no single read times out."""

    async def fault(server: SMTP) -> str:
        for _ in range(int(seconds / every)):
            if _transport(server).is_closing():
                break
            _transport(server).write(b"2")
            await asyncio.sleep(every)
        return "421 too late"

    return fault


@contextmanager
def running_smtp(host: str = LOOPBACK) -> Iterator[SmtpSink]:
    """Run the server in a thread of this process."""
    sink = SmtpSink(free_port(), host)
    controller = Controller(sink, hostname=sink.host, port=sink.port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()
