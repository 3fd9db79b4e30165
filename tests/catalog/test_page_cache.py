"""Cached parts of pages: under which conditions a fragment is used again."""

import pytest

from hcprograms.catalog.page_cache import Fragment, get_or_render, make_placeholder
from tests.factories import NOW, make_program

pytestmark = pytest.mark.django_db(transaction=True)  # within a transaction nothing is cached


@pytest.fixture
def render():
    """Renders the placeholder, and counts how often."""

    def render():
        render.count += 1
        return Fragment(make_placeholder("token"))

    render.count = 0
    return render


def test_fragment_is_rendered_once(render):
    for _ in range(2):
        get_or_render("form", render, now=NOW)

    assert render.count == 1


def test_change_of_the_catalog_renders_anew(render):
    get_or_render("form", render, now=NOW)
    make_program()

    get_or_render("form", render, now=NOW)

    assert render.count == 2


def test_process_with_another_secret_reads_none_of_our_placeholders(render, settings):
    get_or_render("form", render, now=NOW)
    settings.SECRET_KEY = "rotated"

    fragment = get_or_render("form", render, now=NOW)

    assert fragment.html == make_placeholder("token")


def test_cache_server_that_is_down_costs_no_page(render, monkeypatch):
    def fail(*args, **kwargs):
        raise ConnectionError

    for name in ("get", "set"):
        monkeypatch.setattr(f"hcprograms.catalog.page_cache.cache.{name}", fail)

    assert get_or_render("form", render, now=NOW).html
