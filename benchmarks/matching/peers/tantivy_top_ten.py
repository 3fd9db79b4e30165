"""tantivy: a filtered top ten by weighted roles, without reasons. Runs in its own environment.

Reads one JSON document with offerings and queries; then, for each line on standard input that
names a kind of queries, answers with its times in milliseconds.
"""

import json
import sys
import time
from typing import Any

import tantivy  # type: ignore[import-not-found]


def build(offerings: dict[str, list[Any]]) -> Any:
    schema = tantivy.SchemaBuilder()
    for name in ("level", "delivery", "states", "starts", "roles"):
        schema.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    for name in ("months", "price"):
        schema.add_integer_field(name, indexed=True, fast=True)
    schema.add_integer_field("row", stored=True)
    index = tantivy.Index(schema.build())
    writer = index.writer(heap_size=200_000_000, num_threads=1)
    for row, values in enumerate(zip(*offerings.values(), strict=True)):
        facts = dict(zip(offerings, values, strict=True))
        document = tantivy.Document()
        for name, value in facts.items():
            if isinstance(value, int):
                document.add_integer(name, value)
            else:
                document.add_text(name, value)
        document.add_integer("row", row)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return index


def question(schema: Any, asked: dict[str, Any]) -> Any:
    must, query = tantivy.Occur.Must, tantivy.Query

    def any_of(field: str, words: list[str]) -> Any:
        if len(words) == 1:
            return query.term_query(schema, field, words[0])
        terms = [(tantivy.Occur.Should, query.term_query(schema, field, word)) for word in words]
        return query.boolean_query(terms)

    filters = [
        any_of(field, asked[field])
        for field in ("level", "delivery", "states", "starts")
        if asked[field]
    ]
    for field in ("months", "price"):
        bounds = (schema, field, tantivy.FieldType.Integer, 0, asked[field])
        filters.append(query.range_query(*bounds))
    clauses = [(must, query.const_score_query(each, 0.0)) for each in filters]
    for word, weight in asked["roles"]:
        role = query.const_score_query(query.term_query(schema, "roles", word), weight)
        clauses.append((tantivy.Occur.Should, role))
    return query.boolean_query(clauses)


def main() -> None:
    with open(sys.argv[1]) as file:
        given = json.load(file)
    index = build(given["offerings"])
    print("ready", flush=True)
    for line in sys.stdin:
        times = []
        for asked in given["queries"][line.strip()]:
            started = time.perf_counter()
            searcher = index.searcher()
            found = searcher.search(question(index.schema, asked), 10)
            rows = [searcher.doc(address)["row"][0] for _, address in found.hits]
            times.append((time.perf_counter() - started) * 1000)
            assert len(rows) <= 10
        print(json.dumps(times), flush=True)


main()
