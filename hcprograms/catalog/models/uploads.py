"""Spreadsheets between preview and confirmation."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SpreadsheetUpload(models.Model):
    """A file that somebody has looked at and not yet imported.

    It is kept here, not by the browser, so that what is imported is what was looked at; and in the
    database, so that any web machine finds it. Gone once imported, or after a day.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    sheet = models.CharField(_("sheet"), max_length=40)
    name = models.CharField(_("name of the file"), max_length=200)
    content = models.BinaryField(_("content"))
    created_at = models.DateTimeField(_("uploaded at"))

    class Meta:
        verbose_name = _("uploaded spreadsheet")
        verbose_name_plural = _("uploaded spreadsheets")
        indexes = [models.Index(fields=["created_at"], name="hcp_upload_created")]

    def __str__(self) -> str:
        return self.name
