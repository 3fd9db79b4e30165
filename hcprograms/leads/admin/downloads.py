"""What managers may take out of the admin or bring in: exports, reports, lists, what is held.

Each is on record in Django's log, without anybody's name.
"""

from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from hcprograms.institutions.access import Right
from hcprograms.institutions.admin.base import Link, admin_url
from hcprograms.institutions.models import Institution
from hcprograms.leads.admin.personal import PersonalAdmin
from hcprograms.leads.admin.report_form import Asked, ReportForm
from hcprograms.leads.admin.report_page import lay_out
from hcprograms.leads.disclosure import disclose_lead
from hcprograms.leads.exporting import lead_headings, list_leads, write_table
from hcprograms.leads.models.forms import InterestForm
from hcprograms.leads.models.lead import Lead
from hcprograms.leads.reports import headings, list_parts, make_report, tabulate

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Downloads(PersonalAdmin):
    """Adds exports as actions, the report, and the answer to an access request."""

    actions = ["export", "export_xlsx"]

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("report/", wrap(self.report_view), name="hcprograms_lead_report"),
            path("import/", wrap(self.import_view), name="hcprograms_lead_import"),
            path(
                "<int:lead_id>/held/", wrap(self.disclosure_view), name="hcprograms_lead_disclosure"
            ),
            *super().get_urls(),
        ]

    def list_links(self, request: HttpRequest) -> list[Link]:
        links = [Link(admin_url("lead_report"), _("Reports"))]
        if self.allows(request, Right.MANAGE, None):
            links.append(Link(admin_url("lead_import"), _("Import")))
        return links

    def import_view(self, request: HttpRequest) -> HttpResponse:
        from hcprograms.leads.admin import importing  # noqa: PLC0415 - loads tablib

        return importing.list_page(self, request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.allows(request, Right.MANAGE, None)

    def has_export_xlsx_permission(self, request: HttpRequest) -> bool:
        return self.has_export_permission(request) and find_spec("openpyxl") is not None

    @admin.action(description=_("Export as CSV"), permissions=["export"])
    def export(self, request: HttpRequest, rows: "QuerySet[Any]") -> HttpResponse:
        """The chosen leads of institutions that the person manages."""
        return self.send_leads(request, rows, "csv")

    @admin.action(description=_("Export as Excel workbook"), permissions=["export_xlsx"])
    def export_xlsx(self, request: HttpRequest, rows: "QuerySet[Any]") -> HttpResponse:
        return self.send_leads(request, rows, "xlsx")

    def send_leads(self, request: HttpRequest, rows: "QuerySet[Any]", kind: str) -> HttpResponse:
        managed = self.narrow(request, rows, area=self.area, right=Right.MANAGE)
        cells = list(list_leads(managed))
        self.note(request, f"exported {len(cells)} leads as {kind.upper()}")
        return send_table(lead_headings(), cells, name="leads", kind=kind)

    def note(self, request: HttpRequest, what: str) -> None:
        user: Any = request.user
        LogEntry.objects.create(
            user=user,
            content_type=ContentType.objects.get_for_model(Lead),
            object_repr=str(_("leads")),
            action_flag=CHANGE,
            change_message=what,
        )

    @method_decorator(require_safe)
    def disclosure_view(self, request: HttpRequest, lead_id: int) -> HttpResponse:
        """Everything held about a person, notes included, for staff to answer who asks for it."""
        lead = self.get_queryset(request).filter(pk=lead_id, erased_at=None).first()
        if lead is None:
            raise Http404
        if not self.allows(request, Right.MANAGE, lead):
            raise PermissionDenied
        self.note(request, f"disclosed what is held with lead {lead.pk}")
        found = disclose_lead(lead=lead, with_notes=True)
        response = JsonResponse(found, json_dumps_params={"indent": 2})
        response["Content-Disposition"] = f'attachment; filename="request-{lead.pk}.json"'
        return response

    @method_decorator(require_safe)
    def report_view(self, request: HttpRequest) -> HttpResponse:
        """Numbers over time, as a page with charts or as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        forms_admin: Any = self.admin_site.get_model_admin(InterestForm)
        form = ReportForm(request.GET or None, institutions=self.institutions(request))
        values = form.values(today=timezone.localdate())
        if form.is_valid() or not form.is_bound:
            form = ReportForm(values.as_typed(), institutions=self.institutions(request))
        leads, forms = self.get_queryset(request), forms_admin.get_queryset(request)
        if values.institution:
            leads = leads.filter(institution=values.institution)
            forms = forms.filter(institution=values.institution)
        about = {
            "leads": leads.select_related(None),
            "forms": forms.select_related(None),
            "period": values.period,
            "by": values.by,
            "only": values.only,
            "now": timezone.now(),
        }
        kind = request.GET.get("format", "")
        if kind in ("csv", "xlsx"):
            return self.send_report(request, about, values, kind)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Reports"),
            "media": self.media,
            "form": form,
            "may_download": self.has_export_permission(request),
            "has_xlsx": find_spec("openpyxl") is not None,
            "query": request.GET.urlencode(),
            **lay_out(make_report(**about), values),
        }
        return TemplateResponse(request, "admin/hcprograms/lead/report.html", context)

    def institutions(self, request: HttpRequest) -> Any:
        return self.choices_of(request, Institution, right=Right.VIEW)

    def send_report(
        self, request: HttpRequest, about: dict[str, Any], values: Asked, kind: str
    ) -> HttpResponse:
        """The groups as a file, or with ``table=time`` each group over time."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        self.note(request, f"downloaded a report as {kind.upper()}")
        names = headings(values.by_label)
        if request.GET.get("table") == "time":
            names, rows = [str(_("From")), *names], list_parts(**about)
            return send_table(names, rows, name="report-over-time", kind=kind)
        rows = [tabulate(one) for one in make_report(**about).groups]
        return send_table(names, rows, name="report", kind=kind)


def send_table(
    names: Sequence[str], rows: Iterable[Sequence[Any]], *, name: str, kind: str
) -> HttpResponse:
    """The table as a file of this kind."""
    if kind == "xlsx":
        from hcprograms.leads.workbook import write_workbook  # noqa: PLC0415 (optional dependency)

        response = HttpResponse(write_workbook(headings=names, rows=rows), content_type=XLSX)
    else:
        response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
        write_table(names, rows, to=response)
    day = timezone.localdate().isoformat()
    response["Content-Disposition"] = f'attachment; filename="{name}-{day}.{kind}"'
    return response
