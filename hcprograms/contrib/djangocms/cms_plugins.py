"""A plugin for each template tag. An editor chooses among the institutions they work for."""

from typing import Any

from cms.plugin_base import CMSPluginBase
from cms.plugin_pool import plugin_pool
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hcprograms.contrib.djangocms.models import (
    AccreditationBadgePlugin,
    ComparePlugin,
    InterestFormPlugin,
    MatchFormPlugin,
    ProgramCardPlugin,
    ProgramListPlugin,
    RoleExplorerPlugin,
    TuitionEstimatorPlugin,
)
from hcprograms.institutions.access import Area, Right, find_access
from hcprograms.institutions.models import Institution


class PartPlugin(CMSPluginBase):  # type: ignore[misc]
    """A part of a page: the same for every visitor.

    Pages with it can be cached, unless it says an accreditation.
    """

    module = _("Healthcare programs")
    cache = True

    def render(self, context: Any, instance: Any, placeholder: Any) -> Any:
        context = super().render(context, instance, placeholder)
        toolbar = getattr(context.get("request"), "toolbar", None)
        context["hcp_explains"] = bool(
            toolbar and (toolbar.edit_mode_active or toolbar.preview_mode_active)
        )
        return context

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer, and accept, only what belongs to the editor's own institutions."""
        model: Any = getattr(db_field, "related_model", None)
        if model is not None and model._meta.app_label == "hcprograms":
            path = "pk" if model is Institution else "institution"
            access = find_access(user=request.user)
            kwargs["queryset"] = access.narrow(
                model.objects.all(), path=path, area=Area.INSTITUTION, right=Right.VIEW
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class NarrowedPart(PartPlugin):
    """A part that an editor may narrow to a school or to programs."""

    def render(self, context: Any, instance: Any, placeholder: Any) -> Any:
        context = super().render(context, instance, placeholder)
        context["school"] = instance.find_school()
        return context

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        form.instance.is_narrowed = False  # as the editor wants it now
        form.instance.save()


@plugin_pool.register_plugin
class MatchForm(NarrowedPart):
    model = MatchFormPlugin
    name = _("Matching form")
    render_template = "hcprograms/plugins/match_form.html"


@plugin_pool.register_plugin
class InterestForm(PartPlugin):
    model = InterestFormPlugin
    name = _("Interest form")
    render_template = "hcprograms/plugins/interest_form.html"


class SeveralPrograms(PartPlugin):
    """A part that shows programs chosen one by one."""

    filter_horizontal = ["programs"]
    cache = False  # it may say an accreditation, which can end any moment

    def render(self, context: Any, instance: Any, placeholder: Any) -> Any:
        context = super().render(context, instance, placeholder)
        context["programs"] = list(instance.programs.all()) if instance.pk else []
        return context


@plugin_pool.register_plugin
class ProgramList(SeveralPrograms, NarrowedPart):
    model = ProgramListPlugin
    name = _("List of programs")
    render_template = "hcprograms/plugins/program_list.html"


@plugin_pool.register_plugin
class Compare(SeveralPrograms):
    model = ComparePlugin
    name = _("Programs side by side")
    render_template = "hcprograms/plugins/compare.html"


@plugin_pool.register_plugin
class TuitionEstimator(NarrowedPart):
    model = TuitionEstimatorPlugin
    name = _("Tuition estimator")
    render_template = "hcprograms/plugins/tuition_estimator.html"


@plugin_pool.register_plugin
class RoleExplorer(PartPlugin):
    model = RoleExplorerPlugin
    name = _("Roles of the field")
    render_template = "hcprograms/plugins/role_explorer.html"


@plugin_pool.register_plugin
class ProgramCard(PartPlugin):
    cache = False  # it may say an accreditation, which can end any moment
    model = ProgramCardPlugin
    name = _("Program")
    render_template = "hcprograms/plugins/program_card.html"


@plugin_pool.register_plugin
class AccreditationBadge(PartPlugin):
    cache = False  # it may say an accreditation, which can end any moment
    model = AccreditationBadgePlugin
    name = _("Accreditation")
    render_template = "hcprograms/plugins/accreditation_badge.html"
