"""Which disclosures are in force on a day, and for whom; keeping their versions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Protocol

from django.db import transaction
from django.db.models import Max, Q

from hcprograms.catalog.models.disclosures import Disclosure
from hcprograms.catalog.models.reference import EvidenceSource
from hcprograms.catalog.reports import Report
from hcprograms.institutions.models import Institution


class DatedText(Protocol):
    """What deciding needs to know of a text; :class:`Disclosure` is one."""

    institution_id: Any
    code: Any
    version: Any
    status: Any
    valid_from: Any
    valid_to: Any


def choose_in_force(texts: Iterable[Any], *, on: date) -> list[Any]:
    """Of each code the one text in force that day, by code. Pure.

    An institution's own goes before the shared one as long as it is in force; of several, the
    one that came into force last, then the higher version.
    """
    chosen: dict[str, Any] = {}
    for text in texts:
        if is_in_force(text, on=on):
            best = chosen.get(text.code)
            chosen[text.code] = text if best is None else max(best, text, key=_precedence)
    return [chosen[code] for code in sorted(chosen)]


def is_in_force(text: DatedText, *, on: date) -> bool:
    """Whether this version is published and its dates take in the day, both ends included."""
    ended = text.valid_to is not None and text.valid_to < on
    return text.status == Disclosure.Status.PUBLISHED and text.valid_from <= on and not ended


def _precedence(text: DatedText) -> tuple[bool, date, int]:
    return text.institution_id is not None, text.valid_from, text.version


def find_disclosures(*, institution_id: int | None, on: date) -> Mapping[str, list[Disclosure]]:
    """Place → the texts to show there that day; None: on pages of no one institution. One query."""
    own = Q(institution=institution_id) if institution_id else Q(pk__in=[])
    begun = Disclosure.objects.filter(
        Q(institution=None) | own, status=Disclosure.Status.PUBLISHED, valid_from__lte=on
    )
    found: dict[str, list[Disclosure]] = defaultdict(list)
    for text in choose_in_force(begun.order_by("code", "pk"), on=on):
        for place in text.places:
            found[place].append(text)
    return found


def keep_new_version(*, disclosure: Disclosure) -> None:
    """Save a new text as the next version of its code."""
    with transaction.atomic():
        if disclosure.institution_id is not None:
            Institution.objects.select_for_update().get(pk=disclosure.institution_id)
        earlier = Disclosure.objects.filter(
            institution=disclosure.institution_id, code=disclosure.code
        )
        disclosure.version = (earlier.aggregate(last=Max("version"))["last"] or 0) + 1
        disclosure.save()


def load_disclosures(
    *, table: Mapping[str, Any], sources: Mapping[str, EvidenceSource], report: Report
) -> None:
    """Add the shared versions that are missing. What is there is never edited, only reported."""
    for item in table["disclosures"]:
        key = {"institution": None, "code": item["code"], "version": item["version"]}
        values = {
            "places": item["places"],
            "text": item["text"],
            "valid_from": date.fromisoformat(item["valid_from"]),
            "source": sources[item["source"]],
            "status": Disclosure.Status.PUBLISHED.value,
        }
        row, fresh = Disclosure.objects.get_or_create(**key, defaults=values)
        label = str(Disclosure._meta.verbose_name)
        if fresh:
            report.created[label] += 1
        elif all(getattr(row, name) == value for name, value in values.items()):
            report.unchanged[label] += 1
        else:
            reason = f"“{row}” reads otherwise here and is left as it is"
            report.skip(table=label, reason=reason, sort="reads otherwise here, left as it is")
