"""Whatever ends by itself is started again; what was stopped stays so."""

import os
import signal
from types import SimpleNamespace

import pytest

from tests.chaos.processes import Process
from tests.chaos.supervisor import Supervisor
from tests.services import wait_until


@pytest.fixture
def process(tmp_path):
    service = Process("sleeper", ["sleep", "60"], tmp_path / "log", dict(os.environ))
    service.start()
    yield service
    service.kill()


def test_what_ends_is_started_again_and_named(process):
    first = process.process.pid

    with Supervisor(SimpleNamespace(services=[process])) as supervisor:
        process.send(signal.SIGKILL)
        wait_until(lambda: supervisor.restarts, seconds=20, what="the restart")

    assert supervisor.restarts == ["sleeper"]
    assert process.is_running
    assert process.process.pid != first


@pytest.mark.parametrize("end", [Process.kill, Process.stop])
def test_what_was_ended_on_purpose_stays_ended(process, end):
    end(process)

    assert not process.restart_if_ended()
    assert not process.is_running


def test_what_runs_is_left_alone(process):
    assert not process.restart_if_ended()
