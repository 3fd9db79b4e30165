"""The production settings, at work."""

import http.client
import re
import ssl

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.redis, pytest.mark.xdist_group("production")]


@pytest.fixture
def get(production_site):
    """Return a function that GETs a path: status, headers, body."""

    def fetch(path, **headers):
        context = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection("localhost", production_site.port, context=context)
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        body = response.read().decode()
        connection.close()
        return response.status, response.headers, body

    return fetch


def test_front_page_is_strict_and_sets_no_cookie(get):
    status, headers, _ = get("/")

    assert status == 200
    assert headers["Set-Cookie"] is None
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert sorted(headers["Content-Security-Policy"].split("; ")) == [
        "base-uri 'none'",
        "default-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self' data:",
        "object-src 'none'",
    ]


def test_static_files_are_named_by_content_and_cached_for_ever(get):
    _, _, page = get("/")
    style = re.search(r'href="(/static/[^"]+\.[0-9a-f]{12}\.css)"', page)[1]

    status, headers, _ = get(style)

    assert status == 200
    assert headers["Cache-Control"] == "max-age=315360000, public, immutable"


def test_a_visitor_without_tls_is_sent_to_https(get):
    status, headers, _ = get("/", **{"X-Forwarded-Proto": "http"})

    assert (status, headers["Location"][:8]) == (301, "https://")


def test_a_forged_host_is_refused(get):
    status, _, _ = get("/", Host="evil.example")

    assert status == 400


def test_the_demos_mailbox_is_not_there(get):
    status, _, _ = get("/mailbox/")

    assert status == 404
