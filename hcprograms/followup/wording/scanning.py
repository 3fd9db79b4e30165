"""Finds placeholders such as ``{first_name}`` in a text, and braces that are none. Pure.

A backslash takes a brace's meaning away: ``\\{``. Nothing else than a plain name is ever a
placeholder: no attributes, no calls, no formats.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hcprograms.followup.wording.problems import Fault, Problem

NAME = re.compile(r"[a-z][a-z0-9_]*")
TOKEN = re.compile(r"\\.|\{\{|\}\}|\{([^{}]*)\}|[{}]")


@dataclass(frozen=True, slots=True)
class Found:
    """A name in braces, and the line that it stands on, counted from 1."""

    name: str
    line: int


def scan(text: str) -> Iterator[Found | Problem]:
    """All placeholders, and all that looks like one and is not, in order."""
    for number, line in enumerate(text.split("\n"), start=1):
        for match in TOKEN.finditer(line):
            yield from _judge(match, number)


def _judge(match: "re.Match[str]", line: int) -> Iterator[Found | Problem]:
    whole, name = match[0], match[1]
    if whole.startswith("\\"):
        return
    if whole in ("{{", "}}"):
        yield Problem(line, Fault.DOUBLE, whole)
    elif name is None:
        yield Problem(line, Fault.UNBALANCED, whole)
    elif NAME.fullmatch(name):
        yield Found(name, line)
    else:
        yield Problem(line, Fault.NOT_A_NAME, whole)
