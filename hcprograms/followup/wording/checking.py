"""Whether a text can be sent, before it is saved: every mistake with its line. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markdown_it.token import Token

from hcprograms.followup.wording.compiling import is_allowed
from hcprograms.followup.wording.filling import one_line
from hcprograms.followup.wording.parsing import HTML, PICTURE, Form, parse, placeholder_in
from hcprograms.followup.wording.problems import Fault, Problem
from hcprograms.followup.wording.scanning import Found, scan

LONGEST_SUBJECT = 150
LONGEST_BODY = 20_000


@dataclass(frozen=True, slots=True)
class Rules:
    """What a kind of message knows, needs, needs just once, and what other kinds know."""

    forms: Mapping[str, Form]
    required: frozenset[str] = frozenset()
    once: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()


def check_subject(source: str, *, rules: Rules) -> list[Problem]:
    problems = list(_check_names(source, rules))
    if len(source.strip().splitlines()) > 1:
        problems.append(Problem(0, Fault.SEVERAL_LINES))
    elif one_line(source) != " ".join(source.split()):
        problems.append(Problem(0, Fault.CONTROL))
    if len(source) > LONGEST_SUBJECT:
        problems.append(Problem(0, Fault.TOO_LONG, str(LONGEST_SUBJECT)))
    for found in _names(source):
        if rules.forms.get(found.name, Form.WORDS) is not Form.WORDS:
            problems.append(Problem(found.line, Fault.NOT_IN_SUBJECT, found.name))
    return sorted(problems or ([] if source.strip() else [Problem(0, Fault.EMPTY)]))


def check_body(source: str, *, rules: Rules) -> list[Problem]:
    if len(source) > LONGEST_BODY:
        return [Problem(0, Fault.TOO_LONG, str(LONGEST_BODY))]
    if not any(one.type == "inline" and one.content.strip() for one in parse(source)):
        return [Problem(0, Fault.EMPTY)]
    problems = [*_check_names(source, rules), *_check_lines(source), *_check_tokens(source, rules)]
    counted = [found.name for found in _names(source)]
    missing = [name for name in rules.required if name not in counted]
    twice = [name for name in rules.once if counted.count(name) > 1]
    problems += [Problem(0, Fault.MISSING, name) for name in missing]
    problems += [Problem(0, Fault.TWICE, name) for name in twice]
    return sorted(set(problems))


def _names(source: str) -> list[Found]:
    return [found for found in scan(source) if isinstance(found, Found)]


def _check_names(source: str, rules: Rules) -> Iterator[Problem]:
    for found in scan(source):
        if isinstance(found, Problem):
            yield found
        elif found.name not in rules.forms:
            fault = Fault.ELSEWHERE if found.name in rules.elsewhere else Fault.UNKNOWN
            yield Problem(found.line, fault, found.name)


def _check_lines(source: str) -> Iterator[Problem]:
    for number, line in enumerate(source.split("\n"), start=1):
        tag = HTML.search(line)
        if tag:
            yield Problem(number, Fault.HTML, tag[0])
        if PICTURE.search(line):
            yield Problem(number, Fault.PICTURE)
        if one_line(line) != " ".join(line.split()):
            yield Problem(number, Fault.CONTROL)


def _check_tokens(source: str, rules: Rules) -> Iterator[Problem]:
    tokens = parse(source)
    for place, token in enumerate(tokens):
        if token.type != "inline":
            continue
        opening = tokens[place - 1]
        alone = opening.type == "paragraph_open" and opening.level == 0
        yield from _check_inline(token, rules, alone and len(token.children or []) == 1)


def _check_inline(token: Token, rules: Rules, alone: bool) -> Iterator[Problem]:
    line = token.map[0] + 1 if token.map else 0
    for child in token.children or []:
        if child.type in ("softbreak", "hardbreak"):
            line += 1
        elif child.type == "placeholder" and not alone:
            if rules.forms.get(child.content) is Form.BLOCK:
                yield Problem(line, Fault.NOT_ALONE, child.content)
        elif child.type == "link_open":
            yield from _check_link(str(child.attrs.get("href", "")), rules, line)


def _check_link(address: str, rules: Rules, line: int) -> Iterator[Problem]:
    name = placeholder_in(address)
    if name and name not in rules.forms:
        return  # unknown: said already
    if not is_allowed(address, rules.forms):
        yield Problem(line, Fault.BAD_LINK, f"{{{name}}}" if name else address)
