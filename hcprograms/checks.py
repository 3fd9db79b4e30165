"""System checks: every wrong setting is named, with what is allowed, before a visitor meets it."""

import re
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from ipaddress import ip_network
from pathlib import PurePath
from typing import Any
from urllib.parse import urlsplit

import idna
from django.apps import AppConfig
from django.conf import global_settings, settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import FieldDoesNotExist
from django.db import DEFAULT_DB_ALIAS, connections, router
from django.utils.module_loading import import_string

from hcprograms.conf import BUILT_IN_CRITERIA, DEFAULTS, conf
from hcprograms.institutions.error_reporting import PersonalDataFilter
from hcprograms.institutions.languages import has_words
from hcprograms.institutions.models import Institution
from hcprograms.leads.file_checks import check_files

__all__ = ["check_deployment", "check_files", "check_settings", "check_site"]


class _Wrong(ValueError):
    """What a setting should be, in words."""


def _check_number(value: object, *, least: float, whole: bool) -> None:
    is_number = isinstance(value, int) or (isinstance(value, float) and not whole)
    # "not … >= …" refuses NaN too.
    if isinstance(value, bool) or not is_number or not value >= least:  # type: ignore[operator]
        raise _Wrong(f"Give a{' whole' if whole else ''} number of {least:g} or more.")


def _number(least: float, *, whole: bool = False) -> Callable[[object], None]:
    return lambda value: _check_number(value, least=least, whole=whole)


def _site_url(value: object) -> None:
    if value == "":
        return
    parts = urlsplit(value) if isinstance(value, str) else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise _Wrong("Give the public address, such as “https://admissions.example.edu”.")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise _Wrong("Give scheme and host only, without a path.")
    if parts.hostname.isascii():
        return
    try:
        idna.encode(parts.hostname, uts46=True)
    except idna.IDNAError as error:
        raise _Wrong(f"The host is not a domain name: {error}") from error


def _importable(value: object) -> None:
    if not isinstance(value, str):
        raise _Wrong("Give a dotted path in quotes.")
    try:
        found = import_string(value)
    except ImportError as error:
        raise _Wrong(f"Nothing to import there: {error}") from error
    if not callable(found):
        raise _Wrong(f"“{value}” cannot be called.")


def _optional_path(value: object) -> None:
    if value is not None:
        _importable(value)


def _paths(value: object) -> None:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise _Wrong("Give a list of dotted paths.")
    for path in value:
        _importable(path)


def _channels(value: object) -> None:
    if not isinstance(value, dict) or not value:
        raise _Wrong("Give a dict of channel key to dotted path, with at least “email”.")
    for path in value.values():
        _importable(path)


def _token(value: object) -> None:
    if value == "":
        return
    if not isinstance(value, str) or not re.fullmatch(r"[\w.~+/=-]{20,200}", value, re.ASCII):
        raise _Wrong("Give 20 random characters or more: letters, digits and any of -._~+/=.")


def _weights(value: object) -> None:
    if not isinstance(value, dict):
        raise _Wrong("Give a dict of criterion key to weight.")
    for weight in value.values():
        _check_number(weight, least=0, whole=False)
        if weight == float("inf"):
            raise _Wrong("Give finite weights.")


def _minutes(value: object) -> None:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise _Wrong("Give a list of minutes, ascending.")
    for minutes in value:
        _check_number(minutes, least=1, whole=True)
    if list(value) != sorted(set(value)):
        raise _Wrong("Give the minutes ascending, each once.")


def _networks(value: object) -> None:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise _Wrong("Give a list of networks, such as “10.1.0.0/16”.")
    for network in value:
        try:
            ip_network(network)
        except ValueError as error:
            raise _Wrong(f"Not a network: {error}.") from error


def _yes_or_no(value: object) -> None:
    if not isinstance(value, bool):
        raise _Wrong("Give True or False.")


def _optional_folder(value: object) -> None:
    if value is not None and not (isinstance(value, str | PurePath) and PurePath(value).parts):
        raise _Wrong("Give the path of a folder that no web server shows.")


def _languages(value: object) -> None:
    known = [code for code, _name in settings.LANGUAGES]
    if isinstance(value, str) or not isinstance(value, Sequence) or not set(value) <= set(known):
        raise _Wrong("Give a list of codes out of LANGUAGES, such as “es”.")


