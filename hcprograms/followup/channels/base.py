"""What a channel is: the plug point of follow-up."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hcprograms.followup.wording.used import Used


@dataclass(frozen=True, kw_only=True)
class Message:
    """One rendered message to one recipient. ``id`` stays the same however often it is tried."""

    id: str
    to: str
    sender: str
    reply_to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)
    invitation: str = ""
    """An iCalendar object (RFC 5545) that goes with it, its METHOD inside."""
    used: Used = Used()
    """The text that it was made of."""


class DeliveryError(Exception):
    """The message was not, or perhaps not, taken. The text says why, for staff."""


class TryLater(DeliveryError):
    """Refused for now; nothing was taken."""


class Unreachable(TryLater):
    """Nobody to talk to: other messages by this channel would fare the same."""


class Refused(DeliveryError):
    """Refused for good; nothing was taken."""


class AddressDead(Refused):
    """Refused for good because of the address: it takes no mail, and will not."""


class Gone(Refused):
    """Refused for good, as will be everything else that is sent there."""


class OutcomeUnknown(DeliveryError):
    """The other side may have taken the message before the line dropped."""


class Channel:
    """A way of reaching a recipient.

    One instance serves one worker, one message at a time, and may keep a connection between
    messages. A subclass sets ``key`` (the value of ``FollowUp.channel``) and writes ``send``.
    """

    key: str

    def send(self, message: Message) -> None:
        """Return once the message has been taken; otherwise raise a :class:`DeliveryError`.

        Must not take longer than ``conf.send_deadline_seconds``. Any other exception counts as
        :class:`OutcomeUnknown`.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Let go of connections; the next ``send`` opens them again."""
