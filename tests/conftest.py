"""Fixtures for every test; the servers that they start are in ``tests/services.py``."""

import gc
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from django.apps import apps
from django.conf import settings
from django.utils import timezone

from hcprograms.matching import engine
from tests import prepared
from tests.production import Site, running_site
from tests.services import (
    ProgramMissing,
    find_program,
    running_postgres,
    running_redis,
    skipped_if_missing,
)
from tests.smtp import SmtpSink, running_smtp

if TYPE_CHECKING:  # the oldest CMSs are tested without a browser
    from playwright.sync_api import Browser, BrowserContext

# A slow machine is no finding. In CI hypothesis' own profile also makes every run the same.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")

# Playwright runs an event loop in the test's thread; Django would refuse the ORM there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


# The adapters' tests import their CMS, which only its own settings install.
collect_ignore = [
    name for name in ("djangocms", "wagtail") if not apps.is_installed(f"hcprograms.contrib.{name}")
]

PATIENCE = 90_000
"""Milliseconds that a browser may take for one step."""

OPENED_FOLDER = pytest.StashKey[bool]()
DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}


NOT_ON_POSTGRES = {"browser", "chaos", "slow", "sqlite"}
"""Markers of what says nothing more there, or takes long."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--once",
        action="store_true",
        help="leave to the run on PostgreSQL what it will run, where PostgreSQL is installed",
    )


def pytest_configure(config: pytest.Config) -> None:
    # Django alone is half a million objects, and looking for garbage among them takes its time.
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)
    config.stash[OPENED_FOLDER] = prepared.FOLDER not in os.environ
    if config.stash[OPENED_FOLDER]:
        prepared.open_folder()


def pytest_unconfigure(config: pytest.Config) -> None:
    if config.stash[OPENED_FOLDER]:
        prepared.remove_folder()


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what this process's database cannot show; run what needs none on SQLite only."""
    on_postgres = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
    for item in items:
        if "postgres" in item.keywords and not on_postgres:
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL: make test-postgres"))
        if "browser" in item.keywords:
            # A module's sites are started once, on one worker.
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
    if on_postgres:
        _keep(items, _runs_on_postgres, config)
    elif config.getoption("once") and _is_installed("initdb"):
        _keep(items, lambda item: not _runs_on_postgres(item), config)


def _keep(
    items: list[pytest.Item], wanted: Callable[[pytest.Item], bool], config: pytest.Config
) -> None:
    config.hook.pytest_deselected(items=[item for item in items if not wanted(item)])
    items[:] = filter(wanted, items)


def _is_installed(program: str) -> bool:
    try:
        return bool(find_program(program))
    except ProgramMissing:
        return False


def _runs_on_postgres(item: pytest.Item) -> bool:
    return _uses_database(item) and not NOT_ON_POSTGRES & {one.name for one in item.iter_markers()}


def _uses_database(item: pytest.Item) -> bool:
    named = DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
    return bool(named) or "django_db" in item.keywords


@pytest.fixture
def fresh_catalog(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The process reads the catalog of this very test, and notices each change at once."""
    monkeypatch.setattr(engine, "CHECK_SECONDS", 0.0)
    engine.forget()
    yield
    engine.forget()


@pytest.fixture(autouse=True)
def _database_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests travel in time, and the database server does not."""
    where = "hcprograms.institutions.database_time._read_postgresql_time"
    monkeypatch.setattr(where, timezone.now)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a PostgreSQL server, for tests that start processes of their own."""
    with skipped_if_missing(), running_postgres() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    with skipped_if_missing(), running_redis() as url:
        yield url


@pytest.fixture(scope="session")
def _smtp_server() -> Iterator[SmtpSink]:
    with running_smtp() as sink:
        yield sink


@pytest.fixture
def smtp(_smtp_server: SmtpSink) -> Iterator[SmtpSink]:
    """A mail server without messages or faults."""
    _smtp_server.reset()
    yield _smtp_server
    _smtp_server.reset()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Start the machine's own Chromium, which must look nothing up outside this machine."""
    with skipped_if_missing():
        return browser_type_launch_args | {
            "executable_path": find_program("chromium-headless-shell", "chromium"),
            "args": [
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--test-third-party-cookie-phaseout",
            ],
        }


@pytest.fixture(scope="session")
def browser(browser: "Browser") -> "Browser":
    """A patient one: a slow machine is no finding here either."""
    pytest.importorskip("playwright.sync_api").expect.set_options(timeout=PATIENCE)
    make = browser.new_context

    def make_patient(**options: Any) -> "BrowserContext":
        context = make(**options)
        context.set_default_timeout(PATIENCE)
        return context

    browser.new_context = make_patient  # type: ignore[method-assign]
    return browser


@pytest.fixture(scope="session")
def production_site(
    postgres_url: str,
    redis_url: str,
    _smtp_server: SmtpSink,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """A whole site in production's shape; its mails arrive at ``smtp``."""
    folder = tmp_path_factory.mktemp("production")
    with (
        skipped_if_missing(),
        running_site(
            folder=folder, postgres=postgres_url, redis=redis_url, smtp=_smtp_server.url
        ) as site,
    ):
        yield site


@pytest.fixture(autouse=True)
def _catalog_in_this_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that rebuilds the catalog would not see what the test's transaction holds."""
    monkeypatch.setattr("hcprograms.matching.engine.QUICK_SECONDS", float("inf"))
