"""Two schools with one row of every kind each; whatever is theirs says so in its text."""

from datetime import time, timedelta
from typing import Any

from django.contrib import admin
from django.db import models
from django.utils import timezone

from hcprograms.catalog.models import (
    AccreditationRecord,
    Accreditor,
    CareerRole,
    Certification,
    Contradiction,
    Disclosure,
    EvidenceSource,
    FieldFact,
    Intake,
    InterestStatement,
    LicensureDisclosure,
    Occupation,
    Offering,
    Program,
    RoleEvidence,
    RoleMapping,
)
from hcprograms.followup.models import (
    FollowUp,
    MessageTemplate,
    ReceivedMail,
    Sequence,
    SequenceStep,
    TemplateVersion,
    WebhookEndpoint,
)
from hcprograms.institutions.models import (
    Campus,
    Closure,
    Institution,
    Invitation,
    Membership,
    OfficeHours,
)
from hcprograms.institutions.presence import Absence, WorkingHours
from hcprograms.leads.models import (
    ApiKey,
    Appointment,
    AppointmentType,
    CaptureAttempt,
    Consent,
    ConsentText,
    FormDay,
    InterestForm,
    Lead,
    LeadChoice,
    LeadEvent,
    LeadFile,
    LeadMerge,
    Question,
    RetentionRule,
    RetentionRun,
    RoutingRule,
    Suppression,
    Upload,
)
from tests.factories import (
    NOW,
    make_accreditor,
    make_campus,
    make_consent_text,
    make_institution,
    make_interest_form,
    make_lead,
    make_member,
    make_offering,
    make_program,
    make_record,
    make_role,
    make_role_mapping,
    make_user,
)

ROLES = ["owner", "advisor", "editor", "viewer"]  # a manager has an owner's rights

SCOPED: set[type[models.Model]] = {
    AccreditationRecord,
    ApiKey,
    Appointment,
    AppointmentType,
    Campus,
    CaptureAttempt,
    Consent,
    ConsentText,
    Disclosure,
    FollowUp,
    Institution,
    Intake,
    InterestForm,
    Invitation,
    Lead,
    Membership,
    MessageTemplate,
    Offering,
    Program,
    ReceivedMail,
    RoleEvidence,
    RetentionRule,
    RetentionRun,
    RoleMapping,
    RoutingRule,
    Sequence,
    Suppression,
    WebhookEndpoint,
}
REFERENCE: set[type[models.Model]] = {
    Accreditor,
    CareerRole,
    Certification,
    Contradiction,
    EvidenceSource,
    FieldFact,
    InterestStatement,
    Occupation,
}
# What goes out to a file and comes in from one.
SHEETS: set[type[models.Model]] = {
    AccreditationRecord,
    Intake,
    Offering,
    Program,
    RoleMapping,
}
INLINE_ONLY: set[type[models.Model]] = {
    Absence,
    Closure,
    FormDay,
    LicensureDisclosure,
    LeadChoice,
    LeadEvent,
    LeadFile,
    LeadMerge,
    OfficeHours,
    Question,
    SequenceStep,
    TemplateVersion,
    WorkingHours,
}

# Who may look at, and who may change, each kind of row (issue: roles of a membership).
SEES: dict[str, set[type[models.Model]]] = {
    "owner": SCOPED,
    "advisor": SCOPED - {ApiKey, Invitation},
    "viewer": SCOPED - {ApiKey, Invitation},
    "editor": {
        AccreditationRecord,
        Campus,
        Disclosure,
        Institution,
        Intake,
        Offering,
        Program,
        RoleEvidence,
        RoleMapping,
    },
}
CATALOG_ADDED: set[type[models.Model]] = {
    AccreditationRecord,
    Disclosure,
    Intake,
    Offering,
    Program,
    RoleEvidence,
    RoleMapping,
}
ADDS: dict[str, set[type[models.Model]]] = {
    "owner": CATALOG_ADDED
    | {
        ApiKey,
        Campus,
        ConsentText,
        InterestForm,
        Invitation,
        MessageTemplate,
        RetentionRule,
        RoutingRule,
        Sequence,
        AppointmentType,
        WebhookEndpoint,
    },
    "advisor": set(),
    "viewer": set(),
    "editor": CATALOG_ADDED,
}


def registered() -> dict[type[models.Model], Any]:
    """Our models in the admin, with their admins."""
    return {
        model: one
        for model, one in admin.site._registry.items()
        if model._meta.app_label == "hcprograms"
    }


def make_staff(institution: Institution, role: str) -> Any:
    user = make_user(is_staff=True)
    make_member(institution=institution, role=role, user=user, receives_leads=False)
    return user


