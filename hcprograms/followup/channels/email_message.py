"""Django's email with headers that every mail program reads."""

from email.header import Header
from email.headerregistry import (
    BaseHeader,
    HeaderRegistry,
    UniqueAddressHeader,
    UniqueUnstructuredHeader,
)
from email.policy import EmailPolicy, Policy, default
from email.utils import formataddr
from typing import Any

import django
from django.core.mail import EmailMultiAlternatives

from hcprograms.followup.channels.base import Message

# RFC 5322, 2.1.1: what a line should not and what it must not exceed.
SHORT_LINE = 78
LONGEST_LINE = 998


def build_email(message: Message, *, invitation_as_file: bool = False) -> "HeaderSafeEmail":
    """Return the message as Django's email.

    An invitation goes with it as an alternative, which calendars act on (RFC 6047), and as a file
    for all others; with ``invitation_as_file`` as one file with both purposes.
    """
    email = HeaderSafeEmail(
        subject=message.subject,
        body=message.text,
        from_email=message.sender,
        to=[message.to],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers={"Message-ID": message.id, **message.headers},
    )
    email.attach_alternative(message.html, "text/html")
    if not message.invitation:
        return email
    lines = message.invitation.splitlines()
    method = next(line.partition(":")[2] for line in lines if line.startswith("METHOD:"))
    kind = f"text/calendar; method={method}"
    if invitation_as_file:
        email.attach("invite.ics", message.invitation, kind)
        return email
    email.attach_alternative(message.invitation, kind)
    # As bytes: Django 5.2 would write the text in another encoding than UTF-8.
    email.attach("invite.ics", message.invitation.encode(), "application/ics")
    return email


class HeaderSafeEmail(EmailMultiAlternatives):
    """An email whose headers survive the faults of Python's own folding."""

    def message(self, **options: Any) -> Any:
        """Return the mail as Django does; raise ``ValueError`` for what no mail can hold."""
        if django.VERSION < (6,):
            # Django 5.2 writes with Python's oldest policy, which has no header types.
            written: Any = super().message(**options)
            written.policy = written.policy.clone(max_line_length=LONGEST_LINE)
            return written
        policy: EmailPolicy = options.pop("policy", default)
        return super().message(**options, policy=policy.clone(header_factory=HEADERS))


# HeaderRegistry mixes BaseHeader in; named here too, for the type checker.
class WholeHeader(UniqueUnstructuredHeader, BaseHeader):  # type: ignore[misc]
    """A header on one line.

    Mail programs that look for a one-click link do not put a folded one together again.
    """

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class EncodedHeader(UniqueUnstructuredHeader, BaseHeader):  # type: ignore[misc]
    """Free text, folded in a way that reading it gives the same text again.

    Python up to 3.13 loses or doubles a space where it folds beside letters that are not ASCII.
    """

    def fold(self, *, policy: Policy) -> str:
        charset = "us-ascii" if self.isascii() else "utf-8"
        text = Header(str(self), charset, header_name=self.name)
        return f"{self.name}: {text.encode(linesep=policy.linesep)}{policy.linesep}"


class AddressesHeader(UniqueAddressHeader, BaseHeader):  # type: ignore[misc]
    """Addresses, with names in quotes wherever they need them.

    Python up to 3.12.4 and 3.13.0 drops the quotes of a name that is folded, so that a comma in
    it begins another address.
    """

    def fold(self, *, policy: Policy) -> str:
        end = policy.linesep
        addresses = [formataddr((one.display_name, one.addr_spec)) for one in self.addresses]
        text = f",{end} ".join(addresses)
        if len(text) > SHORT_LINE:
            text = f"{end} <".join(text.rsplit(" <", 1))
        return f"{self.name}: {text}{end}"


HEADERS = HeaderRegistry()
for _name in ("list-unsubscribe", "list-unsubscribe-post", "message-id", "auto-submitted"):
    HEADERS.map_to_type(_name, WholeHeader)
for _name in ("from", "to", "cc", "reply-to"):
    HEADERS.map_to_type(_name, AddressesHeader)
HEADERS.map_to_type("subject", EncodedHeader)
