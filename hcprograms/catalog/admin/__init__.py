"""The catalog in the admin, by subject."""

from hcprograms.catalog.admin import (
    accreditation,
    disclosures,
    offerings,
    programs,
    reference,
    roles,
)

__all__ = ["accreditation", "disclosures", "offerings", "programs", "reference", "roles"]
