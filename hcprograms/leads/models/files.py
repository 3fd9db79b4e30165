"""Files that applicants send, and what is known of each while it lies in the storage."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from hcprograms.institutions.models import Institution
from hcprograms.institutions.scoping import LeadScopedManager, ScopedManager
from hcprograms.leads.models.lead import Lead


class Upload(models.Model):
    """One file in the storage.

    The row is written before the file and deleted after it, so that whatever lies in the storage
    has a row here, whatever crashes in between. A file that no lead holds is removed some time
    after ``keep_until``, and tried again until the storage has let it go. ``stored_as`` is its
    place in the storage and says nothing about the person. ``network`` is a keyed hash of where it
    came from, so that one sender's waiting files can be told from another's; empty: not known.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(Institution, models.SET_NULL, related_name="+", null=True)
    name = models.CharField(_("name"), max_length=110, blank=True)
    kind = models.CharField(_("kind"), max_length=10)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64, blank=True)
    stored_as = models.CharField(max_length=200, unique=True)
    uploaded_at = models.DateTimeField(_("uploaded at"))
    keep_until = models.DateTimeField(_("kept until"))
    network = models.CharField(max_length=64, blank=True, editable=False, default="", db_default="")

    objects = ScopedManager()

    class Meta:
        verbose_name = _("uploaded file")
        verbose_name_plural = _("uploaded files")
        indexes = [models.Index(fields=["keep_until"], name="hcp_upload_keep_until")]

    def __str__(self) -> str:
        return self.name


class LeadFile(models.Model):
    """A file that somebody sent with a request, and the question as worded that day."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="files")
    upload = models.OneToOneField(Upload, models.PROTECT, related_name="lead_file")
    key = models.SlugField(_("key"), max_length=50)
    question = models.CharField(_("question"), max_length=200)

    objects = LeadScopedManager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.upload}"
