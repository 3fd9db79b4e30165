"""Accreditation records: added and corrected, never edited; and why a claim is shown or not."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hcprograms.catalog.admin.fields import ChecklistField
from hcprograms.catalog.admin.filters import DataQualityFilter
from hcprograms.catalog.admin.spreadsheets import SpreadsheetAdmin
from hcprograms.catalog.admin.suspended_claims import link_suspensions
from hcprograms.catalog.claims import explain_claims, judge_each_accreditor
from hcprograms.catalog.models.accreditation import AccreditationRecord, Accreditor, Action
from hcprograms.catalog.models.programs import Level, Offering
from hcprograms.catalog.recording import check_record, create_record, mark_verified
from hcprograms.catalog.suspensions import list_suspensions
from hcprograms.institutions.access import Area, Right
from hcprograms.institutions.admin.base import Link, ReferenceAdmin, admin_url
from hcprograms.institutions.admin.forms import ScopedModelForm
from hcprograms.institutions.row_ids import is_row_id

CORRECTED = [
    "institution",
    "program",
    "offering",
    "accreditor",
    "action",
    "effective_on",
    "expires_on",
    "evidence_url",
    "verified_on",
    "source",
]

TAKEN_BACK = ["institution", "program", "offering", "accreditor", "effective_on"]
"""What a record that was entered in error shares with the record that takes it back."""


VOID_HELP = _(
    "The accreditor never did this, or did it for another program. The record stays in the history "
    "with your reason, and counts for no day."
)


class RecordForm(ScopedModelForm):
    """A new record. The institution follows from the program or offering where one is named."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "institution" in self.fields:
            self.fields["institution"].required = False
        elif "action" in self.fields:
            self.fields["action"].widget = forms.HiddenInput()
        if "supersedes" in self.fields:
            self.fields["supersedes"].widget = forms.HiddenInput()

        if "action" in self.fields and "supersedes" not in self.fields:
            # Without a record to take back there is nothing to void.
            field: Any = self.fields["action"]
            field.choices = [one for one in field.choices if one[0] != Action.VOID]

    def clean(self) -> dict[str, Any] | None:
        values = self.cleaned_data
        corrected = values.get("supersedes")
        if corrected and values.get("action") == Action.VOID:
            self._take_back(corrected)
            return super().clean() or values
        program = getattr(values.get("offering"), "program", None) or values.get("program")
        if program and not values.get("institution"):
            values["institution"] = program.institution
        if not values.get("institution") and "institution" not in self.errors:
            field = "institution" if "institution" in self.fields else None
            self.add_error(field, _("Say which institution this is about."))
        return super().clean() or values

    def _take_back(self, corrected: AccreditationRecord) -> None:
        """Take everything but the reason from the record that was entered in error."""
        for name in TAKEN_BACK:
            self.errors.pop(name, None)
            self.cleaned_data[name] = value = getattr(corrected, name)
            setattr(self.instance, name, value)
        for name in set(CORRECTED) - set(TAKEN_BACK) - {"action"}:
            self.errors.pop(name, None)
            self.cleaned_data[name] = self.instance._meta.get_field(name).get_default()

    def full_clean(self) -> None:
        """Check the record as a whole, once the form has put its values into it."""
        super().full_clean()
        if self.is_bound and not self.errors:
            try:
                check_record(record=self.instance, today=timezone.localdate())
            except forms.ValidationError as refusal:
                self.add_error(None, refusal)


