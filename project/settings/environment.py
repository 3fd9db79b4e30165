"""Reads and judges the environment of a production site.

All that is wrong is said at once, in plain words, and the process ends: a site that starts with a
weak key or a forgotten mail server loses applicants quietly.
"""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http.request import validate_host

POSTGRES_SCHEMES = ("postgres", "postgresql", "psql")
REDIS_SCHEMES = ("redis", "rediss", "unix")
EMAIL_SCHEMES = ("smtp", "smtp+tls", "smtp+ssl")
# gunicorn starts a worker that ended again and again, but not after this code.
GIVE_UP = 3
MIN_KEY_LENGTH = 50
MIN_KEY_CHARACTERS = 5


@dataclass(frozen=True, kw_only=True)
class Production:
    """A production site's settings, each known to be usable."""

    secret_key: str
    allowed_hosts: list[str]
    database: dict[str, Any]
    redis_url: str
    email: dict[str, Any]
    site_url: str
    default_from_email: str
    trusted_proxies: int
    metrics_token: str


def read_production(environment: Mapping[str, str] | None = None) -> Production:
    """Return what the environment says; exit with one line per problem if it cannot be used."""
    source = dict(os.environ if environment is None else environment)
    problems: list[str] = []

    def read(name: str, parse: Callable[[str], Any]) -> Any:
        try:
            return parse(_required(source, name))
        except ValueError as error:
            problems.append(f"{name}: {error}")

    site_url = read("SITE_URL", _site_url)
    source = _defaults(site_url) | source
    production = Production(
        secret_key=read("SECRET_KEY", _secret_key),
        allowed_hosts=read("ALLOWED_HOSTS", _allowed_hosts),
        database=read("DATABASE_URL", _database),
        redis_url=read("REDIS_URL", _redis_url),
        email=read("EMAIL_URL", _email),
        site_url=site_url,
        default_from_email=read("DEFAULT_FROM_EMAIL", _sender),
        trusted_proxies=read("TRUSTED_PROXIES", _count),
        metrics_token=source.get("METRICS_TOKEN", "").strip(),
    )
    host = urlsplit(site_url or "").hostname
    if host and production.allowed_hosts and not validate_host(host, production.allowed_hosts):
        problems.append(f"SITE_URL: {host} is not one of ALLOWED_HOSTS")
    if problems:
        print("This site cannot start:", *problems, sep="\n  ", file=sys.stderr)
        raise SystemExit(GIVE_UP)
    return production


def _required(source: dict[str, str], name: str) -> str:
    value = source.get(name, "").strip()
    if not value:
        raise ValueError(f"missing; {EXPECTED[name]}")
    return value


EXPECTED = {
    "SECRET_KEY": f"give a random text of {MIN_KEY_LENGTH} characters or more",
    "ALLOWED_HOSTS": "give the site's host names, separated by commas",
    "DATABASE_URL": "give postgres://user:password@host:5432/name",
    "REDIS_URL": "give redis://host:6379/0",
    "EMAIL_URL": "give smtp+tls://user:password@host:587, or smtp:// or smtp+ssl://",
    "SITE_URL": "give the public address, such as https://admissions.example.edu",
    "DEFAULT_FROM_EMAIL": "give a sender, such as Admissions <admissions@example.edu>",
    "TRUSTED_PROXIES": "give the number of proxies in front, such as 1",
}


def _secret_key(value: str) -> str:
    weak = (
        len(value) < MIN_KEY_LENGTH
        or len(set(value)) < MIN_KEY_CHARACTERS
        or value.startswith("django-insecure-")
    )
    if weak:
        raise ValueError(f"too weak; {EXPECTED['SECRET_KEY']}")
    return value


def _allowed_hosts(value: str) -> list[str]:
    hosts = [host.strip() for host in value.split(",") if host.strip()]
    if not hosts or any("*" in host or "/" in host for host in hosts):
        raise ValueError(f"'*' and addresses are not allowed; {EXPECTED['ALLOWED_HOSTS']}")
    return hosts


def _database(value: str) -> dict[str, Any]:
    _url(value, "DATABASE_URL", POSTGRES_SCHEMES)
    config = dict(environ.Env.db_url_config(value))
    if not config["NAME"]:
        raise ValueError(f"names no database; {EXPECTED['DATABASE_URL']}")
    return config


def _redis_url(value: str) -> str:
    _url(value, "REDIS_URL", REDIS_SCHEMES)
    return value


def _email(value: str) -> dict[str, Any]:
    if not _url(value, "EMAIL_URL", EMAIL_SCHEMES).hostname:
        raise ValueError(f"names no host; {EXPECTED['EMAIL_URL']}")
    return dict(environ.Env.email_url_config(value))


def _site_url(value: str) -> str:
    url = _url(value, "SITE_URL", ("https",))
    if not url.hostname or url.path.strip("/") or url.query or url.fragment:
        raise ValueError(f"is not a plain site address; {EXPECTED['SITE_URL']}")
    return value.rstrip("/")


def _defaults(site_url: str | None) -> dict[str, str]:
    host = urlsplit(site_url or "").hostname or "localhost"
    return {"DEFAULT_FROM_EMAIL": f"admissions@{host}", "TRUSTED_PROXIES": "0"}


def _sender(value: str) -> str:
    try:
        validate_email(parseaddr(value)[1])
    except ValidationError:
        raise ValueError(f"is not a sender; {EXPECTED['DEFAULT_FROM_EMAIL']}") from None
    return value


def _count(value: str) -> int:
    if not value.isdecimal():
        raise ValueError(f"is not a number; {EXPECTED['TRUSTED_PROXIES']}")
    return int(value)


def _url(value: str, name: str, schemes: tuple[str, ...]) -> Any:
    """Split an address; the message never repeats the value, which may hold a password."""
    try:
        url = urlsplit(value)
        _ = url.port
    except ValueError:
        raise ValueError(f"is not an address; {EXPECTED[name]}") from None
    if url.scheme not in schemes:
        raise ValueError(f"must start with {' or '.join(f'{s}://' for s in schemes)}")
    return url
