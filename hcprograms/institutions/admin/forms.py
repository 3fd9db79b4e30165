"""Forms of the admin: their fields, and that what is put together belongs to one institution."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _

from hcprograms.institutions.access import institution_id_of
from hcprograms.institutions.models import Institution

if TYPE_CHECKING:
    AnyModelForm = forms.ModelForm[Any]
    AnyInlineFormSet = BaseInlineFormSet[Any, Any, Any]
else:
    AnyModelForm = forms.ModelForm
    AnyInlineFormSet = BaseInlineFormSet


class DefaultJSONField(forms.JSONField):
    """JSON of the same kind as the column's default, a list or an object; empty: the default."""

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        default = self.initial() if callable(self.initial) else None
        if default is None:
            return found
        if found is None:
            return default
        if type(found) is not type(default):
            is_list = isinstance(default, list)
            raise ValidationError(_("Give a list: […].") if is_list else _("Give an object: {…}."))
        return found


class ParagraphsField(forms.CharField):
    """Text of several lines. Browsers send CRLF; what is stored keeps its own line ends."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if isinstance(text, str) else text

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.to_python(initial), data)


FORM_FIELDS: Any = {
    models.URLField: {"assume_scheme": "https"},
    models.JSONField: {"form_class": DefaultJSONField},
    models.TextField: {"form_class": ParagraphsField},
}
"""How the admin lets people fill in columns of these types."""


class ScopedModelForm(AnyModelForm):
    """Refuses rows of two institutions in one object, for superusers too.

    Browsers send the ends of lines as two characters; kept like that, a text that nobody touched
    would differ from itself.

    ``institution_paths`` (model → lookup) is set by the admin; ``parent_institution_id`` by the
    inline's formset.
    """

    institution_paths: ClassVar[Mapping[type[models.Model], str]] = {}
    parent_institution_id: int | None = None
    checks_constraints: ClassVar[bool] = True

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        values = self.cleaned_data if cleaned is None else cleaned
        values.update(
            {name: text.replace("\r\n", "\n") for name, text in values.items() if type(text) is str}
        )
        owner = self.owner_among(values)
        for name, value in list(values.items()):
            if owner is not None and self.owners_of(value) - {owner}:
                self.add_error(name, _("This belongs to another institution."))
        return cleaned

    def full_clean(self) -> None:
        """Check every constraint, those too that a field left out of this form is part of."""
        super().full_clean()
        is_sent = self.is_bound and (self.has_changed() or not self.empty_permitted)
        if self.checks_constraints and is_sent and not self.errors:
            try:
                self.instance.validate_constraints()
            except forms.ValidationError as refusal:
                self.add_error(None, refusal.messages)

    def owner_among(self, values: Mapping[str, Any]) -> int | None:
        """The institution that the object belongs to, as far as the form can tell."""
        if self.parent_institution_id is not None:
            return self.parent_institution_id
        if isinstance(values.get("institution"), Institution):
            return int(values["institution"].pk)
        path = self.institution_paths.get(type(self.instance))
        kept = institution_id_of(self.instance, path=path) if path and self.instance.pk else None
        named = (owner for value in values.values() for owner in sorted(self.owners_of(value)))
        return kept if kept is not None else next(named, None)

    def owners_of(self, value: Any) -> set[int]:
        """The institutions of a row, or of several; empty for anything else."""
        rows: Iterable[models.Model] = (
            value if isinstance(value, models.QuerySet) else [value] if value else []
        )
        return {
            owner
            for row in rows
            if type(row) in self.institution_paths
            and (owner := institution_id_of(row, path=self.institution_paths[type(row)]))
        }


class ScopedInlineFormSet(AnyInlineFormSet):
    """Tells each of its forms which institution the parent belongs to."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        path = form.institution_paths.get(type(self.instance))
        form.parent_institution_id = institution_id_of(self.instance, path=path) if path else None

    def clean(self) -> None:
        super().clean()
        if any(form.instance.pk is None for form in self.initial_forms):
            raise forms.ValidationError(_("A row is gone, or was never here. Please reload."))
