"""How the questions of the matching form look: native inputs, large targets, groups with names.

None of them derives from ``RadioSelect`` or ``CheckboxSelectMultiple``: a crispy template pack
lays those out itself, and these must look the same everywhere.
"""

from typing import Any

from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.forms.widgets import ChoiceWidget, Select
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class PlainSelect(Select):
    """Django's own list, written without a template per option: countries are many."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        chosen = "" if value is None else str(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (key, SafeString(" selected") if str(key) == chosen else "", text)
                for key, text in self.choices
            ),
        )
        attributes = flatatt(self.build_attrs(self.attrs, {"name": name, **(attrs or {})}))
        return format_html("<select{}>{}</select>", attributes, options)


class Scale(ChoiceWidget):
    """Radio buttons in one line, from the first answer to the last; only the ends are written."""

    input_type = "radio"
    template_name = "hcprograms/widgets/scale.html"
    option_template_name = "django/forms/widgets/radio_option.html"
    use_fieldset = True

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        """No single input carries the label: the legend does."""
        return "" if index is None else super().id_for_label(id_, index)


class Boxes(ChoiceWidget):
    """Check boxes side by side, of which any number may be ticked."""

    allow_multiple_selected = True
    input_type = "checkbox"
    template_name = "hcprograms/widgets/boxes.html"
    option_template_name = "django/forms/widgets/checkbox_option.html"
    use_fieldset = True

    def use_required_attribute(self, initial: Any) -> bool:
        """A required group is not one where every box must be ticked."""
        return False

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Nothing ticked looks as if nothing had been asked."""
        return False

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        """No single input carries the label: the legend does."""
        return "" if index is None else super().id_for_label(id_, index)


class Dots(Boxes):
    """Radio buttons below each other, of which one is chosen."""

    allow_multiple_selected = False
    input_type = "radio"
    option_template_name = "django/forms/widgets/radio_option.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["is_single"] = True
        return context


class SearchableBoxes(Boxes):
    """Many check boxes behind one line; scripts add a search field above them."""

    template_name = "hcprograms/widgets/searchable_boxes.html"

    def __init__(self, *, summary: str | Promise, search_label: str | Promise) -> None:
        super().__init__()
        self.summary = summary
        self.search_label = search_label

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {"summary": self.summary, "search_label": self.search_label}
        return context


class FoldedBoxes(Boxes):
    """Check boxes below each other; those under a heading are behind it until it is opened."""

    template_name = "hcprograms/widgets/folded_boxes.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        groups = context["widget"]["optgroups"]
        context["widget"]["folds"] = [
            (heading, options, any(one["selected"] for one in options))
            for heading, options, _index in groups
            if heading
        ]
        context["widget"]["optgroups"] = [group for group in groups if not group[0]]
        context["widget"]["is_single"] = True
        return context
