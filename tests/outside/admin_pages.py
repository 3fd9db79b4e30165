"""What a browser sends back from a page of the admin."""

from typing import Any

from django.test import Client


def read_values(client: Client, address: str) -> dict[str, Any]:
    """All that the admin's page of a row would send back unchanged."""
    context = client.get(address).context
    values = {
        name: "" if value is None else value
        for name, value in context["adminform"].form.initial.items()
    }
    for formset in context["inline_admin_formsets"]:
        management = formset.formset.management_form
        for name in management.fields:
            values[management.add_prefix(name)] = management[name].value()
        values[f"{formset.formset.prefix}-TOTAL_FORMS"] = 0
        values[f"{formset.formset.prefix}-INITIAL_FORMS"] = 0
    kept = {name: value for name, value in values.items() if value is not False}
    return {
        name: "[]" if value == [] else str(getattr(value, "code", value))
        for name, value in kept.items()
    }
