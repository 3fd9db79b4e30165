"""What another system shows to send requests here or to read them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hcprograms.institutions.models import Institution


class ApiKey(models.Model):
    """A key of one institution, of which only a digest is kept.

    ``prefix`` finds it and is no secret; ``digest`` is the SHA-256 of the whole key, which is
    random and so long that nothing slower is needed.
    """

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="api_keys")
    name = models.CharField(_("name"), max_length=100, help_text=_("For example: our website"))
    prefix = models.CharField(_("begins with"), max_length=16, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    may_capture = models.BooleanField(
        _("may send requests"), default=True, help_text=_("Each becomes a lead.")
    )
    may_read = models.BooleanField(
        _("may read leads"), default=False, help_text=_("All leads of the institution, in full.")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        null=True,
        editable=False,
        verbose_name=_("made by"),
    )
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["institution", "name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(may_capture=True) | Q(may_read=True),
                name="hcp_api_key_may_something",
                violation_error_message=_("Tick what the key may do."),
            )
        ]

    def __str__(self) -> str:
        return self.name
