"""The form and the consent texts of the sample university."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from hcprograms.institutions.models import Institution
from hcprograms.leads.models.consent import ConsentText
from hcprograms.leads.models.forms import InterestForm


@transaction.atomic
def load_sample_forms(*, institution: Institution, data: Mapping[str, Any]) -> None:
    """Add what is missing; forms and texts that exist are left as they are."""
    for item in data["forms"]:
        values = {name: value for name, value in item.items() if name != "slug"}
        InterestForm.objects.get_or_create(
            institution=institution,
            slug=item["slug"],
            defaults={**values, "status": InterestForm.Status.PUBLISHED},
        )
    for item in data["consent_texts"]:
        ConsentText.objects.get_or_create(
            institution=institution,
            channel=item["channel"],
            is_current=True,
            defaults={"text": item["text"]},
        )
