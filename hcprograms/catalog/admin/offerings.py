"""Offerings with their start dates."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.admin.actions import PublishingAdmin
from hcprograms.catalog.admin.fields import ChecklistField
from hcprograms.catalog.admin.filters import DataQualityFilter
from hcprograms.catalog.admin.preview import PreviewAdmin, preview_program
from hcprograms.catalog.admin.spreadsheets import SpreadsheetAdmin
from hcprograms.catalog.admin.suspended_claims import ClaimWarningAdmin
from hcprograms.catalog.copying import copy_intakes, copyable_values
from hcprograms.catalog.models.programs import Intake, Offering
from hcprograms.catalog.states import STATES
from hcprograms.institutions.access import Area, Right
from hcprograms.institutions.admin.base import Link, ScopedTabularInline, admin_url
from hcprograms.institutions.admin.forms import ScopedInlineFormSet, ScopedModelForm
from hcprograms.institutions.row_ids import is_row_id

INTAKES_SHOWN = 60


class OfferingForm(ScopedModelForm):
    states = ChecklistField(
        choices=[*STATES.items()],
        label=_("states"),
        help_text=_("The states of the rule above; none for “all states”."),
    )

    def clean_states(self) -> list[str]:
        """The same states stay in the order in which they were written down."""
        chosen: list[str] = self.cleaned_data["states"]
        before = self.initial.get("states") or []
        return before if sorted(chosen) == sorted(before) else chosen


class ComingIntakesFormSet(ScopedInlineFormSet):
    """The next start dates only: with all of 200 the page would be too long to send."""

    def get_queryset(self) -> "QuerySet[Any]":
        if not hasattr(self, "_coming"):
            rows: QuerySet[Any] = super().get_queryset()
            coming = rows.filter(starts_on__gte=timezone.localdate()).order_by("starts_on", "pk")
            self._coming = coming[:INTAKES_SHOWN]
        return self._coming


class IntakeInline(ScopedTabularInline):
    model = Intake
    area = Area.CATALOG
    institution_path = "offering__program__institution"
    formset = ComingIntakesFormSet
    fields = ["starts_on", "apply_by"]
    verbose_name_plural = _("start dates to come")


@admin.register(Offering)
class OfferingAdmin(ClaimWarningAdmin, PreviewAdmin, PublishingAdmin, SpreadsheetAdmin):
    sheet = "hcprograms.catalog.spreadsheets.offerings.OfferingSheet"
    area = Area.CATALOG
    institution_path = "program__institution"
    history_children = (Intake,)
    always_select = ("program__institution", "campus")
    form = OfferingForm
    list_display = [
        "program",
        "institution_name",
        "delivery",
        "campus",
        "price_in_words",
        "duration_months",
        "next_start",
        "status",
    ]
    list_filter = [
        DataQualityFilter,
        "status",
        "delivery",
        "state_rule",
        "program__level",
        "program__institution",
    ]
    extra_lookups = ("program",)
    show_facets = admin.ShowFacets.ALWAYS
    search_fields = [
        "program__name",
        "program__award",
        "program__concentration",
        "campus__name",
        "program__institution__name",
    ]
    search_help_text = _("Program, award, campus or institution")
    autocomplete_fields = ["program", "campus"]
    inlines = [IntakeInline]
    actions = ["publish", "retire", "copy"]
    fieldsets = [
        (None, {"fields": ["program", ("delivery", "campus"), "status"]}),
        (
            _("How long"),
            {"fields": [("duration_months", "pace"), ("credits", "max_transfer_credits", "terms")]},
        ),
        (
            _("What it costs"),
            {
                "fields": [
                    ("price_basis", "currency"),
                    ("price", "price_resident", "price_military"),
                    "fees_total",
                    ("price_source_url", "price_as_of"),
                ],
                "description": _("An empty field means “not published”, never zero."),
            },
        ),
        (_("Who may enrol"), {"fields": ["state_rule", "states", "open_to_international"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        to_come = Intake.objects.filter(
            offering=OuterRef("pk"), starts_on__gte=timezone.localdate()
        )
        starts = to_come.order_by("starts_on").values("starts_on")
        dated: QuerySet[Any] = rows.annotate(starts_next=Subquery(starts[:1]))
        return dated

    @admin.display(description=_("institution"), ordering="program__institution__name")
    def institution_name(self, offering: Any) -> str:
        return str(offering.program.institution)

    @admin.display(description=_("next start"), ordering="starts_next", empty_value="–")
    def next_start(self, offering: Any) -> Any:
        return offering.starts_next

    @admin.display(description=_("price"), ordering="price", empty_value="–")
    def price_in_words(self, offering: Any) -> str | None:
        if offering.price is None:
            return None
        return f"{offering.price:,.0f} {offering.currency} {offering.get_price_basis_display()}"

    def offerings_of(self, row: Any) -> QuerySet[Offering]:
        return Offering.objects.filter(pk=row.pk)

    def show_public_page(self, request: HttpRequest, row: Any) -> HttpResponseBase:
        return preview_program(request, program_id=row.program_id, offering=row)

    def object_links(self, request: HttpRequest, row: Any) -> list[Link]:
        links = [
            Link(admin_url("intake_changelist", offering__id__exact=row.pk), _("All start dates")),
            Link(
                admin_url("accreditationrecord_changelist", offering__id__exact=row.pk),
                _("Its accreditation"),
            ),
        ]
        if self.has_change_permission(request, row):
            record = admin_url("accreditationrecord_add", offering=row.pk)
            links += [
                Link(record, _("Record an accreditation")),
                Link(admin_url("offering_add", copy_of=row.pk), _("Copy")),
            ]
        return links

    def has_copy_permission(self, request: HttpRequest) -> bool:
        return self.allows(request, Right.CHANGE, None)

    @admin.action(description=_("Copy"), permissions=["copy"])
    def copy(self, request: HttpRequest, rows: "QuerySet[Any]") -> Any:
        """The form of a new offering, filled in; a copy needs a delivery or campus of its own."""
        chosen = list(self.changeable(request, rows)[:2])
        if len(chosen) == 1:
            return redirect(admin_url("offering_add", copy_of=chosen[0].pk))
        text = _("Choose one offering to copy: its copy needs another delivery or campus.")
        self.message_user(request, text, messages.WARNING)
        return None

    def find_original(self, request: HttpRequest) -> Any:
        """The offering that ``?copy_of=`` names, if the person may see it."""
        pk = request.GET.get("copy_of", "")
        return self.get_queryset(request).filter(pk=pk).first() if is_row_id(pk) else None

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        original = self.find_original(request)
        given: dict[str, Any] = super().get_changeform_initial_data(request)
        return copyable_values(offering=original) if original else given

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        original = None if change else self.find_original(request)
        if original:
            copy_intakes(source=original, target=form.instance, today=timezone.localdate())


@admin.register(Intake)
class IntakeAdmin(SpreadsheetAdmin):
    """All start dates, edited in the list."""

    sheet = "hcprograms.catalog.spreadsheets.intakes.IntakeSheet"
    area = Area.CATALOG
    institution_path = "offering__program__institution"
    always_select = ("offering__program__institution", "offering__campus")
    list_display = ["offering", "starts_on", "apply_by"]
    list_editable = ["starts_on", "apply_by"]
    list_filter = ["starts_on", "offering__program__institution"]
    extra_lookups = ("offering",)
    show_facets = admin.ShowFacets.ALWAYS
    search_fields = [
        "offering__program__name",
        "offering__program__concentration",
        "offering__program__institution__name",
    ]
    autocomplete_fields = ["offering"]
    date_hierarchy = "starts_on"
