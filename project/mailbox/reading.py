"""Reading the demo's mails back from their files."""

from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings

SHOWN = 100


class Mail:
    """One mail of the mailbox; ``name`` is its file's, without the suffix."""

    def __init__(self, path: Path) -> None:
        self.name = path.stem
        self.message: EmailMessage = message_from_bytes(path.read_bytes(), policy=policy.default)

    @property
    def sent_at(self) -> datetime:
        return parsedate_to_datetime(self.message["Date"])

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        return self._body("html")

    def _body(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part else ""


def read_mails() -> Iterator[Mail]:
    """Yield the latest mails, newest first."""
    files = sorted(Path(settings.MAILBOX).glob("*.eml"), reverse=True)
    return (Mail(path) for path in files[:SHOWN])


def read_mail(name: str) -> Mail | None:
    """Return the mail called ``name``, a slug and so never a path; None if there is none."""
    path = Path(settings.MAILBOX) / f"{name}.eml"
    return Mail(path) if path.exists() else None
