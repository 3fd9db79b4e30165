"""How often is too often: limits counted in the database, where every web server sees them."""

import logging
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address as parse_address

from django.db import Error, connection

from hcprograms.conf import conf
from hcprograms.institutions.models import Institution, Membership
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.assigning import TURN, Turn, Turns
from hcprograms.leads.models.lead import CaptureAttempt, Lead

logger = logging.getLogger(__name__)

WINDOW = timedelta(hours=1)
MAX_NOTED = 20
"""Refusals of one address within the window that are logged with what was typed."""


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often somebody has asked lately: ``seconds_to_wait`` until the address may again (0:
    now), and whether the person has asked this institution so often that somebody should look.

    ``turns`` were read along with it, for whoever is to answer; None where nothing was read.
    """

    seconds_to_wait: int = 0
    asks_too_often: bool = False
    turns: Turns | None = None


def measure_frequency(
    *, institution: Institution, ip_address: str | None, email: str = "", now: datetime
) -> Frequency:
    """One query for both limits and the turns, or none where nothing is limited.

    If it fails, no limit holds.

    Addresses that are not on the public net are never limited: behind a proxy that is not named
    in the settings, every visitor seems to come from one of these.
    """
    by_address = conf.submits_per_hour if is_public(ip_address) else 0
    by_person = conf.requests_per_person_per_hour if email else 0
    if not by_address and not by_person:
        return Frequency()
    since = connection.ops.adapt_datetimefield_value(now - WINDOW)
    values = [ip_address, since, max(by_address - 1, 0)]
    values += [institution.pk, email, since, max(by_person, 1), institution.pk]
    try:
        with connection.cursor() as cursor:
            cursor.execute(RECENT, values)
            rows = cursor.fetchall()
    except Error as error:
        # Nobody is turned away because nobody counts; if all is down, capturing says so.
        logger.error("Requests could not be counted: %s", type(error).__name__)
        return Frequency()
    oldest, requests = rows[0][:2]
    return Frequency(
        seconds_to_wait=_seconds_until(_read_moment(oldest) + WINDOW, now)
        if by_address and oldest
        else 0,
        asks_too_often=bool(by_person) and requests >= by_person,
        turns={member: Turn.from_row(*turn) for _at, _count, member, *turn in rows if member},
    )


RECENT = f"""
SELECT
  (SELECT at FROM {CaptureAttempt._meta.db_table}
   WHERE ip_address = %s AND at > %s AND outcome <> '{CaptureAttempt.Outcome.LIMITED.value}'
   ORDER BY at DESC LIMIT 1 OFFSET %s),
  (SELECT COUNT(*) FROM (SELECT 1 FROM {Lead._meta.db_table}
   WHERE institution_id = %s AND UPPER(email) = UPPER(%s) AND captured_at > %s LIMIT %s) recent),
  member.id, {TURN}
FROM (SELECT 1) once
LEFT JOIN {Membership._meta.db_table} member ON member.institution_id = %s AND member.is_active
"""  # noqa: S608  # nosec B608
"""The attempt that the limit counts back to and the person's requests, with each active member's
turn, or one row without any. As text, because every submit asks; the institution is named in it,
so that no scope is needed."""


def is_public(ip_address: str | None) -> bool:
    """Whether an address is one visitor's, as far as one can tell, and not our own proxy's."""
    return bool(ip_address) and parse_address(str(ip_address)).is_global


def _read_moment(value: datetime | str) -> datetime:
    """SQLite keeps times in UTC without saying so, and gives them as text or not."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _seconds_until(then: datetime, now: datetime) -> int:
    return max(math.ceil((then - now).total_seconds()), 0)


def is_worth_noting(*, ip_address: str | None, now: datetime) -> bool:
    """Whether one more refusal is logged: a flood must not fill the database."""
    with scopes_disabled():
        noted = CaptureAttempt.objects.filter(
            ip_address=ip_address,
            at__gt=now - WINDOW,
            outcome=CaptureAttempt.Outcome.LIMITED,
        )
        return noted.count() < MAX_NOTED
