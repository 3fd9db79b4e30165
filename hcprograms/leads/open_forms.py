"""The open form at an address, and building a submission from what was sent to it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from hcprograms.catalog.models.programs import Offering
from hcprograms.conf import conf
from hcprograms.institutions.models import Institution
from hcprograms.leads.consent_records import ShownConsent, digest_consents, list_shown_consents
from hcprograms.leads.emailing import freeze_results
from hcprograms.leads.forms import RequestForm
from hcprograms.leads.lead_files import list_given
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.questions import Question
from hcprograms.leads.offerings import (
    MAX_ASKED,
    AskedProgram,
    ChoiceGroups,
    find_asked_program,
    group_choices,
    read_public_ids,
)
from hcprograms.leads.recommendation import freeze_recommendation, read_answers, suggest_offerings
from hcprograms.leads.submission import Submission, compute_submission_id
from hcprograms.leads.tokens import (
    FormToken,
    issue_form_token,
    open_form_token,
    renew_form_token,
)
from hcprograms.leads.visitor import Visitor


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


MOST_SLUG = 200
HONEYPOT_FIELD = "subject"
TOKEN_FIELD = "token"  # noqa: S105 the name of a field


class FormClosedError(Exception):
    """No open form. ``last_form`` is one that there was; ``reason`` says to staff what is wrong."""

    def __init__(
        self,
        institution: Institution | None,
        last_form: InterestForm | None,
        reason: str = "",
    ) -> None:
        self.institution = institution
        self.last_form = last_form
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class OpenForm:
    """An open form at its address: what it asks, suggests and says about consent."""

    found: SchoolForm
    query: Mapping[str, Sequence[str]]
    now: datetime
    answers: Mapping[str, Any] = field(default_factory=dict)

    @property
    def form(self) -> InterestForm:
        return self.found.form

    @property
    def consents(self) -> Sequence[ShownConsent]:
        return self.found.consents

    @property
    def questions(self) -> Sequence[Question]:
        return self.found.questions

    @property
    def asked(self) -> list[uuid.UUID]:
        return read_public_ids(self.query.get("offering", ()))

    @cached_property
    def asked_program(self) -> AskedProgram:
        """The program that the address names, which the form and the lead name, too."""
        return find_asked_program(
            institution=self.form.institution,
            slug=next(iter(self.query.get("program", ())), "")[:MOST_SLUG],
            public_ids=self.asked,
        )

    @property
    def heading(self) -> str:
        """The form's title, with the program that it is about."""
        program = self.asked_program.title
        if not program or self.form.kind == InterestForm.Kind.MATCH:
            return self.form.title
        return _("%(form)s: %(program)s") % {"form": self.form.title, "program": program}

    def new_token(self, *, confirmed: bool = False) -> str:
        """A fresh token. ``confirmed``: the visitor has spent the time of filling in already."""
        issued_at = self.now - conf.min_fill_time if confirmed else self.now
        return issue_form_token(
            form=self.form.public_id,
            version=self.form.version,
            consent_digest=self.found.consent_digest,
            now=issued_at,
        ).sign()

    def verify_token(self, text: str) -> FormToken | None:
        """The token, if it was made for this form with these very consent texts."""
        token = open_form_token(text, now=self.now)
        if token is None or token.form != self.form.public_id:
            return None
        return token if token.consent_digest == self.found.consent_digest else None

    def has_made(self, text: str) -> bool:
        """Whether it is a token of this form, however old and whatever its consent texts were."""
        token = renew_form_token(text, now=self.now)
        return token is not None and token.form == self.form.public_id

    def blank_form(self) -> RequestForm:
        initial = {key: self.answers[key] for key in PREFILLED if key in self.answers}
        initial["offerings"] = [str(one.public_id) for one in self.asked_program.ticked]
        return self._form(None, initial)

    def get_form(self, data: Mapping[str, Any]) -> RequestForm:
        return self._form(data, {})

    def _form(self, data: Mapping[str, Any] | None, initial: Mapping[str, Any]) -> RequestForm:
        return RequestForm(
            data,
            form=self.form,
            consents=self.consents,
            questions=self.questions,
            today=self.now.date(),
            load_offerings=lambda: self._load_offerings(data),
            initial=initial,
        )

    def _load_offerings(self, data: Mapping[str, Any] | None) -> ChoiceGroups:
        ticked = data.getlist("offerings") if isinstance(data, MultiValueDict) else []
        return group_choices(
            institution=self.form.institution,
            ways=self.asked_program.ways,
            asked=[*read_public_ids(ticked), *self.asked],
            suggested=suggest_offerings(
                institution=self.form.institution, answers=self.answers, today=self.now.date()
            ),
        )


PREFILLED = ("education", "military", "country", "state", "start_from")


