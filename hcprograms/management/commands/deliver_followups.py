"""The runner: all that a small site needs to send its follow-ups."""

import signal
import threading
from argparse import ArgumentTypeError
from dataclasses import dataclass, field
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django.utils import timezone

from hcprograms.followup.channels.registry import Channels
from hcprograms.followup.delivery import Delivered, deliver_due
from hcprograms.followup.monitoring.alerts import run_monitoring
from hcprograms.followup.monitoring.heartbeat import HeartbeatWriter
from hcprograms.institutions.database_time import get_database_time
from hcprograms.institutions.models import Institution
from hcprograms.leads.housekeeping import Tidied, keep_leads_tidy

BATCH = 100
POLL_SECONDS = 1.0
HOUSEKEEPING_SECONDS = 3600.0
MONITORING_SECONDS = 60.0
REST_SECONDS = 5.0
"""Pause after nobody took messages, or the database did not answer."""


class Command(BaseCommand):
    help = "Sends the follow-ups that are due. Any number of runners and workers may run at once."

    def add_arguments(self, parser: CommandParser) -> None:
        mode = parser.add_mutually_exclusive_group()
        mode.add_argument("--once", action="store_true", help="send what is due, and end (default)")
        mode.add_argument("--forever", action="store_true", help="look every second until stopped")
        parser.add_argument("--institution", metavar="SLUG", help="of this institution only")
        parser.add_argument(
            "--threads",
            type=_thread_count,
            default=1,
            help="with --forever: how many messages to send at once (default 1)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stop = threading.Event()
        self.heart = HeartbeatWriter("runner")
        self.threads = options["threads"]
        self.institution = self._find_institution(options["institution"])
        if options["forever"]:
            self._stop_on_signals()
            self._deliver_in_threads(options["threads"])
            return
        with Channels() as channels:
            self._deliver_all(channels)
            # Afterwards: what has just been delivered is not stuck.
            if self._monitor(channels):
                self._deliver_all(channels)

    def _deliver_all(self, channels: Channels) -> None:
        for events in (False, True):
            while _may_be_more(self._deliver(channels, events, BATCH)):
                pass

    def _find_institution(self, slug: str | None) -> Institution | None:
        if slug is None:
            return None
        found = Institution.objects.filter(slug=slug).first()
        if found is None:
            raise CommandError(f"There is no institution “{slug}”.")
        return found

    def _stop_on_signals(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop.set())

    def _deliver_in_threads(self, count: int) -> None:
        """Run the loop in this thread and in ``count - 1`` more, each with its own connections.

        One more thread tells other systems: a slow one keeps no mail waiting.
        """
        self._say("Looking for due follow-ups.")
        others = [threading.Thread(target=self._deliver_forever) for _ in range(count - 1)]
        others.append(threading.Thread(target=self._deliver_forever, args=[True]))
        others.append(threading.Thread(target=self._keep_house))
        others.append(threading.Thread(target=self._watch))
        for other in others:
            other.start()
        try:
            self._deliver_forever()
        finally:
            self.stop.set()
            for other in others:
                other.join()
        self._say("Stopped.")

    def _deliver_forever(self, events: bool = False) -> None:
        pace = Pace(first=max(1, BATCH // self.threads))
        with Channels() as channels:
            while not self.stop.is_set():
                self.stop.wait(self._deliver_and_rest(channels, events, pace))
        connection.close()

    def _keep_house(self) -> None:
        """Every hour, erase people kept for too long, and remove files that nobody wants."""
        while not self.stop.is_set():
            try:
                close_old_connections()
                tidied = keep_leads_tidy(
                    now=timezone.now(),
                    institution=self.institution,
                    should_stop=self.stop.is_set,
                )
            except (DatabaseError, InterfaceError) as error:
                self.stderr.write(f"The database does not answer: {error}")
            else:
                if tidied != Tidied():
                    self._say(str(tidied))
            connection.close()
            self.stop.wait(HOUSEKEEPING_SECONDS)

    def _watch(self) -> None:
        """Every minute, plan the digests that are due and alert where messages are stuck.

        Not at once: what waited while nothing ran is being delivered now.
        """
        with Channels() as channels:
            while not self.stop.wait(MONITORING_SECONDS):
                try:
                    close_old_connections()
                    self._monitor(channels)
                except (DatabaseError, InterfaceError) as error:
                    self.stderr.write(f"The database does not answer: {error}")
                connection.close()

    def _monitor(self, channels: Channels) -> int:
        """Plan digests, send alerts; return how many digests are to be sent."""
        digests, alerts = run_monitoring(
            now=get_database_time(), institution=self.institution, channels=channels
        )
        if digests or alerts:
            self._say(f"{digests} digests planned, {alerts} alerts about stuck messages")
        return digests

    def _deliver_and_rest(self, channels: Channels, events: bool, pace: "Pace") -> float:
        """Send a batch; return for how long to rest, in seconds."""
        try:
            close_old_connections()
            delivered = self._deliver(channels, events, pace.limit)
        except (DatabaseError, InterfaceError) as error:
            self.stderr.write(f"The database does not answer: {error}")
            connection.close()
            return REST_SECONDS
        pace.note(delivered)
        if delivered.is_unreachable:
            return REST_SECONDS
        return 0 if _may_be_more(delivered) else POLL_SECONDS

    def _deliver(self, channels: Channels, events: bool, limit: int) -> Delivered:
        now = get_database_time()
        if self.institution is None and not events:
            self.heart.record(now=now)
        delivered = deliver_due(
            now=now,
            limit=limit,
            institution=self.institution,
            events=events,
            channels=channels,
            should_stop=self.stop.is_set,
        )
        if delivered.finished or delivered.released:
            self._say(str(delivered))
        return delivered

    def _say(self, text: str) -> None:
        self.stdout.write(f"{timezone.now():%H:%M:%S} {text}")
        self.stdout.flush()


@dataclass(slots=True)
class Pace:
    """How much one thread takes at once: little, so that all have their share of a short queue;
    a whole batch after one that was full, because what a batch costs is paid once for all of it.
    """

    first: int
    limit: int = field(init=False)

    def __post_init__(self) -> None:
        self.limit = self.first

    def note(self, delivered: Delivered) -> None:
        self.limit = BATCH if delivered.finished >= self.limit else self.first


def _thread_count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 32:
        raise ArgumentTypeError("give a number from 1 to 32")
    return int(text)


def _may_be_more(delivered: Delivered) -> bool:
    return bool(delivered.finished) and not delivered.is_unreachable
