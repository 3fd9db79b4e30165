"""Whether the broker answers, asked in a way that never keeps anybody waiting for long."""

import logging
import threading
from collections.abc import Callable

from django.utils.module_loading import import_string

from hcprograms.conf import conf
from hcprograms.followup.wakeup import Breaker

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 0.5

_breaker = Breaker()


def find_broker_state(*, seconds: float = PATIENCE_SECONDS) -> bool | None:
    """Whether it answers in time; None where the settings name none (``CHECK_BROKER``).

    After a failure it counts as silent for a while without being asked again.
    """
    path = conf.check_broker
    if path is None:
        return None
    if not _breaker.enter():
        return False
    answers = _ask(import_string(path), seconds)
    _breaker.leave(well=answers)
    return answers


def _ask(check: Callable[[], object], seconds: float) -> bool:
    """In a thread of its own: whatever it hangs in, the caller goes on in time."""
    answered = threading.Event()

    def ask() -> None:
        try:
            check()
        except Exception as error:
            logger.warning("The broker does not answer.", extra={"error": type(error).__name__})
        else:
            answered.set()
        finally:
            is_over.set()

    is_over = threading.Event()
    threading.Thread(target=ask, name="hcprograms-broker", daemon=True).start()
    is_over.wait(seconds)
    return answered.is_set()
