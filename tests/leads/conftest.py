import pytest
import time_machine

from hcprograms.matching import engine
from tests.factories import NOW
from tests.leads.asking import School, make_school


@pytest.fixture(autouse=True)
def _fresh_catalog():
    """The process keeps a snapshot of the catalog; the database is rolled back after each test."""
    engine.forget()
    yield
    engine.forget()


@pytest.fixture
def now():
    with time_machine.travel(NOW, tick=False):
        yield NOW


@pytest.fixture
def school(db) -> School:
    return make_school()
