"""The blank forms of matching as HTML: rendered once, cached until the catalog changes."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hcprograms.catalog.models.programs import Offering
from hcprograms.catalog.models.reference import InterestStatement
from hcprograms.catalog.models.roles import CareerRole
from hcprograms.catalog.page_cache import Fragment, get_or_render, make_placeholder
from hcprograms.institutions.models import Institution
from hcprograms.matching import engine
from hcprograms.matching.forms.estimate import EstimateForm
from hcprograms.matching.forms.match import MatchForm
from hcprograms.matching.query_strings import drop_empty
from hcprograms.matching.tuition_search import list_institution_offerings, list_program_offerings

UID = make_placeholder("uid")
"""Stands for the beginning of every id in a cached form."""


def render_match_form(*, institution: str = "", now: datetime) -> Fragment:
    """The questions, unanswered; with an institution, for its programs only.

    Raises ``Institution.DoesNotExist`` where none like this is published.
    """

    def render() -> Fragment:
        if institution:
            Institution.objects.published().get(slug=institution)
        data = QueryDict(mutable=True)
        data["institution"] = institution
        form = build_match_form(data if institution else None)
        form.auto_id = f"{UID}_%s"
        return Fragment(render_to_string("hcprograms/matching/_form.html", {"form": form}))

    return get_or_render(("match", institution), render, now=now)


def complete_form(fragment: Fragment, *, uid: str = "id") -> SafeString:
    """The cached form with ids of its own on this page."""
    return SafeString(fragment.html.replace(UID, escape(uid)))  # nosec B703


def build_match_form(data: QueryDict | None) -> MatchForm:
    """The form for the catalog of the moment."""
    return MatchForm(
        None if data is None else drop_empty(data),
        statements=InterestStatement.objects.filter(is_active=True),
        roles=CareerRole.objects.filter(is_active=True).only("slug", "title"),
        vocabulary=engine.vocabulary(),
        today=timezone.localdate(),
    )


class NoOfferingsError(LookupError):
    """No published offering is like this."""


def render_estimate_form(
    *, offering: uuid.UUID | None = None, institution: str = "", now: datetime
) -> Fragment:
    """The questions for the ways to study this offering's program, for a school's programs, or
    with a field to search all. Complete it with ``complete_form``. ``facts`` is a heading.

    Raises :class:`NoOfferingsError` where there is nothing to choose from.
    """

    def render() -> Fragment:
        offerings: Sequence[Offering] = ()
        if offering:
            offerings = list_program_offerings(offering)
        elif institution:
            offerings = list_institution_offerings(institution)
        if (offering or institution) and not offerings:
            raise NoOfferingsError
        form = _build_estimate_form(
            offerings, chosen=offering, institution="" if offering else institution
        )
        form.auto_id = f"{UID}_%s"
        html = render_to_string("hcprograms/matching/_estimate_form.html", {"form": form})
        return Fragment(html, _name_estimator(offerings if offering else ()))

    return get_or_render(("estimate", offering, institution), render, now=now)


def _name_estimator(offerings: Sequence[Offering]) -> str:
    """A heading, with the name of the one program that these are ways to study."""
    if not offerings:
        return _("What would it cost you?")
    return _("What would “%(program)s” cost you?") % {"program": offerings[0].program.full_name}


def _build_estimate_form(
    offerings: Sequence[Offering], *, chosen: uuid.UUID | None, institution: str
) -> EstimateForm:
    """The form before anything was said."""
    form = EstimateForm(offerings=offerings, asks_for_program=not offerings)
    if chosen or len(offerings) == 1:
        form.initial["offering"] = str(chosen or offerings[0].public_id)
    if institution:
        form.address = QueryDict(mutable=True)
        form.address["institution"] = institution
    return form
