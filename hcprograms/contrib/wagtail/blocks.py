"""StreamField blocks: each holds an editor's options and renders one of our template tags."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from hcprograms.catalog.models.programs import Delivery, Level, Program
from hcprograms.contrib.wagtail.choosers import (
    FormChooserBlock,
    Gone,
    InstitutionChooserBlock,
    ProgramChooserBlock,
)
from hcprograms.institutions.absolute_urls import get_absolute_url
from hcprograms.institutions.models import Institution
from hcprograms.leads.models.forms import InterestForm

GROUP = _("Healthcare programs")
LAYOUTS = [("cards", _("cards")), ("list", _("list"))]


class PartBlock(blocks.StructBlock):  # type: ignore[misc]
    """A part of a page. Editors see in the preview why something is missing, and only there: a
    live page may keep its parts for everybody (``{% wagtailpagecache %}``).
    """

    def get_context(self, value: Any, parent_context: Any = None) -> Any:
        context = super().get_context(value, parent_context=parent_context)
        request = context.get("request")
        context["hcp_explains"] = bool(getattr(request, "is_preview", False))
        return context

    def get_api_representation(self, value: Any, context: Any = None) -> dict[str, Any]:
        """The options, with a chosen object as what another program can use of it."""
        return {name: describe(part) for name, part in value.items()}


class MatchFormBlock(PartBlock):
    institution = InstitutionChooserBlock(
        required=False, label=_("Only programs of"), help_text=_("Empty: of all schools.")
    )
    title = blocks.CharBlock(required=False, label=_("Title"))
    intro = blocks.TextBlock(required=False, label=_("Introduction"), rows=2)

    class Meta:
        template = "hcprograms/blocks/match_form.html"
        icon = "search"
        label = _("Matching form")
        group = GROUP


class InterestFormBlock(PartBlock):
    form = FormChooserBlock(label=_("Form"))
    program = ProgramChooserBlock(required=False, label=_("Program ticked beforehand"))
    has_heading = blocks.BooleanBlock(required=False, default=True, label=_("With its title"))
    title = blocks.CharBlock(required=False, label=_("Another title"))
    intro = blocks.TextBlock(required=False, label=_("Another introduction"), rows=2)
    button = blocks.CharBlock(required=False, max_length=60, label=_("Another text of the button"))

    class Meta:
        template = "hcprograms/blocks/interest_form.html"
        icon = "form"
        label = _("Interest form")
        group = GROUP


class ProgramListBlock(PartBlock):
    institution = InstitutionChooserBlock(required=False, label=_("All programs of"))
    programs = blocks.ListBlock(ProgramChooserBlock(), default=[], label=_("Or just these"))
    level = blocks.ChoiceBlock(choices=Level.choices, required=False, label=_("Only this level"))
    delivery = blocks.ChoiceBlock(
        choices=[one for one in Delivery.choices if one[0]],
        required=False,
        label=_("Only studied like this"),
    )
    limit = blocks.IntegerBlock(default=20, min_value=1, max_value=100, label=_("At most"))
    layout = blocks.ChoiceBlock(choices=LAYOUTS, default="cards", label=_("Layout"))
    title = blocks.CharBlock(required=False, label=_("Title"))

    class Meta:
        template = "hcprograms/blocks/program_list.html"
        icon = "list-ul"
        label = _("List of programs")
        group = GROUP


class ProgramCardBlock(PartBlock):
    program = ProgramChooserBlock(label=_("Program"))

    class Meta:
        template = "hcprograms/blocks/program_card.html"
        icon = "doc-full"
        label = _("Program")
        group = GROUP


class AccreditationBadgeBlock(PartBlock):
    program = ProgramChooserBlock(label=_("Program"))
    accreditor = blocks.CharBlock(
        required=False, label=_("Only by"), help_text=_("The accreditor’s short name: cahme.")
    )

    class Meta:
        template = "hcprograms/blocks/accreditation_badge.html"
        icon = "success"
        label = _("Accreditation")
        group = GROUP


class CompareBlock(PartBlock):
    programs = blocks.ListBlock(ProgramChooserBlock(), min_num=1, max_num=4, label=_("Programs"))
    title = blocks.CharBlock(required=False, label=_("Title"))

    class Meta:
        template = "hcprograms/blocks/compare.html"
        icon = "table"
        label = _("Programs side by side")
        group = GROUP


class RoleExplorerBlock(PartBlock):
    title = blocks.CharBlock(required=False, label=_("Title"))

    class Meta:
        template = "hcprograms/blocks/role_explorer.html"
        icon = "group"
        label = _("Roles of the field")
        group = GROUP


class TuitionEstimatorBlock(PartBlock):
    program = ProgramChooserBlock(required=False, label=_("What this program costs"))
    institution = InstitutionChooserBlock(
        required=False, label=_("Or any program of"), help_text=_("Both empty: of all schools.")
    )
    title = blocks.CharBlock(required=False, label=_("Title"))
    intro = blocks.TextBlock(required=False, label=_("Introduction"), rows=2)

    class Meta:
        template = "hcprograms/blocks/tuition_estimator.html"
        icon = "pick"
        label = _("Tuition estimator")
        group = GROUP


def all_blocks() -> list[tuple[str, PartBlock]]:
    """Every block by name, to put into a StreamField beside one's own."""
    return [
        ("match_form", MatchFormBlock()),
        ("interest_form", InterestFormBlock()),
        ("program_list", ProgramListBlock()),
        ("program_card", ProgramCardBlock()),
        ("accreditation_badge", AccreditationBadgeBlock()),
        ("compare", CompareBlock()),
        ("role_explorer", RoleExplorerBlock()),
        ("tuition_estimator", TuitionEstimatorBlock()),
    ]


def describe(part: Any) -> Any:
    """An object as its public id, words and address; lists of them one by one; the rest as is."""
    if isinstance(part, Gone):
        return {"is_deleted": True}
    if isinstance(part, InterestForm):
        return {
            "public_id": str(part.public_id),
            "title": part.title,
            "institution": part.institution.slug,
            "is_open": part.status == InterestForm.Status.PUBLISHED,
        }
    if isinstance(part, Program):
        return {
            "public_id": str(part.public_id),
            "title": part.full_name,
            "url": get_absolute_url("hcprograms:program", part.institution.slug, part.slug),
        }
    if isinstance(part, Institution):
        return {"public_id": str(part.public_id), "title": part.name, "slug": part.slug}
    if isinstance(part, (list, blocks.list_block.ListValue)):
        return [describe(one) for one in part]
    return part if not isinstance(part, Mapping) else dict(part)