def get_open_form(*, school: str, query: Mapping[str, Sequence[str]], now: datetime) -> OpenForm:
    """The form named in the query, else one of the ``kind`` in the query, else the school's
    request for information, else any.

    ``school`` is an institution's slug. Raises :class:`FormClosedError`, and
    ``Institution.DoesNotExist`` where there is no such published institution.
    """
    wanted = next(iter(query.get("form", ())), "")
    found = find_school_forms(school=school)
    open_forms = [one for one in found.forms if not _why_closed(one.form, now)]
    if not open_forms:
        once = [one.form for one in found.forms if one.form.status != InterestForm.Status.DRAFT]
        last = max(once, key=lambda form: form.updated_at, default=None)
        raise FormClosedError(found.institution, last, _("The institution has no open form."))
    kind = next(iter(query.get("kind", ())), "")
    return _open_page(min(open_forms, key=lambda one: _rank(one.form, wanted, kind)), query, now)


def _rank(form: InterestForm, wanted: str, kind: str) -> tuple[bool, bool, bool, int]:
    is_general = form.kind == InterestForm.Kind.INFORMATION
    return (form.slug != wanted, form.kind != kind, not is_general, form.pk)


def get_open_form_by_id(
    *,
    public_id: uuid.UUID,
    query: Mapping[str, Sequence[str]],
    now: datetime,
) -> OpenForm:
    """This very form and no other. Raises :class:`FormClosedError`."""
    try:
        found = find_school_form(public_id=public_id)
    except InterestForm.DoesNotExist:
        raise FormClosedError(None, None, _("This form was deleted.")) from None
    form = found.form
    reason = _why_closed(form, now)
    if reason:
        school = form.institution if form.institution.is_published else None
        raise FormClosedError(school, form, reason)
    return _open_page(found, query, now)


def _why_closed(form: InterestForm, now: datetime) -> str:
    """Why the public may not submit this form now, in words for staff; empty: it may."""
    if not form.institution.is_published:
        return _("Its institution is not published.")
    if form.status == InterestForm.Status.DRAFT:
        return _("“%(form)s” is a draft.") % {"form": form.title}
    if form.status == InterestForm.Status.RETIRED:
        return _("“%(form)s” was retired.") % {"form": form.title}
    if form.opens_at and form.opens_at > now:
        return _("“%(form)s” has not opened yet.") % {"form": form.title}
    if form.closes_at and form.closes_at <= now:
        return _("“%(form)s” has closed.") % {"form": form.title}
    return ""


def _open_page(found: SchoolForm, query: Mapping[str, Sequence[str]], now: datetime) -> OpenForm:
    return OpenForm(
        found=found,
        query=query,
        now=now,
        answers=read_answers(query=query),
    )


def build_submission(
    *,
    page: OpenForm,
    form: RequestForm,
    token: FormToken,
    honeypot: str,
    visitor: Visitor,
    asks_too_often: bool,
) -> Submission:
    """What a valid form says, with its id and whatever makes it look like a robot's."""
    details = form.details()
    offerings = form.cleaned_data.get("offerings", [])
    program = ""
    if not offerings and page.form.kind != InterestForm.Kind.MATCH:
        # The page said which program it is about, whether or not its boxes were ticked.
        offerings = list(page.asked_program.ticked)[:MAX_ASKED]
        program = "" if offerings else page.asked_program.title
    consents, extra = form.ticked_consents(), form.extra_answers()
    files = list_given(page.questions, form.cleaned_data)
    content = {
        **details,
        "extra": extra,
        "files": {question.key: upload.sha256 for question, upload in files},
        "offerings": [str(one.public_id) for one in offerings],
        **({"program": program} if program else {}),
        "consents": {box.channel: ticked for box, ticked in consents},
    }
    return Submission(
        id=compute_submission_id(nonce=token.nonce, content=content),
        details=details,
        offerings=offerings,
        program=program,
        consents=consents,
        extra=extra,
        form_version=token.version,
        answers=page.answers,
        recommendation=_snapshot_results(page, offerings),
        files=files,
        visitor=visitor,
        suspicion=_find_suspicion(honeypot, page.now - token.issued_at, asks_too_often),
    )


def _snapshot_results(page: OpenForm, offerings: Sequence[Offering]) -> dict[str, Any]:
    """What was recommended: all that is to be emailed, or why the chosen programs matched."""
    school, today = page.form.institution, page.now.date()
    if page.form.kind == InterestForm.Kind.MATCH:
        return freeze_results(institution=school, query=page.query, today=today)
    return freeze_recommendation(
        institution=school, answers=page.answers, offerings=offerings, today=today
    )


def _find_suspicion(honeypot: str, fill_time: timedelta, asks_too_often: bool) -> str:
    if honeypot:
        return _("the field that people do not see was filled in")
    # A token from a server whose clock is fast seems to come from the future: it is fresh.
    if timedelta() <= fill_time < conf.min_fill_time:
        return _("sent faster than a person can type")
    if asks_too_often:
        return _("this email address has asked very often within an hour")
    return ""
