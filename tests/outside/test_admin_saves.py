"""Every admin page saves what it shows: unchanged rows stay, and emptied boxes are no 500."""

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import models
from django.urls import reverse

from hcprograms.institutions.scoping import scopes_disabled
from tests.outside.pages import read_form

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ROWS = 25
"""Rows of one model that are opened, at most."""

REGISTERED = sorted(
    (model for model in admin.site._registry if model._meta.app_label == "hcprograms"),
    key=lambda model: model.__name__,
)


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker):
    """The reference data and the sample schools, taken away again afterwards."""
    from django.db import transaction  # noqa: PLC0415

    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_reference")
        call_command("load_sample", "--schools")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def office(client, filled):
    user = get_user_model().objects.create_superuser("root", "root@school.example", "x")
    client.force_login(user)
    return client


def list_rows(model):
    with scopes_disabled():
        return list(model._base_manager.order_by("pk")[:ROWS])


def read_row(row):
    with scopes_disabled():
        again = type(row)._base_manager.get(pk=row.pk)
        plain = {
            field.attname: getattr(again, field.attname)
            for field in row._meta.fields
            if not getattr(field, "auto_now", False)
        }
        many = {
            field.name: sorted(field.value_from_object(again), key=lambda one: one.pk)
            for field in row._meta.many_to_many
        }
    return plain | many


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_row_saved_unchanged_stays_as_it_is(office, model):
    for row in list_rows(model):
        address = reverse(f"admin:{model._meta.db_table}_change", args=[row.pk])
        page = office.get(address)
        if page.status_code in (302, 403) or not _has_save(page):
            continue  # only shown
        before = read_row(row)

        done = office.post(address, read_form(page, f"{model._meta.model_name}_form"))

        errors = done.context["errors"] if done.context and "errors" in done.context else ""
        assert done.status_code == 302, (row, str(errors))
        assert read_row(row) == before


def _has_save(page):
    return b'name="_save"' in page.content


def list_json_fields():
    return [
        (model, field.name)
        for model in REGISTERED
        for field in model._meta.fields
        if isinstance(field, models.JSONField)
    ]


@pytest.mark.parametrize("typed", ["", "null", "5", '"x"', "[]", "{}", "[5]", "{", '{"a": 5}'])
@pytest.mark.parametrize(
    ("model", "name"), list_json_fields(), ids=lambda one: getattr(one, "__name__", one)
)
def test_list_or_table_that_is_emptied_or_wrong_is_no_fault(office, model, name, typed):
    for row in list_rows(model)[:1]:
        address = reverse(f"admin:{model._meta.db_table}_change", args=[row.pk])
        page = office.get(address)
        if page.status_code in (302, 403) or not _has_save(page):
            continue
        fields = read_form(page, f"{model._meta.model_name}_form")
        if name not in fields:
            continue
        done = office.post(address, fields | {name: typed})

        assert done.status_code in (200, 302)
        shown = office.get(address)
        assert shown.status_code == 200
