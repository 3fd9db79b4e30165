from typing import ClassVar

from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.models import Page

from hcprograms.contrib.wagtail.blocks import all_blocks


class StreamPage(Page):  # type: ignore[misc]
    body = StreamField([("text", blocks.RichTextBlock()), *all_blocks()], blank=True)

    content_panels: ClassVar = [*Page.content_panels, FieldPanel("body")]
    api_fields: ClassVar = [APIField("body")]
    template = "wagtail_site/page.html"
