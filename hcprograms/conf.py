"""The plugin's settings: one dict ``HCPROGRAMS``, read when used, never at import.

``checks.py`` refuses wrong values, so the properties here may trust them.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import idna
from django.conf import settings

BUILT_IN_CRITERIA = (
    "role_fit",
    "track_fit",
    "level_fit",
    "cost",
    "time",
    "start",
    "accreditation",
    "certification",
    "delivery",
    "facts",
)
"""Keys of the built-in criteria of matching: known without loading them."""
DEFAULTS: dict[str, Any] = {
    "SITE_URL": "",
    "CRITERIA": (),
    "CRITERIA_WEIGHTS": {},
    "CHANNELS": {
        "email": "hcprograms.followup.channels.email.EmailChannel",
        "webhook": "hcprograms.followup.channels.webhook.WebhookChannel",
    },
    "WAKE_UP": None,
    "FORM_MAX_AGE_HOURS": 48,
    "MIN_FILL_SECONDS": 2,
    "SUBMITS_PER_HOUR": 60,
    "REQUESTS_PER_PERSON_PER_HOUR": 5,
    "LEASE_SECONDS": 60,
    "SWEEP_SECONDS": 30,
    "SEND_DEADLINE_SECONDS": 20,
    "RETRY_HOURS": 4,
    "REMIND_AFTER_BUSINESS_MINUTES": (5, 30, 60),
    "STUCK_AFTER_MINUTES": 15,
    "CHECK_BROKER": None,
    "METRICS_TOKEN": "",
    "WEBHOOK_DEADLINE_SECONDS": 10,
    "WEBHOOK_RETRY_HOURS": 24,
    "WEBHOOK_NETWORKS": (),
    "TRUSTED_PROXIES": 0,
    "API_REQUESTS_PER_MINUTE": 120,
    "INVITED_ACCOUNTS": True,
    "MATCH_LIMIT": 10,
    "PROOF_OF_WORK": False,
    "PROOF_AFTER_SUBMITS": 10,
    "PROOF_AFTER_SCHOOL_SUBMITS": 200,
    "PROOF_MAX_NUMBER": 50_000,
    "FILES_ROOT": None,
    "KEEP_FILES_HOURS": 12,
    "WAITING_FILES_MB": 1_000,
    "LANGUAGES": (),
}


@lru_cache(maxsize=8)
def _to_ascii(url: str) -> str:
    """The address with its host in ASCII, as mail headers and browsers' Origin have it."""
    parts = urlsplit(url)
    if url.isascii() or not parts.hostname:
        return url
    try:
        host = idna.encode(parts.hostname, uts46=True).decode("ascii")
    except idna.IDNAError:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.lower().replace(parts.hostname, host)))


