"""Two leads side by side, to be joined by a person who has looked at both."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from hcprograms.institutions.access import Right
from hcprograms.institutions.admin.base import admin_url
from hcprograms.leads.admin.personal import PersonalAdmin
from hcprograms.leads.duplicates import compare
from hcprograms.leads.merging import MERGEABLE, list_differences, merge_leads
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.status import NotAllowedNowError


@dataclass(frozen=True, slots=True)
class Row:
    """One field of both; ``may_choose`` where they differ and the other has a value."""

    name: str
    label: str
    kept: str
    other: str
    may_choose: bool
    takes_other: bool


class MergingAdmin(PersonalAdmin):
    """Adds the page that compares and merges."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.merge_view)
        merge = path("<int:kept_id>/merge/<int:other_id>/", view, name="hcprograms_lead_merge")
        return [merge, *super().get_urls()]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def merge_view(self, request: HttpRequest, kept_id: int, other_id: int) -> HttpResponse:
        """Show both; by POST, merge the second into the first."""
        found = {
            row.pk: row for row in self.get_queryset(request).filter(pk__in=[kept_id, other_id])
        }
        if len(found) < 2:
            raise Http404
        kept, other = found[kept_id], found[other_id]
        if not all(self.allows(request, Right.CHANGE, one) for one in (kept, other)):
            raise PermissionDenied
        if request.method == "POST":
            return self.merge(request, kept, other)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("The same person?"),
            "media": self.media,
            "kept": kept,
            "other": other,
            "reasons": compare(kept, other),
            "rows": list_rows(kept, other),
            "sides": [(kept, list(kept.choices.all())), (other, list(other.choices.all()))],
        }
        return TemplateResponse(request, "admin/hcprograms/lead/merge.html", context)

    def merge(self, request: HttpRequest, kept: Lead, other: Lead) -> HttpResponse:
        take = [name for name in MERGEABLE if request.POST.get(name) == "other"]
        user: Any = request.user
        try:
            merge_leads(kept=kept, other=other, take=take, user=user, now=timezone.now())
        except NotAllowedNowError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Merged. It can be undone on this page at any time."))
        return HttpResponseRedirect(admin_url("lead_change", kept.pk))


def list_rows(kept: Lead, other: Lead) -> list[Row]:
    """The fields that either has, those that differ first."""
    differing = set(list_differences(kept, other))
    rows = [
        Row(
            name=name,
            label=str(Lead._meta.get_field(name).verbose_name),  # type: ignore[union-attr]
            kept=say(kept, name),
            other=say(other, name),
            may_choose=name in differing,
            takes_other=not getattr(kept, name),
        )
        for name in MERGEABLE
        if getattr(kept, name) or getattr(other, name)
    ]
    return sorted(rows, key=lambda row: not row.may_choose)


def say(lead: Lead, name: str) -> str:
    """A field's value in words."""
    if name == "country":
        return str(lead.country.name) if lead.country else ""
    display = getattr(lead, f"get_{name}_display", None)
    return str(display() if display else getattr(lead, name))
