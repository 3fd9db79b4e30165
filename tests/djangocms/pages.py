"""Pages of the example site, drafted and published as its editors do."""

from cms.api import create_page
from djangocms_versioning.models import Version


def make_draft(user, *, title="Degrees", language="en", **options):
    """The content of a new page, to be changed until it is published."""
    page = create_page(title, "cms_site/page.html", language, created_by=user, **options)
    content = page.pagecontent_set(manager="admin_manager").get(language=language)
    content.rescan_placeholders()
    return content


def version_of(content):
    return Version.objects.filter_by_content_grouping_values(content).latest("pk")


def publish(content, user):
    version_of(content).publish(user)


def address_of(content):
    return content.page.get_absolute_url(content.language)
