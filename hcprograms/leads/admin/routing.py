"""Routing rules in the admin, and the question “who would get this?”."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from hcprograms.catalog.models.programs import Program
from hcprograms.institutions.access import Area, Right
from hcprograms.institutions.admin.base import Link, ScopedAdmin, admin_url
from hcprograms.institutions.models import Institution
from hcprograms.institutions.row_ids import is_row_id
from hcprograms.leads.admin.routing_form import RoutingRuleForm
from hcprograms.leads.admin.simulation import SimulationForm
from hcprograms.leads.assignment import simulate_assignment
from hcprograms.leads.models.routing import RoutingRule


@admin.register(RoutingRule)
class RoutingRuleAdmin(ScopedAdmin):
    area = Area.STAFF
    institution_path = "institution"
    always_select = ("institution",)
    form = RoutingRuleForm
    list_display = ["name", "position", "institution", "condition_words", "who", "is_active"]
    list_filter = ["is_active", "institution"]
    search_fields = ["name", "institution__name"]
    autocomplete_fields = ["institution", "programs"]
    fieldsets = [
        (None, {"fields": ["institution", "name", ("position", "is_active")]}),
        (
            _("Which leads"),
            {
                "description": _("All that you fill in must hold; what is empty holds for all."),
                "fields": [
                    "programs",
                    "levels",
                    ("states", "countries", "languages"),
                    "kinds",
                    "military",
                ],
            },
        ),
        (_("To whom"), {"fields": ["advisors", "how"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("programs", "advisors__user")

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "advisors":
            kwargs["widget"] = forms.CheckboxSelectMultiple(attrs={"class": "hcp-checklist"})
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field is not None and db_field.name == "advisors":
            field.queryset = field.queryset.select_related("user")
        return field

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["institution"] if obj else []

    @admin.display(description=_("which leads"))
    def condition_words(self, rule: Any) -> str:
        named: list[Any] = [str(one) for one in rule.programs.all()]
        for name in ("levels", "states", "countries", "kinds", "military", "languages"):
            named += getattr(rule, name)
        return ", ".join(named) or str(_("all"))

    @admin.display(description=_("to whom"))
    def who(self, rule: Any) -> str:
        names = ", ".join(one.display_name for one in rule.advisors.all())
        return f"{names or _('everybody who is told of leads')}; {rule.get_how_display()}"

    def list_links(self, request: HttpRequest) -> list[Link]:
        return [Link(admin_url("routingrule_simulate"), _("Who would get this?"))]

    def object_links(self, request: HttpRequest, row: Any) -> list[Link]:
        address = admin_url("routingrule_simulate", institution=row.institution_id)
        return [Link(address, _("Who would get this?"))]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.simulate_view)
        return [
            path("simulate/", view, name="hcprograms_routingrule_simulate"),
            *super().get_urls(),
        ]

    @method_decorator(require_safe)
    def simulate_view(self, request: HttpRequest) -> HttpResponse:
        """Who would get a lead like this now; nothing is written."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        institutions = self.choices_of(request, Institution, right=Right.VIEW)
        only = institutions.first() if institutions.count() == 1 else None
        chosen = only or self.chosen_institution(request, institutions)
        form = SimulationForm(
            request.GET if "kind" in request.GET else None,
            institutions=institutions,
            institution=chosen,
            programs=self.choices_of(request, Program, right=Right.VIEW),
        )
        simulation = None
        if form.is_valid():
            simulation = simulate_assignment(**form.asked(now=timezone.now()))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Who would get this?"),
            "media": self.media,
            "form": form,
            "simulation": simulation,
        }
        return TemplateResponse(request, "admin/hcprograms/routingrule/simulate.html", context)

    def chosen_institution(self, request: HttpRequest, institutions: Any) -> Institution | None:
        pk = request.GET.get("institution", "")
        found: Institution | None = institutions.filter(pk=pk).first() if is_row_id(pk) else None
        return found
