"""Log lines of a production site: one JSON object each, with ids and without personal data."""

import re
import traceback
from typing import Any

import structlog

IDS = [
    "follow_up",
    "purpose",
    "lead",
    "institution",
    "error",
    "stuck",
    "deferred",
    "refused",
    "paused_endpoints",
    "sent",
    "planned",
    "status_code",
]
"""What is taken from a line's ``extra``; a request, for example, is not."""
TOKEN = re.compile(r"[\w.:=~-]{40,}")


def write_json_lines(logging: dict[str, Any]) -> dict[str, Any]:
    """The same settings, with every line of the console as JSON."""
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(allow=IDS),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            tell_place_of_error,
            shorten_tokens,
            structlog.processors.JSONRenderer(),
        ],
    }
    handlers = {
        name: handler | {"formatter": "json"} for name, handler in logging["handlers"].items()
    }
    return logging | {"formatters": {"json": formatter}, "handlers": handlers}


def tell_place_of_error(logger: Any, name: str, event: dict[str, Any]) -> dict[str, Any]:
    """Kind and way of an exception, and not its text, which may quote what somebody typed."""
    told = event.pop("exc_info", None)
    event.pop("exception", None)
    event.pop("stack_info", None)
    if isinstance(told, tuple) and told[0] is not None:
        frames = traceback.extract_tb(told[2])
        event["error"] = told[0].__name__
        event["way"] = [f"{one.filename}:{one.lineno} {one.name}" for one in frames]
    return event


def shorten_tokens(logger: Any, name: str, event: dict[str, Any]) -> dict[str, Any]:
    """A signed link opens somebody's page: its token is worth more than a name."""
    event["event"] = TOKEN.sub("…", str(event.get("event", "")))
    return event
