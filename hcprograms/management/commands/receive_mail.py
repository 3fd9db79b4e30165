"""Takes mail that came in: for a pipe of the mail server, or from a mailbox on disk."""

import mailbox
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from hcprograms.followup.incoming.reading import MAX_BYTES
from hcprograms.followup.incoming.receiving import receive_message
from hcprograms.institutions.models import Institution

TRY_LATER = 75
"""EX_TEMPFAIL of sysexits.h: the mail server keeps the message and gives it again."""


class Command(BaseCommand):
    help = (
        "Takes one message from standard input, or all of a mailbox: withdrawals, messages from"
        " applicants, failure reports. The same message twice does no harm."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        where = parser.add_mutually_exclusive_group()
        where.add_argument("--mbox", metavar="FILE", help="read this file; it is left as it is")
        where.add_argument(
            "--maildir", metavar="DIR", help="read what is new in it, and move it to “cur”"
        )
        parser.add_argument(
            "--recipient",
            action="append",
            default=[],
            metavar="ADDRESS",
            help="whom the message was delivered to, as the mail server knows",
        )
        parser.add_argument("--institution", metavar="SLUG", help="whose mailbox it is")

    def handle(self, *args: Any, **options: Any) -> None:
        self.recipients = options["recipient"]
        self.institution = _find_institution(options["institution"])
        if options["mbox"]:
            self._receive_all(_read_mbox(options["mbox"]))
        elif options["maildir"]:
            self._receive_all(_read_maildir(options["maildir"]))
        else:
            self._receive(_read_input())

    def _receive_all(self, messages: Iterator[bytes]) -> None:
        count = 0
        for content in messages:
            self._receive(content)
            count += 1
        self.stdout.write(f"{count} messages read.")

    def _receive(self, content: bytes) -> None:
        try:
            receive_message(
                content=content,
                source="mail",
                recipients=self.recipients,
                institution=self.institution,
                now=timezone.now(),
            )
        except (DatabaseError, InterfaceError) as error:
            raise CommandError(
                f"The database does not answer: {type(error).__name__}", returncode=TRY_LATER
            ) from error


def _find_institution(slug: str | None) -> Institution | None:
    if slug is None:
        return None
    try:
        found = Institution.objects.filter(slug=slug).first()
    except (DatabaseError, InterfaceError) as error:
        raise CommandError("The database does not answer.", returncode=TRY_LATER) from error
    if found is None:
        raise CommandError(f"There is no institution “{slug}”.", returncode=TRY_LATER)
    return found


def _read_input() -> bytes:
    """The beginning of the message; the rest is taken too, or the server’s pipe would break."""
    content = sys.stdin.buffer.read(MAX_BYTES)
    while sys.stdin.buffer.read(MAX_BYTES):
        pass
    return content


def _read_mbox(path: str) -> Iterator[bytes]:
    if not Path(path).is_file():
        raise CommandError(f"There is no file “{path}”.")
    box = mailbox.mbox(path, create=False)
    try:
        for key in box.iterkeys():
            with box.get_file(key) as file:
                yield file.read(MAX_BYTES)
    finally:
        box.close()


def _read_maildir(path: str) -> Iterator[bytes]:
    """What is new; each is moved once it was taken, so that nothing is missed after a failure."""
    new, seen = Path(path) / "new", Path(path) / "cur"
    if not (new.is_dir() and seen.is_dir()):
        raise CommandError(f"“{path}” is no Maildir: it has no “new” and “cur”.")
    for file in sorted(new.iterdir()):
        with file.open("rb") as opened:
            yield opened.read(MAX_BYTES)
        file.rename(seen / f"{file.name}:2,S")
