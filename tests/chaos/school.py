"""Writes the schools of the broken site; runs in a process of that site."""

from datetime import time

from hcprograms.followup.models import WebhookEndpoint
from hcprograms.institutions.models import Institution, OfficeHours
from tests import factories
from tests.chaos.names import ADVISORS, CLOCK_SLUG, EVENT_SLUG, SLUG, ZONE


def make() -> None:
    users = [factories.make_user(username=one, email=one) for one in ADVISORS]
    for slug, zone in ((SLUG, "UTC"), (CLOCK_SLUG, ZONE), (EVENT_SLUG, "UTC")):
        school = factories.make_institution(slug=slug, name=f"School of {slug}", time_zone=zone)
        factories.make_interest_form(institution=school, slug="information")
        factories.make_consent_text(institution=school)
        for user in users:
            factories.make_member(institution=school, user=user)
    school = Institution.objects.get(slug=CLOCK_SLUG)
    for weekday in range(7):  # never closed, so that only the clock can make a difference
        OfficeHours.objects.create(
            institution=school, weekday=weekday, opens=time(0), closes=time(0)
        )


def add_endpoints(*addresses: str) -> None:
    school = Institution.objects.get(slug=EVENT_SLUG)
    for number, address in enumerate(addresses):
        WebhookEndpoint.objects.get_or_create(
            institution=school,
            url=address,
            defaults={"name": f"CRM {number}", "events": ["lead.created"]},
        )
