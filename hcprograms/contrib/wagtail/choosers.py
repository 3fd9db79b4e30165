"""Choosing a school, a program or a form, only among the institutions one works for."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm, SearchFilterMixin
from wagtail.admin.views.generic import chooser as views
from wagtail.admin.viewsets.chooser import ChooserViewSet

from hcprograms.catalog.models.programs import Program
from hcprograms.institutions.access import Area, Right, find_access
from hcprograms.institutions.models import Institution
from hcprograms.leads.models.forms import InterestForm

INSTITUTION_OF = {Institution: "pk", Program: "institution", InterestForm: "institution"}


class OwnRows:
    """Rows of the editor's own institutions; all of them for a superuser, none for a stranger."""

    request: Any
    model_class: Any

    def own_rows(self) -> Any:
        access = find_access(user=self.request.user)
        rows = self.model_class.objects.all()
        path = INSTITUTION_OF[self.model_class]
        if path != "pk":
            rows = rows.select_related(path)
        return access.narrow(rows, path=path, area=Area.INSTITUTION, right=Right.VIEW)


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


class OwnChooser(ChooserViewSet):  # type: ignore[misc]
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
