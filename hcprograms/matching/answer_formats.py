"""Answers from JSON documents and addresses: the types are checked here, the rest by the form.

``words.KEYS`` are the keys of the document. Errors name the key and say what may stand there, for
the people who write programs; the form's own messages are for applicants.
"""

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from hcprograms.matching.answer_form import HOME, AnswersForm
from hcprograms.matching.answers import (
    CAHME,
    DELIVERIES,
    EDUCATIONS,
    INTEREST,
    INTEREST_RANGE,
    KEYS,
    LEVELS,
    MAX_QUERY,
    MILITARY,
    Answers,
    AnswersError,
    Problem,
    Vocabulary,
)

MAX_TEXT = 20_000
"""Longest JSON document that is read, in characters."""
MAX_PROBLEMS = 50
"""Errors that are reported at once: a document of nonsense has thousands."""
MAX_LISTED = 40
"""Known slugs that one error lists."""
ALLOWED = {
    "education": EDUCATIONS,
    "levels": LEVELS,
    "delivery": DELIVERIES,
    "cahme": CAHME,
    "military": MILITARY,
}
NUMBERS = ("budget_total", "max_months", "transfer_credits")
LISTS = ("levels", "roles", "delivery")


def parse_answers(
    mapping: object, *, vocabulary: Vocabulary, problems: Iterable[Problem] = ()
) -> Answers:
    """The answers in a mapping of the JSON contract's shape.

    Raises :class:`AnswersError` with every problem, the ones handed in included.
    """
    if not isinstance(mapping, Mapping):
        raise _document_error(_("Answers are an object with keys such as “education”."))
    found = list(problems)
    data: dict[str, Any] = {}
    for key, value in mapping.items():
        if key not in KEYS:
            text = _("Unknown key. Allowed: {allowed}.").format(allowed=", ".join(KEYS))
            found.append(Problem(str(key)[:60], text))
        elif key == "interests" and isinstance(value, Mapping):
            data |= {f"{INTEREST}{slug}": number for slug, number in value.items()}
        elif value is not None:
            data[key] = value
    # The form reads text, as browsers send it: "24" and true would pass for numbers.
    for name in [name for name, value in data.items() if not _has_right_type(name, value)]:
        value = data.pop(name)
        if len(found) < MAX_PROBLEMS:
            is_list = name in LISTS
            text = _("Give a list of words in quotes.")
            text = text if is_list else _explain(name, value, vocabulary)
            found.append(Problem(_document_key(name, vocabulary), text))
    keys = [str(key) for key in mapping]
    return _validate(data, vocabulary=vocabulary, problems=found, keys=keys)


def read_answers(text: str, *, vocabulary: Vocabulary) -> Answers:
    """The answers in a JSON document. Raises :class:`AnswersError`, also for what is not JSON."""
    if len(text) > MAX_TEXT:
        raise _document_error(_("Longer than {most} characters.").format(most=MAX_TEXT))
    doubles: list[Problem] = []

    def read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _value in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        doubles.extend(Problem(name, _("Given twice.")) for name in twice)
        return dict(pairs)

    try:
        document = json.loads(text, object_pairs_hook=read_object)
    except (ValueError, RecursionError) as error:
        message = _("Not JSON: {detail} (line {line}).").format(
            detail=getattr(error, "msg", "") or type(error).__name__,
            line=getattr(error, "lineno", 1),
        )
        raise _document_error(message) from error
    return parse_answers(document, vocabulary=vocabulary, problems=doubles)


def answers_from_query(query: str, *, vocabulary: Vocabulary) -> Answers:
    """The answers in an address, as :meth:`Answers.to_query` and the public form write them.

    Empty values are left out, as a form sends fields that nobody filled in. Raises
    :class:`AnswersError`, also for keys that are no answers.
    """
    if len(query) > MAX_QUERY:
        raise _document_error(_("Longer than {most} characters.").format(most=MAX_QUERY))
    try:
        pairs = parse_qsl(query, keep_blank_values=False, max_num_fields=100, errors="strict")
    except ValueError as error:
        raise _document_error(_("This address cannot be read.")) from error
    data: MultiValueDict[str, str] = MultiValueDict()
    for key, value in pairs:
        data.appendlist(key, value)
    return _validate(data, vocabulary=vocabulary, problems=[], keys=list(data))