RULES: dict[str, Callable[[object], None]] = {
    "SITE_URL": _site_url,
    "CRITERIA": _paths,
    "CRITERIA_WEIGHTS": _weights,
    "CHANNELS": _channels,
    "WAKE_UP": _optional_path,
    "FORM_MAX_AGE_HOURS": _number(1),
    "MIN_FILL_SECONDS": _number(0),
    "SUBMITS_PER_HOUR": _number(0, whole=True),
    "API_REQUESTS_PER_MINUTE": _number(0, whole=True),
    "INVITED_ACCOUNTS": _yes_or_no,
    "REQUESTS_PER_PERSON_PER_HOUR": _number(0, whole=True),
    "LEASE_SECONDS": _number(1),
    "SWEEP_SECONDS": _number(0.1),
    "SEND_DEADLINE_SECONDS": _number(1),
    "RETRY_HOURS": _number(0),
    "REMIND_AFTER_BUSINESS_MINUTES": _minutes,
    "STUCK_AFTER_MINUTES": _number(1),
    "CHECK_BROKER": _optional_path,
    "METRICS_TOKEN": _token,
    "WEBHOOK_DEADLINE_SECONDS": _number(1),
    "WEBHOOK_RETRY_HOURS": _number(0),
    "WEBHOOK_NETWORKS": _networks,
    "TRUSTED_PROXIES": _number(0, whole=True),
    "MATCH_LIMIT": _number(1, whole=True),
    "PROOF_OF_WORK": _yes_or_no,
    "PROOF_AFTER_SUBMITS": _number(0, whole=True),
    "PROOF_AFTER_SCHOOL_SUBMITS": _number(0, whole=True),
    "PROOF_MAX_NUMBER": _number(1_000, whole=True),
    "FILES_ROOT": _optional_folder,
    "KEEP_FILES_HOURS": _number(1),
    "WAITING_FILES_MB": _number(1, whole=True),
    "LANGUAGES": _languages,
}


