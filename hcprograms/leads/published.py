"""A school's forms with all that they need, kept by each process until the database changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import prefetch_related_objects

from hcprograms.catalog.kept import Piece, keep
from hcprograms.institutions.models import Institution
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.questions import Question
from hcprograms.leads.wording import ShownConsent, find_shown_consents


@dataclass(frozen=True, slots=True)
class SchoolForm:
    """A form with its consent boxes and its own questions; nothing of it may be changed."""

    form: InterestForm
    consents: Sequence[ShownConsent]
    questions: Sequence[Question]


@dataclass(frozen=True, slots=True)
class SchoolForms:
    """An institution, its hours at hand, and every form of it, drafts included."""

    institution: Institution
    forms: Sequence[SchoolForm]


def find_school_forms(*, school: str, now: datetime) -> SchoolForms:
    """The forms of a published institution, named by its slug; one query when they are kept.

    Raises ``Institution.DoesNotExist``.
    """
    piece = keep(
        about=("school forms", school), now=now, build=lambda: Piece("", _load_forms(school))
    )
    found: SchoolForms = piece.facts
    return found


def load_school_form(form: InterestForm) -> SchoolForm:
    """This form with what belongs to it, as it is in the database now."""
    questions = list(Question.objects.filter(form=form))
    return SchoolForm(form, find_shown_consents(form=form), questions)


def _load_forms(school: str) -> SchoolForms:
    institution = Institution.objects.published().get(slug=school)
    prefetch_related_objects([institution], "office_hours", "closures")
    forms = list(InterestForm.objects.filter(institution=institution))
    for form in forms:
        form.institution = institution
    return SchoolForms(institution, [load_school_form(form) for form in forms])
