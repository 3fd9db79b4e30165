"""Makes a public form with a handler that stores what is sent."""

import json

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402 (the apps must be ready)
from fields import FIELDS  # noqa: E402
from fobi.models import FormElementEntry, FormEntry, FormHandlerEntry  # noqa: E402

KINDS = {
    "line": "text",
    "email": "email",
    "select": "select",
    "text": "textarea",
    "check": "boolean",
}

user = User.objects.create_user("owner")
form = FormEntry.objects.create(user=user, name="ask", slug="ask", is_public=True)
for order, (name, kind, choices) in enumerate(FIELDS):
    FormElementEntry.objects.create(
        form_entry=form,
        position=order,
        plugin_uid=KINDS[kind],
        plugin_data=json.dumps(
            {
                "label": name,
                "name": name,
                "required": name in ("name", "email"),
                "choices": "\n".join(choices),
                "max_length": "300" if kind in ("line", "email") else "",
            }
        ),
    )
FormHandlerEntry.objects.create(form_entry=form, plugin_uid="db_store")
