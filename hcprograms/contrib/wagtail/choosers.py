"""Choosing a school, a program or a form, only among the institutions one works for."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.forms.choosers import BaseFilterForm, SearchFilterMixin
from wagtail.admin.views.generic import chooser as views
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.fields import StreamField
from wagtail.log_actions import get_active_log_context

from hcprograms.catalog.models.programs import Program
from hcprograms.institutions.access import Area, Right, find_access
from hcprograms.institutions.models import Institution
from hcprograms.leads.models.forms import InterestForm
from hcprograms.templatetags.parts import GONE

INSTITUTION_OF = {Institution: "pk", Program: "institution", InterestForm: "institution"}
KEPT = "hcprograms_kept"
"""On what Wagtail knows of the request: the objects that the page shows already."""


def find_own(model: Any, *, user: Any) -> Any:
    """Rows of the editor's own institutions; all of them for a superuser, none for a stranger."""
    path = INSTITUTION_OF[model]
    rows = model.objects.all()
    if path != "pk":
        rows = rows.select_related(path)
    return find_access(user=user).narrow(rows, path=path, area=Area.INSTITUTION, right=Right.VIEW)


class OwnRows:
    request: Any
    model_class: Any

    def own_rows(self) -> Any:
        return find_own(self.model_class, user=self.request.user)


class SearchByName(SearchFilterMixin, BaseFilterForm):  # type: ignore[misc]
    """Every word occurs in the name; without a search index, as ours needs none."""

    def filter(self, rows: Any) -> Any:
        name = "title" if rows.model is InterestForm else "name"
        words = (self.cleaned_data.get("q") or "").split()
        for word in words[:6]:
            rows = rows.filter(**{f"{name}__icontains": word})
        self.is_searching, self.search_query = bool(words), " ".join(words)
        return rows


class ChooseFrom(OwnRows, views.ChooseView):  # type: ignore[misc]
    filter_form_class = SearchByName

    def get_object_list(self) -> Any:
        return self.own_rows()


class ChooseResultsFrom(OwnRows, views.ChooseResultsView):  # type: ignore[misc]
    filter_form_class = SearchByName

    def get_object_list(self) -> Any:
        return self.own_rows()


class Chosen(OwnRows, views.ChosenView):  # type: ignore[misc]
    def get_object(self, pk: str) -> Any:
        return self.own_rows().get(pk=pk)


class SeveralChosen(OwnRows, views.ChosenMultipleView):  # type: ignore[misc]
    def get_objects(self, pks: Iterable[str]) -> Any:
        return self.own_rows().filter(pk__in=pks)


class Gone(str):
    """A chosen object that was deleted. Tags take it for the name of nothing."""

    __slots__ = ("pk",)
    pk: Any

    def __new__(cls, pk: Any) -> "Gone":
        made = super().__new__(cls, GONE)
        made.pk = pk
        return made


class OwnChooserBlock(blocks.ChooserBlock):  # type: ignore[misc]
    """A choice among one's own institutions' rows, also against a forged POST.

    What somebody else with more rights has put on the page may stay there.
    """

    def to_python(self, value: Any) -> Any:
        return self.bulk_to_python([value])[0]

    def bulk_to_python(self, values: Any) -> list[Any]:
        found = super().bulk_to_python(values)
        return [
            Gone(pk) if one is None and pk is not None else one
            for pk, one in zip(values, found, strict=True)
        ]

    def get_form_state(self, value: Any) -> Any:
        return super().get_form_state(None if isinstance(value, Gone) else value)

    def clean(self, value: Any) -> Any:
        chosen = super().clean(None if isinstance(value, Gone) else value)
        context = get_active_log_context()
        if chosen is None or context.user is None:
            return chosen
        kept: frozenset[Any] = getattr(context, KEPT, frozenset())
        if (self.model_class, str(chosen.pk)) in kept:
            return chosen
        if not find_own(self.model_class, user=context.user).filter(pk=chosen.pk).exists():
            raise ValidationError(_("Choose among the institutions that you work for."))
        return chosen

    def extract_references(self, value: Any) -> Iterator[Any]:
        return iter(()) if isinstance(value, Gone) else super().extract_references(value)


def keep_chosen(page: Any) -> None:
    """Let the editor who is at work save this page with what it shows already."""
    fields = [one for one in page._meta.get_fields() if isinstance(one, StreamField)]
    kept: set[tuple[Any, str]] = {
        (model, str(pk))
        for field in fields
        for model, pk, *_path in field.stream_block.extract_references(getattr(page, field.name))
    }
    setattr(get_active_log_context(), KEPT, frozenset(kept))


class OwnChooser(ChooserViewSet):  # type: ignore[misc]
    base_block_class = OwnChooserBlock
    choose_view_class = ChooseFrom
    choose_results_view_class = ChooseResultsFrom
    chosen_view_class = Chosen
    chosen_multiple_view_class = SeveralChosen
    register_widget = False


institution_chooser = OwnChooser(
    "hcprograms_institution_chooser",
    model=Institution,
    icon="home",
    choose_one_text=_("Choose a school"),
    choose_another_text=_("Choose another school"),
)
program_chooser = OwnChooser(
    "hcprograms_program_chooser",
    model=Program,
    icon="doc-full",
    choose_one_text=_("Choose a program"),
    choose_another_text=_("Choose another program"),
)
form_chooser = OwnChooser(
    "hcprograms_form_chooser",
    model=InterestForm,
    icon="form",
    choose_one_text=_("Choose a form"),
    choose_another_text=_("Choose another form"),
)

MODULE = "hcprograms.contrib.wagtail.choosers"
InstitutionChooserBlock: Any = institution_chooser.get_block_class(
    name="InstitutionChooserBlock", module_path=MODULE
)
ProgramChooserBlock: Any = program_chooser.get_block_class(
    name="ProgramChooserBlock", module_path=MODULE
)
FormChooserBlock: Any = form_chooser.get_block_class(name="FormChooserBlock", module_path=MODULE)
