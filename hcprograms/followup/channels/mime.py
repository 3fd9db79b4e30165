"""The mail as bytes: Django's own, with headers that every mail program reads."""

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

# RFC 5322, 2.1.1: what a line should not and what it must not exceed.
SHORT_LINE = 78
LONGEST_LINE = 998


# HeaderRegistry mixes BaseHeader in; named here too, for the type checker.
class WholeHeader(UniqueUnstructuredHeader, BaseHeader):  # type: ignore[misc]
    """A header on one line. Mail programs that look for a link do not put a split one together."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class EncodedHeader(UniqueUnstructuredHeader, BaseHeader):  # type: ignore[misc]
    """Free text, folded in a way that reading it gives the same text again."""

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


class MailMessage(EmailMultiAlternatives):
    """A mail of a text, its alternatives and files, for any of Django's email backends."""

    def message(self, **options: Any) -> Any:
        """Return the mail as Django does; raise ``ValueError`` for what no mail can hold."""
        if django.VERSION < (6,):
            # Django 5.2 writes with Python's oldest policy, which has no header types.
            written: Any = super().message(**options)
            written.policy = written.policy.clone(max_line_length=LONGEST_LINE)
            return written
        policy: EmailPolicy = options.pop("policy", default)
        return super().message(**options, policy=policy.clone(header_factory=HEADERS))
