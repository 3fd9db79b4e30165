"""Takes mail that came in: for a pipe of the mail server, or from a mailbox on disk."""

import mailbox
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError
from django.utils import timezone

from hcprograms.followup.inbound.parser import MAX_BYTES
from hcprograms.followup.inbound.process import process_message, record_unreadable_mail
from hcprograms.followup.models import ReceivedMail
from hcprograms.institutions.models import Institution

TRY_LATER = 75
"""EX_TEMPFAIL of sysexits.h: the mail server keeps the message and gives it again."""
UNREADABLE = 65
"""EX_DATAERR: giving it again would be in vain."""
ASIDE = ".unreadable"
"""Folder of a Maildir (Maildir++) for what could not be read."""


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
            read, unreadable = self._receive_mbox(options["mbox"])
        elif options["maildir"]:
            read, unreadable = self._receive_maildir(Path(options["maildir"]))
        else:
            if not self._receive(_read_input()):
                raise CommandError("The message could not be read.", returncode=UNREADABLE)
            return
        self.stdout.write(f"{read} messages read.")
        if unreadable:
            raise CommandError(_say_unreadable(unreadable), returncode=UNREADABLE)

    def _receive_mbox(self, path: str) -> tuple[int, int]:
        """How many messages were read, and how many could not be."""
        taken = [self._receive(content) for content in _read_mbox(path)]
        return sum(taken), len(taken) - sum(taken)

    def _receive_maildir(self, folder: Path) -> tuple[int, int]:
        """As :meth:`_receive_mbox`. Each message is moved once it was taken.

        Nothing in one message keeps the next from being read.
        """
        new, seen = folder / "new", folder / "cur"
        if not (new.is_dir() and seen.is_dir()):
            raise CommandError(f"“{folder}” is no Maildir: it has no “new” and “cur”.")
        read = unreadable = 0
        for file in sorted(one for one in new.iterdir() if one.is_file()):
            try:
                with file.open("rb") as opened:
                    content = opened.read(MAX_BYTES + 1)
                if self._receive(content):
                    file.rename(seen / f"{file.name}:2,S")
                    read += 1
                else:
                    file.rename(_make_folder_aside(folder) / f"{file.name}:2,")
                    unreadable += 1
            except FileNotFoundError:
                continue  # another process took it
            except OSError as error:
                unreadable += 1
                self.stderr.write(f"{file.name}: {type(error).__name__}")
        return read, unreadable

    def _receive(self, content: bytes) -> bool:
        """Whether it could be read. What cannot be is noted."""
        try:
            note = process_message(
                content=content,
                source="mail",
                recipients=self.recipients,
                institution=self.institution,
                now=timezone.now(),
            )
        except (DataError, IntegrityError):
            # The database answers, and refuses what is in this message.
            key = sha256(content).hexdigest()
            note = record_unreadable_mail(key=key, source="mail", now=timezone.now())
        except (DatabaseError, InterfaceError) as error:
            raise CommandError(
                f"The database does not answer: {type(error).__name__}", returncode=TRY_LATER
            ) from error
        return note.outcome != ReceivedMail.Outcome.BROKEN


def _say_unreadable(count: int) -> str:
    what = "1 message could not be read" if count == 1 else f"{count} messages could not be read"
    return f"{what}. In a Maildir they are in the folder “{ASIDE}”."


def _make_folder_aside(folder: Path) -> Path:
    aside = folder / ASIDE
    for name in ("tmp", "new", "cur"):
        (aside / name).mkdir(parents=True, exist_ok=True)
    (aside / "maildirfolder").touch()
    return aside / "cur"


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
    content = sys.stdin.buffer.read(MAX_BYTES + 1)
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
                yield file.read(MAX_BYTES + 1)
    finally:
        box.close()
