"""One published page with each plugin."""

from typing import Any

from django.db import transaction


@transaction.atomic
def create_pages(admin: Any) -> None:
    from cms.api import add_plugin, create_page  # noqa: PLC0415 the apps are ready now
    from cms.models import Page  # noqa: PLC0415
    from djangocms_versioning.models import Version  # noqa: PLC0415

    from hcprograms.institutions.models import Institution  # noqa: PLC0415
    from hcprograms.leads.models.forms import InterestForm  # noqa: PLC0415

    if Page.objects.exists():
        return
    school = Institution.objects.get(slug="example-valley-university")
    form = InterestForm.objects.filter(institution=school).first()
    page = create_page(
        "Degrees in healthcare management",
        "cms_site/page.html",
        "en",
        created_by=admin,
    )
    page.set_as_homepage()
    content = page.pagecontent_set(manager="admin_manager").get(language="en")
    content.rescan_placeholders()
    slot = content.placeholders.get(slot="content")
    add_plugin(slot, "MatchForm", "en", institution=school, title="Which one suits you?")
    add_plugin(slot, "ProgramList", "en", institution=school, limit=6)
    add_plugin(slot, "InterestForm", "en", form=form)
    Version.objects.filter_by_content_grouping_values(content).get().publish(admin)
