from decimal import Decimal

import pytest
from django.core.management import call_command

from hcprograms.catalog.models.programs import CatalogVersion, Offering, Program
from hcprograms.catalog.version import current_version
from tests.factories import TODAY, make_intake, make_offering, make_program, make_role

pytestmark = pytest.mark.django_db


def change_a_price(offering):
    Offering.objects.filter(pk=offering.pk).update(price=Decimal(1), price_basis="total")


CHANGES = {
    "bulk update": change_a_price,
    "new intake": lambda offering: make_intake(offering=offering, starts_on=TODAY),
    "deleted offering": lambda offering: offering.delete(),
    "bulk insert": lambda offering: Program.objects.bulk_create(
        [Program(institution=offering.program.institution, name="New", level="master")]
    ),
    "new role": lambda offering: make_role(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_version_differs_after_a_change(change):
    offering = make_offering(program=make_program())
    before = current_version()

    change(offering)

    assert current_version() > before


def test_version_stays_without_a_change(django_assert_num_queries):
    before = current_version()

    with django_assert_num_queries(1):
        after = current_version()

    assert after == before


def test_version_is_counted_again_where_its_row_was_lost():
    CatalogVersion.objects.all().delete()

    first = current_version()
    make_program()

    assert current_version() > first


@pytest.mark.django_db(transaction=True)
def test_counter_is_there_again_after_a_flush():
    call_command("flush", interactive=False, verbosity=0)

    assert CatalogVersion.objects.count() == 1
