"""``manage.py match ANSWERS.json``: the same matching as the form's, on the command line."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hcprograms.management.answer_files import load_answers
from hcprograms.matching.engine import match


class Command(BaseCommand):
    help = "Recommend programs for the answers in a JSON file (“-”: standard input)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("answers", metavar="ANSWERS.json")
        parser.add_argument("--limit", type=int, default=10, help="how many matches (1 to 1000)")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["limit"] <= 1000:
            raise CommandError("--limit: a number from 1 to 1000.")
        answers = load_answers(path=options["answers"])
        ranking = match(answers, today=timezone.localdate(), limit=options["limit"])
        if options["format"] == "json":
            self.stdout.write(json.dumps(ranking.as_dict(), ensure_ascii=False, indent=1))
            return
        self.stdout.write("\n".join(_lines(ranking.as_dict())))


def _lines(found: dict[str, Any]) -> list[str]:
    lines = [f"{found['passed']} of {found['considered']} published offerings fit."]
    if found["may_fit_count"]:
        lines.append(f"{found['may_fit_count']} more may fit: they do not publish enough to say.")
    lines += _list_matches(found["matches"])
    if found["may_fit"]:
        lines += ["", "May fit:", *_list_matches(found["may_fit"])]
    if found["near_misses"]:
        lines += ["", "Near misses:"]
    for miss in found["near_misses"]:
        lines.append(f"- {_heading(miss)}")
        lines.append(f"  {miss['text']} → {miss['failed']}: {json.dumps(miss['needs'])}")
    return lines


def _list_matches(matches: list[dict[str, Any]]) -> list[str]:
    lines: list[str] = []
    for place, each in enumerate(matches, start=1):
        lines += ["", f"{place}. {_heading(each)}"]
        if each["unknown_musts"]:
            lines.append(f"   not known: {', '.join(each['unknown_musts'])}")
        known = [reason for reason in each["reasons"] if reason["score"] is not None]
        lines += [f"   {_share(reason)} {reason['text']}" for reason in known]
        lines += [f"   * {_claim(claim)}" for claim in each["claims"]]
    return lines


def _heading(each: dict[str, Any]) -> str:
    delivery = each["delivery"] or "delivery not published"
    where = f"{each['institution_name']}, {each['level']}, {delivery}"
    percent = f"{each['score']:.0%} " if each["is_scored"] else ""
    return f"{percent}{each['program']} – {where} [{each['offering']}]"


def _share(reason: dict[str, Any]) -> str:
    return f"{reason['score'] * reason['weight']:6.1%} {reason['label']}:"


def _claim(claim: dict[str, Any]) -> str:
    parts = [claim["text"], claim["notice"], claim["evidence_url"]]
    return " ".join(part for part in parts if part)
