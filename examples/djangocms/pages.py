"""A page with plugins, and one with the catalog below it."""

from typing import Any

from django.db import transaction


@transaction.atomic
def create_pages(admin: Any) -> None:
    from cms.api import add_plugin, create_page, create_page_content  # noqa: PLC0415 apps are ready
    from cms.models import Page  # noqa: PLC0415
    from djangocms_versioning.models import Version  # noqa: PLC0415

    from hcprograms.institutions.models import Institution  # noqa: PLC0415
    from hcprograms.leads.models.forms import InterestForm  # noqa: PLC0415

    if Page.objects.exists():
        return
    school = Institution.objects.get(slug="example-valley-university")
    form = InterestForm.objects.filter(institution=school).first()
    # First, since every other page has links to it; in every language that pages are in.
    catalog = create_page(
        "Study",
        "cms_site/page.html",
        "en",
        in_navigation=True,
        created_by=admin,
        apphook="HcprogramsApp",
        apphook_namespace="hcprograms",
    )
    create_page_content("ar", "الدراسة", catalog, slug="study", created_by=admin)
    for content in catalog.pagecontent_set(manager="admin_manager").all():
        Version.objects.filter_by_content_grouping_values(content).get().publish(admin)
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
