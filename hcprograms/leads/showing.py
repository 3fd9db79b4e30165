"""An open form as HTML: rendered once for everybody, then completed for each page it stands on."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString

from hcprograms.catalog.models.programs import Intake, Offering
from hcprograms.catalog.page_cache import Fragment, get_or_render, make_placeholder
from hcprograms.conf import conf
from hcprograms.institutions.office_hours import describe_office_hours
from hcprograms.leads.forms import RequestForm
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.open_forms import (
    HONEYPOT_FIELD,
    TOKEN_FIELD,
    OpenForm,
    get_open_form,
    get_open_form_by_id,
)
from hcprograms.leads.proof_of_work import PROOF_FIELD
from hcprograms.leads.recommendation import is_answer
from hcprograms.leads.tokens import FormToken, issue_form_token
from hcprograms.leads.visitor import LANDING_FIELD, REFERRER_FIELD, SOURCE_FIELD

# What of an address may stand in the key of a cached form: which of a school's forms it is.
CACHED_KEYS = frozenset({"form", "kind"})

EMPTY: Mapping[str, Sequence[str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class FormLayout:
    """How a form is framed: as a page, inside another page, or in a frame of its own."""

    place: str = "page"
    """``page`` has a main heading and what happens next beside it; ``part`` and ``frame`` not."""
    has_heading: bool = True
    title: str = ""
    intro: str = ""
    button: str = ""
    """Words instead of the form's own; empty: the form's own."""


PAGE = FormLayout()


@dataclass(frozen=True, slots=True)
class ShownForm:
    """What is known of a form that was rendered, for the page around it."""

    form: InterestForm
    consent_digest: str
    heading: str
    """The form's title, with the program that it is about."""

    def new_token(self, *, now: datetime) -> FormToken:
        return issue_form_token(
            form=self.form.public_id,
            version=self.form.version,
            consent_digest=self.consent_digest,
            now=now,
        )

    def ask_url(self, *, offerings: Sequence[uuid.UUID] = ()) -> str:
        """Where this very form is sent from another page, with these offerings ticked."""
        query = QueryDict(mutable=True)
        query["form"] = self.form.slug
        query.setlist("offering", [str(one) for one in offerings])
        path = reverse("hcprograms:ask", args=[self.form.institution.slug])
        return f"{path}?{query.urlencode()}"


@dataclass(frozen=True, slots=True)
class Marks:
    """Placeholders in a cached form that are replaced on every page."""

    token: str
    address: str
    source: str
    uid: str


MARKS = Marks(*(make_placeholder(name) for name in ("token", "address", "source", "uid")))


def show_institution_form(
    *, institution: str, query: Mapping[str, Sequence[str]], now: datetime, look: FormLayout = PAGE
) -> Fragment:
    """The institution's form for this query, blank. Raises what ``get_open_form`` does."""
    return _get_or_render(
        key=("ask", institution, _relevant(query), look),
        find=lambda: get_open_form(school=institution, query=query, now=now),
        look=look,
        now=now,
    )


def show_form(
    *,
    public_id: uuid.UUID,
    query: Mapping[str, Sequence[str]] = EMPTY,
    now: datetime,
    look: FormLayout,
) -> Fragment:
    """This very form, blank. Raises :class:`~hcprograms.leads.open_forms.FormClosedError`."""
    return _get_or_render(
        key=("form", public_id, _relevant(query), look),
        find=lambda: get_open_form_by_id(public_id=public_id, query=query, now=now),
        look=look,
        now=now,
    )


def complete(
    fragment: Fragment, *, address: str, source: str = "", uid: str = "id", now: datetime
) -> SafeString:
    """The form with a fresh token, where it is sent, and where it stands."""
    token = fragment.facts.new_token(now=now).sign()
    html = (
        fragment.html.replace(MARKS.token, token)
        .replace(MARKS.address, escape(address))
        .replace(MARKS.source, escape(source))
        .replace(MARKS.uid, escape(uid))
    )
    return SafeString(html)  # nosec B703


