"""The hint to hurry: never an error, never slow."""

import threading
import time
from collections.abc import Callable

import pytest

from hcprograms.followup import notify

PATH = f"{__name__}.wake_up"
behaviour: list[Callable[[], None]] = []
calls: list[str] = []


def wake_up():
    calls.append(threading.current_thread().name)
    if behaviour:
        behaviour[0]()


def fail():
    raise ConnectionError("no broker")


@pytest.fixture(autouse=True)
def fresh(monkeypatch, settings):
    monkeypatch.setattr(notify, "_breaker", notify.CircuitBreaker())
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"WAKE_UP": PATH}
    calls.clear()
    behaviour.clear()


def test_wake_calls_what_the_settings_name():
    assert notify.notify_worker()
    assert len(calls) == 1


def test_wake_without_setting_does_nothing(settings):
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"WAKE_UP": None}

    assert not notify.notify_worker()


def test_failure_is_swallowed_and_rests(caplog):
    behaviour.append(fail)

    assert [notify.notify_worker() for _ in range(3)] == [False] * 3
    assert len(calls) == 1
    assert "ConnectionError" in caplog.text


def test_setting_that_cannot_be_imported_is_swallowed(settings):
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"WAKE_UP": "nowhere.wake_up"}

    assert not notify.notify_worker()


def test_slow_success_rests_the_second_time(monkeypatch):
    monkeypatch.setattr(notify, "SLOW_SECONDS", 0.01)
    behaviour.append(lambda: time.sleep(0.02))

    for _ in range(4):
        notify.notify_worker()

    assert len(calls) == 2


def test_rest_ends_and_success_closes_the_circuit(monkeypatch):
    monkeypatch.setattr(notify, "PAUSE_SECONDS", 0.05)
    behaviour.append(fail)
    notify.notify_worker()
    time.sleep(0.06)
    behaviour.clear()

    assert [notify.notify_worker() for _ in range(3)] == [True] * 3


def test_after_a_rest_one_thread_tries_while_others_pass_by(monkeypatch):
    monkeypatch.setattr(notify, "PAUSE_SECONDS", 0.0)
    behaviour.append(fail)
    notify.notify_worker()
    monkeypatch.setattr(notify, "PAUSE_SECONDS", 60.0)
    others_are_through = threading.Event()
    behaviour[0] = others_are_through.wait
    threads = [threading.Thread(target=notify.notify_worker) for _ in range(8)]

    for thread in threads:
        thread.start()
    while sum(thread.is_alive() for thread in threads) > 1:
        time.sleep(0.01)
    others_are_through.set()
    for thread in threads:
        thread.join()

    assert len(calls) == 2


def finish_hints():
    for thread in threading.enumerate():
        if thread.name == "hcprograms-hints":
            thread.join(5)


def test_hurry_hints_from_another_thread_and_never_waits():
    started = time.monotonic()
    behaviour.append(lambda: time.sleep(0.2))

    notify.notify_worker_soon()

    waited = time.monotonic() - started
    finish_hints()
    assert calls == ["hcprograms-hints"]
    assert waited < 0.15


def test_hurries_that_come_close_share_a_hint():
    for _ in range(50):
        notify.notify_worker_soon()
    finish_hints()

    assert len(calls) in (1, 2)


def test_hurry_after_a_rest_hints_again():
    notify.notify_worker_soon()
    finish_hints()

    notify.notify_worker_soon()

    finish_hints()
    assert len(calls) == 2


def test_hurry_without_setting_starts_no_thread(settings):
    settings.HCPROGRAMS = settings.HCPROGRAMS | {"WAKE_UP": None}

    notify.notify_worker_soon()

    assert calls == []
    assert "hcprograms-hints" not in {thread.name for thread in threading.enumerate()}


def test_hint_is_given_in_a_process_that_was_forked_while_another_was_on_its_way(monkeypatch):
    """gunicorn forks what it has loaded; the thread stays behind in the parent."""
    monkeypatch.setattr(notify, "_hints", notify._Hints())
    gone = threading.Thread(target=str)
    gone.start()
    gone.join()
    monkeypatch.setattr(notify._hints, "_thread", gone)

    notify.notify_worker_soon()

    finish_hints()
    assert len(calls) == 1
