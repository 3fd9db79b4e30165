"""Versions of consent texts: words that somebody may have agreed to are never edited."""

from django.db import transaction
from django.db.models import Max

from hcprograms.institutions.models import Institution
from hcprograms.leads.models.consent import ConsentText


def publish_consent_text(*, institution: Institution, channel: str, text: str) -> ConsentText:
    """Make these the words that forms show from now on, as the channel's next version."""
    with transaction.atomic():
        Institution.objects.select_for_update().get(pk=institution.pk)
        earlier = ConsentText.objects.filter(institution=institution, channel=channel)
        last = earlier.aggregate(last=Max("version"))["last"] or 0
        earlier.filter(is_current=True).update(is_current=False)
        return ConsentText.objects.create(
            institution=institution, channel=channel, text=text, version=last + 1
        )


def withdraw_consent_text(*, text: ConsentText) -> None:
    """Show this box no more; the words stay, as the proof refers to them."""
    ConsentText.objects.filter(pk=text.pk).update(is_current=False)
