"""What a visitor told us: one immutable value that form, command line, API and address share.

Every key is optional. A wrong answer is never guessed at: :func:`parse_answers` collects every
problem and names the key and what is allowed. Nothing here says who the visitor is, so the
address form may be shared.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any
from urllib.parse import parse_qsl, urlencode

from hcprograms.matching.answer_checks import AnswerReader, Problem
from hcprograms.matching.texts import gettext_noop, say
from hcprograms.matching.words import Vocabulary

MAX_TEXT = 20_000
"""Longest JSON document that is read, in characters."""
MAX_QUERY = 4_000
"""Longest address form, in characters: 20 of the longest role slugs and all else fit."""


class AnswersError(ValueError):
    """The answers cannot be used; ``problems`` lists every reason."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(str(problem) for problem in problems))


@dataclass(frozen=True, slots=True)
class Answers:
    """Checked answers. An empty tuple or None says nothing about that key."""

    education: str | None = None
    levels: tuple[str, ...] = ()
    interests: tuple[tuple[str, int], ...] = ()
    roles: tuple[str, ...] = ()
    country: str | None = None
    state: str | None = None
    delivery: tuple[str, ...] = ()
    start_from: str | None = None
    start_by: str | None = None
    budget_total: int | None = None
    max_months: int | None = None
    cahme: str = "any"
    military: str = "none"
    transfer_credits: int = 0
    institution: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The answers that say something, in the shape of the JSON contract."""
        given = {key: value for key, value in asdict(self).items() if value != _DEFAULTS[key]}
        return {key: _plain(key, value) for key, value in given.items()}

    def to_json(self) -> str:
        """The JSON contract's document; equal answers give equal text."""
        return json.dumps(self.as_dict(), sort_keys=True, ensure_ascii=False)

    def to_query(self) -> str:
        """The answers as the part of an address after “?”; at most ``MAX_QUERY`` characters."""
        pairs: list[tuple[str, str]] = []
        for key, value in self.as_dict().items():
            if isinstance(value, dict):
                pairs += [(f"interest_{slug}", str(number)) for slug, number in value.items()]
            elif isinstance(value, list):
                pairs += [(key, item) for item in value]
            else:
                pairs.append((key, str(value)))
        return urlencode(pairs)


_DEFAULTS: dict[str, Any] = {each.name: each.default for each in fields(Answers)}
_NUMBERS = ("budget_total", "max_months", "transfer_credits")
_LISTS = ("levels", "roles", "delivery")


def _plain(key: str, value: Any) -> Any:
    if key == "interests":
        return dict(value)
    return list(value) if isinstance(value, tuple) else value


def read_answers(text: str, *, vocabulary: Vocabulary) -> Answers:
    """The answers in a JSON document. Raises :class:`AnswersError`, also for what is not JSON."""
    if len(text) > MAX_TEXT:
        raise _whole(gettext_noop("Longer than {most} characters."), most=MAX_TEXT)
    doubles: list[Problem] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            twice = sorted({name for name in names if names.count(name) > 1})
            doubles.extend(_problem(name, gettext_noop("Given twice.")) for name in twice)
        return found

    try:
        document = json.loads(text, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        detail = getattr(error, "msg", "") or type(error).__name__
        line = getattr(error, "lineno", 1)
        raise _whole(
            gettext_noop("Not JSON: {detail} (line {line})."), detail=detail, line=line
        ) from error
    return parse_answers(document, vocabulary=vocabulary, problems=doubles)


def parse_answers(
    mapping: object, *, vocabulary: Vocabulary, problems: Iterable[Problem] = ()
) -> Answers:
    """The answers in a mapping of the JSON contract's shape.

    Raises :class:`AnswersError` with every problem, the ones handed in included.
    """
    if not isinstance(mapping, Mapping):
        raise _whole(gettext_noop("Answers are an object with keys such as “education”."))
    reader = AnswerReader(vocabulary, list(problems))
    values = {key: reader.read(str(key), value) for key, value in mapping.items()}
    known = {key: value for key, value in values.items() if value is not None}
    reader.compare(known)
    if reader.problems:
        raise AnswersError(reader.problems)
    return Answers(**known)


def answers_from_query(query: str, *, vocabulary: Vocabulary) -> Answers:
    """The answers in an address, as :meth:`Answers.to_query` writes them.

    Empty values are left out, as a form sends fields that nobody filled in. Raises
    :class:`AnswersError`, also for an address that somebody has tampered with.
    """
    if len(query) > MAX_QUERY:
        raise _whole(gettext_noop("Longer than {most} characters."), most=MAX_QUERY)
    try:
        pairs = parse_qsl(query, keep_blank_values=False, max_num_fields=100, errors="strict")
    except ValueError as error:
        raise _whole(gettext_noop("This address cannot be read.")) from error
    return parse_answers(_gather(pairs), vocabulary=vocabulary)


def _gather(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    gathered: dict[str, Any] = {}
    for key, text in pairs:
        value = _number(text) if key in _NUMBERS or key.startswith("interest_") else text
        if key in _LISTS:
            gathered.setdefault(key, []).append(value)
        elif key.startswith("interest_"):
            gathered.setdefault("interests", {})[key.removeprefix("interest_")] = value
        else:
            gathered[key] = value
    return gathered


def _number(text: str) -> int | str:
    return int(text) if re.fullmatch(r"-?[0-9]{1,12}", text) else text


def _problem(key: str, message: str, **params: object) -> Problem:
    return Problem(key, say(message, **params))


def _whole(message: str, **params: object) -> AnswersError:
    return AnswersError([_problem("", message, **params)])