def make_school(mark: str) -> dict[type[models.Model], models.Model]:
    """One row of every scoped model; each text that a page might show contains ``mark``."""
    today = timezone.localdate()
    school = make_institution(name=f"{mark} School", slug=f"{mark.lower()}-school")
    member = make_member(
        institution=school,
        role="advisor",
        user=make_user(username=f"{mark}-user", first_name=mark, last_name="Advisor"),
    )
    campus = make_campus(institution=school, name=f"{mark} Campus", city=f"{mark}ville")
    program = make_program(institution=school, name=f"{mark} Program", summary=f"{mark} summary")
    offering = make_offering(program=program, campus=campus)
    role = make_role()
    form = make_interest_form(institution=school, title=f"{mark} form")
    lead = make_lead(
        form=form,
        name=f"{mark} Person",
        email=f"{mark.lower()}@applicant.example",
        phone="+1 303 555 0100",
        message=f"{mark} message",
        assigned_to=member,
    )
    Absence.objects.create(membership=member, first_day=today, last_day=today)
    WorkingHours.objects.create(membership=member, weekday=0, opens=time(9), closes=time(12))
    rule = RoutingRule.objects.create(institution=school, name=f"{mark} rule", states=["TX"])
    rule.programs.set([program])
    rule.advisors.set([member])
    Question.objects.create(form=form, key="shift", label=f"{mark} question")
    LeadChoice.objects.create(lead=lead, offering=offering, title=f"{mark} Program asked")
    upload = Upload.objects.create(
        institution=school,
        name=f"{mark}.pdf",
        kind="pdf",
        size=9,
        stored_as=f"world/{mark}",
        uploaded_at=NOW,
        keep_until=NOW,
    )
    LeadFile.objects.create(lead=lead, upload=upload, key="cv", question=f"{mark} CV")
    LeadEvent.objects.create(lead=lead, kind="note", at=NOW, text=f"{mark} note")
    LicensureDisclosure.objects.create(
        program=program, state="OH", licence=f"{mark} licence", finding="meets", as_of=today
    )
    OfficeHours.objects.create(institution=school, weekday=0, opens=time(9), closes=time(17))
    Closure.objects.create(
        institution=school, first_day=today, last_day=today, reason=f"{mark} holiday"
    )
    FormDay.objects.create(form=form, day=today, source=f"{mark} source", views=3)
    talk = AppointmentType.objects.create(institution=school, name=f"{mark} talk")
    sequence = Sequence.objects.create(institution=school, name=f"{mark} sequence")
    step = SequenceStep.objects.create(sequence=sequence, says="alert", to="all")
    step.programs.set([program])
    rows: list[models.Model] = [
        RetentionRule.objects.create(institution=school, status="closed", days=9),
        RetentionRun.objects.create(
            institution=school, day=today, at=NOW, erased={f"{mark} status": 1}
        ),
        school,
        member,
        campus,
        program,
        offering,
        form,
        lead,
        rule,
        Intake.objects.create(offering=offering, starts_on=today + timedelta(days=90)),
        Invitation.objects.create(
            institution=school,
            email=f"{mark.lower()}@invited.example",
            role="viewer",
            token_hash=mark.lower() * 7,
            expires_at=NOW + timedelta(days=7),
        ),
        make_record(offering=offering, source=f"{mark} source"),
        make_role_mapping(program=program, role=role, source=f"{mark} source"),
        RoleEvidence.objects.create(
            role=role, institution=school, track="management", reason=f"{mark} reason"
        ),
        Disclosure.objects.create(
            institution=school,
            code="no-guarantee",
            places=["roles"],
            text=f"{mark} disclosure",
            valid_from=today,
        ),
        make_consent_text(institution=school, text=f"{{institution}} may write. {mark}"),
        Consent.objects.create(
            institution=school,
            lead=lead,
            channel="email",
            decision="granted",
            decided_at=NOW,
            seller=f"{mark} Seller",
            contact_point=lead.email,
            text=f"{mark} consent",
        ),
        Suppression.objects.create(
            institution=school, channel="email", address_hash=mark.lower() * 7, reason=mark
        ),
        CaptureAttempt.objects.create(
            institution=school, form=form, lead=lead, at=NOW, outcome="captured", detail=mark
        ),
        talk,
        sequence,
        Appointment.objects.create(
            institution=school,
            lead=lead,
            membership=member,
            type=talk,
            starts_at=NOW,
            ends_at=NOW + timedelta(minutes=30),
            time_zone="America/Denver",
        ),
        ApiKey.objects.create(
            institution=school, name=f"{mark} system", prefix=mark.lower(), digest="0" * 64
        ),
        WebhookEndpoint.objects.create(
            institution=school, name=f"{mark} CRM", url=f"https://{mark.lower()}.example/hook"
        ),
        MessageTemplate.objects.create(
            institution=school, kind="own", name=f"{mark} letter", key=f"{mark.lower()}-letter"
        ),
        ReceivedMail.objects.create(
            institution=school, key=mark, source=f"{mark} source", at=NOW, outcome="unknown"
        ),
        FollowUp.objects.create(
            institution=school,
            lead=lead,
            purpose="alert",
            recipient="advisor",
            address=f"{mark.lower()}-advisor@school.example",
            due_at=NOW,
            state="failed",
            last_error=f"{mark} error",
            membership=member,
        ),
    ]
    return {type(row): row for row in rows}


def make_reference() -> None:
    source = EvidenceSource.objects.create(key="S1", publisher="Publisher", title="Article")
    make_accreditor()
    role = make_role(title="Shared role")
    RoleEvidence.objects.create(role=role, source=source, track="management")
    Certification.objects.create(slug="c", name="Certification", source=source)
    Contradiction.objects.create(slug="x", topic="Topic", summary="Summary")
    FieldFact.objects.create(slug="f", kind="duty", text="Duty", source=source)
    InterestStatement.objects.create(slug="s", text="Statement", track="management")
    Occupation.objects.create(code="11-9111.00", title="Managers")


def freeze(row: models.Model) -> dict[str, Any]:
    """Every stored value of a row, to see whether it was touched."""
    return type(row)._base_manager.filter(pk=row.pk).values().get()
