"""A running site, and visitors of every kind: narrow or wide, light or dark, with and without JS.

Every visitor watches what no page may do: ask another host, set a cookie, break the policy,
throw an error. ``Visitor.check`` fails on any of it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.site import Site, running_site

NARROW = {"width": 360, "height": 740}
WIDE = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("site")
    with running_site(folder) as site:
        yield site


@dataclass
class Visitor:
    """One browser window and everything that went on in it."""

    site: Site
    context: BrowserContext
    page: Page
    strangers: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def visit(self, path: str) -> Page:
        self.page.goto(self.site.url + path)
        return self.page

    def check(self) -> None:
        """Fail on anything that no public page may do, and on what axe finds in this one."""
        assert self.strangers == []
        assert self.complaints == []
        assert self.context.cookies() == []
        assert self.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        found = Axe().run(self.page)
        assert found.violations_count == 0, found.generate_report()


@pytest.fixture
def visitor(site: Site, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors; keyword arguments go to Playwright's context."""
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> Visitor:
        context = browser.new_context(**{"viewport": WIDE, "base_url": site.url} | options)
        contexts.append(context)
        found = Visitor(site, context, context.new_page())
        watch(found)
        return found

    yield make
    for context in contexts:
        context.close()


def watch(visitor: Visitor) -> None:
    def on_request(request: Any) -> None:
        if not request.url.startswith((visitor.site.url, "data:")):
            visitor.strangers.append(request.url)

    def on_console(message: Any) -> None:
        if message.type in ("error", "warning") and "status of 4" not in message.text:
            visitor.complaints.append(message.text)

    visitor.page.on("request", on_request)
    visitor.page.on("console", on_console)
    visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
