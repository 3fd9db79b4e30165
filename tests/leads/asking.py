"""What the tests of the public form share: a school that can be asked, and asking it."""

import uuid
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.urls import reverse

from hcprograms.catalog.models.programs import Offering
from hcprograms.institutions.models import Membership
from hcprograms.institutions.scoping import scopes_disabled
from hcprograms.leads.consent_records import digest_consents, list_shown_consents
from hcprograms.leads.models.consent import Channel
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import CaptureAttempt, Lead
from hcprograms.leads.submission import Submission
from hcprograms.leads.tokens import issue_form_token
from hcprograms.leads.visitor import Visitor
from tests.factories import (
    NOW,
    make_consent_text,
    make_institution,
    make_interest_form,
    make_member,
    make_offering,
    make_office_hours,
    make_program,
)

VISITOR = Visitor(
    ip_address="203.0.113.7",
    user_agent="Browser/1",
    page_url="https://admissions.example/ask/sample/",
    language="en",
)


@dataclass(frozen=True)
class School:
    form: InterestForm
    offering: Offering
    advisor: Membership

    @property
    def address(self) -> str:
        return reverse("hcprograms:ask", args=[self.form.institution.slug])

    def token(self, *, age: timedelta = timedelta(minutes=3), now=NOW) -> str:
        """A token as the form's page had it when it was opened ``age`` ago."""
        return issue_form_token(
            form=self.form.public_id,
            version=self.form.version,
            consent_digest=digest_consents(list_shown_consents(form=self.form)),
            now=now - age,
        ).sign()

    def typed(self, **fields: Any) -> dict[str, Any]:
        values = {
            "token": self.token(),
            "name": "Ada Applicant",
            "email": "ada@applicant.example",
            "phone": "(303) 555-0123",
            "offerings": [str(self.offering.public_id)],
            "country": "US",
            "state": "CO",
            "education": "bachelor",
            "message": "Is it online?",
            "consent_email": "on",
        }
        return {key: value for key, value in (values | fields).items() if value is not None}


def make_school(**fields: Any) -> School:
    """A school with hours, one advisor, one program and a form with all consent boxes."""
    form_fields = fields.pop("form", {})
    institution = make_institution(
        **{"phone": "+1 303 555 0100", "email": "ask@school.example"} | fields
    )
    make_office_hours(institution=institution)
    for channel in Channel.values:
        make_consent_text(
            institution=institution,
            channel=channel,
            text=f"{{institution}} may contact me by {channel}.",
        )
    return School(
        form=make_interest_form(institution=institution, **form_fields),
        offering=make_offering(program=make_program(institution=institution)),
        advisor=make_member(institution=institution),
    )


def make_submission(school: School, **fields: Any) -> Submission:
    shown = list_shown_consents(form=school.form)
    plain = Submission(
        id=uuid.uuid4(),
        details={"name": "Ada Applicant", "email": "ada@applicant.example"},
        offerings=[school.offering],
        consents=[(box, box.channel == Channel.EMAIL) for box in shown],
        visitor=VISITOR,
    )
    return replace(plain, **fields)


def all_leads() -> list[Lead]:
    with scopes_disabled():
        return list(Lead.objects.select_related("assigned_to").order_by("pk"))


def all_attempts() -> list[CaptureAttempt]:
    with scopes_disabled():
        return list(CaptureAttempt.objects.order_by("pk"))
