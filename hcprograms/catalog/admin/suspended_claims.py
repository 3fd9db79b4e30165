"""Warns of accreditation claims that a change has suspended, on the pages of what was changed."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.utils import timezone

from hcprograms.catalog.models.programs import Offering
from hcprograms.catalog.suspensions import Suspension, describe_suspensions, list_suspensions
from hcprograms.institutions.admin.base import Link, ScopedAdmin, admin_url


class ClaimWarningAdmin(ScopedAdmin):
    """A form that can change what an accreditation record covers."""

    def offerings_of(self, row: Any) -> "QuerySet[Offering]":
        """Override: the offerings whose claims depend on this row."""
        raise NotImplementedError

    def render_change_form(
        self, request: Any, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        row = kwargs.get("obj")
        if row:
            found = list_suspensions(offerings=self.offerings_of(row), on=timezone.localdate())
            context["suspended_claims"] = link_suspensions(found)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if change and not getattr(request, "hcprograms_is_preview", False):
            offerings = self.offerings_of(form.instance)
            for text in describe_suspensions(offerings=offerings, on=timezone.localdate()):
                self.message_user(request, text, messages.WARNING)


def link_suspensions(found: Sequence[Suspension]) -> list[Link]:
    """Each suspended claim in words, with the address of its record."""
    return [Link(admin_url("accreditationrecord_change", one.record.pk), str(one)) for one in found]
