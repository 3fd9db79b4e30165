from datetime import timedelta

import pytest
import time_machine

from hcprograms.matching import engine
from tests.factories import NOW
from tests.leads.asking import School, make_school


@pytest.fixture(autouse=True)
def _fresh_catalog():
    engine.forget()
    yield
    engine.forget()


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


@pytest.fixture
def later(clock):
    """Let the time pass that a person needs to type."""
    return lambda: clock.shift(timedelta(minutes=3))


@pytest.fixture
def school(db) -> School:
    return make_school()
