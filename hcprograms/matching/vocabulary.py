"""The words that answers may use, as the catalog has them now."""

from django_countries import countries

from hcprograms.catalog.models.reference import InterestStatement
from hcprograms.catalog.models.roles import CareerRole
from hcprograms.catalog.states import STATES
from hcprograms.institutions.models import Institution
from hcprograms.matching.words import Vocabulary


def load_vocabulary() -> Vocabulary:
    """Role, statement and institution slugs from the database; three small queries."""
    return Vocabulary(
        roles=frozenset(CareerRole.objects.order_by().values_list("slug", flat=True)),
        statements=frozenset(InterestStatement.objects.order_by().values_list("slug", flat=True)),
        institutions=frozenset(
            Institution.objects.published().order_by().values_list("slug", flat=True)
        ),
        countries=frozenset(countries.countries),
        states={"US": frozenset(STATES)},
    )
