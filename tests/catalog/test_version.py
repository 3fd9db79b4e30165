from datetime import time
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import transaction

from hcprograms.catalog.models.accreditation import Accreditor
from hcprograms.catalog.models.programs import CatalogVersion, Offering, Program
from hcprograms.catalog.models.reference import (
    Certification,
    EvidenceSource,
    FieldFact,
    InterestStatement,
)
from hcprograms.catalog.models.roles import RoleEvidence
from hcprograms.catalog.version import current_version
from hcprograms.institutions.change_log import is_tracked, update_and_log
from hcprograms.leads.models.questions import Question
from hcprograms.tracked_models import CATALOG_VERSION_MODELS
from tests.factories import (
    TODAY,
    make_campus,
    make_consent_text,
    make_institution,
    make_intake,
    make_interest_form,
    make_offering,
    make_program,
    make_record,
    make_role,
    make_role_mapping,
)

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

    assert current_version() != before


def test_version_stays_without_a_change(django_assert_num_queries):
    before = current_version()

    with django_assert_num_queries(1):
        after = current_version()

    assert after == before


def test_version_is_there_again_where_its_row_was_lost():
    CatalogVersion.objects.all().delete()

    first = current_version()
    make_program()

    assert current_version() != first


# Every model, and every way of writing one.


def make_world():
    """A row of every model that the version stands for."""
    school = make_institution()
    offering = make_offering(
        program=make_program(institution=school), campus=make_campus(institution=school)
    )
    role = make_role()
    source = EvidenceSource.objects.create(key="s", title="S", publisher="P")
    form = make_interest_form(institution=school)
    rows = [
        school,
        offering,
        role,
        source,
        form,
        offering.program,
        offering.campus,
        make_record(offering=offering),
        make_intake(offering=offering, starts_on=TODAY),
        make_role_mapping(program=offering.program, role=role),
        make_consent_text(institution=school),
        school.office_hours.create(weekday=0, opens=time(9), closes=time(17)),
        school.closures.create(first_day=TODAY, last_day=TODAY, reason="Closed"),
        school.disclosures.create(code="c", places=["roles"], text="T", valid_from=TODAY),
        Question.objects.create(form=form, key="q", label="Q?", position=1),
        RoleEvidence.objects.create(role=role, track="management", source=source),
        Certification.objects.create(slug="c", name="C"),
        FieldFact.objects.create(slug="f", kind="duty", text="F", source=source),
        InterestStatement.objects.create(slug="i", text="I", track="management", position=1),
    ]
    return {type(row): row for row in [*rows, Accreditor.objects.get()]}


def read_value(row):
    """The last column's name and value."""
    name = row._meta.fields[-1].attname
    return name, getattr(row, name)


def update(row):
    type(row).objects.filter(pk=row.pk).update(**dict([read_value(row)]))


def update_in_bulk(row):
    type(row).objects.bulk_update([row], [read_value(row)[0]])


def create_in_bulk(row):
    type(row).objects.bulk_create([row], ignore_conflicts=True)


def update_in_log(row):
    if is_tracked(type(row)):
        update_and_log(type(row).objects.filter(pk=row.pk), **dict([read_value(row)]))
    else:
        row.save()


WAYS = {
    "save": lambda row: row.save(),
    "create": create_in_bulk,
    "update": update,
    "bulk update": update_in_bulk,
    "logged update": update_in_log,
}


@pytest.mark.parametrize("write", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("model", CATALOG_VERSION_MODELS, ids=lambda model: model.__name__)
def test_every_way_of_writing_changes_the_version(model, write):
    row = make_world()[model]
    before = current_version()

    write(row)

    assert current_version() != before


PROTECTED = {"Accreditor", "Campus", "EvidenceSource"}
"""Other rows of the world stand on them."""
DELETABLE = [model for model in CATALOG_VERSION_MODELS if model.__name__ not in PROTECTED]


@pytest.mark.parametrize("model", DELETABLE, ids=lambda model: model.__name__)
def test_deletion_changes_the_version(model):
    row = make_world()[model]
    before = current_version()

    type(row).objects.filter(pk=row.pk).delete()

    assert current_version() != before


def test_certification_of_a_program_changes_the_version():
    world = make_world()
    before = current_version()

    world[Program].certifications.add(world[Certification])
    added = current_version()
    world[Program].certifications.clear()

    assert len({before, added, current_version()}) == 3


def test_change_that_is_rolled_back_leaves_the_version():
    program = make_program()
    before = current_version()

    with transaction.atomic():
        program.save()
        transaction.set_rollback(True)

    assert current_version() == before


@pytest.mark.django_db(transaction=True)
def test_version_is_there_again_after_a_flush():
    call_command("flush", interactive=False, verbosity=0)

    assert CatalogVersion.objects.count() == 1