@admin.register(AccreditationRecord)
class AccreditationRecordAdmin(SpreadsheetAdmin):
    sheet = "hcprograms.catalog.spreadsheets.accreditation.AccreditationSheet"
    area = Area.CATALOG
    institution_path = "institution"
    always_select = (
        "institution",
        "accreditor",
        "program",
        "offering__program",
        "offering__campus",
    )
    list_display = [
        "accreditor",
        "subject",
        "action",
        "shown_now",
        "effective_on",
        "expires_on",
        "verified_on",
    ]
    list_filter = [DataQualityFilter, "action", "accreditor", "is_historical", "institution"]
    extra_lookups = ("offering",)
    search_fields = [
        "offering__program__name",
        "offering__program__concentration",
        "program__name",
        "program__concentration",
        "institution__name",
    ]
    search_help_text = _("Program or institution")
    autocomplete_fields = ["institution", "program", "offering", "accreditor"]
    actions = ["mark_verified_today"]
    fieldsets = [
        (
            _("About"),
            {
                "fields": ["offering", "program", "institution"],
                "description": _(
                    "CAHME judges each delivery and campus by itself, so its records name an "
                    "offering. Institutional accreditors’ records name the institution only."
                ),
            },
        ),
        (
            _("What the accreditor did"),
            {"fields": ["accreditor", "action", "effective_on", "expires_on"]},
        ),
        (
            _("Proof"),
            {
                "fields": ["evidence_url", "verified_on", "source"],
                "description": _(
                    "Without a link to the evidence and a recent check nothing is shown in public."
                ),
            },
        ),
        (_("Correction"), {"fields": ["supersedes", "reason"]}),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """A new record has no correction to explain, unless it comes from “Correct this”.

        Taking back a record that was entered in error asks for the reason only.
        """
        if not obj and request.GET.get("supersedes") and is_void(request):
            wrong = self.find_corrected(request)
            description = format_html(
                "<strong>{}, {}</strong><br>{}",
                self.subject(wrong) if wrong else "",
                wrong,
                VOID_HELP,
            )
            fields = ["reason", "action", "supersedes"]
            return [(_("Entered in error"), {"fields": fields, "description": description})]
        sets = super().get_fieldsets(request, obj)
        return sets if obj or request.GET.get("supersedes") else sets[:-1]

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs |= {} if obj else {"form": RecordForm}
        return super().get_form(request, obj, change=change, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # a record is corrected by another, never edited

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_verify_permission(self, request: HttpRequest) -> bool:
        return self.allows(request, Right.CHANGE, None)

    @admin.action(description=_("Mark as verified today"), permissions=["verify"])
    def mark_verified_today(self, request: HttpRequest, rows: "QuerySet[Any]") -> None:
        chosen = list(self.changeable(request, rows))
        records = AccreditationRecord.objects.filter(pk__in=[row.pk for row in chosen])
        count = mark_verified(records=records, today=timezone.localdate())
        for row in chosen:
            self.log_change(request, row, [{"changed": {"fields": [str(_("last verified on"))]}}])
        text = ngettext("%(count)d record is verified.", "%(count)d records are verified.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)
        if count < len(chosen):
            left = _("Superseded, historical and records without evidence stay as they are.")
            self.message_user(request, left, messages.WARNING)

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        obj.created_by = request.user
        create_record(record=obj)  # a record is never changed here

    def object_links(self, request: HttpRequest, row: Any) -> list[Link]:
        superseded = AccreditationRecord.objects.filter(supersedes=row).exists()
        if superseded or not self.allows(request, Right.CHANGE, row):
            return []
        correct = admin_url("accreditationrecord_add", supersedes=row.pk)
        if row.action == Action.VOID:
            return [Link(correct, _("Correct this"))]
        void = admin_url("accreditationrecord_add", supersedes=row.pk, action=Action.VOID.value)
        return [Link(correct, _("Correct this")), Link(void, _("It was entered in error"))]

    def render_change_form(
        self, request: Any, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        row = kwargs.get("obj") or self.find_corrected(request)
        if row and not is_void(request):
            offerings = Offering.objects.filter(
                Q(pk=row.offering_id) | Q(program=row.program_id or 0)
            )
            found = list_suspensions(offerings=offerings, on=timezone.localdate())
            own = [one for one in found if one.record.pk == row.pk]
            context["suspended_claims"] = link_suspensions(own)
        return super().render_change_form(request, context, *args, **kwargs)

    def find_corrected(self, request: HttpRequest) -> Any:
        """The record that ``?supersedes=`` names, if the person may see it."""
        pk = request.GET.get("supersedes", "")
        return self.get_queryset(request).filter(pk=pk).first() if is_row_id(pk) else None

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        wrong = self.find_corrected(request)
        if wrong is None:
            return initial
        kept = {name: getattr(wrong, f"{name}_id", getattr(wrong, name)) for name in CORRECTED}
        if is_void(request):
            kept["action"] = Action.VOID.value
        elif not wrong.is_covering:
            kept["verified_on"] = None  # it was verified before the change
        return kept | {"supersedes": wrong.pk}

    @admin.display(description=_("about"))
    def subject(self, record: Any) -> str:
        return str(record.offering or record.program or record.institution)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        explain_records(list(changelist.result_list))
        return changelist

    @admin.display(description=_("in public today"))
    def shown_now(self, record: Any) -> str:
        return str(record.shown_now)


def is_void(request: HttpRequest) -> bool:
    """Whether the page is for taking back a record that was entered in error."""
    return bool(request.GET.get("action") == Action.VOID)


def explain_records(records: list[Any]) -> None:
    """Put on each record what it means in public today, as ``shown_now``."""
    today = timezone.localdate()
    voided = set(
        AccreditationRecord.objects.filter(
            action=Action.VOID, supersedes__in=[record.pk for record in records]
        ).values_list("supersedes", flat=True)
    )
    offerings = Offering.objects.filter(pk__in=[record.offering_id for record in records])
    findings = explain_claims(offerings=offerings, on=today)
    for record in records:
        if record.action == Action.VOID:
            record.shown_now = _("Takes back a record that was entered in error.")
            continue
        if record.pk in voided:
            record.shown_now = _("Entered in error, and taken back.")
            continue
        if record.offering_id is None:
            found = judge_each_accreditor([record], level=None, on=today)
        else:
            found = findings.get(record.offering_id, {})
        finding = found.get(record.accreditor.slug)
        if finding is None or finding.record_id not in {record.pk, None}:
            record.shown_now = _("Another record decides.")
        else:
            record.shown_now = finding.text


class AccreditorForm(forms.ModelForm):  # type: ignore[type-arg]
    levels = ChecklistField(
        choices=Level.choices,
        label=_("levels"),
        help_text=_("Credential levels that it covers. None: any."),
    )

    def clean_levels(self) -> list[str]:
        """Levels with records already cannot be taken away (the database would refuse later)."""
        levels = self.cleaned_data["levels"]
        used = AccreditationRecord.objects.filter(accreditor_id=self.instance.pk or 0)
        of_programs = set(used.values_list("program__level", flat=True))
        of_offerings = set(used.values_list("offering__program__level", flat=True))
        lost = (of_programs | of_offerings) - {None} - set(levels)
        if levels and lost:
            words = ", ".join(str(Level(level).label) for level in sorted(lost))
            raise forms.ValidationError(
                _("There are records at these levels: %(levels)s."), params={"levels": words}
            )
        return list(levels)


@admin.register(Accreditor)
class AccreditorAdmin(ReferenceAdmin):
    form = AccreditorForm
    list_display = ["abbreviation", "name", "kind", "scope"]
    list_display_links = ["abbreviation", "name"]
    list_filter = ["kind", "scope"]
    search_fields = ["abbreviation", "name"]
    autocomplete_fields = ["source"]
