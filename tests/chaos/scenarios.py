"""The faults as scenarios: what is broken when, and what may be seen of it from outside."""

from dataclasses import dataclass

from tests.chaos import faults
from tests.chaos.faults import Step, mail_server, nothing
from tests.chaos.names import CLOCK_SLUG, EVENT_SLUG, SLUG
from tests.smtp import drip, drop, hang, reply


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """``before`` the first form, ``during`` the forms, ``after`` the last one, ``finally_`` always.

    Forms are sent for ``lasts`` seconds at least. ``refuses``: a visitor may meet a 503 or a
    broken line, and tries again; elsewhere every form is taken at once. ``loses_broker``: Celery
    looks for it at growing intervals, and may find it half a minute after it is back.
    """

    name: str
    before: Step = nothing
    during: Step = nothing
    after: Step = nothing
    finally_: Step = nothing
    lasts: float = 6
    refuses: bool = False
    loses_broker: bool = False
    slug: str = SLUG
    poisoned: bool = False
    plant: str = "site"
    mutant: str = ""
    """The name of a safety that is taken out; ``breaks`` says which promise must then fail."""
    breaks: str = ""


SCENARIOS = [
    Scenario(
        name="two machines, a worker host cut off",
        plant="machines",
        before=faults.slow_server,
        during=faults.cut_off_worker_host,
        lasts=20,
    ),
    Scenario(name="Redis hangs for 30 s", during=faults.hang_redis, lasts=31, loses_broker=True),
    Scenario(
        name="webhooks: 500, hang, 410",
        slug=EVENT_SLUG,
        before=faults.listen_badly,
        during=faults.listen_well,
    ),
    Scenario(
        name="webhooks: 500, hang, 410, in one batch",
        slug=EVENT_SLUG,
        before=faults.listen_badly_to_a_batch,
        during=faults.start_worker_and_listen_well,
    ),
    Scenario(
        name="PostgreSQL killed, 15 s down", during=faults.kill_postgres, lasts=16, refuses=True
    ),
    Scenario(
        name="disk full",
        during=faults.fill_disk,
        finally_=faults.empty_disk,
        lasts=10,
        refuses=True,
    ),
    Scenario(
        name="clock 2 h fast (worker, beat)",
        before=faults.start_worker_at(2),
        finally_=faults.set_clocks_right,
    ),
    Scenario(
        name="clock 2 h slow (worker, beat)",
        before=faults.start_worker_at(-2),
        finally_=faults.set_clocks_right,
    ),
    Scenario(
        name="clock 2 h fast (web)",
        before=faults.start_web_at(2),
        finally_=faults.set_clocks_right,
    ),
    Scenario(
        name="clock 2 h slow (web)",
        before=faults.start_web_at(-2),
        finally_=faults.set_clocks_right,
    ),
    Scenario(
        name="clock set back and forward (DST)",
        slug=CLOCK_SLUG,
        before=faults.change_the_clock,
        lasts=12,
    ),
    Scenario(name="worker killed mid-send", before=faults.slow_server, during=faults.kill_worker),
    Scenario(
        name="deploy under load", before=faults.slow_server, during=faults.deploy, refuses=True
    ),
    Scenario(name="Redis killed and wiped", during=faults.wipe_redis, lasts=9, loses_broker=True),
    Scenario(
        name="Redis killed, with AOF",
        before=faults.use_append_only_file,
        during=faults.wipe_redis,
        finally_=faults.use_memory_only,
        lasts=9,
        loses_broker=True,
    ),
    Scenario(name="PostgreSQL restarted", during=faults.restart_postgres, refuses=True),
    Scenario(
        name="web killed just before COMMIT",
        during=faults.die_at_commit("die-before-commit"),
        lasts=8,
        refuses=True,
    ),
    Scenario(
        name="web killed just after COMMIT",
        during=faults.die_at_commit("die-after-commit"),
        lasts=8,
        refuses=True,
    ),
    Scenario(name="web killed anywhere", during=faults.kill_web_workers, refuses=True),
    Scenario(name="SMTP half-open", during=mail_server(hang(), times=3, stage="MAIL")),
    Scenario(name="SMTP drip", during=mail_server(drip(0.2), times=3)),
    Scenario(name="SMTP 451", during=mail_server(reply("451 4.3.0 later"), times=40)),
    Scenario(name="SMTP 452", during=mail_server(reply("452 4.2.2 full"), times=40, stage="RCPT")),
    Scenario(
        name="SMTP 421", during=mail_server(reply("421 4.3.2 closing"), times=20, stage="MAIL")
    ),
    Scenario(name="SMTP 550", during=mail_server(reply("550 5.7.1 no"), times=20)),
    Scenario(name="SMTP closed before 250", during=mail_server(drop, times=20, stores=True)),
    Scenario(name="one of two advisors refused", before=faults.refuse_one_advisor),
    Scenario(
        name="no worker, then a runner", before=faults.stop_workers, after=faults.start_runner
    ),
    Scenario(name="no beat", before=faults.stop_beat),
    Scenario(name="two beats", before=faults.second_beat),
    Scenario(name="worker and runner at once", before=faults.start_runner),
    Scenario(name="rows that cannot be written", poisoned=True),
    Scenario(name="16 writers on SQLite", plant="embedded", lasts=1),
    Scenario(name="no fault"),
]
MUTANTS = [
    Scenario(
        name="mutant: marked sent before sending",
        mutant="mark_sent_first",
        breaks="lost",
        before=faults.slow_recipients,
        during=faults.kill_worker,
    ),
    Scenario(
        name="mutant: no lease",
        mutant="drop_lease",
        breaks="unexplained copies",
        before=faults.slow_server,
    ),
]
ALL = {one.name: one for one in [*SCENARIOS, *MUTANTS]}
