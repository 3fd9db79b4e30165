"""Proofs of work that were handed in."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SpentProof(models.Model):
    """A proof is worth one request, wherever it is handed in; it names nobody.

    ``digest`` is the challenge that it solved. The same request sent again may bring it again.
    """

    digest = models.CharField(max_length=128, primary_key=True)
    submission_id = models.UUIDField()
    spent_at = models.DateTimeField(_("spent at"))

    class Meta:
        verbose_name = _("spent proof of work")
        verbose_name_plural = _("spent proofs of work")
        indexes = [models.Index(fields=["spent_at"], name="hcp_spent_proof_old")]

    def __str__(self) -> str:
        return self.digest[:12]
