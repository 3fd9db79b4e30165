"""The admin of every step; Django finds it here."""

from hcprograms.catalog import admin as catalog_admin
from hcprograms.followup import admin as followup_admin
from hcprograms.institutions.admin import institutions as institutions_admin
from hcprograms.institutions.admin import staff as staff_admin
from hcprograms.leads import admin as leads_admin

__all__ = ["catalog_admin", "followup_admin", "institutions_admin", "leads_admin", "staff_admin"]
