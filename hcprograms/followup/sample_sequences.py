"""Sequences of the made-up schools, as data; loading them again changes nothing."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from django.db import transaction

from hcprograms.followup.models import Sequence, SequenceStep
from hcprograms.followup.plan import build_lead_sequence
from hcprograms.followup.sequence_checks import find_flaws
from hcprograms.followup.step_words import say_flaw
from hcprograms.institutions.models import Institution


@transaction.atomic
def load_sample_sequences(*, data: Mapping[str, Any]) -> list[Sequence]:
    """Add the sequences that are missing, of schools that are there.

    Raises ``ValueError`` for one that staff could not have saved.
    """
    schools = {one.slug: one for one in Institution.objects.filter(is_fictional=True)}
    items = [item for item in data["sequences"] if item["institution"] in schools]
    return [_load_sequence(schools[item["institution"]], item) for item in items]


def _load_sequence(school: Institution, item: Mapping[str, Any]) -> Sequence:
    sequence, is_new = Sequence.objects.get_or_create(
        institution=school, name=item["name"], defaults={"kinds": item["kinds"]}
    )
    if is_new:
        for place, step in enumerate(item["steps"], start=1):
            _add_step(sequence, place * 10, step)
        steps = list(build_lead_sequence(sequence).steps)
        flaws = [say_flaw(found, steps=steps) for found in find_flaws(steps)]
        if flaws:
            raise ValueError(f"{sequence}: {' '.join(flaws)}")
    return sequence


def _add_step(sequence: Sequence, position: int, item: Mapping[str, Any]) -> None:
    at = time.fromisoformat(item["at"]) if "at" in item else None
    SequenceStep.objects.create(sequence=sequence, position=position, **{**item, "at": at})
