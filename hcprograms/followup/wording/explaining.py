"""Mistakes in a text, in words for who wrote it."""

from collections.abc import Iterable
from difflib import get_close_matches

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hcprograms.followup.wording.problems import Fault, Problem

WORDS = {
    Fault.UNKNOWN: gettext_lazy("There is no placeholder {%(name)s}."),
    Fault.ELSEWHERE: gettext_lazy("{%(name)s} is not known in this kind of message."),
    Fault.NOT_A_NAME: gettext_lazy(
        "“%(name)s” is no placeholder: braces hold a name and nothing else. For a brace, write \\{."
    ),
    Fault.DOUBLE: gettext_lazy(
        "“%(name)s”: one brace is enough, as in {name}. For a brace itself, write \\{ or \\}."
    ),
    Fault.UNBALANCED: gettext_lazy(
        "“%(name)s” has no partner on this line. For a brace itself, write a backslash before it."
    ),
    Fault.NOT_ALONE: gettext_lazy(
        "{%(name)s} is several lines long: give it a paragraph of its own, outside lists and"
        " quotations."
    ),
    Fault.NOT_IN_SUBJECT: gettext_lazy("{%(name)s} cannot stand in a subject."),
    Fault.BAD_LINK: gettext_lazy(
        "“%(name)s” is no address that an email can link to: it needs https://, http://, mailto:"
        " or tel:, or a placeholder for an address."
    ),
    Fault.HTML: gettext_lazy(
        "“%(name)s” is HTML, which is not read here. Use **bold**, *italic*, # headings, - lists"
        " and [links](https://…)."
    ),
    Fault.PICTURE: gettext_lazy("Emails are sent without pictures: link to the page instead."),
    Fault.MISSING: gettext_lazy("{%(name)s} is missing: this message needs it."),
    Fault.TWICE: gettext_lazy("{%(name)s} may be there only once."),
    Fault.EMPTY: gettext_lazy("There is no text."),
    Fault.TOO_LONG: gettext_lazy("This is too long: no more than %(name)s characters."),
    Fault.SEVERAL_LINES: gettext_lazy("A subject is one line."),
    Fault.CONTROL: gettext_lazy("There are characters here that cannot be seen; type it anew."),
}


def explain(problems: Iterable[Problem], *, known: Iterable[str] = ()) -> list[str]:
    """One sentence each, with the line that it is about."""
    names = list(known)
    return [_explain(one, names) for one in problems]


def _explain(problem: Problem, known: list[str]) -> str:
    words = str(WORDS[problem.fault]) % {"name": problem.name[:60]}
    near = get_close_matches(problem.name, known, n=1) if problem.fault is Fault.UNKNOWN else []
    if near:
        words += " " + _("Did you mean {%(near)s}?") % {"near": near[0]}
    if problem.line:
        words = _("Line %(line)d: %(problem)s") % {"line": problem.line, "problem": words}
    return words
