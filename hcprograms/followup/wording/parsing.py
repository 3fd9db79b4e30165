"""The part of Markdown that mails are written in, with placeholders as tokens of their own. Pure.

Headings, paragraphs, lists, quotations, lines, emphasis and links: all that looks alike in every
mail program and can be said in plain text. There is no raw HTML, no picture and no code.
"""

import re
from enum import Enum
from functools import cache
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from hcprograms.followup.wording.scanning import NAME

SCHEMES = {"http", "https", "mailto", "tel"}
HTML = re.compile(r"</?[a-zA-Z][a-zA-Z0-9-]*(?:\s[^<>]*)?/?>|<!--")
PICTURE = re.compile(r"!\[[^\]\n]{0,300}\]\(")
BLOCKS = ["heading", "list", "blockquote", "hr"]
INLINE = ["emphasis", "link", "autolink", "escape", "newline"]


class Form(Enum):
    """How a value stands in the message: within a line, as an address, or as lines of its own."""

    WORDS = "words"
    ADDRESS = "address"
    BLOCK = "block"


def parse(source: str) -> list[Token]:
    return _parser().parse(source)


def placeholder_in(address: str) -> str:
    """The name, where the address of a link is nothing but a placeholder; else empty."""
    name = address[1:-1]
    return name if address == f"{{{name}}}" and NAME.fullmatch(name) else ""


def is_safe(address: str) -> bool:
    """Whether mails may link there: a whole address of the web, of mail or of a telephone."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    needs_host = parts.scheme in ("http", "https")
    return parts.scheme in SCHEMES and bool(parts.hostname if needs_host else parts.path)


class _Parser(MarkdownIt):
    """Links are judged where they are checked and compiled, with their line."""

    def normalizeLink(self, url: str) -> str:
        return url if placeholder_in(url) else super().normalizeLink(url)

    def validateLink(self, url: str) -> bool:
        return True


@cache
def _parser() -> MarkdownIt:
    parser = _Parser("zero", {"html": False}).enable([*BLOCKS, *INLINE])
    parser.inline.ruler.before("escape", "placeholder", _read_placeholder)
    return parser


def _read_placeholder(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "{":
        return False
    end = state.src.find("}", state.pos, state.posMax)
    name = state.src[state.pos + 1 : end]
    if end < 0 or not NAME.fullmatch(name):
        return False
    if not silent:
        state.push("placeholder", "", 0).content = name
    state.pos = end + 1
    return True
