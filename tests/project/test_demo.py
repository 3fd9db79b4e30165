"""``make demo``: everything at once, and nothing left behind."""

import os
import re
import signal
import socket
import subprocess
import sys
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.services import LOOPBACK, answers, free_port, stop

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("var")


@pytest.fixture
def start_demo(folder):
    started = []

    def start(port, *args):
        command = [sys.executable, "-m", "project.demo", "--port", str(port), *args]
        demo = subprocess.Popen(
            command,
            env=_bare_environment() | {"VAR_DIR": str(folder), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(demo)
        return demo

    yield start
    for demo in started:
        stop(demo)
        demo.stdout.close()


def _bare_environment():
    """Return what a new shell has, and what coverage measures this process's children by."""
    return {
        key: value
        for key, value in os.environ.items()
        if key in ("PATH", "HOME") or key.startswith("COVERAGE_")
    }


def read_until(demo, text):
    lines = []
    for line in demo.stdout:
        lines.append(line)
        if text in line:
            return "".join(lines)
    raise AssertionError(f"{text!r} was never said:\n{''.join(lines)}")


def children_of(process):
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True
    )
    return found.stdout.split()


def alive(pid):
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    return True


def status_of(url):
    try:
        with urlopen(url, timeout=10) as response:
            return response.status
    except HTTPError as error:
        with error:
            return error.code


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_demo_serves_its_pages_and_leaves_nothing_behind(start_demo, ending):
    port = free_port()
    demo = start_demo(port)

    said = read_until(demo, "Ctrl-C stops")
    addresses = re.findall(r"http://\S+", said)
    statuses = [status_of(address) for address in addresses]
    children = children_of(demo)
    demo.send_signal(ending)

    assert statuses == [200, 200, 200]
    assert demo.wait(20) == 0
    assert len(children) == 2
    assert [pid for pid in children if alive(pid)] == []
    assert not answers(port)


def test_demo_ends_when_a_part_of_it_ends(start_demo):
    demo = start_demo(free_port())
    read_until(demo, "Ctrl-C stops")
    children = children_of(demo)

    os.kill(int(children[-1]), signal.SIGKILL)

    assert demo.wait(20) == 1
    assert [pid for pid in children if alive(pid)] == []


def test_demo_refuses_a_taken_port_before_doing_anything(start_demo):
    with socket.create_server((LOOPBACK, 0)) as taken:
        port = taken.getsockname()[1]
        demo = start_demo(port)
        said, _ = demo.communicate(timeout=20)

    assert demo.returncode == 1
    assert said.startswith(f"Port {port} cannot be used: Address already in use.")
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--port", "http"], "'http' is not a port from 1 to 65535"),
        (["--port", "70000"], "'70000' is not a port from 1 to 65535"),
        (["--data", "/nowhere"], "cannot find /nowhere/scorecard/"),
    ],
)
def test_demo_refuses_wrong_arguments(start_demo, args, says):
    demo = start_demo(free_port(), *args)
    said, _ = demo.communicate(timeout=20)

    assert demo.returncode == 2
    assert says in said


def test_demo_tells_a_new_password_that_works_each_time(start_demo):
    passwords = set()
    for _ in range(2):
        demo = start_demo(free_port())
        passwords |= set(re.findall(r"password (\S+)", read_until(demo, "Ctrl-C stops")))
        demo.send_signal(signal.SIGINT)
        demo.wait(20)

    assert len(passwords) == 2
