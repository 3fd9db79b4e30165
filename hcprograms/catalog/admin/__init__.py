"""The catalog in the admin, by subject."""

from hcprograms.catalog.admin import accreditation, offerings, programs, reference, roles

__all__ = ["accreditation", "offerings", "programs", "reference", "roles"]
