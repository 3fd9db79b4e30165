"""Sequences in the admin, their steps in plain words."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from hcprograms.followup.admin.sequence_form import SequenceForm, StepForm, StepFormSet
from hcprograms.followup.admin.sequence_pages import SequencePages
from hcprograms.followup.models import MessageTemplate, Sequence, SequenceStep
from hcprograms.followup.plan import build_lead_sequence, get_built_in_sequence
from hcprograms.followup.step_words import order_steps, say_conditions, say_step
from hcprograms.institutions.access import Area, Right
from hcprograms.institutions.admin.base import ScopedStackedInline
from hcprograms.leads.models.forms import InterestForm

EXPLANATION = _(
    "What happens to a lead of these forms, step by step. All delays count from the request: "
    "minutes by the clock (0: at once), business minutes while the office, or the advisor who is "
    "told, is at work (0: as soon as it opens), days by the calendar, at a time where the school "
    "is. A change concerns leads that come in from now on; “Apply to planned messages…” shows "
    "what it would mean for the others."
)


class StepInline(ScopedStackedInline):
    """A new sequence begins as a copy of the built-in one."""

    model = SequenceStep
    area = Area.FORMS
    institution_path = "sequence__institution"
    form = StepForm
    formset = StepFormSet
    autocomplete_fields = ["programs"]
    verbose_name_plural = _("steps")
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("says", "to"),
                    ("amount", "unit", "at"),
                    ("channel", "template", "position"),
                ]
            },
        ),
        (
            _("On which conditions"),
            {
                "classes": ["collapse"],
                "description": _(
                    "Looked at when the message is due: it goes out if all that you choose holds, "
                    "or else never. Whatever you choose, nothing is sent once the lead is closed "
                    "or the person erased, and no email to who has ended them."
                ),
                "fields": [("answered", "consent"), "statuses", "programs"],
            },
        ),
    ]

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        is_new = obj is None and request.method == "GET"
        return len(get_built_in_sequence().steps) if is_new else 1

    def get_formset(self, request: Any, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        texts = self.choices_of(request, MessageTemplate, right=Right.VIEW)
        texts = texts.filter(institution=obj.institution_id) if obj else texts
        formset.form.templates = list(
            texts.select_related("institution").order_by("institution", "kind", "name")
        )
        return formset


@admin.register(Sequence)
class SequenceAdmin(SequencePages):
    area = Area.FORMS
    institution_path = "institution"
    always_select = ("institution",)
    form = SequenceForm
    inlines = [StepInline]
    list_display = ["name", "institution", "for_which_forms", "step_count", "is_active"]
    list_filter = ["is_active", "institution"]
    search_fields = ["name", "institution__name"]
    autocomplete_fields = ["institution"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("steps__programs")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = ["institution", "name", "kinds", "is_active"]
        fields += ["in_words"] if obj else []
        return [(None, {"fields": fields, "description": EXPLANATION})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["institution", "in_words"] if obj else []

    def get_formset_kwargs(self, request: Any, obj: Any, inline: Any, prefix: str) -> Any:
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if request.method == "GET" and obj.pk is None and isinstance(inline, StepInline):
            kwargs["initial"] = list_copied_steps()
        return kwargs

    @admin.display(description=_("kinds of form"))
    def for_which_forms(self, row: Any) -> str:
        known = dict(InterestForm.Kind.choices)
        return ", ".join(str(known.get(one, one)) for one in row.kinds) or str(_("all others"))

    @admin.display(description=_("steps"))
    def step_count(self, row: Any) -> int:
        return len(row.steps.all())

    @admin.display(description=_("in words, as saved"))
    def in_words(self, row: Any) -> str:
        names = {one.pk: str(one) for step in row.steps.all() for one in step.programs.all()}
        told = [
            "; ".join(
                [say_step(one), *say_conditions(one.conditions, says=one.says, programs=names)]
            )
            for one in order_steps(build_lead_sequence(row).steps)
        ]
        items = format_html_join("", "<li>{}.</li>", ((text,) for text in told))
        return format_html('<ol class="hcp-in-words">{}</ol>', items)


def list_copied_steps() -> list[dict[str, Any]]:
    """The built-in sequence, as the form of each step begins."""
    return [
        {
            "position": place * 10,
            "says": step.says.value,
            "to": step.to.value,
            "amount": step.amount,
            "unit": step.unit.value,
            "channel": step.channel,
        }
        for place, step in enumerate(get_built_in_sequence().steps, start=1)
    ]
