"""Logs of a process: one line an event on standard error, as JSON, without secrets or words of persons.

Events carry codes, ids and numbers. `message` is the id of what a person sent, from the moment it is
kept to the last delivery; `bot.seeing` counts and traces the same events.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping, Sequence
from pathlib import Path
from typing import Any

import stamina.instrumentation
import structlog


def set_up_logs(*, telegram: bool, watchers: Sequence[structlog.typing.Processor] = ()) -> None:
    """Called once by a process that serves; a library or test never does. `watchers` see each event."""
    # What a retry comes to is logged by who asked; each attempt would be noise.
    stamina.instrumentation.set_on_retry_hooks(())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Places("%(levelname)s %(name)s %(message)s"))
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
        processors=[*processors, *watchers, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def quiet_logs() -> None:
    """For short commands: warnings and worse, as JSON on standard error."""
    structlog.configure(
        processors=[structlog.processors.add_log_level, places_only, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def places_only(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception becomes its type and the places it came through.

    Its words may quote what a person wrote or an ERP answered, and its frames hold all of that.
    """
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    elif isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["trace"] = places_of(error)
    return event


def places_of(error: BaseException) -> str:
    """Where an exception came through, the innermost last."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)


class _Places(logging.Formatter):
    """What libraries log of exceptions, without the words."""

    def formatException(self, ei: Any) -> str:
        error = ei[1]
        return f"{type(error).__name__} {places_of(error)}" if isinstance(error, BaseException) else ""
