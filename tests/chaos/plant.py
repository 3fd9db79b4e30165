"""A whole production site that can be broken: every server is a process of our own."""

import os
import shutil
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psycopg

from tests.chaos import disk
from tests.chaos.ledger import Ledger
from tests.chaos.people import Address
from tests.chaos.processes import Process
from tests.chaos.servers import create_cluster, database_user, make_postgres, make_redis
from tests.production import SECRET_KEY
from tests.services import LOOPBACK, free_port, wait_until
from tests.smtp import SmtpSink

START_SECONDS = 90
"""A machine that does much else takes long to start a worker."""


class Plant:
    """The site's processes: postgres, redis, web, worker, beat; and its mail server.

    ``made`` is the folder of :func:`prepare`, whose database is copied.
    """

    def __init__(self, folder: Path, sink: SmtpSink, made: Path, *, host: str = LOOPBACK) -> None:
        self.folder, self.sink, self.host = folder, sink, host
        self.ports = {name: free_port() for name in ("postgres", "redis", "web")}
        self.database = f"postgres://postgres@{host}:{self.ports['postgres']}/postgres"
        self.env = self._environment(made)
        self.ledger = Ledger(lambda: psycopg.connect(self.database), placeholder="%s")
        self.home = folder / "postgres"
        self.home.mkdir()
        self.has_small_disk = disk.mount_small_disk(self.home)
        subprocess.run(["cp", "-a", str(made / "postgres" / "data"), str(self.home)], check=True)
        _give_to_database(self.home)
        log = folder / "postgres.log"
        self.postgres = make_postgres(self.home, port=self.ports["postgres"], log=log, host=host)
        log = folder / "redis.log"
        self.redis = make_redis(folder, port=self.ports["redis"], log=log, host=host)
        self.spares: list[Process] = []
        self._make_processes()

    def _environment(self, made: Path) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.getcwd(),
            "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
            "SECRET_KEY": SECRET_KEY,
            "ALLOWED_HOSTS": "localhost",
            "SITE_URL": "https://localhost",
            "DATABASE_URL": self.database,
            "REDIS_URL": f"redis://{self.host}:{self.ports['redis']}/0",
            "EMAIL_URL": self.sink.url,
            "VAR_DIR": str(self.folder),
            "SSL_CERT_FILE": str(made / "localhost.pem"),
            "PYTHONTZPATH": f"{self.folder}:/usr/share/zoneinfo",
        }

    def _make_processes(self) -> None:
        self.web = self.make_web("web", f"{LOOPBACK}:{self.ports['web']}")
        self.worker = self.make_worker("worker")
        self.beat = self.make("beat", "celery", "-A", "project.celery", "beat")

    @property
    def addresses(self) -> list[Address]:
        return [(LOOPBACK, self.ports["web"])]

    @property
    def webs(self) -> list[Process]:
        return [self.web]

    @property
    def workers(self) -> list[Process]:
        return [self.worker]

    @property
    def beats(self) -> list[Process]:
        return [self.beat]

    @property
    def services(self) -> list[Process]:
        """What a service manager would look after."""
        return [*self.webs, *self.workers, *self.beats, *self.spares]

    def make(self, name: str, module: str, *args: str, on: str = "", **env: str) -> Process:
        """``on`` names a network namespace."""
        command = [sys.executable, "-m", module, *args]
        if on:
            command = ["ip", "netns", "exec", on, *command]
        return Process(name, command, self.folder / f"{name}.log", self.env | env)

    def make_web(self, name: str, bind: str, *, on: str = "") -> Process:
        options = ["--workers=2", "--threads=2", "--graceful-timeout=10", "--no-control-socket"]
        return self.make(name, "gunicorn", "project.wsgi", "--bind", bind, *options, on=on)

    def make_worker(
        self, name: str, *, app: str = "project.celery", on: str = "", **env: str
    ) -> Process:
        options = ["worker", "--concurrency=2", "-lINFO", f"--hostname={name}@chaos"]
        return self.make(name, "celery", "-A", app, *options, on=on, **env)

    def start_spare(self, name: str, module: str, *args: str, **env: str) -> Process:
        """Start a further process, which ends with the scenario."""
        spare = self.make(name, module, *args, **env)
        spare.start()
        self.spares.append(spare)
        return spare

    def replace_worker(self, worker: Process) -> Process:
        """Let this one work instead; returns the one before."""
        before, self.worker = self.worker, worker
        before.stop()
        return before

    def manage(self, *args: str) -> None:
        subprocess.run([sys.executable, "manage.py", *args], env=self.env, check=True)

    def start_servers(self) -> None:
        for process, port in ((self.postgres, "postgres"), (self.redis, "redis")):
            if not process.is_running:
                process.start()
                address = self.host, self.ports[port]
                wait_until(lambda address=address: answers_at(address), seconds=40, what=port)
        wait_until(self._takes_queries, seconds=40, what="PostgreSQL")

    def start_all(self) -> None:
        """Start whatever does not run, and wait for all of it."""
        self.start_servers()
        for process in (*self.webs, *self.workers, *self.beats):
            if not process.is_running:
                process.log.write_bytes(b"")
                process.start()
        for address in self.addresses:
            wait_until(lambda one=address: answers_at(one), seconds=START_SECONDS, what="the site")
        for worker in self.workers:
            wait_until(
                lambda one=worker: b"ready." in one.log.read_bytes(),
                seconds=START_SECONDS,
                what=worker.name,
            )

    def stop_spares(self) -> None:
        while self.spares:
            self.spares.pop().kill()

    def stop_all(self) -> None:
        self.stop_spares()
        for process in (*self.beats, *self.workers, *self.webs, self.redis, self.postgres):
            process.kill()
        if self.has_small_disk:
            disk.unmount(self.home)

    def fill_disk(self) -> None:
        disk.fill_disk(self.home)

    def empty_disk(self) -> None:
        disk.empty_disk(self.home)

    def _takes_queries(self) -> bool:
        try:
            psycopg.connect(self.database, connect_timeout=1).close()
        except psycopg.OperationalError:
            return False
        return True


def prepare(made: Path) -> None:
    """Write what plants start from: a migrated database with the schools, and a certificate."""
    from tests.chaos.crm import write_certificate  # noqa: PLC0415
    from tests.chaos.embedded import prepare_sqlite  # noqa: PLC0415

    write_certificate(made / "localhost.pem")
    prepare_sqlite(made)
    home = made / "postgres"
    home.mkdir()
    _give_to_database(home)
    create_cluster(home)
    plant_folder = made / "first"
    plant_folder.mkdir()
    plant = Plant(plant_folder, SmtpSink(free_port()), made)
    try:
        plant.start_servers()
        plant.manage("migrate", "-v0")
        plant.manage("shell", "-v0", "-c", "from tests.chaos.school import make; make()")
        plant.postgres.stop(2)  # SIGINT: fast, and everything written
        shutil.rmtree(home / "data")
        subprocess.run(["cp", "-a", str(plant.home / "data"), str(home)], check=True)
    finally:
        plant.stop_all()


def answers_at(address: Address) -> bool:
    with socket.socket() as probe, suppress(OSError):
        probe.settimeout(0.5)
        return probe.connect_ex(address) == 0
    return False


def _give_to_database(folder: Path) -> None:
    if user := database_user():
        shutil.chown(folder, user, user)
        folder.chmod(0o700)
