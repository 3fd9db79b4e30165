"""What came in by mail: noted, so that each message and each event is acted on once."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hcprograms.institutions.models import Institution
from hcprograms.institutions.scoping import ScopedManager


class ReceivedMail(models.Model):
    """One message, or one event of a mail provider, and what was done about it.

    Nothing here names a person: ``key`` is the SHA-256 of the message's or event's own id.
    """

    class Outcome(models.TextChoices):
        WITHDRAWN = "withdrawn", _("ended messages")
        PASSED_ON = "passed_on", _("passed on to staff")
        BOUNCED = "bounced", _("an address takes no emails")
        RETURNED = "returned", _("one email came back")
        AUTOMATIC = "automatic", _("automatic answer, left alone")
        UNKNOWN = "unknown", _("nobody we know")
        BROKEN = "broken", _("could not be read")

    institution = models.ForeignKey(
        Institution, models.CASCADE, related_name="received_mail", null=True, blank=True
    )
    key = models.CharField(_("hash of its id"), max_length=64, unique=True)
    source = models.CharField(_("came by"), max_length=40)
    at = models.DateTimeField(_("at"))
    outcome = models.CharField(_("what was done"), max_length=9, choices=Outcome)

    objects = ScopedManager()

    class Meta:
        verbose_name = _("received email")
        verbose_name_plural = _("received emails")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(
                fields=["at"], condition=Q(outcome="broken"), name="hcp_received_mail_broken"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_outcome_display()}"
