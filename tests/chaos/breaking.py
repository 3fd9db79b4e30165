"""What breaks inside a process, on demand: settings name it, the product knows nothing of it."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import time_machine
from django.apps import AppConfig
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

from tests.chaos.names import POISON

LEAD_IS_WRITTEN = 'INSERT INTO "hcprograms_lead"'


class Breaking(AppConfig):
    """Makes the messages of some people impossible to write."""

    name = "tests.chaos"
    label = "chaos"

    def ready(self) -> None:
        from hcprograms.followup import delivery  # noqa: PLC0415 (the apps must be ready)

        write = delivery.render_message

        def write_or_break(row: Any, *args: Any, **kwargs: Any) -> Any:
            if POISON in row.lead.name:
                raise ZeroDivisionError("a row that nobody can write")
            return write(row, *args, **kwargs)

        delivery.render_message = write_or_break


class DieAtCommit:
    """Middleware: whoever finds the file of this name first dies just before or after COMMIT."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with connection.execute_wrapper(self._write):
            return self.get_response(request)

    def _write(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if LEAD_IS_WRITTEN not in sql:
            return execute(sql, params, many, context)
        if _take("die-before-commit"):
            with transaction.atomic():
                execute(sql, params, many, context)
                _die()
        result = execute(sql, params, many, context)
        if _take("die-after-commit"):
            _die()
        return result


def _take(name: str) -> bool:
    """Whether this process, and no other, was asked."""
    try:
        Path(settings.VAR, name).unlink()
    except FileNotFoundError:
        return False
    return True


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def shift_clock(hours: float) -> None:
    """Let this process, and those it starts, believe that it is so much later; time goes on.

    Starting can take seconds on a busy machine, and processes of one machine share one clock: so
    what went by meanwhile is made up for.
    """
    clock = time_machine.travel(time.time() + hours * 3600, tick=True).start()
    real = time_machine.escape_hatch.time.time()
    clock.shift(real + hours * 3600 - time.time())
