"""Logs of a process: one line an event on standard error, as JSON, without secrets or words of persons.

Events carry codes, ids and numbers. `message` is the id of what a person sent, from the moment it is
kept to the last delivery; `bot.seeing` counts and traces the same events.
"""

import json
import logging
import sys
from collections.abc import MutableMapping, Sequence
from datetime import UTC, datetime
from typing import Any

import stamina.instrumentation
import structlog

from bot.frames import came_through

_LONGEST = 300
"""Characters of what a library says."""


def set_up_logs(*, telegram: bool, watchers: Sequence[structlog.typing.Processor] = ()) -> None:
    """Called once by a process that serves; a library or test never does. `watchers` see each event."""
    # What a retry comes to is logged by who asked; each attempt would be noise.
    stamina.instrumentation.set_on_retry_hooks(())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OfLibraries())
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    processors: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        places_only,
    ]
    if telegram:
        from bot.handlers.telegram.client import protect_logs, redact_event

        protect_logs()
        processors.append(redact_event)
    structlog.configure(
        processors=[*processors, *watchers, _as_line],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def quiet_logs() -> None:
    """For short commands: warnings and worse, as JSON on standard error."""
    structlog.configure(
        processors=[structlog.processors.add_log_level, places_only, _as_line],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def places_only(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception becomes its type and the places it came through."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    elif isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["trace"] = came_through(error)
    return event


# structlog's own renderer makes an encoder for each line.
_encoded = json.JSONEncoder(default=repr).encode


def _as_line(_: object, __: str, event: MutableMapping[str, Any]) -> str:
    return _encoded(event)


class OfLibraries(logging.Formatter):
    """What libraries log, as a line like ours: no words of exceptions, and nothing after a first line.

    Some put a whole traceback into what they say.
    """

    def format(self, record: logging.LogRecord) -> str:
        said, *more = record.getMessage().splitlines() or [""]
        event: dict[str, Any] = {
            "event": "library",
            "logger": record.name,
            "said": said[:_LONGEST],
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
        }
        if more:
            event["lines_left_out"] = len(more)
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            event |= {"error": type(error).__name__, "trace": came_through(error)}
        return json.dumps(event, ensure_ascii=False)
