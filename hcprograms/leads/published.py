"""A school's forms with all that they need, kept by each process until the database changes."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

from django.db.models import prefetch_related_objects

from hcprograms.catalog.kept import Piece, keep
from hcprograms.catalog.models.programs import Offering
from hcprograms.catalog.version import current_version
from hcprograms.institutions.models import Institution
from hcprograms.institutions.recent import Recent
from hcprograms.leads.choices import find_offerings
from hcprograms.leads.composing import Fields, compose_fields
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.questions import Question
from hcprograms.leads.wording import ShownConsent, digest_consents, find_shown_consents


@dataclass(frozen=True)
class SchoolForm:
    """A form with its consent boxes and its own questions; nothing of it may be changed.

    ``asked`` are the offerings that visitors named lately, as long as the database stays the same.
    """

    form: InterestForm
    consents: Sequence[ShownConsent]
    questions: Sequence[Question]
    asked: "AskedOfferings"

    @cached_property
    def fields(self) -> Fields:
        return compose_fields(
            form=self.form,
            consents=self.consents,
            questions=self.questions,
            find_offerings=self.asked.find,
        )

    @cached_property
    def consent_digest(self) -> str:
        return digest_consents(self.consents)


class AskedOfferings:
    """Finds an institution's offerings; the same ones are read once."""

    def __init__(self, institution: Institution) -> None:
        self._find = lru_cache(maxsize=200)(
            lambda ids: find_offerings(institution=institution, public_ids=ids)
        )

    def find(self, public_ids: Sequence[uuid.UUID]) -> list[Offering]:
        return list(self._find(tuple(public_ids)))


@dataclass(frozen=True, slots=True)
class SchoolForms:
    """An institution, its hours at hand, and every form of it, drafts included."""

    institution: Institution
    forms: Sequence[SchoolForm]


def find_school_forms(*, school: str, now: datetime, lately: bool = False) -> SchoolForms:
    """The forms of a published institution, named by its slug; one query when they are kept.

    ``lately``: as they were within the last second, mostly without a query. That is for what was
    sent, which was filled in before; what is shown, and kept, must be what holds now. Raises
    ``Institution.DoesNotExist``.
    """
    piece = keep(
        about=("school forms", school),
        now=now,
        build=lambda: Piece("", _load_forms(school)),
        version=_versions.find("", current_version) if lately else None,
    )
    found: SchoolForms = piece.facts
    return found


def find_school_form(*, public_id: uuid.UUID, now: datetime, lately: bool = False) -> SchoolForm:
    """This very form, drafts included, of any institution; the rest as in ``find_school_forms``.

    Raises ``InterestForm.DoesNotExist``.
    """
    piece = keep(
        about=("school form", public_id),
        now=now,
        build=lambda: Piece("", _load_form(public_id)),
        version=_versions.find("", current_version) if lately else None,
    )
    found: SchoolForm = piece.facts
    return found


_versions: Recent[int] = Recent()


def _load_form(public_id: uuid.UUID) -> SchoolForm:
    form = InterestForm.objects.select_related("institution").get(public_id=public_id)
    prefetch_related_objects([form.institution], "office_hours", "closures")
    return _load_rest(form)


def _load_rest(form: InterestForm) -> SchoolForm:
    questions = list(Question.objects.filter(form=form))
    consents = find_shown_consents(form=form)
    return SchoolForm(form, consents, questions, AskedOfferings(form.institution))


def _load_forms(school: str) -> SchoolForms:
    institution = Institution.objects.published().get(slug=school)
    prefetch_related_objects([institution], "office_hours", "closures")
    forms = list(InterestForm.objects.filter(institution=institution))
    for form in forms:
        form.institution = institution
    return SchoolForms(institution, [_load_rest(form) for form in forms])
