"""One page with each block."""

from typing import Any


def create_pages(admin: Any) -> None:
    from wagtail.models import Page, Site  # noqa: PLC0415 the apps are ready now

    from examples.wagtail.models import StreamPage  # noqa: PLC0415
    from hcprograms.institutions.models import Institution  # noqa: PLC0415
    from hcprograms.leads.models.forms import InterestForm  # noqa: PLC0415

    if StreamPage.objects.exists():
        return
    school = Institution.objects.get(slug="example-valley-university")
    form = InterestForm.objects.filter(institution=school).first()
    page = StreamPage(
        title="Degrees in healthcare management",
        slug="degrees",
        body=[
            ("match_form", {"institution": school, "title": "Which one suits you?"}),
            ("program_list", {"institution": school, "limit": 6, "layout": "cards"}),
            ("interest_form", {"form": form, "has_heading": True}),
        ],
    )
    Page.objects.get(depth=1).add_child(instance=page)
    page.save_revision(user=admin).publish()
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"root_page": page, "hostname": "localhost", "site_name": "Example"},
    )
