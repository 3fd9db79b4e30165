"""The faults, each injected while applicants send forms. A fault returns once it is healed."""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from aiosmtpd.smtp import SMTP

from tests.chaos.names import ADVISORS
from tests.chaos.plant import Plant
from tests.smtp import Fault, Stage, drip, drop, hang, reply

Step = Callable[[Plant], None]


def nothing(plant: Plant) -> None:
    pass


@dataclass(frozen=True)
class Scenario:
    """``before`` the first form, ``during`` the forms, ``after`` the last one."""

    name: str
    during: Step = nothing
    before: Step = nothing
    after: Step = nothing


def accept_slowly(seconds: float = 0.05) -> Fault:
    async def fault(server: SMTP) -> str:
        await asyncio.sleep(seconds)
        return "250 OK"

    return fault


def slow_server(plant: Plant) -> None:
    """Makes sure that there is a message in the air whenever something is killed."""
    plant.sink.plan(accept_slowly(), stage="DATA", times=float("inf"), stores=True)


def slow_recipients(plant: Plant) -> None:
    """Keeps messages in the air before they arrive, rather than after."""
    plant.sink.plan(accept_slowly(0.2), stage="RCPT", times=float("inf"), stores=True)


def kill_worker(plant: Plant) -> None:
    for _ in range(3):
        time.sleep(2)
        plant.worker.kill()
        plant.worker.start()


def wipe_redis(plant: Plant) -> None:
    time.sleep(2)
    plant.redis.kill()
    time.sleep(8)
    plant.start_servers()


def hang_redis(plant: Plant) -> None:
    time.sleep(2)
    plant.redis.send(signal.SIGSTOP)
    time.sleep(10)
    plant.redis.send(signal.SIGCONT)


def restart_postgres(plant: Plant) -> None:
    time.sleep(2)
    plant.postgres.stop(signal.SIGINT)
    plant.start_servers()


def kill_postgres(plant: Plant) -> None:
    time.sleep(2)
    plant.postgres.kill()
    time.sleep(8)
    plant.start_servers()


def kill_web_workers(plant: Plant) -> None:
    for _ in range(8):
        time.sleep(0.7)
        for pid in plant.web.children()[:1]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def deploy(plant: Plant) -> None:
    time.sleep(3)
    assert plant.web.process is not None
    plant.web.process.send_signal(signal.SIGHUP)
    for process in (plant.worker, plant.beat):
        process.stop()
        process.start()


def mail_server(fault: Fault, *, times: int, stage: Stage = "DATA", stores: bool = False) -> Step:
    def during(plant: Plant) -> None:
        plant.sink.plan(fault, stage=stage, times=times, stores=stores)
        time.sleep(8)
        plant.sink.heal()

    return during


def refuse_one_advisor(plant: Plant) -> None:
    plant.sink.plan(
        reply("550 5.1.1 no such user"), stage="RCPT", times=float("inf"), recipient=ADVISORS[1]
    )


def stop_beat(plant: Plant) -> None:
    plant.beat.stop()


def second_beat(plant: Plant) -> None:
    plant.start_spare("beat2", "celery", "-A", "project.celery", "beat")


def stop_workers(plant: Plant) -> None:
    plant.worker.stop()
    plant.beat.stop()


def start_runner(plant: Plant) -> None:
    plant.start_spare("runner", "django", "deliver_followups", "--forever")


SCENARIOS = [
    Scenario("no fault"),
    Scenario("worker killed mid-send", before=slow_server, during=kill_worker),
    Scenario("Redis killed and wiped", during=wipe_redis),
    Scenario("Redis hangs", during=hang_redis),
    Scenario("PostgreSQL restarted", during=restart_postgres),
    Scenario("PostgreSQL killed, 8 s down", during=kill_postgres),
    Scenario("web workers killed", during=kill_web_workers),
    Scenario("SMTP 451", during=mail_server(reply("451 4.3.0 later"), times=40)),
    Scenario("SMTP 452", during=mail_server(reply("452 4.2.2 full"), times=40, stage="RCPT")),
    Scenario("SMTP 421", during=mail_server(reply("421 4.3.2 closing"), times=20, stage="MAIL")),
    Scenario("SMTP 550", during=mail_server(reply("550 5.7.1 no"), times=20)),
    Scenario("SMTP dropped before 250", during=mail_server(drop, times=20, stores=True)),
    Scenario("SMTP drip", during=mail_server(drip(0.2), times=3)),
    Scenario("SMTP half-open", during=mail_server(hang(), times=3, stage="MAIL")),
    Scenario("one of two advisors refused", before=refuse_one_advisor),
    Scenario("no beat", before=stop_beat),
    Scenario("two beats", before=second_beat),
    Scenario("deploy under load", before=slow_server, during=deploy),
    Scenario("no worker, then a runner", before=stop_workers, after=start_runner),
    Scenario("worker and runner at once", before=start_runner),
]
