"""What no page shows cannot be guessed either: by filter, order, search or another address."""

import itertools
import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.test import RequestFactory

from hcprograms.followup.models import WebhookEndpoint
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.models import ApiKey
from tests.factories import (
    make_campus,
    make_institution,
    make_interest_form,
    make_lead,
    make_member,
    make_offering,
    make_program,
    make_user,
)

pytestmark = pytest.mark.django_db

ROLES = ["owner", "manager", "advisor", "editor", "viewer"]
LOOKUPS = {
    "": "x",
    "exact": "x",
    "iexact": "x",
    "startswith": "x",
    "istartswith": "x",
    "contains": "x",
    "regex": "^x",
    "iregex": "^x",
    "gt": "1",
    "lt": "9",
    "in": "x,y",
    "range": "a,z",
    "isnull": "True",
}
SECRETS = ["secret", "old_secret", "digest", "address_hash", "lease_token", "public_id", "password"]


def list_admins() -> list[tuple[type[models.Model], Any]]:
    """Our models in the admin."""
    return [
        (model, one)
        for model, one in admin.site._registry.items()
        if model._meta.app_label == "hcprograms"
    ]


def list_paths(model: type[models.Model], hops: int = 2) -> list[str]:
    """Every field of the model, and through its relations, either way."""
    paths = []
    for field in model._meta.get_fields():
        if isinstance(field, models.Field):
            paths.append(field.name)
            paths += [field.attname] if hasattr(field, "attname") else []
        target = field.related_model
        if hops and isinstance(target, type):
            name = field.name
            paths += [f"{name}__{rest}" for rest in list_paths(target, hops - 1)]
    return paths


def list_declared(one: Any) -> set[str]:
    """What the lists of an admin say that they can be filtered by."""
    named = {name[0] if isinstance(name, tuple) else name for name in one.list_filter}
    declared = {name for name in named if isinstance(name, str)} | {one.date_hierarchy}
    return declared | {"id"} | set(getattr(one, "extra_lookups", ()))


def is_declared(path: str, declared: set[str]) -> bool:
    """A relation may be named by its id."""
    short = re.sub(r"(__|_)id$", "", path)
    return path in declared or short in declared


def test_no_list_can_be_filtered_by_what_it_does_not_declare():
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    tried, allowed = 0, []
    for model, one in list_admins():
        declared = list_declared(one)
        parameters = {getattr(each, "parameter_name", None) for each in one.list_filter}
        for path, lookup in itertools.product(list_paths(model), LOOKUPS):
            name = f"{path}__{lookup}" if lookup else path
            if is_declared(path, declared) or name in parameters:
                continue
            if path.count("__") and is_declared(path.rpartition("__")[0], declared):
                target = path.rpartition("__")[2]
                if target in {"slug", "code", "key"} and model._meta.pk.name == target:
                    continue
            tried += 1
            if one.lookup_allowed(name, "x", request):
                allowed.append(f"{model.__name__}: {name}")

    assert tried > 10_000
    assert allowed == []


def test_declared_filters_name_no_secret():
    for model, one in list_admins():
        searched = {name.lstrip("^=@") for name in one.get_search_fields(None)}
        for path in list_declared(one) | searched:
            assert not set(str(path).split("__")) & set(SECRETS), (model, path)


@pytest.fixture
def school():
    return make_institution(email="office@school.example")


@pytest.fixture
def endpoint(school):
    with scopes_disabled():
        return WebhookEndpoint.objects.create(
            institution=school, name="CRM", url="https://crm.example/", secret="whsec_abcdef"
        )


@pytest.fixture(params=[*ROLES, "superuser"])
def client_of_role(request, client, school):
    if request.param == "superuser":
        client.force_login(make_user(is_staff=True, is_superuser=True))
    else:
        client.force_login(make_member(institution=school, role=request.param).user)
    return client


def read(client, address):
    """The status, and which rows the page lists in which order."""
    response = client.get(address)
    rows = re.findall(r'href="(/admin/[^"?]*/change/)', response.content.decode())
    return response.status_code, response.get("Location", ""), rows


HIDDEN = [
    ("webhookendpoint", "secret", "whsec_abcdef"),
    ("webhookendpoint", "old_secret", "x"),
    ("apikey", "digest", "0" * 64),
    ("suppression", "address_hash", "a" * 64),
    ("membership", "user__password", "pbkdf2"),
    ("lead", "follow_ups__endpoint__secret", "whsec_abcdef"),
    ("followup", "endpoint__secret", "whsec_abcdef"),
    ("interestform", "institution__webhook_endpoints__secret", "whsec_abcdef"),
]


