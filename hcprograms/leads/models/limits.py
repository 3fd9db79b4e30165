"""How often something was asked for: one row per kind of request and per asker."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RequestCount(models.Model):
    """Requests of one kind by one asker since ``started_at``.

    ``key`` is a keyed hash: it names nobody, and says nothing without the site's secret key.
    """

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(_("count"))
    started_at = models.DateTimeField(_("counted since"))

    class Meta:
        verbose_name = _("request count")
        verbose_name_plural = _("request counts")
        indexes = [models.Index(fields=["started_at"], name="hcp_request_count_old")]

    def __str__(self) -> str:
        return self.key[:12]
