"""The roles of the field as HTML: the same for everybody, kept until the catalog changes."""

from datetime import datetime

from django.template.loader import render_to_string

from hcprograms.catalog.explorer import explore_roles
from hcprograms.catalog.kept import Piece, keep


def show_roles(*, now: datetime) -> Piece:
    """Every role with what the sources say of it, between management and administration."""

    def build() -> Piece:
        context = {"explored": explore_roles(), "uid": "hcp-roles"}
        return Piece(render_to_string("hcprograms/catalog/_roles.html", context))

    return keep(about=("roles",), now=now, build=build)
