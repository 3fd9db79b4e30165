"""The blank matching form as HTML: rendered once for everybody, kept until the catalog changes."""

import secrets
from datetime import datetime

from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString

from hcprograms.catalog.kept import Piece, keep
from hcprograms.catalog.models.reference import InterestStatement
from hcprograms.catalog.models.roles import CareerRole
from hcprograms.institutions.models import Institution
from hcprograms.matching import engine
from hcprograms.matching.address import drop_empty
from hcprograms.matching.forms.match import MatchForm

UID = f"hcp{secrets.token_hex(8)}uid"
"""Stands for the beginning of every id in a kept form; nobody else can write it."""


def show_match_form(*, institution: str = "", now: datetime) -> Piece:
    """The questions, unanswered; with an institution, for its programs only.

    Raises ``Institution.DoesNotExist`` where none like this is published.
    """

    def build() -> Piece:
        if institution:
            Institution.objects.published().get(slug=institution)
        data = QueryDict(mutable=True)
        data["institution"] = institution
        form = make_form(data if institution else None)
        form.auto_id = f"{UID}_%s"
        return Piece(render_to_string("hcprograms/matching/_form.html", {"form": form}))

    return keep(about=("match", institution, timezone.localdate(now)), now=now, build=build)


def complete_match_form(piece: Piece, *, uid: str = "id") -> SafeString:
    """The kept form with ids of its own on this page."""
    return SafeString(piece.html.replace(UID, escape(uid)))  # nosec B703


def make_form(data: QueryDict | None) -> MatchForm:
    """The form for the catalog of the moment."""
    return MatchForm(
        None if data is None else drop_empty(data),
        statements=InterestStatement.objects.filter(is_active=True),
        roles=CareerRole.objects.filter(is_active=True).only("slug", "title"),
        vocabulary=engine.vocabulary(),
        today=timezone.localdate(),
    )
