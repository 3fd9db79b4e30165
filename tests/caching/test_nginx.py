"""A site behind a plain proxy cache: everybody gets the same page, and everybody may ask."""

import re
import subprocess
from contextlib import contextmanager
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, build_opener

import pytest

from tests.browser.site import SCHOOL, read_leads, running_site
from tests.services import answers, find_program, free_port, skipped_if_missing, stop, wait_until

pytestmark = pytest.mark.slow
CONFIGURATION = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  proxy_cache_path {folder}/cache keys_zone=pages:1m;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass {site};
      proxy_set_header Host $http_host;
      proxy_cache pages;
      proxy_cache_valid 200 1d;
      add_header X-Cache $upstream_cache_status;
    }}
  }}
}}
"""


@contextmanager
def running_nginx(folder, site, port):
    program = find_program("nginx")
    file = folder / "nginx.conf"
    file.write_text(CONFIGURATION.format(folder=folder, port=port, site=site))
    server = subprocess.Popen([program, "-p", str(folder), "-c", str(file)])
    try:
        wait_until(lambda: answers(port), what="nginx")
        yield f"http://127.0.0.1:{port}"
    finally:
        stop(server)


@pytest.fixture(scope="module")
def proxied(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nginx")
    with skipped_if_missing():
        find_program("nginx")
    port = free_port()
    with (
        running_site(folder, SITE_URL=f"http://127.0.0.1:{port}") as site,
        running_nginx(folder, site.url, port) as address,
    ):
        yield site, address


def fetch(address, data=None):
    body = urlencode(data).encode() if data else None
    with build_opener().open(Request(address, data=body)) as response:
        return response, response.read().decode()


def read_token(html):
    return re.search(r'name="token" value="([^"]+)"', html)[1]


def test_two_visitors_of_one_cached_page_both_ask(proxied):
    site, address = proxied
    page = f"{address}/ask/{SCHOOL}/"
    fetch(page)

    for name in ("First", "Second"):
        response, html = fetch(page)
        assert response.headers["X-Cache"] == "HIT"
        assert "Set-Cookie" not in response.headers
        typed = {"token": read_token(html), "name": name, "email": f"{name}@applicant.example"}
        sent, thanks = fetch(page, typed)
        assert "/thanks/" in sent.url
        assert sent.headers["X-Cache"] != "HIT"

    assert list(read_leads(site.database)) == ["First", "Second"]


def test_renewed_tokens_are_never_cached(proxied):
    _site, address = proxied
    token = read_token(fetch(f"{address}/ask/{SCHOOL}/")[1])

    first, body = fetch(f"{address}/renew/", {"token": token})

    assert first.headers["X-Cache"] != "HIT"
    assert "no-store" in first.headers["Cache-Control"]
    assert "token" in body


def test_errors_are_never_cached(proxied):
    _site, address = proxied
    page = f"{address}/ask/{SCHOOL}/?form=information"

    with pytest.raises(HTTPError) as refused:
        fetch(page, {"token": "x", "name": "Nobody"})

    refused.value.close()
    assert refused.value.code == 422
    assert "Nobody" not in fetch(page)[1]
