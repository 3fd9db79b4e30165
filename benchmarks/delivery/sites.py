"""The contestants: each fills its queue, and then sends it with two processes."""

import multiprocessing
import os
import smtplib
import subprocess
import sys
import time
from email import policy
from email.message import EmailMessage
from pathlib import Path

import psycopg

from benchmarks.delivery.sink import Sink
from benchmarks.peers import HOME, install_peer
from tests.production import SECRET_KEY
from tests.services import LOOPBACK, running_redis, stop, wait_until

PROCESSES = 2
THREADS = "--threads=5"
"""As many as the peer has by default."""
PATIENCE_SECONDS = 600
PEER = Path(__file__).parent / "peer"
ROOT = Path(__file__).parent.parent.parent
LINE = "A line of a message that is about as long as a line of text in an email is.\n"


def _new_database(server: str, name: str) -> str:
    wait_until(lambda: _takes_queries(server), what="PostgreSQL")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return f"{server.rpartition('/')[0]}/{name}"


def _takes_queries(server: str) -> bool:
    try:
        psycopg.connect(server).close()
    except psycopg.OperationalError:
        return False
    return True


class OursSite:
    """The plugin with its production settings and the runner, twice."""

    def __init__(self, postgres: str, sink: Sink) -> None:
        self.sink = sink
        self.database = _new_database(postgres, "ours")
        HOME.mkdir(parents=True, exist_ok=True)
        self.env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "benchmarks.delivery.settings",
            "SECRET_KEY": SECRET_KEY,
            "ALLOWED_HOSTS": "localhost",
            "SITE_URL": "https://localhost",
            "DATABASE_URL": self.database,
            "REDIS_URL": f"redis://{LOOPBACK}:1/0",
            "EMAIL_URL": sink.url,
            "VAR_DIR": str(HOME),
            "PYTHONPATH": str(ROOT),
        }
        self._django("migrate", "-v0")
        self._fill("make_school()")

    def drain(self, messages: int) -> None:
        """Have both runners ready and idle; then make every message due in one commit."""
        self._fill(f"make_rows({messages})")
        runners = [self._start("deliver_followups", "--forever", THREADS) for _ in range(PROCESSES)]
        try:
            for runner in runners:
                assert runner.stdout is not None
                runner.stdout.readline()
            time.sleep(2)
            self._execute("UPDATE hcprograms_followup SET due_at = now()")
            wait_until(lambda: self.sink.count >= messages, seconds=PATIENCE_SECONDS)
            wait_until(lambda: not self._open(), seconds=30)
        finally:
            for runner in runners:
                stop(runner)

    def measure_latencies(self, count: int) -> list[float]:
        """Milliseconds from a lead's commit, hint included, to the mail server's acceptance."""
        with running_redis() as redis:
            env = self.env | {"REDIS_URL": redis}
            command = [sys.executable, "-m", "celery", "-A", "project.celery", "worker"]
            worker = subprocess.Popen(
                [*command, "--concurrency=1"],
                env=env,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                return self._measure(env, count)
            finally:
                stop(worker)

    def measure_idle_sweeps(self) -> dict[str, float]:
        """Milliseconds of a sweep that finds nothing, without and with many sent rows."""
        found = {}
        for sent in (0, 1_000_000):
            self._fill(f"make_sent({sent})")
            said = self._fill("time_idle_sweeps(200)")
            found[f"idle_sweep_ms_with_{sent}_sent"] = float(said)
        return found

    def _measure(self, env: dict[str, str], count: int) -> list[float]:
        time.sleep(5)  # the worker starts
        self.sink.reset()
        client = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.delivery.filling", str(count)],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert client.stdin is not None
        assert client.stdout is not None
        found = []
        for number in range(1, count + 1):
            committed_at = float(client.stdout.readline())
            while self.sink.count < number:
                time.sleep(0.0005)
            found.append((self.sink.last_at - committed_at) * 1000)
            client.stdin.write("next\n")
            client.stdin.flush()
        client.wait(20)
        return found[5:]  # the first ones open connections

    def _django(self, *args: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "django", *args],
            env=self.env,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return done.stdout

    def _fill(self, code: str) -> str:
        code = f"from benchmarks.delivery.filling import *; {code}"
        return self._django("shell", "-v0", "-c", code)

    def _start(self, *args: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "django", *args]
        return subprocess.Popen(command, env=self.env, stdout=subprocess.PIPE)

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.database) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def _open(self) -> int:
        with psycopg.connect(self.database) as connection:
            query = "SELECT count(*) FROM hcprograms_followup WHERE is_open"
            (count,) = connection.execute(query).fetchone() or (0,)
            return int(count)


class PostOfficeSite:
    """django-post_office and its command, with its defaults and two processes."""

    def __init__(self, postgres: str, sink: Sink) -> None:
        python = install_peer(
            "post_office", "django==5.2.*", "django-post_office", "psycopg[binary]"
        )
        self.python = str(python)
        self.env = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(PEER),
            "DJANGO_SETTINGS_MODULE": "post_office_settings",
            "DATABASE_URL": _new_database(postgres, "post_office"),
            "SMTP_PORT": str(sink.port),
        }
        self._run("-m", "django", "migrate", "-v0")

    def drain(self, messages: int) -> None:
        self._run(str(PEER / "fill_post_office.py"), str(messages))
        self._run("-m", "django", "send_queued_mail", f"--processes={PROCESSES}")

    def _run(self, *args: str) -> None:
        subprocess.run(
            [self.python, *args], env=self.env, check=True, capture_output=True, cwd=PEER
        )


class RawSender:
    """smtplib over two persistent connections, the messages made beforehand: the limit."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink

    def drain(self, messages: int) -> None:
        context = multiprocessing.get_context("fork")
        shares = [messages // PROCESSES] * PROCESSES
        shares[0] += messages - sum(shares)
        senders = [context.Process(target=self._send, args=(share,)) for share in shares]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()

    def _send(self, count: int) -> None:
        message = EmailMessage()
        message["From"], message["To"] = "admissions@school.example", "ann@school.example"
        message["Subject"] = "New request"
        message.set_content(LINE * 25)
        message.add_alternative(f"<html><body><p>\n{LINE * 25}</p></body></html>", subtype="html")
        ready = message.as_bytes(policy=policy.SMTP)
        with smtplib.SMTP(LOOPBACK, self.sink.port) as line:
            for _ in range(count):
                line.sendmail("admissions@school.example", ["ann@school.example"], ready)
