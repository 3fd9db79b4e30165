"""Putting values into a compiled text: one subject, one HTML and one text of the same words. Pure.

What is empty leaves no trace: a line or item without words, a button without an address, a
heading over nothing.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from hcprograms.followup.wording.compiling import Block, Line, Piece, Pieces, Use


@dataclass(frozen=True, slots=True)
class Fragment:
    """A value of several lines: HTML that is safe already, and its text."""

    html: str
    text: str


Values = Mapping[str, str | Fragment]

UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
DANGLING = " \t–—-:,·|"


def one_line(text: str) -> str:
    """Text that can stand in a header: no line ends, no control or direction characters."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    visible = (one if unicodedata.category(one) not in UNSEEN else " " for one in text)
    return " ".join("".join(visible).split())


def fill_subject(pieces: Pieces, *, values: Values) -> str:
    """One line; what an empty value leaves dangling at the ends is cut off."""
    words = (one if isinstance(one, str) else _words(values[one.name]) for one in pieces)
    return one_line("".join(words)).strip(DANGLING)


def fill_body(blocks: Sequence[Block], *, values: Values) -> Fragment:
    filled = [(block, _fill_block(block, values)) for block in blocks]
    kept = [
        one
        for place, (block, one) in enumerate(filled)
        if one is not None and not (block.is_heading and _is_over_nothing(filled[place + 1 :]))
    ]
    return Fragment("\n".join(one.html for one in kept), "\n\n".join(one.text for one in kept))


Filled = tuple[Block, Fragment | None]


def _is_over_nothing(after: Sequence[Filled]) -> bool:
    """Whether something stands under a heading, and all of it turned out to be empty."""
    if not after or after[0][0].is_heading:
        return False
    for block, one in after:
        if block.is_heading:
            return True
        if one is not None:
            return False
    return True


def _fill_block(block: Block, values: Values) -> Fragment | None:
    if block.fragment:
        value = values[block.fragment]
        found = value if isinstance(value, Fragment) else Fragment(escape(value), value)
        return Fragment(found.html, found.text.strip("\n")) if found.text.strip() else None
    if block.address and not values[block.address]:
        return None
    lines = [(line, text) for line in block.lines if (text := _text_of(line, values)).strip()]
    if not lines:
        return None
    start, end = block.around
    html = block.between.join(f"{start}{_html_of(line, values)}{end}" for line, _text in lines)
    text = "\n".join(line.mark + text for line, text in lines)
    return Fragment(f"{block.before}{html}{block.after}", MANY_LINES.sub("\n\n", text))


MANY_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")


def _text_of(line: Line, values: Values) -> str:
    filled = "".join(_in_text(one, values) for one in line.text)
    return "\n".join(one.rstrip() for one in filled.split("\n"))


def _html_of(line: Line, values: Values) -> str:
    return "".join(_in_html(one, values) for one in line.html)


def _in_text(piece: Piece, values: Values) -> str:
    if isinstance(piece, str):
        return piece
    value = _words(values[piece.name])
    if piece.use is Use.LINK:
        return ""
    if piece.use is Use.END:
        return f" ({value})" if value else ""
    return value


def _in_html(piece: Piece, values: Values) -> str:
    if isinstance(piece, str):
        return piece
    value = escape(_words(values[piece.name]))
    if piece.use is Use.LINK:
        return f'<a href="{value}">' if value else ""
    if piece.use is Use.END:
        return "</a>" if value else ""
    if piece.use is Use.ADDRESS:
        return f'<a href="{value}">{value}</a>' if value else ""
    return value


def _words(value: str | Fragment) -> str:
    return one_line(value.text if isinstance(value, Fragment) else value)
