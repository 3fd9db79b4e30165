"""Django's own full-page cache around pages with our tags."""

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.urls import include, path

from hcprograms.leads.tokens import open_form_token, renew_form_token
from tests.factories import NOW
from tests.leads.asking import all_leads
from tests.tags.rendering import render

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
pages = []


def about(request):
    pages.append(request)
    return HttpResponse(render("{% interest_form id %}", id=about.form, path="/about/"))


urlpatterns = [path("about/", about), path("", include("hcprograms.urls"))]


@pytest.fixture
def cached(settings, school):
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = [
        "django.middleware.cache.UpdateCacheMiddleware",
        *settings.MIDDLEWARE,
        "django.middleware.cache.FetchFromCacheMiddleware",
    ]
    settings.CACHE_MIDDLEWARE_SECONDS = 7 * 24 * 3600
    settings.CACHE_MIDDLEWARE_KEY_PREFIX = str(school.form.public_id)
    about.form = str(school.form.public_id)
    pages.clear()
    return school


def read(html, name):
    return re.search(rf'name="{name}" value="([^"]*)"', html)[1]


def test_two_visitors_of_one_cached_page_both_ask(client, cached, later):
    html = [client.get("/about/").content.decode() for _visitor in range(2)]
    later()

    for name in ("First", "Second"):
        client.post(cached.address, cached.typed(token=read(html[1], "token"), name=name))

    assert len(pages) == 1
    assert html[0] == html[1]
    assert [lead.name for lead in all_leads()] == ["First", "Second"]


def test_token_of_an_old_page_is_renewed_and_taken(client, cached, clock):
    token = read(client.get("/about/").content.decode(), "token")
    clock.shift(timedelta(days=6))

    renewed = client.post("/renew/", {"token": token})
    answer = client.post(cached.address, cached.typed(token=renewed.json()["token"]))

    assert "no-store" in renewed["Cache-Control"]
    assert not renewed.cookies
    assert answer.status_code == 303


def test_old_page_comes_back_with_everything_typed_and_boxes_cleared(client, cached, clock):
    token = read(client.get("/about/").content.decode(), "token")
    clock.shift(timedelta(days=6))

    again = client.post(cached.address, cached.typed(token=token))
    html = again.content.decode()
    sent = client.post(cached.address, cached.typed(token=read(html, "token")))

    assert again.status_code == 422
    assert 'value="Ada Applicant"' in html
    assert not re.search(r'name="consent_\w+"[^>]* checked', html)
    assert sent.status_code == 303


def test_renewing_twice_on_a_day_stays_one_request(school):
    token = school.token(age=timedelta(days=9))

    first, second = (renew_form_token(token, now=NOW) for _each in range(2))
    tomorrow = renew_form_token(token, now=NOW + timedelta(days=1))

    assert first.nonce == second.nonce != tomorrow.nonce
    assert first.consent_digest == open_form_token(school.token(), now=NOW).consent_digest


def test_renewing_a_token_in_life_keeps_its_nonce(school):
    token = school.token()

    assert renew_form_token(token, now=NOW).nonce == open_form_token(token, now=NOW).nonce


@pytest.mark.parametrize("token", ["", "x", "a:b", "x" * 5000])
def test_forged_token_is_not_renewed(client, db, token):
    assert client.post("/renew/", {"token": token}).status_code == 404


def test_renewing_takes_no_query(client, school, django_assert_num_queries):
    token = school.token()

    with django_assert_num_queries(0):
        client.post("/renew/", {"token": token})