@register("hcprograms")
def check_settings(
    *, app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """E001: not a dict. E002: an unknown key. E003: a wrong value. E004: lease below deadline.

    E005: weights of criteria that there are not, or that let none count. E006: proofs of work
    without what makes them.
    """
    given = getattr(settings, "HCPROGRAMS", {})
    if not isinstance(given, dict):
        return [Error("HCPROGRAMS must be a dict.", id="hcprograms.E001")]
    problems = [_judge(key, value) for key, value in given.items()]
    wrong = [problem for problem in problems if problem]
    return wrong or [one for check in WHOLE for one in check(DEFAULTS | given)]


def _judge(key: str, value: object) -> CheckMessage | None:
    return _wrong(key, value) if key in RULES else _unknown(key)


def _unknown(key: object) -> CheckMessage:
    return Error(
        f"HCPROGRAMS has an unknown key: {key!r}.",
        hint=f"Known keys: {', '.join(DEFAULTS)}.",
        id="hcprograms.E002",
    )


def _wrong(key: str, value: object) -> CheckMessage | None:
    try:
        RULES[key](value)
    except _Wrong as error:
        return Error(f"HCPROGRAMS[{key!r}] is {value!r}.", hint=str(error), id="hcprograms.E003")
    return None


def _check_lease(values: dict[str, Any]) -> list[CheckMessage]:
    if values["LEASE_SECONDS"] > values["SEND_DEADLINE_SECONDS"]:
        return []
    return [
        Error(
            "HCPROGRAMS: a message may take longer to send than its lease lasts.",
            hint="Set LEASE_SECONDS well above SEND_DEADLINE_SECONDS, or mails go out twice.",
            id="hcprograms.E004",
        )
    ]


def _check_weights(values: dict[str, Any]) -> list[CheckMessage]:
    weights = values["CRITERIA_WEIGHTS"]
    own = {getattr(import_string(path), "key", "") for path in values["CRITERIA"]}
    known = [*BUILT_IN_CRITERIA, *sorted(own)]
    unknown = sorted(set(weights) - set(known))
    hint = f"Known criteria: {', '.join(known)}."
    if unknown:
        told = f"HCPROGRAMS['CRITERIA_WEIGHTS'] names unknown criteria: {', '.join(unknown)}."
        return [Error(told, hint=hint, id="hcprograms.E005")]
    if not own and set(weights) == set(known) and not any(weights.values()):
        told = "HCPROGRAMS['CRITERIA_WEIGHTS'] lets no criterion count."
        return [Error(told, hint=hint, id="hcprograms.E005")]
    return []


def _check_proof(values: dict[str, Any]) -> list[CheckMessage]:
    if not values["PROOF_OF_WORK"] or find_spec("altcha"):
        return []
    return [
        Error(
            "HCPROGRAMS['PROOF_OF_WORK'] is on, and altcha is not installed.",
            hint="pip install hcprograms[altcha]; until then all of a rush is held for review.",
            id="hcprograms.E006",
        )
    ]


WHOLE = (_check_lease, _check_weights, _check_proof)
"""What is looked at once every setting by itself is right."""


@register("hcprograms", Tags.security, deploy=True)
def check_deployment(
    *, app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """W001: links in mails have no address. W002: a new connection for every request."""
    found: list[CheckMessage] = []
    is_readable = not check_settings()  # which says what is wrong
    if is_readable and not conf.site_url.startswith("https://"):
        found.append(
            Warning(
                "HCPROGRAMS['SITE_URL'] is not an https address.",
                hint="Links in emails start with it; unsubscribing by one click needs https.",
                id="hcprograms.W001",
            )
        )
    database = settings.DATABASES.get("default", {})
    if "sqlite3" not in database.get("ENGINE", "") and database.get("CONN_MAX_AGE", 0) == 0:
        found.append(
            Warning(
                "Every request opens a new database connection.",
                hint="Set CONN_MAX_AGE (such as 600) and CONN_HEALTH_CHECKS; "
                "capturing a lead is about four times faster.",
                id="hcprograms.W002",
            )
        )
    return found


DATABASES = ("postgresql", "sqlite")
FILTER = f"{PersonalDataFilter.__module__}.{PersonalDataFilter.__qualname__}"


@register("hcprograms")
def check_site(
    *, app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """E007: times without a zone. E008: a database of another kind. E009: users without email.

    E010: tables apart from the users' or from the default database. W005: SQLite that does not
    wait. W006: mails without a sender. W007: no language that the pages are in. W008: error
    reports with what people typed.
    Needs no connection, so that it comes before ``migrate`` has begun.
    """
    found: list[CheckMessage] = []
    if not settings.USE_TZ:
        found.append(
            Error(
                "hcprograms needs USE_TZ = True.",
                hint="Office hours and deadlines are moments, and pages fail without time zones.",
                id="hcprograms.E007",
            )
        )
    found += [*_check_databases(), *_check_users()]
    if settings.DEFAULT_FROM_EMAIL == global_settings.DEFAULT_FROM_EMAIL:
        found.append(
            Warning(
                f"Emails would come from {settings.DEFAULT_FROM_EMAIL}.",
                hint="Set DEFAULT_FROM_EMAIL to an address of yours, or mail servers refuse them.",
                id="hcprograms.W006",
            )
        )
    reporter = import_string(settings.DEFAULT_EXCEPTION_REPORTER_FILTER)
    if not issubclass(reporter, PersonalDataFilter):
        found.append(
            Warning(
                "Reports of errors would quote what applicants typed.",
                hint=f"Set DEFAULT_EXCEPTION_REPORTER_FILTER = {FILTER!r}, or to a subclass of it.",
                id="hcprograms.W008",
            )
        )
    is_readable = not check_settings()  # which says what is wrong
    codes = [code for code, _name in settings.LANGUAGES]
    if settings.USE_I18N and is_readable and not any(has_words(code) for code in codes):
        found.append(
            Warning(
                "The pages of hcprograms are in none of LANGUAGES.",
                hint="They are shown in English: add (“en”, “English”), or links to them below "
                "i18n_patterns lead nowhere; or translate them and set HCPROGRAMS['LANGUAGES'].",
                id="hcprograms.W007",
            )
        )
    return found


def _check_databases() -> list[CheckMessage]:
    alias = router.db_for_write(Institution)
    connection = connections[alias]
    if connection.vendor not in DATABASES:
        told = f"hcprograms does not work on {connection.display_name} (DATABASES[{alias!r}])."
        hint = "Use PostgreSQL or SQLite."
        return [Error(told, hint=hint, id="hcprograms.E008")]
    found: list[CheckMessage] = []
    users = router.db_for_write(get_user_model())
    if {alias, users} != {DEFAULT_DB_ALIAS}:
        found.append(
            Error(
                f"The tables of hcprograms are in {alias!r}, those of the users in {users!r}.",
                hint="Both must be in the database “default”: change DATABASE_ROUTERS.",
                id="hcprograms.E010",
            )
        )
    options = connection.settings_dict.get("OPTIONS", {})
    mode = str(options.get("transaction_mode") or "").upper()
    if connection.vendor == "sqlite" and mode not in ("IMMEDIATE", "EXCLUSIVE"):
        found.append(
            Warning(
                "SQLite refuses visitors who send at the same time.",
                hint=f"Set DATABASES[{alias!r}]['OPTIONS'] to {{'transaction_mode': 'IMMEDIATE', "
                "'timeout': 20, 'init_command': 'PRAGMA journal_mode=WAL'}.",
                id="hcprograms.W005",
            )
        )
    return found


def _check_users() -> list[CheckMessage]:
    """Names may be missing, and any field may be the one to sign in with."""
    model = get_user_model()
    try:
        model._meta.get_field("email")
    except FieldDoesNotExist:
        return [
            Error(
                f"{model._meta.label} has no field “email”.",
                hint="Advisors are written to at the email address of their user.",
                id="hcprograms.E009",
            )
        ]
    return []
