"""A school's forms with their consent boxes and questions, as the public meets them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import prefetch_related_objects

from hcprograms.institutions.models import Institution
from hcprograms.leads.consent_records import ShownConsent, digest_consents, list_shown_consents
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.questions import Question


@dataclass(frozen=True)
class SchoolForm:
    """A form with its consent boxes and its own questions, which are read when asked for."""

    form: InterestForm

    @cached_property
    def consents(self) -> Sequence[ShownConsent]:
        return list_shown_consents(form=self.form)

    @cached_property
    def questions(self) -> Sequence[Question]:
        return list(Question.objects.filter(form=self.form))

    @cached_property
    def consent_digest(self) -> str:
        return digest_consents(self.consents)


@dataclass(frozen=True, slots=True)
class SchoolForms:
    """An institution, its hours at hand, and every form of it, drafts included."""

    institution: Institution
    forms: Sequence[SchoolForm]


def find_school_forms(*, school: str) -> SchoolForms:
    """The forms of a published institution, named by its slug.

    Raises ``Institution.DoesNotExist``.
    """
    institution = Institution.objects.published().get(slug=school)
    prefetch_related_objects([institution], "office_hours", "closures")
    forms = list(InterestForm.objects.filter(institution=institution))
    for form in forms:
        form.institution = institution
    return SchoolForms(institution, [SchoolForm(form) for form in forms])


def find_school_form(*, public_id: uuid.UUID) -> SchoolForm:
    """This very form, drafts included, of any institution.

    Raises ``InterestForm.DoesNotExist``.
    """
    form = InterestForm.objects.select_related("institution").get(public_id=public_id)
    prefetch_related_objects([form.institution], "office_hours", "closures")
    return SchoolForm(form)
