"""Makes the school that is asked; runs in a process of the site."""

from hcprograms.leads.models.consent import Channel
from tests import factories


def make_school() -> str:
    """Hours, an advisor, a program, all standard questions, three consent boxes."""
    school = factories.make_institution(slug="bench")
    factories.make_office_hours(institution=school)
    factories.make_member(institution=school)
    for channel in Channel.values:
        factories.make_consent_text(institution=school, channel=channel)
    factories.make_interest_form(institution=school)
    offering = factories.make_offering(program=factories.make_program(institution=school))
    return str(offering.public_id)
