"""People who end all mail while forms are sent, with one more message to them already planned."""

import http.client
import re
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import urlsplit

from tests.chaos.ledger import DOWN, Ledger
from tests.chaos.people import Address, is_leaving, request
from tests.smtp import Received, SmtpSink

LATER_SECONDS = 5
IN_THE_AIR_SECONDS = 4.0
"""What was being sent when the person left may arrive this long afterwards."""


class Leavers:
    """Watches for confirmations; answers some with a POST to their List-Unsubscribe address."""

    def __init__(self, sink: SmtpSink, ledger: Ledger, addresses: Sequence[Address]) -> None:
        self.sink, self.ledger, self.address = sink, ledger, addresses[0]
        self.left: dict[str, float] = {}
        self._planned: set[str] = set()
        self._seen = 0
        self._waiting: list[Received] = []
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Leavers":
        self._thread.start()
        return self

    def __exit__(self, *args: object) -> None:
        """Let those who have mail leave; the site works by now."""
        give_up_at = time.monotonic() + 20
        while time.monotonic() < give_up_at and (self._waiting or self._unseen()):
            time.sleep(0.2)
        self._is_over.set()
        self._thread.join(10)

    def written_to_afterwards(self) -> list[str]:
        """Who got mail although they had left, with what was in the air then forgiven."""
        return [
            mail.recipients[0]
            for mail in self.sink.received
            if mail.at > self.left.get(mail.recipients[0], mail.at) + IN_THE_AIR_SECONDS
        ]

    def _unseen(self) -> int:
        return len(self.sink.received) - self._seen

    def _run(self) -> None:
        while not self._is_over.wait(0.2):
            new = self.sink.received[self._seen :]
            self._seen += len(new)
            self._waiting += [one for one in new if is_leaving(one.recipients[0])]
            with suppress(OSError, http.client.HTTPException, *DOWN):
                while self._waiting:
                    self._leave(self._waiting[0])
                    self._waiting.pop(0)

    def _leave(self, mail: Received) -> None:
        email = mail.recipients[0]
        link = re.search(r"<(https:[^>]+)>", str(mail.message["List-Unsubscribe"] or ""))
        if email in self.left or not link:
            return
        if email not in self._planned:
            self.ledger.plan_message(email, seconds=LATER_SECONDS)
            self._planned.add(email)
        path = urlsplit(link[1]).path
        status, _, _ = request(self.address, "POST", path, "List-Unsubscribe=One-Click")
        if status != 200:
            raise OSError(f"nobody can leave: {status}")
        self.left[email] = time.monotonic()
