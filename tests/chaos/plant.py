"""A whole production site that can be broken: every server is a process of our own."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from tests.production import SECRET_KEY
from tests.services import LOOPBACK, answers, find_program, free_port, wait_until
from tests.smtp import SmtpSink, running_smtp


class Process:
    """A process group that can be started, stopped, killed and paused, again and again."""

    def __init__(
        self, name: str, command: list[str], *, log: Path, env: dict[str, str], user: str = ""
    ) -> None:
        self.name, self.command, self.log, self.env = name, command, log, env
        self.user = user or None
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=self.env,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=self.user,
                group=self.user,
            )

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def send(self, number: int) -> None:
        """Signal the whole group."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def kill(self) -> None:
        self.send(signal.SIGKILL)
        if self.process is not None:
            self.process.wait()

    def stop(self, number: int = signal.SIGTERM) -> None:
        """Ask the leader to end, as a service manager does; then make the group."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            self.process.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(15)
        self.kill()

    def children(self) -> list[int]:
        assert self.process is not None
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()]


class Plant:
    """The site's processes by name: postgres, redis, web, worker, beat; and its mail server."""

    def __init__(self, folder: Path, sink: SmtpSink) -> None:
        self.folder, self.sink = folder, sink
        self.ports = {name: free_port() for name in ("postgres", "redis", "web")}
        self.database = f"postgres://postgres@{LOOPBACK}:{self.ports['postgres']}/postgres"
        self.env = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.getcwd(),
            "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
            "SECRET_KEY": SECRET_KEY,
            "ALLOWED_HOSTS": "localhost",
            "SITE_URL": "https://localhost",
            "DATABASE_URL": self.database,
            "REDIS_URL": f"redis://{LOOPBACK}:{self.ports['redis']}/0",
            "EMAIL_URL": sink.url,
            "VAR_DIR": str(folder),
        }
        web = ["gunicorn", "project.wsgi", "--bind", f"{LOOPBACK}:{self.ports['web']}"]
        web += ["--workers=2", "--threads=2", "--graceful-timeout=10", "--no-control-socket"]
        celery = ["celery", "-A", "project.celery"]
        self.postgres = self._make_postgres()
        self.redis = self._make_redis()
        self.web = self.make("web", *web)
        self.worker = self.make("worker", *celery, "worker", "--concurrency=2", "-lINFO")
        self.beat = self.make("beat", *celery, "beat")
        self.spares: list[Process] = []

    def make(self, name: str, module: str, *args: str, **env: str) -> Process:
        command = [sys.executable, "-m", module, *args]
        return Process(name, command, log=self.folder / f"{name}.log", env=self.env | env)

    def start_spare(self, name: str, module: str, *args: str, **env: str) -> Process:
        """Start a further process, which ends with the scenario."""
        spare = self.make(name, module, *args, **env)
        spare.start()
        self.spares.append(spare)
        return spare

    def manage(self, *args: str) -> None:
        subprocess.run([sys.executable, "manage.py", *args], env=self.env, check=True)

    def start_servers(self) -> None:
        for process, port in ((self.postgres, "postgres"), (self.redis, "redis")):
            if not process.is_running:
                process.start()
                wait_until(lambda port=port: answers(self.ports[port]), what=port)
        wait_until(self._takes_queries, what="PostgreSQL")

    def start_all(self) -> None:
        """Start whatever does not run, and wait for all of it."""
        self.start_servers()
        for process in (self.web, self.worker, self.beat):
            if not process.is_running:
                process.log.write_bytes(b"")
                process.start()
        wait_until(lambda: answers(self.ports["web"]), what="the web server")
        wait_until(lambda: b"ready." in self.worker.log.read_bytes(), seconds=40, what="worker")

    def stop_spares(self) -> None:
        while self.spares:
            self.spares.pop().kill()

    def stop_all(self) -> None:
        self.stop_spares()
        for process in (self.beat, self.worker, self.web, self.redis, self.postgres):
            process.kill()

    def _takes_queries(self) -> bool:
        try:
            psycopg.connect(self.database, connect_timeout=1).close()
        except psycopg.OperationalError:
            return False
        return True

    def _make_postgres(self) -> Process:
        user = "postgres" if os.geteuid() == 0 else ""
        home = self.folder / "postgres"
        home.mkdir()
        if user:
            shutil.chown(home, user, user)
        subprocess.run(
            [find_program("initdb"), "--auth=trust", "--username=postgres", "--encoding=UTF8"]
            + ["--no-locale", "--no-sync", "--pgdata", str(home / "data")],
            check=True,
            capture_output=True,
            cwd=home,
            user=user or None,
            group=user or None,
        )
        command = [find_program("postgres"), "-D", str(home / "data"), "-h", LOOPBACK]
        command += ["-p", str(self.ports["postgres"]), "-k", str(home)]
        command += ["-c", "max_connections=60", "-c", "fsync=off"]
        log = self.folder / "postgres.log"
        return Process("postgres", command, log=log, env=dict(os.environ), user=user)

    def _make_redis(self) -> Process:
        command = [find_program("redis-server"), "--bind", LOOPBACK, "--save", ""]
        command += ["--port", str(self.ports["redis"]), "--dir", str(self.folder)]
        log = self.folder / "redis.log"
        return Process("redis", command, log=log, env=dict(os.environ))


@contextmanager
def running_plant() -> Iterator[Plant]:
    """A started site with one school that has two advisors."""
    with TemporaryDirectory(prefix="hcp-chaos-") as folder, running_smtp() as sink:
        Path(folder).chmod(0o755)
        plant = Plant(Path(folder), sink)
        try:
            plant.start_servers()
            plant.manage("migrate", "-v0")
            plant.manage("shell", "-v0", "-c", "from tests.chaos.school import make; make()")
            plant.start_all()
            yield plant
        finally:
            plant.stop_all()
