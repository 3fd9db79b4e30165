"""Which models the catalog's version stands for. Connected when the app is ready."""

from hcprograms.catalog.models.accreditation import AccreditationRecord, Accreditor
from hcprograms.catalog.models.disclosures import Disclosure
from hcprograms.catalog.models.programs import Intake, Offering, Program
from hcprograms.catalog.models.reference import (
    Certification,
    EvidenceSource,
    FieldFact,
    InterestStatement,
)
from hcprograms.catalog.models.roles import CareerRole, RoleEvidence, RoleMapping
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
