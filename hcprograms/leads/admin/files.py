"""Applicants’ files for those who answer leads: to save, one at a time, and on record."""

import logging
import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hcprograms.institutions.access import Right
from hcprograms.institutions.admin.base import admin_url
from hcprograms.leads.admin.personal import PersonalAdmin
from hcprograms.leads.file_answers import send_file
from hcprograms.leads.lead_files import find_file, note_opening
from hcprograms.leads.models.lead import Lead

logger = logging.getLogger(__name__)


class FileDownloads(PersonalAdmin):
    def get_urls(self) -> list[URLPattern]:
        download = path(
            "<int:lead_id>/files/<uuid:file>/",
            self.admin_site.admin_view(self.file_view),
            name="hcprograms_lead_file",
        )
        return [download, *super().get_urls()]

    @method_decorator(require_GET)
    def file_view(self, request: HttpRequest, lead_id: int, file: uuid.UUID) -> HttpResponseBase:
        """The file, for who may see the lead; who took it is in the lead's timeline."""
        lead = self.get_queryset(request).filter(pk=lead_id).first()
        if lead is None or not self.allows(request, Right.VIEW, lead):
            raise Http404
        found = find_file(leads=lead.list_of_same_person(), public_id=file)
        if found is None:
            raise Http404
        try:
            response = send_file(found)
        except Exception as error:  # whatever the host's storage may raise
            logger.error("A file could not be read: %s", type(error).__name__)
            return self.apologise(request, lead)
        note_opening(file=found, user=request.user, now=timezone.now())
        return response

    def apologise(self, request: HttpRequest, lead: Lead) -> HttpResponseBase:
        messages.error(
            request,
            _("The storage does not give the file out at this moment. Please try again later."),
        )
        return HttpResponseRedirect(admin_url("lead_change", lead.pk))


def say_answers(lead: Lead, files: Any) -> list[dict[str, Any]]:
    """The answers to the form's own questions, those that are files with the file."""
    own = {file.key: file for file in files if file.lead_id == lead.pk}
    return [{**answer, "file": own.get(answer["key"])} for answer in lead.extra]
