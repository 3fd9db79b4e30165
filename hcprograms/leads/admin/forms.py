"""Interest forms: what an institution publishes to be asked by."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from hcprograms.catalog.admin.fields import LinesField
from hcprograms.catalog.admin.preview import PreviewAdmin
from hcprograms.institutions.access import Area
from hcprograms.institutions.admin.base import Link, admin_url
from hcprograms.institutions.admin.forms import ScopedModelForm
from hcprograms.institutions.change_log import update_and_log
from hcprograms.institutions.row_ids import is_row_id
from hcprograms.leads.admin.questions import QuestionInline, copy_question
from hcprograms.leads.links import snippet_addresses
from hcprograms.leads.models.forms import InterestForm

NOT_COPIED = {"id", "public_id", "slug", "version", "status", "opens_at", "closes_at"}


class PublishedForm(ScopedModelForm):
    """Hosts are typed one per line."""

    allowed_hosts = LinesField(
        label=InterestForm._meta.get_field("allowed_hosts").verbose_name,
        help_text=InterestForm._meta.get_field("allowed_hosts").help_text,
    )


@admin.register(InterestForm)
class InterestFormAdmin(PreviewAdmin):
    class Media:
        js = ["hcprograms/question-kinds.js"]

    form = PublishedForm
    area = Area.FORMS
    institution_path = "institution"
    always_select = ("institution",)
    list_display = ["title", "institution", "kind", "status", "version", "opens_at", "closes_at"]
    list_filter = ["status", "kind", "institution"]
    search_fields = ["title", "slug", "institution__name"]
    autocomplete_fields = ["institution"]
    prepopulated_fields = {"slug": ["title"]}
    readonly_fields = ["version", "snippet"]
    actions = ["publish", "retire"]
    inlines = [QuestionInline]
    fieldsets = [
        (None, {"fields": ["institution", "kind", "title", "slug", "status", "version"]}),
        (
            _("Wording"),
            {
                "fields": [
                    "intro",
                    "submit_label",
                    "small_print",
                    "thank_you",
                    "thank_you_url",
                    "apply_url",
                ]
            },
        ),
        (
            _("Questions"),
            {
                "fields": [
                    ("ask_phone", "ask_best_time"),
                    ("ask_state", "ask_education"),
                    ("ask_military", "ask_start"),
                ],
                "description": _("Name and email are always asked for; a message is welcome."),
            },
        ),
        (_("When and how it looks"), {"fields": [("opens_at", "closes_at"), "accent"]}),
        (_("In other sites"), {"fields": ["allowed_hosts", "snippet"]}),
    ]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_prepopulated_fields(request, obj) if obj is None else {}

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        """A changed form is a new version: leads keep the number of the one they saw."""
        if change and form.changed_data:
            obj.version += 1
        super().save_model(request, obj, form, change)

    def save_formset(self, request: Any, form: Any, formset: Any, change: bool) -> None:
        """Changed questions make a new version too, once per save."""
        super().save_formset(request, form, formset, change)
        if change and formset.has_changed() and not form.changed_data:
            form.instance.version += 1
            form.instance.save(update_fields=["version"])

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Any, inline: Any, prefix: str
    ) -> dict[str, Any]:
        """A copied form starts with the questions of the original."""
        given: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        original = self.original_of(request) if obj.pk is None else None
        if original is not None and request.method == "GET":
            given["initial"] = [copy_question(one) for one in original.questions.all()]
        return given

    @admin.display(description=_("to copy into a page"))
    def snippet(self, form: InterestForm) -> str:
        """What makes the form appear in another site, and where to try it."""
        try:
            test_page = reverse("hcprograms_embed:test", args=[form.public_id])
        except NoReverseMatch:
            return str(_("This site does not include hcprograms.contrib.embed.urls."))
        if form.pk is None:
            return str(_("Save the form first."))
        context = {"form": form, "test_page": test_page, **snippet_addresses(form)}
        return render_to_string("admin/hcprograms/interestform/snippet.html", context)

    def show_public_page(self, request: HttpRequest, row: Any) -> HttpResponseBase:
        # What forms are made with is loaded when somebody looks at one, not at every start.
        from hcprograms.leads.admin.preview import preview_form  # noqa: PLC0415

        return preview_form(request, form_id=row.pk)

    def object_links(self, request: HttpRequest, row: Any) -> list[Link]:
        leads = Link(admin_url("lead_changelist", form__id__exact=row.pk), _("Its leads"))
        copy = Link(admin_url("interestform_add", copy_of=row.pk), _("Copy"))
        return [leads, copy] if self.has_change_permission(request, row) else [leads]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        original = self.original_of(request)
        given: dict[str, Any] = super().get_changeform_initial_data(request)
        if original is None:
            return given
        fields = [one for one in InterestForm._meta.concrete_fields if one.name not in NOT_COPIED]
        return {one.name: one.value_from_object(original) for one in fields}

    def original_of(self, request: HttpRequest) -> Any:
        """The form that is being copied, if it may be seen."""
        pk = request.GET.get("copy_of", "")
        return self.get_queryset(request).filter(pk=pk).first() if is_row_id(pk) else None

    @admin.action(description=_("Publish"), permissions=["change"])
    def publish(self, request: HttpRequest, rows: "QuerySet[Any]") -> None:
        self.move(request, rows, InterestForm.Status.PUBLISHED)

    @admin.action(description=_("Retire"), permissions=["change"])
    def retire(self, request: HttpRequest, rows: "QuerySet[Any]") -> None:
        self.move(request, rows, InterestForm.Status.RETIRED)

    def move(self, request: HttpRequest, rows: "QuerySet[Any]", status: Any) -> None:
        chosen = list(self.changeable(request, rows).exclude(status=status))
        changed = InterestForm.objects.filter(pk__in=[row.pk for row in chosen])
        update_and_log(changed, status=status)
        for row in chosen:
            self.log_change(request, row, [{"changed": {"fields": [str(_("status"))]}}])
        messages.success(
            request,
            _("%(count)d changed: %(status)s.") % {"count": len(chosen), "status": status.label},
        )
