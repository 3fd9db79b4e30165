"""How often is too often: limits counted in the database, where every web server sees them."""

import logging
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import Error, connection
from django.utils.crypto import salted_hmac

from hcprograms.conf import conf
from hcprograms.institutions.email_addresses import get_comparable_email, is_same_email
from hcprograms.institutions.models import Institution, Membership
from hcprograms.leads.assigning import TURN, Turn, Turns
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.models.limits import RequestCount
from hcprograms.leads.networks import get_home, get_site, is_public

logger = logging.getLogger(__name__)

WINDOW = timedelta(hours=1)
DAY = timedelta(days=1)
MAX_NOTED = 20
"""Refusals of one network within the window that are logged with what was typed."""

SITE_FACTOR = 10
"""A site with many networks may send so many times what one of them may."""

SEEN_FACTOR = 10
"""Views and starts of forms are counted so many times as often as submits are taken."""

CHANGES_PER_HOUR = 20
"""Corrections and choices of one person; each of them is written down and told to staff."""

BOOKINGS_PER_DAY = 5
"""To one email address; each of them is mailed to it, and to the advisor."""

CORRECTIONS_TO_ADDRESS_PER_DAY = 5
"""To one email address; each of them is confirmed to it."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How many requests of one kind an asker may make within a while. ``asker`` is any text."""

    kind: str
    asker: str
    most: int
    window: timedelta = WINDOW

    @property
    def key(self) -> str:
        return hash_asker(f"{self.kind}:{self.asker}")


@dataclass(frozen=True, slots=True)
class Counted:
    """The requests so far, this one included, and how long to wait for another one (0: not)."""

    count: int = 0
    seconds_to_wait: int = 0


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often somebody has asked lately: whether the person has asked this institution so often
    that somebody should look.

    ``turns`` were read along with it, for whoever is to answer; None where nothing was read.
    """

    asks_too_often: bool = False
    turns: Turns | None = None


def count_request(limit: Limit, *, now: datetime) -> Counted:
    """Count one more request, whether it is within the limit or not.

    One statement: of any number at once, no more than ``most`` are within it. If it fails, no
    limit holds.
    """
    moment, since = (
        connection.ops.adapt_datetimefield_value(one) for one in (now, now - limit.window)
    )
    try:
        with connection.cursor() as cursor:
            cursor.execute(COUNT, [limit.key, moment, since, since])
            count, started_at = cursor.fetchone()
    except Error as error:
        # Nobody is turned away because nobody counts; if all is down, capturing says so.
        logger.error("Requests could not be counted: %s", type(error).__name__)
        return Counted()
    if count <= limit.most:
        return Counted(count)
    return Counted(count, max(_seconds_until(_read_moment(started_at) + limit.window, now), 1))


def take_back(limit: Limit) -> None:
    """Forget one counted request: nothing came of it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(TAKE_BACK, [limit.key])
    except Error as error:
        logger.error("Requests could not be counted: %s", type(error).__name__)


COUNT = f"""
INSERT INTO {RequestCount._meta.db_table} AS counted (key, count, started_at)
VALUES (%s, 1, %s)
ON CONFLICT (key) DO UPDATE SET
  count = CASE WHEN counted.started_at <= %s THEN 1 ELSE counted.count + 1 END,
  started_at = CASE WHEN counted.started_at <= %s THEN excluded.started_at
    ELSE counted.started_at END
RETURNING count, started_at
"""  # noqa: S608  # nosec B608
"""As text, because a count that is read first and written then lets too many pass at once."""

TAKE_BACK = f"""
UPDATE {RequestCount._meta.db_table} SET count = count - 1 WHERE key = %s AND count > 0
"""  # noqa: S608  # nosec B608


def count_from_network(*, kind: str, ip_address: str | None, most: int, now: datetime) -> Counted:
    """Count one request from a visitor's network, and from the site that the network is part of.

    Addresses that are not on the public net are never counted: behind a proxy that is not named
    in the settings, every visitor seems to come from one of these.
    """
    if not ip_address or not is_public(ip_address):
        return Counted()
    home, site = get_home(ip_address), get_site(ip_address)
    counted = [count_request(Limit(kind, home, most or NO_LIMIT), now=now)]
    if site != home:
        most_of_site = (most or NO_LIMIT) * SITE_FACTOR
        whole = count_request(Limit(kind, site, most_of_site), now=now)
        counted.append(Counted(math.ceil(whole.count / SITE_FACTOR), whole.seconds_to_wait))
    return Counted(max(one.count for one in counted), max(one.seconds_to_wait for one in counted))