def render_form(
    page: OpenForm,
    form: RequestForm,
    *,
    look: FormLayout = PAGE,
    token: str,
    address: str,
    source: str = "",
    landing: str = "",
    referrer: str = "",
    uid: str = "id",
    is_stale: bool = False,
    minutes_to_wait: int = 0,
    asked: Any = None,
) -> SafeString:
    """The form as it is now, with whatever was typed and is wrong."""
    form.drop_empty_choices()
    form.auto_id = f"{uid}_%s"
    context: dict[str, Any] = {
        "form": form,
        "interest_form": page.form,
        "institution": page.form.institution,
        "look": look,
        "title": look.title or page.heading,
        "program_is_gone": page.asked_program.is_gone,
        "intro": look.intro or page.form.intro,
        "button": look.button or page.form.submit_label,
        "token": token,
        "token_field": TOKEN_FIELD,
        "trap_field": HONEYPOT_FIELD,
        "source": source,
        "source_field": SOURCE_FIELD,
        "landing": landing,
        "landing_field": LANDING_FIELD,
        "referrer": referrer,
        "referrer_field": REFERRER_FIELD,
        "address": address,
        "uid": uid,
        "is_stale": is_stale,
        "minutes_to_wait": minutes_to_wait,
        "asked": asked,
        "proof_field": PROOF_FIELD if conf.proof_of_work else "",
        "office_hours": describe_office_hours(institution=page.form.institution),
    }
    if look.place == "page":
        context |= _describe_school(page)
    return render_to_string("hcprograms/leads/_ask.html", context)


def _describe_school(page: OpenForm) -> dict[str, Any]:
    """What else a visitor of the page may want: the next start, and the school's other forms."""
    school = page.form.institution
    starts = Intake.objects.open_on(page.now.date()).filter(
        offering__program__institution=school,
        offering__in=Offering.objects.published(),
        starts_on__gte=page.now.date(),
    )
    others = InterestForm.objects.open_at(page.now).filter(institution=school)
    return {
        "next_start": starts.order_by("starts_on").values_list("starts_on", flat=True).first(),
        "other_forms": others.exclude(pk=page.form.pk).exclude(kind=InterestForm.Kind.MATCH),
        "carried": urlencode(
            [(key, values) for key, values in _relevant(page.query) if key not in ("form", "kind")],
            doseq=True,
        ),
    }


def _get_or_render(*, key: tuple[Any, ...], find: Any, look: FormLayout, now: datetime) -> Fragment:
    def render() -> Fragment:
        page: OpenForm = find()
        html = render_form(
            page,
            page.blank_form(),
            look=look,
            token=MARKS.token,
            address=MARKS.address,
            source=MARKS.source,
            uid=MARKS.uid,
        )
        shown = ShownForm(page.form, page.found.consent_digest, page.heading)
        return Fragment(html, shown, expires_at=_next_change(page.form, now))

    # Answers and chosen programs come in endless variety, and Django's cache has other users.
    if not CACHED_KEYS.issuperset(name for name, _values in key[2]):
        return render()
    return get_or_render(key, render, now=now)


def _relevant(query: Mapping[str, Sequence[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What of an address changes the form; marks of campaigns do not."""
    return tuple(
        (key, tuple(values))
        for key, values in sorted(query.items())
        if key in ("form", "kind", "offering", "program") or is_answer(key)
    )


def _next_change(form: InterestForm, now: datetime) -> datetime | None:
    """When the next form of the institution opens or closes by itself."""
    times = InterestForm.objects.filter(
        Q(opens_at__gt=now) | Q(closes_at__gt=now), institution_id=form.institution_id
    ).values_list("opens_at", "closes_at")
    return min((one for pair in times for one in pair if one and one > now), default=None)
