"""The single facts of the field that the reference files hold, one by one."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from hcprograms.catalog.models.reference import FieldFact

Kind = FieldFact.Kind
LISTS = {
    "duties": Kind.DUTY,
    "skills": Kind.SKILL,
    "workplaces": Kind.WORKPLACE,
    "interest_cues": Kind.INTEREST,
    "patient_contact": Kind.CONTACT,
}


class Fact(NamedTuple):
    """``track`` is empty where the source means both; ``slug`` survives a rewording."""

    slug: str
    kind: FieldFact.Kind
    source: str
    track: str
    text: str


def list_facts(*, tables: Mapping[str, Any]) -> Iterator[Fact]:
    """Every fact of the files, in their order."""
    seen: Counter[str] = Counter()
    for kind, source, track, text in _walk(tables):
        plain = "" if track in (None, "shared") else str(track)
        stem = f"{kind.value}-{source}-{plain or 'both'}".lower()
        seen[stem] += 1
        yield Fact(f"{stem}-{seen[stem]}", kind, source, plain, text)


def _walk(tables: Mapping[str, Any]) -> Iterator[tuple[FieldFact.Kind, str, str | None, str]]:
    for source in tables["sources"]["sources"]:
        if source["view"]:
            yield Kind.RELATION, source["key"], None, source["view"]
    for name, kind in LISTS.items():
        for entry in tables["tracks"][name]:
            for item in entry["items"]:
                yield kind, entry["source"], entry["track"], item
    yield from _walk_roles(tables["roles"])
    yield from _walk_education(tables["education"])


def _walk_roles(table: Mapping[str, Any]) -> Iterator[tuple[FieldFact.Kind, str, str | None, str]]:
    for role in table["roles"]:
        for piece in role["evidence"]:
            if places := piece.get("workplaces"):
                text = f"{role['title']}: {', '.join(places)}"
                yield Kind.WORKPLACE, piece["source"], piece["track"], text


def _walk_education(
    table: Mapping[str, Any],
) -> Iterator[tuple[FieldFact.Kind, str, str | None, str]]:
    for degree in table["degrees"]:
        covers = f" It covers {', '.join(degree['covers'])}." if degree.get("covers") else ""
        for piece in degree["evidence"]:
            text = f"{degree['name']}: {piece['text']}{covers}"
            yield Kind.DEGREE, piece["source"], piece["track"], text
    for item in table["schooling"]:
        yield Kind.EDUCATION, item["source"], item["track"], item["text"]
    for item in table["backgrounds"]:
        yield Kind.BACKGROUND, item["source"], item["track"], ", ".join(item["items"])
    for item in table["training"]:
        text = f"{item['name']}: {', '.join(item['topics'])}"
        yield Kind.TRAINING, item["source"], item["track"], text
    for item in table["advice"]:
        yield Kind.ADVICE, item["source"], None, item["text"]
