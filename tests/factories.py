"""Plain functions that make rows for tests; every argument has a default."""

import itertools
import uuid
from datetime import UTC, date, datetime, time
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User

from hcprograms.catalog.models.accreditation import AccreditationRecord, Accreditor, Action
from hcprograms.catalog.models.programs import Intake, Offering, Program, Status
from hcprograms.catalog.models.roles import CareerRole, RoleMapping
from hcprograms.followup.models import Sequence, SequenceStep
from hcprograms.institutions.models import Campus, Institution, Membership, OfficeHours, Role
from hcprograms.leads.models.consent import Channel, ConsentText
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import Lead

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # a Monday, 10:00 in New York
TODAY = NOW.date()

_numbers = itertools.count(1)


def make_institution(**fields: Any) -> Institution:
    number = next(_numbers)
    values = {"name": f"School {number}", "slug": f"school-{number}", "is_fictional": True}
    return Institution.objects.create(**values | fields)


def make_user(**fields: Any) -> User:
    number = next(_numbers)
    values = {"username": f"user{number}", "email": f"user{number}@school.example"}
    return get_user_model().objects.create_user(**values | fields)


def make_member(*, institution: Institution, role: str = Role.ADVISOR, **fields: Any) -> Membership:
    user = fields.pop("user", None) or make_user(is_staff=True)
    receives = role == Role.ADVISOR
    return Membership.objects.create(
        institution=institution, user=user, role=role, **{"receives_leads": receives} | fields
    )


def make_campus(*, institution: Institution, **fields: Any) -> Campus:
    number = next(_numbers)
    values = {"name": f"Campus {number}", "slug": f"campus-{number}", "state": "CO"}
    return Campus.objects.create(institution=institution, **values | fields)


def make_office_hours(*, institution: Institution, weekdays: range = range(5)) -> None:
    for weekday in weekdays:
        OfficeHours.objects.create(
            institution=institution, weekday=weekday, opens=time(9), closes=time(17)
        )


def make_program(*, institution: Institution | None = None, **fields: Any) -> Program:
    number = next(_numbers)
    values = {
        "name": f"Master of Health Administration {number}",
        "slug": f"program-{number}",
        "award": "MHA",
        "level": "master",
        "status": Status.PUBLISHED,
    }
    return Program.objects.create(institution=institution or make_institution(), **values | fields)


def make_offering(*, program: Program | None = None, **fields: Any) -> Offering:
    values = {"delivery": "online", "status": Status.PUBLISHED}
    return Offering.objects.create(program=program or make_program(), **values | fields)


def make_intake(*, offering: Offering, starts_on: date, **fields: Any) -> Intake:
    return Intake.objects.create(offering=offering, starts_on=starts_on, **fields)


def make_accreditor(**fields: Any) -> Accreditor:
    values = {"slug": "cahme", "abbreviation": "CAHME", "name": "CAHME", "levels": ["master"]}
    values |= fields
    return Accreditor.objects.get_or_create(slug=values.pop("slug"), defaults=values)[0]


def make_record(*, offering: Offering, **fields: Any) -> AccreditationRecord:
    values = {
        "accreditor": fields.pop("accreditor", None) or make_accreditor(),
        "institution": offering.program.institution,
        "action": Action.INITIAL,
        "effective_on": date(2024, 6, 1),
        "evidence_url": "https://accreditor.example/record",
        "verified_on": TODAY,
    }
    return AccreditationRecord.objects.create(offering=offering, **values | fields)


def make_role(**fields: Any) -> CareerRole:
    number = next(_numbers)
    return CareerRole.objects.create(
        **{"slug": f"role-{number}", "title": f"Role {number}"} | fields
    )


def make_role_mapping(*, program: Program, role: CareerRole, **fields: Any) -> RoleMapping:
    return RoleMapping.objects.create(program=program, role=role, **fields)


def make_interest_form(*, institution: Institution | None = None, **fields: Any) -> InterestForm:
    values = {
        "slug": f"form-{next(_numbers)}",
        "title": "Request information",
        "status": InterestForm.Status.PUBLISHED,
    }
    return InterestForm.objects.create(
        institution=institution or make_institution(), **values | fields
    )


def make_consent_text(*, institution: Institution, **fields: Any) -> ConsentText:
    values = {"channel": Channel.EMAIL, "text": "{institution} may email me about its programs."}
    return ConsentText.objects.create(institution=institution, **values | fields)


def make_lead(*, form: InterestForm | None = None, **fields: Any) -> Lead:
    form = form or make_interest_form()
    values = {
        "submission_id": uuid.uuid4(),
        "name": "Ada Applicant",
        "email": f"ada{next(_numbers)}@applicant.example",
        "captured_at": NOW,
    }
    return Lead.objects.create(institution=form.institution, form=form, **values | fields)


def make_sequence(*, institution: Institution, **fields: Any) -> Sequence:
    """A sequence that keeps the promise: confirmation and alerts at once."""
    values = {"name": f"Sequence {next(_numbers)}"}
    sequence = Sequence.objects.create(institution=institution, **values | fields)
    make_step(sequence=sequence, says="confirmation", to="applicant")
    make_step(sequence=sequence, says="alert", to="all")
    return sequence


def make_step(*, sequence: Sequence, **fields: Any) -> SequenceStep:
    values = {"position": 10 * (sequence.steps.count() + 1)}
    return SequenceStep.objects.create(sequence=sequence, **values | fields)
