"""The admin of every step; Django finds it here."""

from hcprograms.catalog import admin as catalog_admin
from hcprograms.institutions import admin as institutions_admin

__all__ = ["catalog_admin", "institutions_admin"]