def _validate(
    data: Mapping[str, Any],
    *,
    vocabulary: Vocabulary,
    problems: list[Problem],
    keys: Sequence[str],
) -> Answers:
    """The answers; raises :class:`AnswersError` with the problems in the order of ``keys``."""
    form = AnswersForm(data, vocabulary=vocabulary)
    unknown = [name for name in data if name not in form.fields][:MAX_PROBLEMS]
    problems += [
        Problem(_document_key(name, vocabulary), _explain(name, None, vocabulary))
        for name in unknown
    ]
    problems += _list_problems(form)
    if problems:
        order = {key[:60]: place for place, key in enumerate(keys)}
        problems.sort(key=lambda one: order.get(one.key.split(".")[0], -1))
        raise AnswersError(problems[:MAX_PROBLEMS])
    return form.answers


def _list_problems(form: AnswersForm) -> Iterator[Problem]:
    """The form's errors, each wrong value of a list by itself."""
    for name, errors in form.errors.as_data().items():
        for error in errors:
            params = dict(error.params or {})
            if error.code == "too_many":
                texts = [_("{count} entries are too many: at most {most}.").format(**params)]
            elif error.code == "before_start":
                texts = [_("{value} is before start_from ({start}).").format(**params)]
            elif error.code == "abroad":
                texts = [_("States of {country} are not used: leave it out.").format(**params)]
            elif name == "state":
                country = form.cleaned_data.get("country") or HOME
                known = form.vocabulary.states.get(country)
                text = _("States of {country} are not used: leave it out.")
                if known is not None:
                    text = _("“{value}” is not a state of {country}. Allowed: {allowed}.")
                allowed = ", ".join(sorted(known or ()))
                value = str(form["state"].data)[:60]
                texts = [text.format(value=value, country=country, allowed=allowed)]
            else:
                values = params.get("values", [form[name].data])
                texts = [_explain(name, value, form.vocabulary) for value in values]
            for text in texts:
                yield Problem(_document_key(name, form.vocabulary), text)


def _document_error(text: str) -> AnswersError:
    return AnswersError([Problem("", text)])


def _document_key(name: str, vocabulary: Vocabulary) -> str:
    """A form field's name as a key of the document: ``interest_billing``, ``interests.billing``.

    A statement that is not known is a fault of ``interests``.
    """
    if not name.startswith(INTEREST):
        return name
    statement = name.removeprefix(INTEREST)
    return f"interests.{statement}" if statement in vocabulary.statements else "interests"


def _has_right_type(name: str, value: object) -> bool:
    if name in NUMBERS or name.startswith(INTEREST):
        return isinstance(value, int) and not isinstance(value, bool)
    if name in LISTS:
        return isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)
    return isinstance(value, str) and value != ""


def _explain(name: str, value: Any, vocabulary: Vocabulary) -> str:
    """The one sentence about a wrong value: what was given, and what may stand there."""
    shown = _shown(value)
    if name in ALLOWED:
        text = _("{value} is not allowed. Allowed: {allowed}.")
        return text.format(value=shown, allowed=", ".join(ALLOWED[name]))
    statement = name.removeprefix(INTEREST)
    if name == "roles" or (name.startswith(INTEREST) and statement not in vocabulary.statements):
        known = sorted(vocabulary.roles if name == "roles" else vocabulary.statements)
        text = _("{value} is not known. Known: {allowed}.")
        allowed = ", ".join(known[:MAX_LISTED]) + (", …" if len(known) > MAX_LISTED else "")
        unknown = shown if name == "roles" else _shown(statement)
        return text.format(value=unknown, allowed=allowed or "–")
    if name in NUMBERS or name.startswith(INTEREST):
        field = AnswersForm.base_fields.get(name)
        low, high = (field.min_value, field.max_value) if field else INTEREST_RANGE  # type: ignore[attr-defined]
        text = _("{value} is not a whole number from {low} to {high}.")
        return text.format(value=shown, low=low, high=high)
    texts = {
        "interests": _("Give an object: statement → a number from -2 to 2."),
        "country": _("{value} is not a country: give two capital letters, such as US."),
        "state": _("{value} is not a state: give its letters, such as TX."),
        "institution": _("{value} is not an institution here: give its slug."),
        "start_from": _("{value} is not a month from 2000-01 to 2199-12, such as 2027-09."),
        "start_by": _("{value} is not a month from 2000-01 to 2199-12, such as 2027-09."),
    }
    return texts.get(name, _("Unknown key.")).format(value=shown)


def _shown(value: object) -> str:
    """The value as it was written, cut to a length that fits into a message."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        text = type(value).__name__
    return text if len(text) <= 60 else text[:59] + "…"
