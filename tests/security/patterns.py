"""Every regular expression of the product, and texts that drive bad ones to despair."""

import ast
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2] / "hcprograms"
CALLS = {"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
WAYS = ("search", "match", "fullmatch", "sub")
FLAGS = re.compile(r"\bre\.([A-Z]+)\b")
FILLINGS = (
    *"a0 \t\n,;.@'\"<>=/#?_-+(&é中",
    "aA0",
    "0,",
    "a.",
    "a@",
    "'\u200b",
    "<a ",
    '<a href="',
    '<form method="get">',
    '<form method="get"><b',
    "</form",
    "mergeCell ",
    "<mergeCell a ",
)
ENDS = ("", "!", "\0", ">", '"')


@dataclass(frozen=True)
class Pattern:
    """Where it stands, itself, and the ways in which it is looked for."""

    place: str
    compiled: re.Pattern[str] | re.Pattern[bytes]
    ways: tuple[str, ...] = WAYS


def find_patterns() -> list[Pattern]:
    """All patterns that are written in the product: calls of ``re``, validators, addresses."""
    files = [one for one in sorted(ROOT.rglob("*.py")) if "migrations" not in one.parts]
    sources = {file: file.read_text() for file in files}
    uses = _find_uses("".join(sources.values()))
    return [one for file, source in sources.items() for one in _read_file(file, source, uses)]


def _find_uses(source: str) -> dict[str, set[str]]:
    """Name of a compiled pattern → the ways in which somebody looks for it."""
    uses: dict[str, set[str]] = {}
    for name, way in re.findall(r"\b(_?[A-Z]\w*)\.(\w+)\(", source):
        if way in CALLS:
            uses.setdefault(name, set()).add(way)
    return uses


def _ways_of(node: ast.AST, names: dict[int, str], uses: dict[str, set[str]]) -> tuple[str, ...]:
    way = getattr(getattr(node, "func", None), "attr", "compile")
    if way == "compile":
        return tuple(sorted(uses.get(names.get(id(node), ""), WAYS)))
    return (way,)


def _read_file(file: Path, source: str, uses: dict[str, set[str]]) -> Iterator[Pattern]:
    tree = ast.parse(source)
    names = {
        id(node.value): node.targets[0].id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    texts = _find_texts(tree)
    for node in ast.walk(tree):
        text = _pattern_of(node, texts)
        if text is not None:
            flags = 0
            for name in FLAGS.findall(ast.get_source_segment(source, node) or ""):
                flags |= getattr(re, name, 0)
            place = f"{file.relative_to(ROOT.parent)}:{getattr(node, 'lineno', 0)}"
            yield Pattern(place, re.compile(text, flags), _ways_of(node, names, uses))


def _find_texts(tree: ast.Module) -> dict[str, str]:
    """Name → text, of the constants that patterns are put together from."""
    return {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }


def _pattern_of(node: ast.AST, texts: dict[str, str]) -> str | bytes | None:
    if isinstance(node, ast.Assign) and [getattr(one, "id", "") for one in node.targets] == [
        "regex"
    ]:
        return _literal(node.value, texts)
    if not isinstance(node, ast.Call) or not node.args:
        return None
    called = node.func
    is_re = (
        isinstance(called, ast.Attribute)
        and called.attr in CALLS
        and isinstance(called.value, ast.Name)
        and called.value.id == "re"
    )
    is_validator = isinstance(called, ast.Name) and called.id == "RegexValidator"
    return _literal(node.args[0], texts) if is_re or is_validator else None


def _literal(node: ast.AST, texts: dict[str, str]) -> str | bytes:
    """The pattern's text. One that is put together while running cannot be checked here."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(_literal(one, texts)) for one in node.values)
    if isinstance(node, ast.FormattedValue):
        return _literal(node.value, texts)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return str(_literal(node.left, texts)) + str(_literal(node.right, texts))
    if isinstance(node, ast.Name):
        return texts[node.id]
    value = ast.literal_eval(node)
    assert isinstance(value, (str, bytes)), ast.dump(node)
    return value


def make_texts(length: int) -> Iterator[str]:
    """Texts of about this length: something said over and over, and an end that does not fit."""
    for filling in FILLINGS:
        for end in ENDS:
            yield filling * (length // len(filling)) + end


def try_out(pattern: Pattern, text: str) -> None:
    """Look for the pattern in every way that the product does."""
    given: Any = text.encode() if isinstance(pattern.compiled.pattern, bytes) else text
    for way in pattern.ways:
        look: Any = getattr(pattern.compiled, way)
        found = look("", given) if way in ("sub", "subn") else look(given)
        if way == "finditer":
            list(found)


def measure(pattern: Pattern, length: int) -> float:
    """Seconds of this process for the worst text of the length; the least of two runs each."""
    return max(min(_seconds(pattern, text), _seconds(pattern, text)) for text in make_texts(length))


def _seconds(pattern: Pattern, text: str) -> float:
    began = time.process_time()
    try_out(pattern, text)
    return time.process_time() - began
