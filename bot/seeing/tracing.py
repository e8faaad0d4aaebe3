"""OpenTelemetry traces, made from the log's events: one that took `seconds` is a span.

The trace of a message has an id made of the message's own, and its root is the commit that kept it.
So processes need not hand anything on: the worker's spans find the web process's, and a message taken
over after a crash goes on in the trace it began in. Imported only where ORDERBOT_TRACES_URL is set.
"""

import threading
import time
from collections.abc import MutableMapping
from hashlib import blake2b
from typing import Any, Final

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import IdGenerator, RandomIdGenerator
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags

ROOT: Final = "message_kept"
_TOLD: Final = frozenset(
    {"platform", "kind", "outcome", "erp", "operation", "intent", "reason", "step", "act"}
)
"""What a span says: codes of ours. Nothing else of an event leaves the process."""


class Tracer:
    """Sends spans to an OTLP collector over HTTP, in batches, from a thread of its own."""

    def __init__(self, url: str) -> None:
        self._ids = _Ids()
        self._turn = threading.Lock()
        self._provider = TracerProvider(
            resource=Resource.create({"service.name": "orderbot"}), id_generator=self._ids
        )
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=url, timeout=10)))
        self._tracer = self._provider.get_tracer("orderbot")

    def note(self, _: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """A structlog processor: hands the event on as it is."""
        message, seconds = event.get("message"), event.get("seconds")
        if isinstance(message, str) and isinstance(seconds, int | float):
            self._span(message, event, seconds)
        return event

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()

    def _span(self, message: str, event: MutableMapping[str, Any], seconds: float) -> None:
        name, ended = str(event.get("event")), time.time_ns()
        trace_id, root_id = ids_of(message)
        parent = NonRecordingSpan(SpanContext(trace_id, root_id, True, TraceFlags(TraceFlags.SAMPLED)))
        told = {key: str(value) for key, value in event.items() if key in _TOLD}
        with self._turn:
            self._ids.next = (trace_id, root_id) if name == ROOT else None
            span = self._tracer.start_span(
                name,
                context=None if name == ROOT else trace.set_span_in_context(parent),
                start_time=ended - int(seconds * 1e9),
                attributes={"orderbot.message": message, **told},
            )
            self._ids.next = None
        if event.get("level") in ("error", "critical"):
            span.set_status(trace.StatusCode.ERROR)
        span.end(ended)


def ids_of(message: str) -> tuple[int, int]:
    """Trace id and id of the root span of a message."""
    digest = blake2b(message.encode(), digest_size=24).digest()
    return int.from_bytes(digest[:16], "big"), int.from_bytes(digest[16:], "big")


class _Ids(IdGenerator):
    """Random ids, but for the next root, whose ids are known."""

    def __init__(self) -> None:
        self._random = RandomIdGenerator()
        self.next: tuple[int, int] | None = None

    def generate_trace_id(self) -> int:
        return self.next[0] if self.next else self._random.generate_trace_id()

    def generate_span_id(self) -> int:
        return self.next[1] if self.next else self._random.generate_span_id()

    def is_trace_id_random(self) -> bool:
        return False
