"""Answers from a file, for the command line."""

import sys
from pathlib import Path

from django.core.management.base import CommandError

from hcprograms.matching.answer_formats import MAX_TEXT, read_answers
from hcprograms.matching.answers import Answers, AnswersError
from hcprograms.matching.engine import vocabulary


def load_answers(*, path: str) -> Answers:
    """The answers in this JSON file, or in standard input for “-”.

    Raises ``CommandError`` with one line per problem.
    """
    try:
        text = _read(path)
    except (OSError, ValueError) as error:
        raise CommandError(f"{path}: cannot be read: {error}") from error
    try:
        return read_answers(text, vocabulary=vocabulary())
    except AnswersError as error:
        raise CommandError("\n".join(str(problem) for problem in error.problems)) from error


def _read(path: str) -> str:
    """The beginning of the file: enough to find out that it is too long."""
    if path == "-":
        return sys.stdin.read(MAX_TEXT + 1)
    with Path(path).open(encoding="utf-8-sig") as file:
        return file.read(MAX_TEXT + 1)
