"""The pages beside a sequence: “What would be sent when?” and “Apply to planned messages”."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from hcprograms.followup.admin.simulation_form import (
    SequenceSimulationForm,
    describe_new_lead,
    describe_real_lead,
)
from hcprograms.followup.models import Sequence
from hcprograms.followup.replan import (
    LOOKED_AT_ONCE,
    Changes,
    SequenceChangedError,
    apply_changes,
    preview_changes,
)
from hcprograms.followup.simulating import simulate_sequence
from hcprograms.institutions.access import Right
from hcprograms.institutions.admin.base import Link, ScopedAdmin, admin_url
from hcprograms.institutions.models import Institution
from hcprograms.institutions.opening import read_opening_hours
from hcprograms.institutions.row_ids import is_row_id
from hcprograms.leads.models.lead import Lead

LISTED = 200
"""Leads that the page names; all are counted."""


class SequencePages(ScopedAdmin):
    def list_links(self, request: HttpRequest) -> list[Link]:
        return [Link(admin_url("sequence_simulate"), _("What would be sent when?"))]

    def object_links(self, request: HttpRequest, row: Any) -> list[Link]:
        simulate = admin_url("sequence_simulate", sequence=row.pk)
        found = [Link(simulate, _("What would be sent when?"))]
        if self.has_change_permission(request, row):
            found.append(Link(admin_url("sequence_apply", row.pk), _("Apply to planned messages…")))
        return found

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("simulate/", wrap(self.simulate_view), name="hcprograms_sequence_simulate"),
            path(
                "<int:sequence_id>/apply/", wrap(self.apply_view), name="hcprograms_sequence_apply"
            ),
            *super().get_urls(),
        ]

    # What would be sent when?

    @method_decorator(require_safe)
    def simulate_view(self, request: HttpRequest) -> HttpResponse:
        """What a sequence would send for a lead; nothing is written."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        lead = self.find_asked(request, Lead, "lead")
        sequence = self.find_asked(request, Sequence, "sequence")
        mine = self.choices_of(request, Institution, right=Right.VIEW)
        institution = self.choose_institution(request, mine, lead or sequence)
        context: dict[str, Any] = {"institutions": mine, "institution": institution, "lead": lead}
        if institution is not None:
            context |= simulate(request, institution, lead)
        return self.show(request, "simulate", _("What would be sent when?"), context)

    def find_asked(self, request: HttpRequest, model: Any, name: str) -> Any:
        """The row that the address names, of one's own; None where it names none."""
        pk = request.GET.get(name, "")
        if not is_row_id(pk):
            return None
        return self.choices_of(request, model, right=Right.VIEW).filter(pk=pk).first()

    def choose_institution(self, request: HttpRequest, mine: Any, row: Any) -> Any:
        if row is not None:
            return row.institution
        asked = self.find_asked(request, Institution, "institution")
        return asked or (mine.first() if mine.count() == 1 else None)

    # Apply to planned messages

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def apply_view(self, request: HttpRequest, sequence_id: int) -> HttpResponse:
        """Which leads a changed sequence touches; with POST, it does."""
        sequence = self.get_queryset(request).filter(pk=sequence_id).first()
        if sequence is None:
            raise Http404
        if not self.allows(request, Right.CHANGE, sequence):
            raise PermissionDenied
        older_than = read_number(request.GET.get("older_than", ""))
        if request.method == "POST":
            return self.apply(request, sequence, older_than)
        changes = preview_changes(sequence=sequence, now=timezone.now(), older_than=older_than)
        context = {
            "sequence": sequence,
            "changes": changes,
            "listed": changes.leads[:LISTED],
            "unlisted": max(len(changes.leads) - LISTED, 0),
            "most": LOOKED_AT_ONCE,
            "zone": read_opening_hours(sequence.institution).zone,
        }
        return self.show(request, "apply", _("Apply to planned messages"), context)

    def apply(
        self, request: HttpRequest, sequence: Sequence, older_than: int | None
    ) -> HttpResponse:
        user: Any = request.user
        again = admin_url("sequence_apply", sequence.pk)
        try:
            done = apply_changes(
                sequence=sequence,
                user=user,
                fingerprint=request.POST.get("fingerprint", ""),
                now=timezone.now(),
                older_than=older_than,
            )
        except SequenceChangedError:
            text = _("The sequence was changed since you looked: nothing was done. Look again.")
            messages.error(request, text)
            return HttpResponseRedirect(again)
        messages.success(request, say_done(done))
        if done.older_than is not None:
            url = admin_url("sequence_apply", sequence.pk, older_than=done.older_than)
            return HttpResponseRedirect(url)
        return HttpResponseRedirect(admin_url("sequence_change", sequence.pk))

    def show(
        self, request: HttpRequest, page: str, title: Any, context: dict[str, Any]
    ) -> HttpResponse:
        return TemplateResponse(
            request,
            f"admin/hcprograms/sequence/{page}.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": title,
                "media": self.media,
                **context,
            },
        )


def simulate(request: HttpRequest, institution: Institution, lead: Lead | None) -> dict[str, Any]:
    """The form, and what it shows where it was filled in; a real lead is shown at once."""
    asked: Any = request.GET if "kind" in request.GET else None
    if asked is None:
        hours = read_opening_hours(institution)
        asked = (
            describe_real_lead(lead)
            if lead is not None
            else describe_new_lead(hours=hours, now=timezone.now())
        )
        asked["sequence"] = request.GET.get("sequence", "")
    form = SequenceSimulationForm(asked, institution=institution)
    if not form.is_valid():
        return {"form": form}
    times = form.read_times()
    simulation = simulate_sequence(
        institution=institution,
        lead_sequence=form.get_lead_sequence(),
        story=form.tell_story(times),
    )
    odd = [one.note for one in times.values() if one.note]
    return {"form": form, "simulation": simulation, "notes": [*odd, *simulation.notes]}


def read_number(text: str) -> int | None:
    return int(text) if is_row_id(text) else None


def say_done(done: Changes) -> str:
    text = ngettext(
        "%(leads)d lead: %(added)d messages added, %(moved)d changed, %(cancelled)d cancelled.",
        "%(leads)d leads: %(added)d messages added, %(moved)d changed, %(cancelled)d cancelled.",
        len(done.leads),
    )
    return text % {
        "leads": len(done.leads),
        "added": done.added,
        "moved": done.moved,
        "cancelled": done.cancelled,
    }
