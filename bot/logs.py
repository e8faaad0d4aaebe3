"""Logs of a process: one line an event on standard error, as JSON, without secrets."""

import logging
import sys

import stamina.instrumentation
import structlog


def set_up_logs(*, telegram: bool) -> None:
    """Called once by a process that serves; a library or test never does."""
    # What a retry comes to is logged by who asked; each attempt would be noise.
    stamina.instrumentation.set_on_retry_hooks(())
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    processors: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.dict_tracebacks,
    ]
    if telegram:
        from bot.handlers.telegram.client import protect_logs, redact_event

        protect_logs()
        processors.append(redact_event)
    structlog.configure(
        processors=[*processors, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
