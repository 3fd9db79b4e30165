"""Makes the page with the form the site's root page."""

import django

django.setup()

from fields import FIELDS  # noqa: E402 (the apps must be ready)
from wagtail.models import Page, Site  # noqa: E402

from wagtail_site.models import FormField, FormPage  # noqa: E402

KINDS = {
    "line": "singleline",
    "email": "email",
    "select": "dropdown",
    "text": "multiline",
    "check": "checkbox",
}

root = Page.objects.get(depth=1)
page = FormPage(title="Ask", slug="ask")
for order, (name, kind, choices) in enumerate(FIELDS):
    page.form_fields.add(
        FormField(
            sort_order=order,
            label=name,
            clean_name=name,
            field_type=KINDS[kind],
            choices="\n".join(choices),
            required=name in ("name", "email"),
        )
    )
root.add_child(instance=page)
Site.objects.update_or_create(
    is_default_site=True, defaults={"hostname": "localhost", "port": 80, "root_page": page}
)
