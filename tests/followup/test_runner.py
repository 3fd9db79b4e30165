"""The runner as a process: stopped, doubled and killed, on SQLite in a file."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections import Counter

import pytest

from tests.chaos.faults import accept_slowly
from tests.services import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.sqlite, pytest.mark.xdist_group("runner")]


class Site:
    def __init__(self, folder, smtp):
        self.folder, self.smtp, self.runners = folder, smtp, []
        self.env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.followup.settings",
            "VAR_DIR": str(folder),
            "SMTP_PORT": str(smtp.port),
            "PYTHONPATH": os.getcwd(),
        }

    def run(self, *args):
        subprocess.run([sys.executable, "-m", "django", *args], env=self.env, check=True)

    def seed(self, code):
        self.run("shell", "-v0", "-c", f"from tests.followup.seed import *; {code}")

    def start_runner(self, *options):
        runner = subprocess.Popen(
            [sys.executable, "-m", "django", "deliver_followups", "--forever", *options],
            env=self.env,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.runners.append(runner)
        return runner

    def rows(self, columns="state"):
        with sqlite3.connect(self.folder / "hcprograms.sqlite3") as database:
            query = f"SELECT {columns} FROM hcprograms_followup WHERE step = 0"
            return database.execute(query).fetchall()

    def wait_until_sent(self):
        wait_until(lambda: {row[0] for row in self.rows()} == {"sent"}, seconds=60)

    def copies(self):
        return Counter(str(mail.message["Message-ID"]) for mail in self.smtp.received)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, _smtp_server):
    """A migrated database with one school."""
    site = Site(tmp_path_factory.mktemp("prepared"), _smtp_server)
    site.run("migrate", "-v0")
    site.seed("make_school()")
    return site.folder


@pytest.fixture
def site(prepared, tmp_path, smtp):
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    site = Site(tmp_path, smtp)
    yield site
    for runner in site.runners:
        runner.kill()
        runner.communicate()


def test_runner_sends_and_stops_cleanly(site):
    site.seed("make_leads(2)")
    runner = site.start_runner()
    site.wait_until_sent()

    runner.send_signal(signal.SIGTERM)
    said, _ = runner.communicate(timeout=20)

    assert runner.returncode == 0
    lines = [line.partition(" ")[2] for line in said.splitlines()]
    assert lines[0] == "Looking for due follow-ups."
    assert lines[-1] == "Stopped."
    assert "4 sent, 0 to try again, 0 failed, 0 cancelled, 0 given back" in lines


def test_two_runners_never_send_twice(site):
    site.smtp.plan(accept_slowly(0.01), times=float("inf"), stores=True)
    site.seed("make_leads(40)")

    site.start_runner()
    site.start_runner()
    site.wait_until_sent()

    copies = site.copies()
    assert (len(copies), max(copies.values())) == (80, 1)


def test_runner_with_threads_never_sends_twice_and_stops_cleanly(site):
    site.smtp.plan(accept_slowly(0.05), times=float("inf"), stores=True)
    site.seed("make_leads(20)")

    runner = site.start_runner("--threads=4")
    site.wait_until_sent()
    runner.send_signal(signal.SIGTERM)
    runner.communicate(timeout=20)

    copies = site.copies()
    assert (len(copies), max(copies.values()), runner.returncode) == (40, 1, 0)
    assert site.smtp.connections > 1


def test_runner_killed_in_mid_send_loses_nothing(site):
    site.smtp.plan(accept_slowly(1), times=1, stores=True)
    site.seed("make_leads(3)")
    first = site.start_runner()
    wait_until(lambda: site.smtp.received, seconds=30)
    first.kill()

    site.start_runner()
    site.wait_until_sent()

    copies = site.copies()
    ambiguous = dict(site.rows("'<' || public_id || '>', ambiguous_attempts"))
    assert len(copies) == 6
    assert sorted(copies.values()) == [1, 1, 1, 1, 1, 2]
    assert all(
        copies[name] <= 1 + next(n for key, n in ambiguous.items() if _same(key, name))
        for name in copies
    )


def _same(public_id, message_id):
    return public_id.strip("<>") == message_id.strip("<>").partition("@")[0].replace("-", "")


def test_sixteen_writers_and_a_runner_share_one_sqlite_file(site):
    site.start_runner()

    site.seed("make_leads_at_once(writers=16, count=5)")

    site.wait_until_sent()
    assert len(site.rows()) == 160
    assert max(site.copies().values()) == 1
