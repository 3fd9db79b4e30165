import pytest
import time_machine

from tests.factories import NOW


@pytest.fixture
def now():
    with time_machine.travel(NOW, tick=False):
        yield NOW
