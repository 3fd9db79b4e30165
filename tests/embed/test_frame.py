"""The frame: who may show it, who may send from it."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from hcprograms.institutions.models import Role
from hcprograms.leads.models.forms import InterestForm, validate_hosts
from tests.factories import make_institution, make_member, make_user
from tests.leads.asking import all_leads

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
HOSTS = ["www.school.example", "*.campus.example:8080"]


@pytest.fixture
def address(school):
    InterestForm.objects.update(allowed_hosts=HOSTS)
    return reverse("hcprograms_embed:frame", args=[school.form.public_id])


def frame_ancestors(response):
    return re.search(r"frame-ancestors ([^;]*)", response["Content-Security-Policy"])[1]


def test_only_the_frame_may_be_framed_and_only_by_the_forms_hosts(client, school, address):
    framed = client.get(address)
    page = client.get(school.address)
    admin = client.get("/admin/login/")

    assert frame_ancestors(framed) == "'self' www.school.example *.campus.example:8080"
    assert "X-Frame-Options" not in framed
    for response in (page, admin):
        assert frame_ancestors(response) == "'none'"
        assert response["X-Frame-Options"] == "DENY"


def test_frame_sets_no_cookie_and_is_kept_by_nobody(client, address):
    response = client.get(address)

    assert not response.cookies
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://www.school.example", 422),
        ("https://a.campus.example:8080", 422),
        ("http://testserver", 422),
        ("https://campus.example:8080", 403),
        ("https://www.school.example.evil.example", 403),
        ("https://evil.example", 403),
    ],
)
def test_frame_takes_forms_from_allowed_origins_only(client, address, origin, status):
    response = client.post(address, {"name": "Ada"}, headers={"origin": origin})

    assert response.status_code == status


def test_other_pages_do_not_take_forms_from_the_hosts_of_an_embed(client, school, address):
    origin = {"origin": "https://www.school.example"}

    assert client.post(school.address, {"name": "Ada"}, headers=origin).status_code == 403


def test_frame_captures_and_thanks_inside_the_frame(client, school, address, later):
    html = client.get(address, headers={"referer": "https://www.school.example/mha"})
    token = re.search(r'name="token" value="([^"]+)"', html.content.decode())[1]
    source = re.search(r'name="source" value="([^"]+)"', html.content.decode())[1]
    later()

    sent = client.post(address, school.typed(token=token, source=source))
    thanks = client.get(sent["Location"])

    (lead,) = all_leads()
    assert lead.attribution["page"] == "https://www.school.example/mha"
    assert frame_ancestors(thanks) == "'self' www.school.example *.campus.example:8080"
    assert "X-Frame-Options" not in thanks


def test_frame_never_shows_another_form_instead(client, school, address):
    InterestForm.objects.update(status=InterestForm.Status.RETIRED)

    response = client.get(address)

    assert response.status_code == 410
    assert b"<form" not in response.content
    assert b"+1 303 555 0100" in response.content


def test_frame_of_a_deleted_form_is_not_there(client, school, address):
    school.form.delete()

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("lang", ["xx", "../..", "a" * 600, "en\x00"])
def test_frame_survives_a_strange_language(client, address, lang):
    assert client.get(address, {"lang": lang}).status_code == 200


@pytest.mark.parametrize(
    "hosts",
    [
        "www.school.example",
        ["https://www.school.example"],
        ["www.school.example/mha"],
        ["a; script-src *"],
        ["a b"],
        ["*"],
        ["a\nb"],
        [1],
        ["a.example"] * 51,
    ],
)
def test_hosts_that_would_change_the_policy_are_refused(hosts):
    with pytest.raises(ValidationError):
        validate_hosts(hosts)


def test_script_is_public_and_stays_at_its_address(client):
    response = client.get("/embed/hc-form.js")

    assert response["Content-Type"].startswith("text/javascript")
    assert response["Cache-Control"] == "public, max-age=3600"
    assert b"customElements.define" in response.content


def test_test_page_is_for_staff_of_the_institution(client, school):
    address = reverse("hcprograms_embed:test", args=[school.form.public_id])
    visitor = client.get(address).status_code
    client.force_login(make_member(institution=make_institution(), role=Role.OWNER).user)
    stranger = client.get(address).status_code
    client.force_login(make_member(institution=school.form.institution, role=Role.OWNER).user)

    assert (visitor, stranger, client.get(address).status_code) == (404, 404, 200)


def test_admin_shows_the_snippet_to_copy(client, school):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    address = reverse("admin:hcprograms_interestform_change", args=[school.form.pk])

    html = client.get(address).content.decode()

    assert f"&lt;hc-form form=&quot;{school.form.public_id}" in html.replace('"', "&quot;")
    assert f"/embed/{school.form.public_id}/test/" in html