class Conf:
    """Typed access to ``settings.HCPROGRAMS``; a missing key has the value in ``DEFAULTS``."""

    def _get(self, key: str) -> Any:
        return getattr(settings, "HCPROGRAMS", {}).get(key, DEFAULTS[key])

    @property
    def site_url(self) -> str:
        """Scheme and host of the public site, no trailing slash; links in mails start with it.

        The host is in ASCII (IDNA), as headers need it and browsers send it.
        """
        return _to_ascii(str(self._get("SITE_URL")).rstrip("/"))

    @property
    def invited_accounts(self) -> bool:
        """Whether an invited person without an account may make one."""
        return bool(self._get("INVITED_ACCOUNTS"))

    @property
    def criteria(self) -> Sequence[str]:
        """Dotted paths of further matching criteria, after the built-in ones."""
        return tuple(self._get("CRITERIA"))

    @property
    def criteria_weights(self) -> Mapping[str, float]:
        """Criterion key → weight, where it differs from the criterion's own default."""
        return dict(self._get("CRITERIA_WEIGHTS"))

    @property
    def channels(self) -> Mapping[str, str]:
        """Channel key → dotted path of its class; what is not named keeps its own class."""
        return {**DEFAULTS["CHANNELS"], **self._get("CHANNELS")}

    @property
    def wake_up(self) -> str | None:
        """Dotted path of a callable that hurries delivery; None: the runner polls."""
        path = self._get("WAKE_UP")
        return str(path) if path else None

    @property
    def form_max_age(self) -> timedelta:
        """How long a rendered form may be submitted before it must be confirmed once more."""
        return timedelta(hours=self._get("FORM_MAX_AGE_HOURS"))

    @property
    def min_fill_time(self) -> timedelta:
        """A form filled in faster than this is suspected to come from a robot."""
        return timedelta(seconds=self._get("MIN_FILL_SECONDS"))

    @property
    def submits_per_hour(self) -> int:
        """From one network address; more are asked to come back later. 0: no limit."""
        return int(self._get("SUBMITS_PER_HOUR"))

    @property
    def requests_per_person_per_hour(self) -> int:
        """With one email address at one institution; more are held for review. 0: no limit."""
        return int(self._get("REQUESTS_PER_PERSON_PER_HOUR"))

    @property
    def lease(self) -> timedelta:
        """How long a leased follow-up stays its worker's; afterwards it is due again."""
        return timedelta(seconds=self._get("LEASE_SECONDS"))

    @property
    def sweep_seconds(self) -> float:
        """Pause between two sweeps of the runner when nothing wakes it, in seconds."""
        return float(self._get("SWEEP_SECONDS"))

    @property
    def send_deadline_seconds(self) -> float:
        """Longest time one message may take, all of connecting and talking included, in seconds."""
        return float(self._get("SEND_DEADLINE_SECONDS"))

    @property
    def retry_for(self) -> timedelta:
        """How long a temporarily refused message is tried again before it is given up visibly."""
        return timedelta(hours=self._get("RETRY_HOURS"))

    @property
    def remind_after_business_minutes(self) -> Sequence[int]:
        """Business minutes after which an unanswered lead is reminded of, ascending."""
        return tuple(self._get("REMIND_AFTER_BUSINESS_MINUTES"))

    @property
    def stuck_after(self) -> timedelta:
        """How long messages may be late, or be tried in vain, before managers are alerted."""
        return timedelta(minutes=self._get("STUCK_AFTER_MINUTES"))

    @property
    def check_broker(self) -> str | None:
        """Dotted path of a callable that raises when the broker is silent; None: there is none."""
        path = self._get("CHECK_BROKER")
        return str(path) if path else None

    @property
    def metrics_token(self) -> str:
        """What a scraper sends as ``Authorization: Bearer …``; empty: superusers only."""
        return str(self._get("METRICS_TOKEN"))

    @property
    def webhook_deadline_seconds(self) -> float:
        """Longest time one request to another system may take, in seconds; no more than a mail."""
        return min(float(self._get("WEBHOOK_DEADLINE_SECONDS")), self.send_deadline_seconds)

    @property
    def webhook_retry_for(self) -> timedelta:
        """How long an event is tried again before it is given up and its endpoint paused."""
        return timedelta(hours=self._get("WEBHOOK_RETRY_HOURS"))

    @property
    def webhook_networks(self) -> Sequence[str]:
        """Networks that are not public and that webhooks may go to all the same."""
        return tuple(self._get("WEBHOOK_NETWORKS"))

    @property
    def trusted_proxies(self) -> int:
        """How many reverse proxies in front may be believed in ``X-Forwarded-For``; 0: none."""
        return int(self._get("TRUSTED_PROXIES"))

    @property
    def api_requests_per_minute(self) -> int:
        """With one API key; more are asked to come back later. 0: no limit."""
        return int(self._get("API_REQUESTS_PER_MINUTE"))

    @property
    def match_limit(self) -> int:
        """How many offerings a results page shows."""
        return int(self._get("MATCH_LIMIT"))

    @property
    def proof_of_work(self) -> bool:
        """Whether browsers are asked for a proof of work when very many requests come in."""
        return bool(self._get("PROOF_OF_WORK"))

    @property
    def proof_after_submits(self) -> int:
        """From one network address within an hour; more need a proof. 0: they never do."""
        return int(self._get("PROOF_AFTER_SUBMITS"))

    @property
    def proof_after_school_submits(self) -> int:
        """To one institution within an hour; more need a proof. 0: they never do."""
        return int(self._get("PROOF_AFTER_SCHOOL_SUBMITS"))

    @property
    def proof_max_number(self) -> int:
        """How many hashes a browser tries at most; half as many on average."""
        return int(self._get("PROOF_MAX_NUMBER"))

    @property
    def files_root(self) -> Path:
        """The folder of applicants' files, where ``STORAGES`` names no storage for them."""
        given = self._get("FILES_ROOT")
        return Path(given or Path(getattr(settings, "BASE_DIR", ""), "hcprograms-files")).resolve()

    @property
    def keep_files_for(self) -> timedelta:
        """How long a file waits for the rest of its form to be sent."""
        return timedelta(hours=self._get("KEEP_FILES_HOURS"))

    @property
    def waiting_files_bytes(self) -> int:
        """How much one institution's waiting files may take up together."""
        return int(self._get("WAITING_FILES_MB")) * 1_000_000

    @property
    def languages(self) -> Sequence[str]:
        """Codes of the languages that the site's own LOCALE_PATHS translate the plugin into."""
        return tuple(self._get("LANGUAGES"))


conf = Conf()
