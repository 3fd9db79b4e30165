"""Rows about a person: shown to those who answer leads.

What is done to them is kept in the lead's own timeline, which goes when the person is erased, and
never in Django's log, which stays.
"""

from typing import Any

from django.http import HttpRequest

from hcprograms.institutions.access import Area
from hcprograms.institutions.admin.base import ScopedAdmin


class PersonalAdmin(ScopedAdmin):
    """Read only, unless a subclass says otherwise; erasing a person is done elsewhere."""

    area = Area.LEADS
    institution_path = "institution"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
