"""What differs between two versions of a text, line by line. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

AROUND = 2
"""Lines shown around a difference."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One line: ``how`` is same, gone, new, or skip for lines that are alike and left out."""

    how: str
    text: str = ""


def compare(before: str, after: str) -> list[Difference]:
    """The lines of both, those that differ with a few around them; empty when nothing does."""
    old, new = before.split("\n"), after.split("\n")
    found: list[Difference] = []
    end = 0
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(AROUND):
        if group[0][1] > end:
            found.append(Difference("skip"))
        found += [line for opcode in group for line in _lines(opcode, old, new)]
        end = group[-1][2]
    if found and end < len(old):
        found.append(Difference("skip"))
    return found


def _lines(
    opcode: tuple[str, int, int, int, int], old: Sequence[str], new: Sequence[str]
) -> list[Difference]:
    tag, first, last, first_new, last_new = opcode
    if tag == "equal":
        return [Difference("same", line) for line in old[first:last]]
    gone = [Difference("gone", line) for line in old[first:last]]
    return gone + [Difference("new", line) for line in new[first_new:last_new]]
