"""Ways of breaking a site. Each returns once what it broke is healed."""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from aiosmtpd.smtp import SMTP

from tests.chaos.names import ADVISORS
from tests.chaos.zones import write_zone
from tests.services import wait_until
from tests.smtp import Fault, Stage, reply

Step = Callable[[Any], None]


def nothing(plant: Any) -> None:
    pass


class Air:
    """How many messages are being handed over to a slow server at this moment."""

    count = 0


def accept_slowly(seconds: float = 0.05) -> Fault:
    async def fault(server: SMTP) -> str:
        Air.count += 1
        try:
            await asyncio.sleep(seconds)
        finally:
            Air.count -= 1
        return "250 OK"

    return fault


def wait_for_message_in_the_air(*, seconds: float) -> bool:
    """Whether there was one; a worker that is just starting takes some seconds."""
    give_up_at = time.monotonic() + seconds
    while not Air.count and time.monotonic() < give_up_at:
        time.sleep(0.002)
    return Air.count > 0


def slow_server(plant: Any) -> None:
    """Makes sure that there is a message in the air whenever something is killed."""
    plant.sink.plan(accept_slowly(), stage="DATA", times=float("inf"), stores=True)


def slow_recipients(plant: Any) -> None:
    """Keeps messages to advisors in the air before they arrive, rather than after."""
    for one in ADVISORS:
        plant.sink.plan(
            accept_slowly(0.2), stage="RCPT", times=float("inf"), recipient=one, stores=True
        )


def kill_worker(plant: Any) -> None:
    """Three times, in the middle of a message."""
    kills = 0
    while kills < 3 and wait_for_message_in_the_air(seconds=30):
        plant.worker.kill()
        plant.worker.start()
        kills += 1
    assert kills, "nothing was ever in the air"


def wipe_redis(plant: Any) -> None:
    """Without persistence, what it knew is gone with it."""
    plant.redis.kill()
    time.sleep(8)
    plant.start_servers()


def use_append_only_file(plant: Any) -> None:
    plant.redis.stop()
    plant.redis.command += ["--appendonly", "yes", "--appendfsync", "always"]
    plant.start_servers()


def use_memory_only(plant: Any) -> None:
    """As before :func:`use_append_only_file`."""
    plant.redis.stop()
    plant.redis.command = plant.redis.command[:-4]
    plant.start_servers()


def hang_redis(plant: Any) -> None:
    plant.redis.send(signal.SIGSTOP)
    time.sleep(30)
    plant.redis.send(signal.SIGCONT)


def restart_postgres(plant: Any) -> None:
    plant.postgres.stop(signal.SIGINT)
    plant.start_servers()


def kill_postgres(plant: Any) -> None:
    plant.postgres.kill()
    time.sleep(15)
    plant.start_servers()


def fill_disk(plant: Any) -> None:
    plant.fill_disk()
    time.sleep(8)
    empty_disk(plant)


def empty_disk(plant: Any) -> None:
    plant.empty_disk()
    plant.start_servers()


def kill_web_workers(plant: Any) -> None:
    for _ in range(8):
        time.sleep(0.7)
        for pid in plant.web.children()[:1]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def die_at_commit(name: str) -> Step:
    """Whoever writes a lead next dies just before, or just after, it is committed; six times."""

    def during(plant: Any) -> None:
        order = plant.folder / name
        deaths = 0
        for _ in range(6):
            order.touch()
            wait_or_not(lambda: not order.exists(), seconds=10)
            deaths += not order.exists()
            time.sleep(0.7)
        order.unlink(missing_ok=True)
        assert deaths, "nobody died"

    return during


def wait_or_not(ready: Callable[[], bool], *, seconds: float) -> None:
    """Until it is so, or that long; the last visitor may have left meanwhile."""
    with suppress(TimeoutError):
        wait_until(ready, seconds=seconds)


def deploy(plant: Any) -> None:
    plant.web.signal_leader(signal.SIGHUP)
    for process in (plant.worker, plant.beat):
        process.stop()
        process.start()


def mail_server(fault: Fault, *, times: int, stage: Stage = "DATA", stores: bool = False) -> Step:
    def during(plant: Any) -> None:
        plant.sink.plan(fault, stage=stage, times=times, stores=stores)
        time.sleep(8)
        plant.sink.heal()

    return during


def refuse_one_advisor(plant: Any) -> None:
    plant.sink.plan(
        reply("550 5.1.1 no such user"), stage="RCPT", times=float("inf"), recipient=ADVISORS[1]
    )


def stop_beat(plant: Any) -> None:
    plant.beat.stop()


def second_beat(plant: Any) -> None:
    plant.start_spare("beat2", "celery", "-A", "project.celery", "beat")


def stop_workers(plant: Any) -> None:
    plant.worker.stop()
    plant.beat.stop()


def start_runner(plant: Any) -> None:
    plant.start_spare("runner", "django", "deliver_followups", "--forever")


def start_worker_at(hours: float) -> Step:
    """The only worker, and its beat, on a machine whose clock is wrong by so much."""

    def before(plant: Any) -> None:
        env = {"CHAOS_CLOCK_HOURS": str(hours)}
        for process in (plant.worker, plant.beat):
            process.stop()
            process.env |= env
        plant.start_all()

    return before


def start_web_at(hours: float) -> Step:
    """The web server on a machine whose clock is wrong by so much."""

    def before(plant: Any) -> None:
        plant.web.stop()
        plant.web.env |= {"CHAOS_CLOCK_HOURS": str(hours)}
        plant.start_all()

    return before


def set_clocks_right(plant: Any) -> None:
    for process in (plant.web, plant.worker, plant.beat):
        if process.env.pop("CHAOS_CLOCK_HOURS", None):
            process.stop()
    plant.start_all()


def change_the_clock(plant: Any) -> None:
    """An hour happens twice and another never, both while forms are sent."""
    write_zone(plant.folder, back_in=6, forward_in=10)


def listen_badly(plant: Any) -> None:
    """One system each that works, fails, hangs and is gone."""
    add = f"from tests.chaos.school import add_endpoints; add_endpoints(*{plant.crm.addresses})"
    plant.manage("shell", "-v0", "-c", add)
    time.sleep(1.5)  # web processes keep the list of systems for about a second


def listen_well(plant: Any) -> None:
    time.sleep(8)
    plant.crm.heal()


def listen_badly_to_a_batch(plant: Any) -> None:
    """As :func:`listen_badly`, but the worker starts late and is told of many leads at once."""
    listen_badly(plant)
    plant.worker.stop()


def start_worker_and_listen_well(plant: Any) -> None:
    time.sleep(2)
    plant.worker.start()
    listen_well(plant)


def cut_off_worker_host(plant: Any) -> None:
    wait_for_message_in_the_air(seconds=30)
    plant.network.cut("work1")
    time.sleep(20)
    plant.network.reconnect("work1")
