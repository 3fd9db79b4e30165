"""``manage.py explain_match ANSWERS.json OFFERING``: for staff who ask why theirs is not shown."""

import uuid
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hcprograms.catalog.models.programs import Offering, Status
from hcprograms.management.answer_files import load_answers
from hcprograms.matching.engine import explain
from hcprograms.matching.explanations import ConstraintExplanation, Explanation


class Command(BaseCommand):
    help = "Print every constraint and criterion, with its inputs, for one offering."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("answers", metavar="ANSWERS.json", help="a file, or “-”")
        parser.add_argument("offering", metavar="OFFERING", help="its public id")

    def handle(self, *args: Any, **options: Any) -> None:
        answers = load_answers(path=options["answers"])
        try:
            explanation = explain(answers, offering=options["offering"], today=timezone.localdate())
        except LookupError as error:
            raise CommandError(_why_unknown(options["offering"])) from error
        self.stdout.write("\n".join(_lines(explanation)))


def _lines(explanation: Explanation) -> list[str]:
    one = explanation.offering
    listed = "may fit" if explanation.may_fit else "pass"
    verdict = (
        f"Place {explanation.place} of {explanation.passed} that {listed}."
        if explanation.place
        else f"Not among the {explanation.passed} that pass."
    )
    lines = [f"{one.program_name} – {one.school.name} [{one.public_id}]", verdict, ""]
    lines += ["Hard constraints:", *(f"  {_explain(each)}" for each in explanation.constraints), ""]
    lines.append(f"Criteria (total {explanation.match.score:.4f}):")
    for reason in explanation.match.reasons:
        score = "unknown" if reason.score is None else f"{reason.score:.3f}"
        lines.append(f"  {reason.criterion.key}: {score} × {reason.weight:.3f} = {reason.adds:.4f}")
        source = f" [{reason.source}]" if reason.source else ""
        lines.append(f"    {reason.text}{source}")
        inputs = reason.criterion.inputs(reason.profile, reason.offering)
        lines += [f"    - {name}: {_value(value)}" for name, value in inputs.items()]
    return lines


def _value(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_value(each) for each in value) or "–"
    return "–" if value is None else str(value)


def _explain(one: ConstraintExplanation) -> str:
    if not one.asked:
        return f"{one.constraint.key}: not asked for"
    if one.is_unknown:
        return f"{one.constraint.key}: not known"
    return f"{one.constraint.key}: " + (f"FAILS. {one.text}" if one.fails else "passes")


def _why_unknown(public_id: str) -> str:
    """Why an offering is not in the published catalog, as exactly as can be said."""
    try:
        offering = Offering.objects.select_related("program__institution").get(
            public_id=uuid.UUID(public_id)
        )
    except (ValueError, Offering.DoesNotExist):
        return f"OFFERING: there is no offering with the public id {public_id[:60]}."
    if offering.status != Status.PUBLISHED:
        return f"OFFERING: not published: the offering is {offering.get_status_display()}."
    if offering.program.status != Status.PUBLISHED:
        return f"OFFERING: not published: its program is {offering.program.get_status_display()}."
    return "OFFERING: not published: its institution is not."
