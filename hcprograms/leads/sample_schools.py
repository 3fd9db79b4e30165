"""Five made-up schools, each by configuration alone; loading them again changes nothing."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any

from django.db import transaction

from hcprograms.catalog.models.programs import Intake, Offering, Program, Status
from hcprograms.institutions.models import Institution
from hcprograms.leads.models.questions import Question
from hcprograms.leads.sample_forms import load_sample_forms

SOURCE = "Made-up sample data"


@transaction.atomic
def load_sample_schools(*, data: Mapping[str, Any], today: date) -> list[Institution]:
    """Add the schools that are missing, with their forms, texts, hours and a program each."""
    return [_load_school(item, today) for item in data["schools"]]


def _load_school(item: Mapping[str, Any], today: date) -> Institution:
    values = {**item["institution"], "is_fictional": True, "source": SOURCE}
    school, is_new = Institution.objects.get_or_create(slug=values.pop("slug"), defaults=values)
    if is_new:
        opens, closes = (time.fromisoformat(item["hours"][name]) for name in ("opens", "closes"))
        for weekday in item["hours"]["weekdays"]:
            school.office_hours.create(weekday=weekday, opens=opens, closes=closes)
        if "program" in item:
            _add_program(school, item["program"], today)
    forms = [{k: v for k, v in form.items() if k != "questions"} for form in item["forms"]]
    texts = [{"channel": key, "text": text} for key, text in item["consent_texts"].items()]
    load_sample_forms(institution=school, data={"forms": forms, "consent_texts": texts})
    if is_new:
        _add_questions(school, item["forms"])
    return school


def _add_questions(school: Institution, forms: list[Mapping[str, Any]]) -> None:
    ours = {form.slug: form for form in school.interest_forms.all()}
    Question.objects.bulk_create(
        Question(form=ours[form["slug"]], position=number, **question)
        for form in forms
        for number, question in enumerate(form.get("questions", ()), start=1)
    )


def _add_program(school: Institution, item: Mapping[str, Any], today: date) -> None:
    names = ("slug", "name", "award", "level", "cip_code")
    program = Program.objects.create(
        institution=school,
        status=Status.PUBLISHED,
        source=SOURCE,
        **{name: item[name] for name in names},
    )
    offering = Offering.objects.create(
        program=program,
        delivery=item["delivery"],
        duration_months=item["duration_months"],
        status=Status.PUBLISHED,
    )
    if "starts_in_days" in item:
        starts_on = today + timedelta(days=item["starts_in_days"])
        Intake.objects.create(offering=offering, starts_on=starts_on)
