"""Which models the change log and the catalog's version follow. Connected when the app is ready."""

from hcprograms.catalog.models.accreditation import AccreditationRecord, Accreditor
from hcprograms.catalog.models.disclosures import Disclosure
from hcprograms.catalog.models.licensure import LicensureDisclosure
from hcprograms.catalog.models.programs import Intake, Offering, Program
from hcprograms.catalog.models.reference import (
    Certification,
    EvidenceSource,
    FieldFact,
    InterestStatement,
)
from hcprograms.catalog.models.roles import CareerRole, RoleEvidence, RoleMapping
from hcprograms.institutions.change_log import TrackedModel
from hcprograms.institutions.models import Campus, Closure, Institution, OfficeHours
from hcprograms.leads.models.consent import ConsentText
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.questions import Question

# Pages with a form are kept as long as the version stays the same, so what a form shows besides
# the catalog (its questions, consent texts, office hours) belongs to it, too.
CATALOG_VERSION_MODELS = (
    AccreditationRecord,
    Accreditor,
    Campus,
    CareerRole,
    Certification,
    Closure,
    ConsentText,
    Disclosure,
    EvidenceSource,
    FieldFact,
    Institution,
    Intake,
    InterestForm,
    InterestStatement,
    Offering,
    OfficeHours,
    Program,
    Question,
    RoleEvidence,
    RoleMapping,
)

LOGGED_MODELS = (
    TrackedModel(Institution, institution="pk", label=("name",)),
    TrackedModel(Campus, institution="institution", label=("name",), parent="institution"),
    TrackedModel(
        Program,
        institution="institution",
        label=("name", "award", "concentration"),
        many=("certifications",),
    ),
    TrackedModel(
        LicensureDisclosure,
        institution="program__institution",
        label=("state", "licence"),
        parent="program",
    ),
    TrackedModel(
        RoleMapping,
        institution="program__institution",
        label=("role__title", "basis"),
        parent="program",
    ),
    TrackedModel(Offering, institution="program__institution", label=("program__name", "delivery")),
    TrackedModel(
        Intake,
        institution="offering__program__institution",
        label=("starts_on",),
        parent="offering",
    ),
    TrackedModel(
        AccreditationRecord,
        institution="institution",
        label=("accreditor__name", "action", "effective_on"),
    ),
    TrackedModel(Disclosure, institution="institution", label=("code", "version")),
    TrackedModel(InterestForm, institution="institution", label=("title",)),
)
