"""Reading an admin page's form as a browser would send it back."""

from typing import Any

from django.db import models


def read_page(response: Any) -> dict[str, Any]:
    """Name → value of every field of the page's form and of its inlines."""
    form = response.context["adminform"].form
    sent = {name: field.value() for name, field in _bound(form)}
    for one in response.context["inline_admin_formsets"]:
        formset = one.formset
        for part in [formset.management_form, *formset.initial_forms]:
            sent |= {name: field.value() for name, field in _bound(part)}
    return {name: "" if value is None else value for name, value in sent.items()}


def _bound(form: Any) -> list[tuple[str, Any]]:
    shown = [(field.html_name, field) for field in form]
    hidden = [(one.html_initial_name, one) for one in form if one.field.show_hidden_initial]
    return shown + hidden


def fill_in(
    page: dict[str, Any], rows: dict[type[models.Model], models.Model], model: type[models.Model]
) -> dict[str, Any]:
    """The page's values with every foreign key pointing to these rows."""
    sent = dict(page)
    for field in model._meta.fields:
        if field.is_relation and field.name in sent and field.related_model in rows:
            sent[field.name] = rows[field.related_model].pk
    return sent
