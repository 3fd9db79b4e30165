"""Rate limits, counted in the database, where every web server sees them."""

import logging
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import Error, transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from hcprograms.conf import conf
from hcprograms.institutions.email_addresses import get_comparable_email, is_same_email
from hcprograms.institutions.models import Institution
from hcprograms.institutions.scoping import scope
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


def count_request(limit: Limit, *, now: datetime) -> Counted:
    """Count one more request, whether it is within the limit or not.

    Of any number at once, no more than ``most`` are within it. If it fails, no limit holds.
    """
    rows = RequestCount.objects.filter(key=limit.key)
    since = now - limit.window
    try:
        # The first update locks the row until the end, so that each request reads its own count.
        with transaction.atomic():
            if not rows.filter(started_at__gt=since).update(count=F("count") + 1):
                RequestCount.objects.bulk_create(
                    [RequestCount(key=limit.key, count=0, started_at=now)], ignore_conflicts=True
                )
                rows.filter(started_at__lte=since).update(count=0, started_at=now)
                rows.update(count=F("count") + 1)
            count, started_at = rows.values_list("count", "started_at").get()
    except Error as error:
        # No one is turned away because counting fails; if all is down, capturing says so.
        logger.error("Requests could not be counted: %s", type(error).__name__)
        return Counted()
    if count <= limit.most:
        return Counted(count)
    wait = math.ceil((started_at + limit.window - now).total_seconds())
    # Another server's clock may be fast: its window ends no later than one that begins now.
    return Counted(count, min(max(wait, 1), math.ceil(limit.window.total_seconds())))


def take_back(limit: Limit) -> None:
    """Forget one counted request: nothing came of it."""
    try:
        RequestCount.objects.filter(key=limit.key, count__gt=0).update(count=F("count") - 1)
    except Error as error:
        logger.error("Requests could not be counted: %s", type(error).__name__)


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


def asks_too_often(*, institution: Institution, email: str, now: datetime) -> bool:
    """Return whether a person has asked this institution so often that staff should look.

    If it cannot be counted, they have not.
    """
    most = conf.requests_per_person_per_hour if email else 0
    if not most:
        return False
    try:
        with scope(institution=institution):
            recent = Lead.objects.filter(email__iexact=email, captured_at__gt=now - WINDOW)
            return recent.order_by()[:most].count() >= most
    except Error as error:
        logger.error("Requests could not be counted: %s", type(error).__name__)
        return False


def hash_asker(text: str) -> str:
    """Return what stands for an asker in the database: worth nothing without the secret key."""
    return salted_hmac("hcprograms.leads.limits", text, algorithm="sha256").hexdigest()


def forget_counts(*, now: datetime) -> int:
    """Remove the counts that say nothing any more."""
    return RequestCount.objects.filter(started_at__lt=now - 2 * DAY).delete()[0]
