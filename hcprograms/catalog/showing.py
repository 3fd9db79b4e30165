"""The roles of the field as HTML: the same for everybody, kept until the catalog changes."""

from datetime import datetime

from django.template.loader import render_to_string

from hcprograms.catalog.explorer import count_programs, group_standings, load_standings
from hcprograms.catalog.kept import Piece, keep
from hcprograms.catalog.spectrum import draw_spectrum


def show_roles(*, now: datetime) -> Piece:
    """Every role with what the sources say of it, between management and administration."""

    def build() -> Piece:
        standings = load_standings()
        places = [(one.position[0], one.is_disputed) for one in standings]
        context = {
            "groups": group_standings(standings, counts=count_programs()),
            "spectrum": draw_spectrum((at, split) for at, split in places if at is not None),
            "uid": "hcp-roles",
        }
        return Piece(render_to_string("hcprograms/catalog/_roles.html", context))

    return keep(about=("roles",), now=now, build=build)
