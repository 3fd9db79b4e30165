"""The round that a watchman makes every minute. Any number of watchmen do no harm."""

from dataclasses import dataclass
from datetime import datetime

from hcprograms.followup.channels.registry import Channels
from hcprograms.followup.watching.alarms import raise_alarms
from hcprograms.followup.watching.digests import plan_digests
from hcprograms.institutions.models import Institution

ROUND_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Round:
    """How many messages were planned."""

    digests: int
    alerts: int


def make_round(
    *, now: datetime, institution: Institution | None = None, channels: Channels | None = None
) -> Round:
    """Plan the digests that are due and alert where messages are stuck, of one school or of all."""
    digests = plan_digests(now=now, institution=institution)
    alerts = raise_alarms(now=now, institution=institution, channels=channels)
    return Round(digests=digests, alerts=alerts)