NO_LIMIT = 1_000_000_000


def count_submit(*, ip_address: str | None, now: datetime) -> Counted:
    """Count one submit of a form, of any institution, before anything of it is read or kept."""
    return count_from_network(
        kind="submit", ip_address=ip_address, most=conf.submits_per_hour, now=now
    )


def count_change(*, lead: Lead, now: datetime) -> int:
    """Count one correction or choice of a person; return the seconds to wait, 0 for none."""
    limit = Limit("change", str(lead.public_id), CHANGES_PER_HOUR)
    return count_request(limit, now=now).seconds_to_wait


def count_correction(*, lead: Lead, email: str, now: datetime) -> int:
    """Count one correction, and where it brings another address, one mail to that.

    Returns the seconds to wait, 0 for none.
    """
    wait = count_change(lead=lead, now=now)
    if wait or not email or is_same_email(email, lead.email):
        return wait
    asker = get_comparable_email(email)
    limit = Limit("confirmation", asker, CORRECTIONS_TO_ADDRESS_PER_DAY, DAY)
    return count_request(limit, now=now).seconds_to_wait


def limit_bookings(lead: Lead) -> Limit:
    """Return how often appointments may be booked or moved with the lead's address."""
    asker = f"{lead.institution_id}:{get_comparable_email(lead.email)}"
    return Limit("booking", asker, BOOKINGS_PER_DAY, DAY)


def is_worth_noting(*, ip_address: str | None, now: datetime) -> bool:
    """Whether one more refusal is logged: a flood must not fill the database."""
    asker = get_home(ip_address) if ip_address else ""
    return not count_request(Limit("noted", asker, MAX_NOTED), now=now).seconds_to_wait


def measure_frequency(*, institution: Institution, email: str, now: datetime) -> Frequency:
    """One query for the person's limit and the turns, or none where nothing is limited.

    If it fails, no limit holds.
    """
    by_person = conf.requests_per_person_per_hour if email else 0
    if not by_person:
        return Frequency()
    since = connection.ops.adapt_datetimefield_value(now - WINDOW)
    values: list[Any] = [institution.pk, email, since, by_person, institution.pk]
    try:
        with connection.cursor() as cursor:
            cursor.execute(RECENT, values)
            rows = cursor.fetchall()
    except Error as error:
        logger.error("Requests could not be counted: %s", type(error).__name__)
        return Frequency()
    return Frequency(
        asks_too_often=rows[0][0] >= by_person,
        turns={member: Turn.from_row(*turn) for _count, member, *turn in rows if member},
    )


RECENT = f"""
SELECT
  (SELECT COUNT(*) FROM (SELECT 1 FROM {Lead._meta.db_table}
   WHERE institution_id = %s AND UPPER(email) = UPPER(%s) AND captured_at > %s LIMIT %s) recent),
  member.id, {TURN}
FROM (SELECT 1) once
LEFT JOIN {Membership._meta.db_table} member ON member.institution_id = %s AND member.is_active
"""  # noqa: S608  # nosec B608
"""The person's requests, with each active member's turn, or one row without any. As text, because
every submit asks; the institution is named in it, so that no scope is needed."""


def hash_asker(text: str) -> str:
    """Return what stands for an asker in the database: worth nothing without the secret key."""
    return salted_hmac("hcprograms.leads.limits", text, algorithm="sha256").hexdigest()


def forget_counts(*, now: datetime) -> int:
    """Remove the counts that say nothing any more."""
    return RequestCount.objects.filter(started_at__lt=now - 2 * DAY).delete()[0]


def _read_moment(value: datetime | str) -> datetime:
    """SQLite keeps times in UTC without saying so, and gives them as text or not."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _seconds_until(then: datetime, now: datetime) -> int:
    return max(math.ceil((then - now).total_seconds()), 0)
