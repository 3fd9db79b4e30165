"""Texts as they are sent: checked and compiled once, and the built-in ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils import translation

from hcprograms.followup.wording.checking import Rules, check_body, check_subject
from hcprograms.followup.wording.compiling import Block, Pieces, compile_body, compile_subject
from hcprograms.followup.wording.explaining import explain
from hcprograms.followup.wording.placeholders import ALL, vocabulary_of
from hcprograms.followup.wording.problems import Problem

FOLDER = "hcprograms/mail/texts"


@dataclass(frozen=True, slots=True)
class Source:
    """A subject and a body, as somebody types them."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Text:
    """A text that is ready to be filled in."""

    subject: Pieces
    body: Sequence[Block]


class UnusableError(Exception):
    """The text cannot be sent; says why."""


def rules_of(kind: str) -> Rules:
    known = vocabulary_of(kind)
    forms = {name: one.form for name, one in known.placeholders.items()}
    return Rules(forms, known.required, known.once, frozenset(ALL) - set(forms))


def find_problems(*, kind: str, source: Source) -> dict[str, list[Problem]]:
    """What is wrong with the ``subject`` and with the ``body``; only those with mistakes."""
    rules = rules_of(kind)
    found = {
        "subject": check_subject(source.subject, rules=rules),
        "body": check_body(source.body, rules=rules),
    }
    return {part: problems for part, problems in found.items() if problems}


def prepare(kind: str, source: Source) -> Text:
    """The text, ready to be filled in. Raises :class:`UnusableError`.

    What came of a text is kept, refused or not: it is not looked at again for every mail.
    """
    prepared = _prepare(kind, source)
    if isinstance(prepared, Text):
        return prepared
    raise UnusableError(" ".join(explain(prepared)))


# A pure function of what was typed, which takes longer than all else that a mail needs.
@lru_cache(maxsize=256)
def _prepare(kind: str, source: Source) -> Text | list[Problem]:
    problems = find_problems(kind=kind, source=source)
    if problems:
        return [one for part in problems.values() for one in part]
    forms = rules_of(kind).forms
    return Text(
        compile_subject(source.subject, forms=forms), compile_body(source.body, forms=forms)
    )


def read_built_in(kind: str, *, language: str) -> Source:
    """Return the text that is sent where an institution has none of its own, in this language."""
    with translation.override(language):
        whole = render_to_string(f"{FOLDER}/{kind}.txt")
    subject, _end, body = whole.strip().partition("\n")
    return Source(subject.strip(), body.strip() + "\n")
