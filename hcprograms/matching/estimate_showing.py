"""The blank estimator as HTML for any page: rendered once, kept until the catalog changes."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from hcprograms.catalog.models.programs import Offering
from hcprograms.catalog.page_cache import Fragment, get_or_render
from hcprograms.matching.forms.estimate import EstimateForm
from hcprograms.matching.priced import find_ways, list_ways
from hcprograms.matching.showing import UID


class NothingPricedError(LookupError):
    """No published offering is like this."""


def show_estimate_form(
    *, offering: uuid.UUID | None = None, institution: str = "", now: datetime
) -> Fragment:
    """The questions for the ways to study this offering's program, for a school's programs, or
    with a field to search all. Complete it with ``complete_match_form``. ``facts`` is a heading.

    Raises :class:`NothingPricedError` where there is nothing to choose from.
    """

    def render() -> Fragment:
        ways: Sequence[Offering] = ()
        if offering:
            ways = find_ways(offering=offering)
        elif institution:
            ways = list_ways(institution=institution)
        if (offering or institution) and not ways:
            raise NothingPricedError
        form = make_blank(ways, chosen=offering, institution="" if offering else institution)
        form.auto_id = f"{UID}_%s"
        html = render_to_string("hcprograms/matching/_estimate_form.html", {"form": form})
        return Fragment(html, name_estimator(ways if offering else ()))

    return get_or_render(("estimate", offering, institution), render, now=now)


def name_estimator(ways: Sequence[Offering]) -> str:
    """A heading, with the name of the one program that these are ways to study."""
    if not ways:
        return _("What would it cost you?")
    return _("What would “%(program)s” cost you?") % {"program": ways[0].program.full_name}


def make_blank(
    ways: Sequence[Offering], *, chosen: uuid.UUID | None, institution: str
) -> EstimateForm:
    """The form before anything was said."""
    form = EstimateForm(offerings=ways, asks_for_program=not ways)
    if chosen or len(ways) == 1:
        form.initial["offering"] = str(chosen or ways[0].public_id)
    if institution:
        form.address = QueryDict(mutable=True)
        form.address["institution"] = institution
    return form
