"""Template packs that read the choices from the field show the same boxes as all others."""

import pytest
from django.urls import reverse

from hcprograms.institutions.scoping import scopes_disabled
from tests import factories

pytestmark = pytest.mark.django_db


def test_programs_can_be_listed_from_the_field(client):
    with scopes_disabled():
        school = factories.make_institution()
        factories.make_interest_form(institution=school)
        offering = factories.make_offering(program=factories.make_program(institution=school))

    page = client.get(reverse("hcprograms:ask", args=[school.slug]))

    field = page.context["form"].fields["offerings"]
    assert [value for value, _label in field.choices] == [str(offering.public_id)]
    assert list(field.choices) == list(field.widget.choices)
