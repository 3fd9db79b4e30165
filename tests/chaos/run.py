"""One scenario on one site: break it, let people ask, wait until it has recovered, judge."""

import threading
import time
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import redis

from tests.chaos.judge import Evidence, judge
from tests.chaos.leaving import Leavers
from tests.chaos.ledger import Ledger
from tests.chaos.names import ADVISORS, EVENT_SLUG
from tests.chaos.people import People, Person
from tests.chaos.results import Recovery, Result
from tests.chaos.scenarios import Scenario
from tests.chaos.supervisor import Supervisor

LEASE_SECONDS, SWEEP_SECONDS = 10, 3
RECONNECT_SECONDS = 32
"""As in ``settings``, which only the site's own processes load."""
MESSAGES_PER_SECOND = 10
"""The slowest that a backlog may be worked off, on a machine that does much else."""
PATIENCE_SECONDS = 300
BEGINS_AFTER = 3.0
"""Seconds after which a fault begins: people have read the form by then."""


def run_scenario(plant: Any, scenario: Scenario, *, name: str, submits: int, rate: float) -> Result:
    """``name`` tells this scenario's people from all others'."""
    plant.sink.reset()
    plant.start_all()
    people = People(plant.addresses, slug=scenario.slug, poisoned=scenario.poisoned)
    with ExitStack() as stack:
        stack.callback(plant.stop_spares)
        stack.callback(scenario.finally_, plant)
        scenario.before(plant)
        supervisor = stack.enter_context(Supervisor(plant))
        leavers = Leavers(plant.sink, plant.ledger, plant.addresses)
        with leavers:
            fault = _Fault(scenario, plant)
            people.ask(name=name, count=submits, seconds=max(submits / rate, scenario.lasts))
            fault.finish()
            scenario.after(plant)
            recovery = recover(plant.ledger, name, loses_broker=scenario.loses_broker)
        # One more message is planned for everybody who left: let its time come.
        wait_until_drained(plant.ledger, name, seconds=30)
        evidence = gather(plant, scenario, name, people, leavers)
        plant.ledger.put_away(name)
    return Result(
        scenario=scenario,
        people=people,
        verdict=judge(evidence),
        recovery=recovery,
        left=len(leavers.left),
        restarts=supervisor.restarts,
        stray_tasks=count_stray_tasks(plant),
    )


class _Fault:
    """Injected from a thread, so that people ask meanwhile; its trouble is raised at the end."""

    def __init__(self, scenario: Scenario, plant: Any) -> None:
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._inject, args=[scenario, plant])
        self._thread.start()

    def _inject(self, scenario: Scenario, plant: Any) -> None:
        time.sleep(BEGINS_AFTER)
        try:
            scenario.during(plant)
        except BaseException as error:
            self._error = error

    def finish(self) -> None:
        self._thread.join()
        if self._error:
            raise self._error


def recover(ledger: Ledger, name: str, *, loses_broker: bool) -> Recovery:
    """Wait until nothing is left to send, or something is late beyond what is allowed (I4).

    Late is what is due, since the fault was healed, for longer than lease + sweep + backlog ÷ rate.
    A message that was refused is due when its next try is. A worker that has lost its broker is
    given Celery's longest pause between two looks for it on top; the runner has no such pause.
    """
    began, healed_at = time.monotonic(), datetime.now(UTC)
    backlog = len(ledger.open_until(name))
    allowed = LEASE_SECONDS + SWEEP_SECONDS + backlog / MESSAGES_PER_SECOND + 5
    if loses_broker:
        allowed += RECONNECT_SECONDS
    latest = 0.0
    while (waited := time.monotonic() - began) < PATIENCE_SECONDS:
        due = [due_at for _state, due_at in ledger.open_until(name)]
        if not due:
            break
        late = datetime.now(UTC) - max(min(due), healed_at)
        latest = max(latest, late.total_seconds())
        if latest > allowed:
            break
        time.sleep(0.25)
    return Recovery(waited, latest, allowed)


def wait_until_drained(ledger: Ledger, name: str, *, seconds: float) -> float:
    """Return how long it took until nothing was left to send; at most ``seconds``."""
    began = time.monotonic()
    while ledger.open_until(name) and time.monotonic() < began + seconds:
        time.sleep(0.25)
    return time.monotonic() - began


def gather(plant: Any, scenario: Scenario, name: str, people: People, leavers: Leavers) -> Evidence:
    ledger: Ledger = plant.ledger
    received = Counter(str(mail.message["Message-ID"]) for mail in plant.sink.received)
    systems: list[str] = []
    if scenario.slug == EVENT_SLUG:
        systems, received = plant.crm.addresses, received + plant.crm.got
    return Evidence(
        thanked=[one.email for one in people.thanked],
        advisors=ADVISORS,
        systems=systems,
        rows=ledger.rows(name),
        received=received,
        known=ledger.message_ids(),
        leads=ledger.leads(name),
        consents=ledger.consents(name),
        expected_consents={one.email: _expect(one, leavers) for one in people.thanked},
        written_to_afterwards=leavers.written_to_afterwards(),
        nudge_times=len(ledger.nudge_offsets(name)),
    )


def _expect(person: Person, leavers: Leavers) -> set[str]:
    said = {"email granted" if person.consents else "email not_granted"}
    return said | ({"email withdrawn"} if person.email in leavers.left else set())


def count_stray_tasks(plant: Any) -> int:
    """Tasks in the broker that are more than a hint: whatever carries data could be lost (I6)."""
    if not hasattr(plant, "redis"):
        return 0
    with redis.Redis(host=plant.host, port=plant.ports["redis"]) as broker:
        waiting = broker.lrange("celery", 0, -1)
    return sum(b'"argsrepr": "()"' not in task for task in waiting)  # type: ignore[union-attr]
