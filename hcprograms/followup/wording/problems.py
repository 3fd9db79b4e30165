"""What is wrong with a text, and on which line. Pure."""

from dataclasses import dataclass
from enum import Enum


class Fault(Enum):
    """Kinds of mistakes; their words are in ``explaining``."""

    UNKNOWN = "unknown"
    ELSEWHERE = "elsewhere"
    NOT_A_NAME = "not a name"
    DOUBLE = "double"
    UNBALANCED = "unbalanced"
    NOT_ALONE = "not alone"
    NOT_IN_SUBJECT = "not in subject"
    BAD_LINK = "bad link"
    HTML = "html"
    PICTURE = "picture"
    MISSING = "missing"
    TWICE = "twice"
    EMPTY = "empty"
    TOO_LONG = "too long"
    SEVERAL_LINES = "several lines"
    CONTROL = "control"


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. ``line`` counts from 1; 0 where it is about the whole."""

    line: int
    fault: Fault
    name: str = ""

    def __lt__(self, other: "Problem") -> bool:
        return (self.line, self.fault.value) < (other.line, other.fault.value)