def test_address_tells_nothing_of_a_secret(client_of_role, endpoint):
    told = []
    for (model, field, right), lookup in itertools.product(HIDDEN, ["", "exact", "regex", "gt"]):
        name = f"{field}__{lookup}" if lookup else field
        answers = set()
        for value in (right, f"{right[:-1]}!"):
            response = client_of_role.get(f"/admin/hcprograms/{model}/", {name: value})
            answers.add((response.status_code, response.get("Location", "")))
        (status, location), *others = answers
        if others or (status not in {400, 403} and not location.endswith("?e=1")):
            told.append((model, name, answers))

    assert told == []


@pytest.mark.parametrize(
    "query",
    ["o=1.2.3.4.5.6.7", "o=-6.1", "o=secret", "o=-secret", "q=whsec_abcdef", "_to_field=secret"],
)
def test_order_and_search_tell_nothing_of_a_secret(client_of_role, school, endpoint, query):
    with scopes_disabled():
        WebhookEndpoint.objects.create(
            institution=school, name="CRM 2", url="https://crm2.example/", secret="whsec_zzz"
        )
    address = f"/admin/hcprograms/webhookendpoint/?{query}"
    before = read(client_of_role, address)
    with scopes_disabled():
        WebhookEndpoint.objects.filter(secret="whsec_zzz").update(secret="whsec_aaa")

    assert read(client_of_role, address) == before


@pytest.mark.parametrize("role", ["advisor", "viewer"])
def test_pages_show_no_secret_to_who_may_not_change_it(client, school, endpoint, role):
    client.force_login(make_member(institution=school, role=role).user)
    pages = ["", f"{endpoint.pk}/change/", f"{endpoint.pk}/history/"]

    for page in pages:
        body = client.get(f"/admin/hcprograms/webhookendpoint/{page}").content.decode()
        assert endpoint.secret not in body


def test_hash_of_an_ended_address_is_never_shown_whole(client, school):
    from hcprograms.leads.models import Suppression  # noqa: PLC0415

    client.force_login(make_member(institution=school, role="owner").user)
    with scopes_disabled():
        row = Suppression.objects.create(
            institution=school, channel="email", address_hash="f" * 64, reason="link"
        )

    for page in ("", f"{row.pk}/change/"):
        body = client.get(f"/admin/hcprograms/suppression/{page}").content.decode()
        assert "f" * 12 in body
        assert "f" * 64 not in body


@pytest.mark.parametrize("field", ["digest", "institution__webhook_endpoints__secret", "email"])
def test_api_filters_by_nothing_hidden(client, school, field):
    from hcprograms.leads.api_keys import issue_key  # noqa: PLC0415

    with scopes_disabled():
        raw = issue_key(key=ApiKey(institution=school, name="CRM", may_read=True), user=None)
    response = client.get(
        "/api/v1/leads/", {field: "x"}, headers={"authorization": f"Bearer {raw}"}
    )

    assert response.status_code == 400


def test_links_between_pages_still_work(client, school, endpoint):
    client.force_login(make_member(institution=school, role="owner").user)
    make_campus(institution=school)
    program = make_program(institution=school)
    offering = make_offering(program=program)
    with scopes_disabled():
        form = make_interest_form(institution=school)
        make_lead(form=form)
    pages = [
        "/admin/",
        "/admin/hcprograms/followup/late/",
        f"/admin/hcprograms/program/{program.pk}/change/",
        f"/admin/hcprograms/offering/{offering.pk}/change/",
        f"/admin/hcprograms/interestform/{form.pk}/change/",
        f"/admin/hcprograms/webhookendpoint/{endpoint.pk}/change/",
        *[f"/admin/hcprograms/{model._meta.model_name}/" for model, _one in list_admins()],
    ]
    followed = set()
    for page in pages:
        body = client.get(page).content.decode()
        for href in re.findall(r'href="([^"]*\?[^"]*)"', body):
            href = href.replace("&amp;", "&")
            address = href if href.startswith("/") else page.partition("?")[0] + href
            if address.startswith("/admin/hcprograms/") and "://" not in address:
                followed.add(address)

    broken = {one: client.get(one).status_code for one in sorted(followed)}

    assert len(followed) > 100
    assert {one: status for one, status in broken.items() if status not in {200, 403}} == {}


def test_date_filters_work(client, school):
    client.force_login(make_member(institution=school, role="owner").user)
    today = "2026-11-30 00:00:00+00:00"
    queries = [
        {"captured_at__gte": today},
        {"captured_at__gte": today, "captured_at__lt": today},
        {"institution__id__exact": school.pk},
    ]

    for query in queries:
        assert client.get("/admin/hcprograms/lead/", query).status_code == 200
    assert client.get("/admin/hcprograms/appointment/?starts_at__year=2026").status_code == 200
