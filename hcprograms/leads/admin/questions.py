"""An institution's own questions, edited inside their form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hcprograms.institutions.access import Area
from hcprograms.institutions.admin.base import ScopedStackedInline
from hcprograms.institutions.admin.forms import ScopedInlineFormSet, ScopedModelForm
from hcprograms.leads.file_types import GROUPS
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.questions import (
    MOST_FILES,
    USUAL_MEGABYTES,
    Question,
    list_usual_kinds,
)


class QuestionForm(ScopedModelForm):
    """The key of a question that exists stays, as answers are kept under it."""

    file_types = forms.MultipleChoiceField(
        label=_("Kinds of files"),
        help_text=Question._meta.get_field("file_types").help_text,
        choices=GROUPS.items(),
        widget=forms.CheckboxSelectMultiple,
        initial=list_usual_kinds,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "key" in self.fields:
            self.fields["key"].disabled = True
        if "max_megabytes" in self.fields:
            self.fields["max_megabytes"].required = False

    def clean_max_megabytes(self) -> int:
        """It matters for files only: left out, it is the usual one."""
        return self.cleaned_data["max_megabytes"] or USUAL_MEGABYTES


class QuestionFormSet(ScopedInlineFormSet):
    """Sees to it that conditions can come true."""

    def clean(self) -> None:
        super().clean()
        earlier: dict[str, Question] = {}
        for form in sorted(self.kept_forms(), key=_place):
            try:
                _check_condition(form.instance, earlier)
            except forms.ValidationError as error:
                form.add_error(None, error)
            earlier[form.instance.key] = form.instance
        files = [one for one in earlier.values() if one.kind == Question.Kind.FILE]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("A form may ask for at most five files."))

    def kept_forms(self) -> list[Any]:
        """The questions that the form will have: neither deleted nor left blank."""
        kept = [form for form in self.forms if form.instance.pk or form.has_changed()]
        return [form for form in kept if not form.errors and not self.is_deleted(form)]

    def is_deleted(self, form: Any) -> bool:
        return bool(self.can_delete and form.cleaned_data.get("DELETE"))


def _place(form: Any) -> tuple[int, int]:
    question = form.instance
    return (question.position or 0, question.pk or 10**12)


def _check_condition(question: Question, earlier: dict[str, Question]) -> None:
    if not question.show_when_key:
        return
    if question.show_when_key not in earlier:
        raise forms.ValidationError(
            _("No earlier question of this form has the key “%(key)s”."),
            params={"key": question.show_when_key},
        )
    possible = earlier[question.show_when_key].possible_answers
    if question.show_when_answer not in possible:
        raise forms.ValidationError(
            _("“%(answer)s” is not an answer to that question. Possible: %(possible)s."),
            params={
                "answer": question.show_when_answer,
                "possible": ", ".join(possible) or _("none, as it is not a choice"),
            },
        )


def copy_question(question: Question) -> dict[str, Any]:
    """The values that a copy of the question starts with."""
    return {name: getattr(question, name) for name in COPIED}


COPIED = (
    "position",
    "key",
    "kind",
    "is_required",
    "label",
    "help_text",
    "options",
    "file_types",
    "max_megabytes",
    "show_when_key",
    "show_when_answer",
)


class QuestionInline(ScopedStackedInline):
    model = Question
    form = QuestionForm
    formset = QuestionFormSet
    area = Area.FORMS
    institution_path = "form__institution"
    verbose_name_plural = _("further questions")
    fields = [
        "label",
        "help_text",
        ("kind", "is_required"),
        "options",
        ("file_types", "max_megabytes"),
        ("show_when_key", "show_when_answer"),
        ("key", "position"),
    ]
    prepopulated_fields = {"key": ["label"]}

    def get_formset(self, request: Any, obj: Any = None, **kwargs: Any) -> Any:
        """As many blank questions as a copied form brings along."""
        formset = super().get_formset(request, obj, **kwargs)
        parent: Any = self.admin_site.get_model_admin(InterestForm)
        original = parent.original_of(request) if obj is None else None
        if original is not None:
            formset.extra = original.questions.count()
        return formset
