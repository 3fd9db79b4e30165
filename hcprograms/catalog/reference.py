"""Loads the reference data that ships with the plugin: roles, evidence, accreditors, statements.

Running it again changes nothing; a newer release updates what nobody has edited since.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, TypeVar

from django.db import models, transaction

from hcprograms.catalog.disclosures import load_disclosures
from hcprograms.catalog.keeping import keep_row
from hcprograms.catalog.models.accreditation import Accreditor
from hcprograms.catalog.models.reference import (
    Certification,
    EvidenceSource,
    FieldFact,
    InterestStatement,
)
from hcprograms.catalog.models.roles import CareerRole, Contradiction, RoleEvidence
from hcprograms.catalog.reference_facts import list_facts
from hcprograms.catalog.reports import Report

ModelT = TypeVar("ModelT", bound=models.Model)
TABLES = (
    "sources",
    "interests",
    "certifications",
    "accreditors",
    "roles",
    "tracks",
    "education",
    "contradictions",
    "disclosures",
)


@transaction.atomic
def load_reference(*, data: Mapping[str, Mapping[str, Any]] | None = None) -> Report:
    """Load or update all reference data and say what changed; edited rows are skipped."""
    tables = data or read_reference()
    loader = _Loader()
    loader.load_sources(tables["sources"])
    loader.load_interests(tables["interests"])
    loader.load_certifications(tables["certifications"])
    loader.load_accreditors(tables["accreditors"])
    loader.load_roles(tables["roles"])
    loader.load_facts(tables)
    loader.load_contradictions(tables["contradictions"])
    load_disclosures(table=tables["disclosures"], sources=loader.sources, report=loader.report)
    return loader.report


def read_reference() -> dict[str, Any]:
    """The reference data as shipped, by table."""
    folder = resources.files("hcprograms") / "reference"
    return {name: json.loads((folder / f"{name}.json").read_text("utf-8")) for name in TABLES}


@dataclass
class _Loader:
    report: Report = field(default_factory=Report)
    sources: dict[str, EvidenceSource] = field(default_factory=dict)
    roles: dict[str, CareerRole] = field(default_factory=dict)

    def load_sources(self, table: Mapping[str, Any]) -> None:
        for item in table["sources"]:
            values = {
                "publisher": item["publisher"],
                "title": item["title"],
                "url": item["url"],
                "published_on": item["published_on"] or "",
                "note": item["note"],
            }
            key = item["key"]
            self.sources[key] = self._keep(EvidenceSource, key={"key": key}, values=values)

    def load_interests(self, table: Mapping[str, Any]) -> None:
        for place, item in enumerate(table["statements"], start=1):
            values = {"text": item["text"], "track": item["track"], "position": place}
            self._keep(InterestStatement, key={"slug": item["slug"]}, values=values)

    def load_certifications(self, table: Mapping[str, Any]) -> None:
        for item in table["certifications"]:
            names = ("name", "abbreviation", "body", "body_as_written", "track")
            values = {name: item[name] for name in names}
            values["source"] = self.sources[item["source"]]
            values["body_source"] = self.sources[item["body_source"]]
            self._keep(
                Certification,
                key={"slug": item["slug"]},
                values=values,
                added=("body_as_written", "body_source"),
            )

    def load_accreditors(self, table: Mapping[str, Any]) -> None:
        names = ("abbreviation", "name", "kind", "scope", "levels", "website", "about")
        for item in table["accreditors"]:
            values = {name: item[name] for name in names}
            values["source"] = self.sources[item["source"]]
            self._keep(
                Accreditor, key={"slug": item["slug"]}, values=values, added=("about", "source")
            )

    def load_roles(self, table: Mapping[str, Any]) -> None:
        for item in table["roles"]:
            values = {
                "title": item["title"],
                "description": item["summary"],
                "duties": _duties_of(item),
                "onet_codes": [entry["code"] for entry in item["onet"]],
            }
            role = self._keep(CareerRole, key={"slug": item["slug"]}, values=values)
            self.roles[item["slug"]] = role
            for piece in item["evidence"]:
                self._keep(
                    RoleEvidence,
                    key={"role": role, "source": self.sources[piece["source"]]},
                    values={"track": piece["track"], "title_as_written": piece["written_as"]},
                )

    def load_facts(self, tables: Mapping[str, Any]) -> None:
        for slug, kind, source, track, text in list_facts(tables=tables):
            values = {
                "kind": kind,
                "track": track,
                "text": text,
                "source": self.sources[source],
            }
            self._keep(FieldFact, key={"slug": slug}, values=values)

    def load_contradictions(self, table: Mapping[str, Any]) -> None:
        for item in table["contradictions"]:
            named = sorted({key for place in item["positions"] for key in place["sources"]})
            self._keep(
                Contradiction,
                key={"slug": item["slug"]},
                values={"topic": item["topic"], "summary": self._summary_of(item)},
                many={
                    "sources": [self.sources[key] for key in named],
                    "roles": [self.roles[slug] for slug in item["roles"]],
                },
            )

    def _summary_of(self, item: Mapping[str, Any]) -> str:
        said = [
            f"{', '.join(self.sources[key].publisher for key in place['sources'])}: {place['text']}"
            for place in item["positions"]
        ]
        return " ".join([*said, item.get("note", "")]).strip()

    def _keep(
        self,
        model: type[ModelT],
        *,
        key: Mapping[str, Any],
        values: Mapping[str, Any],
        many: Mapping[str, list[models.Model]] | None = None,
        added: Sequence[str] = (),
    ) -> ModelT:
        return keep_row(
            model,
            key=key,
            values=values,
            many=many or {},
            added=added,
            digest_field="loaded_digest",
            report=self.report,
        )


def _duties_of(role: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {"text": text, "source": piece["source"]}
        for piece in role["evidence"]
        for text in piece["duties"]
    ]
