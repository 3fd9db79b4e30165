"""Writes the one school of the broken site; runs in a process of that site."""

from tests import factories
from tests.chaos.names import ADVISORS, SLUG


def make() -> None:
    school = factories.make_institution(slug=SLUG, name="School of Chaos")
    factories.make_interest_form(institution=school, slug="information")
    factories.make_consent_text(institution=school)
    for address in ADVISORS:
        user = factories.make_user(username=address, email=address)
        factories.make_member(institution=school, user=user)
