"""How a form asks for a file, and shows the one that it has kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from hcprograms.leads.file_types import GROUPS, list_extensions
from hcprograms.leads.models.files import Upload
from hcprograms.leads.models.questions import Question


@dataclass(frozen=True, slots=True)
class GivenFile:
    """What came in answer to a file question: kept in the storage, or refused with a reason.

    ``name`` is made safe; ``reference`` is the signed word by which the form brings a kept file
    back. A refused file may leave one that was kept before (``upload``).
    """

    name: str = ""
    upload: Upload | None = None
    reference: str = ""
    error: Any = ""

    def __str__(self) -> str:
        return self.upload.name if self.upload else ""

    def __deepcopy__(self, memo: Any) -> "GivenFile":
        return self


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that was sent just now and fits its question; not stored yet."""

    name: str
    kind: str
    content: "UploadedFile[Any]"


class FileWidget(forms.Widget):
    """A file input; with a file that is kept already, its name and a box to take it out."""

    template_name = "hcprograms/widgets/file.html"
    needs_multipart_form = True
    input_type = "file"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """``receiving`` has put what came under the field's own name."""
        return data.get(name)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        kept = value.upload if isinstance(value, GivenFile) else None
        if kept:
            context["widget"]["attrs"].pop("required", None)
        context["kept"] = kept
        context["reference"] = value.reference if kept else ""
        context["remove_name"] = name_removal(name)
        return context


class FileField(forms.Field):
    widget = FileWidget

    def clean(self, value: Any) -> GivenFile | None:
        """The kept file. What came as plain text is none of ours."""
        given = value if isinstance(value, GivenFile) else None
        if given is not None and given.error:
            raise ValidationError(given.error)
        if given is None and value:
            raise ValidationError(CHOOSE_AGAIN)
        if given is None and self.required:
            raise ValidationError(_("Choose a file."), code="required")
        return given


CHOOSE_AGAIN = _("The file is not kept any more: choose it again.")


def make_file_field(question: Question) -> FileField:
    """The field of a file question; its size limit is said to the browser's script, too."""
    most = question.max_bytes
    return FileField(
        widget=FileWidget(
            {
                "accept": ",".join(list_extensions(question.file_types)),
                "data-hcp-most": str(most),
                "data-hcp-too-large": _("This file is larger than %(most)s: choose a smaller one.")
                % {"most": filesizeformat(most)},
            }
        )
    )


def describe_limits(question: Question) -> str:
    """What may be sent, for people: kinds and size."""
    return _("%(kinds)s, up to %(most)s.") % {
        "kinds": name_groups(question.file_types),
        "most": filesizeformat(question.max_bytes),
    }


def name_groups(groups: Sequence[str]) -> str:
    return ", ".join(str(label) for key, label in GROUPS.items() if key in groups)


def name_removal(field: str) -> str:
    """The name of the box that takes a kept file out; no question's field has a dot in its name."""
    return f"{field}.remove"
