"""The catalog's tables, by subject. Import from the owning module inside the package."""

from hcprograms.catalog.models.accreditation import AccreditationRecord, Accreditor
from hcprograms.catalog.models.disclosures import Disclosure
from hcprograms.catalog.models.licensure import LicensureDisclosure
from hcprograms.catalog.models.occupations import Occupation
from hcprograms.catalog.models.programs import CatalogVersion, Intake, Offering, Program
from hcprograms.catalog.models.reference import (
    Certification,
    EvidenceSource,
    FieldFact,
    InterestStatement,
)
from hcprograms.catalog.models.roles import CareerRole, Contradiction, RoleEvidence, RoleMapping
from hcprograms.catalog.models.uploads import SpreadsheetUpload

__all__ = [
    "AccreditationRecord",
    "Accreditor",
    "CareerRole",
    "CatalogVersion",
    "Certification",
    "Contradiction",
    "Disclosure",
    "EvidenceSource",
    "FieldFact",
    "Intake",
    "InterestStatement",
    "LicensureDisclosure",
    "Occupation",
    "Offering",
    "Program",
    "RoleEvidence",
    "RoleMapping",
    "SpreadsheetUpload",
]
