"""The blank matching form as HTML: rendered once for everybody, kept until the catalog changes."""

from datetime import datetime

from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString

from hcprograms.catalog.models.reference import InterestStatement
from hcprograms.catalog.models.roles import CareerRole
from hcprograms.catalog.page_cache import Fragment, get_or_render, make_placeholder
from hcprograms.institutions.models import Institution
from hcprograms.matching import engine
from hcprograms.matching.address import drop_empty
from hcprograms.matching.forms.match import MatchForm

UID = make_placeholder("uid")
"""Stands for the beginning of every id in a cached form."""


def show_match_form(*, institution: str = "", now: datetime) -> Fragment:
    """The questions, unanswered; with an institution, for its programs only.

    Raises ``Institution.DoesNotExist`` where none like this is published.
    """

    def render() -> Fragment:
        if institution:
            Institution.objects.published().get(slug=institution)
        data = QueryDict(mutable=True)
        data["institution"] = institution
        form = make_form(data if institution else None)
        form.auto_id = f"{UID}_%s"
        return Fragment(render_to_string("hcprograms/matching/_form.html", {"form": form}))

    return get_or_render(("match", institution), render, now=now)


def complete_match_form(fragment: Fragment, *, uid: str = "id") -> SafeString:
    """The kept form with ids of its own on this page."""
    return SafeString(fragment.html.replace(UID, escape(uid)))  # nosec B703


def make_form(data: QueryDict | None) -> MatchForm:
    """The form for the catalog of the moment."""
    return MatchForm(
        None if data is None else drop_empty(data),
        statements=InterestStatement.objects.filter(is_active=True),
        roles=CareerRole.objects.filter(is_active=True).only("slug", "title"),
        vocabulary=engine.vocabulary(),
        today=timezone.localdate(),
    )
