"""Prometheus metrics, counted from the log's events.

Each process has its own; Prometheus adds them up. Labels are codes of ours: a value that is no code,
or one too many of a metric, is counted as `other`, so that nothing from outside makes a series.
"""

import re
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
SERIES_LIMIT: Final = 300
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./-]{0,59}")
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200)
_LOUD: Final = {"warning", "error", "critical"}


class Meters:
    """The metrics of one process. `note` is a structlog processor; thread-safe, as its parts are."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        self._seen: dict[str, set[tuple[str, ...]]] = {}

        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(f"orderbot_{name}", text, labels, registry=registry)

        def seconds(name: str, text: str, *labels: str) -> Histogram:
            return Histogram(f"orderbot_{name}_seconds", text, labels, registry=registry, buckets=_SECONDS)

        self._events = counter("events", "Events kept, by platform and kind.", "platform", "kind")
        self._events_lost = counter("events_not_kept", "Events a platform must send again.", "reason")
        self._keep = seconds("keep", "From an event's arrival in the inbox to its commit.")
        self._questions = counter("questions", "Questions, by what was asked and how.", "intent", "outcome")
        self._compose = seconds("compose", "Composing one answer, ERP included.", "platform", "outcome")
        self._messages = seconds("message", "From a message's arrival to its last delivery.", "platform")
        self._sends = counter(
            "deliveries", "Tries to deliver, by how they went.", "platform", "kind", "outcome"
        )
        self._send = seconds("delivery", "One try to deliver.", "platform", "kind")
        self._refusals = counter(
            "platform_errors", "What platforms refused or put off, by their code.", "platform", "reason"
        )
        self._erp_asked = counter("erp_asked", "Questions to an ERP.", "erp", "operation", "outcome")
        self._erp = seconds("erp", "How long an ERP took for a question.", "erp", "operation")
        self._erp_there = Gauge(
            "orderbot_erp_available", "0 while an ERP is let be, as it does not answer.", ["erp"],
            registry=registry,
        )  # fmt: skip
        self._acts = counter("acts", "Rows of the audit: what was done, and how it ended.", "act", "outcome")
        self._links = counter("links", "Ways in and out: links made, refused and ended.", "act", "outcome")
        self._files = counter("files", "Documents handed over or not.", "outcome")
        self._problems = counter("problems", "Warnings and errors of the log.", "level", "event")
        self._taken_over = counter("taken_over", "Messages taken over from workers that died.")
        self._waiting = Gauge(
            "orderbot_queue_waiting", "Messages kept and not yet answered.", registry=registry
        )
        self._oldest = Gauge(
            "orderbot_queue_oldest_seconds", "Age of the oldest of them that is due.", registry=registry
        )
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        self._counts: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
            "message_kept": self._kept,
            "message_not_kept": lambda event: self._up(self._events_lost, event.get("reason")),
            "answered": lambda event: self._up(self._questions, event.get("intent"), event.get("outcome")),
            "composed": self._composed,
            "delivery_tried": self._delivered,
            "message_done": self._done,
            "erp_asked": self._asked,
            "erp_away": lambda event: self._set(self._erp_there, 0, event.get("erp")),
            "erp_back": lambda event: self._set(self._erp_there, 1, event.get("erp")),
            "audited": self._audited,
            "work_taken_over": lambda event: self._taken_over.inc(int(event.get("messages", 1))),
        }

    def knows_erp(self, name: str) -> None:
        """Show an ERP as available from the start, before anybody asked it."""
        self._set(self._erp_there, 1, name)

    def note(self, _: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """Count an event on its way to the log, and hand it on as it is."""
        name = str(event.get("event", ""))
        count = self._counts.get(name)
        if count is not None:
            count(event)
        level = str(event.get("level", method))
        if level in _LOUD:
            self._up(self._problems, level, name)
        return event

    def page(self, waiting: int | None, oldest_seconds: float) -> bytes:
        """The text Prometheus reads; `waiting` is None where the queue could not be looked at."""
        self._waiting.set(float("nan") if waiting is None else waiting)
        self._oldest.set(float("nan") if waiting is None else oldest_seconds)
        return generate_latest(self.registry)

    def _kept(self, event: Mapping[str, Any]) -> None:
        self._up(self._events, event.get("platform"), event.get("kind"))
        self._keep.observe(_number(event))

    def _composed(self, event: Mapping[str, Any]) -> None:
        labels = self._labels(self._compose, event.get("platform"), event.get("outcome"))
        self._compose.labels(*labels).observe(_number(event))

    def _delivered(self, event: Mapping[str, Any]) -> None:
        platform, kind, outcome = event.get("platform"), event.get("kind"), event.get("outcome")
        self._up(self._sends, platform, kind, outcome)
        self._send.labels(*self._labels(self._send, platform, kind)).observe(_number(event))
        if outcome != "done":
            self._up(self._refusals, platform, event.get("reason"))

    def _done(self, event: Mapping[str, Any]) -> None:
        labels = self._labels(self._messages, event.get("platform"))
        self._messages.labels(*labels).observe(_number(event))

    def _asked(self, event: Mapping[str, Any]) -> None:
        erp, operation = event.get("erp"), event.get("operation")
        self._up(self._erp_asked, erp, operation, event.get("outcome"))
        self._erp.labels(*self._labels(self._erp, erp, operation)).observe(_number(event))

    def _audited(self, event: Mapping[str, Any]) -> None:
        act, outcome = event.get("act"), event.get("outcome")
        self._up(self._acts, act, outcome)
        if act in _LINKING:
            self._up(self._links, act, outcome)
        elif act == "file":
            self._up(self._files, outcome)

    def _up(self, counter: Counter, *values: object) -> None:
        counter.labels(*self._labels(counter, *values)).inc()

    def _set(self, gauge: Gauge, to: float, *values: object) -> None:
        gauge.labels(*self._labels(gauge, *values)).set(to)

    def _labels(self, metric: Counter | Gauge | Histogram, *values: object) -> tuple[str, ...]:
        labels = tuple(_code(value) for value in values)
        seen = self._seen.setdefault(metric._name, set())
        if labels in seen:
            return labels
        if len(seen) >= SERIES_LIMIT:
            return ("other",) * len(labels)
        seen.add(labels)
        return labels


_LINKING: Final = {
    "code_request", "code_fail", "link", "unlink", "invite", "invitation", "join_request", "decide",
    "phone", "workspace", "channel", "staff",
}  # fmt: skip


def _code(value: object) -> str:
    text = str(value)
    return text if _CODE.fullmatch(text) else "other"


def _number(event: Mapping[str, Any]) -> float:
    seconds = event.get("seconds", 0.0)
    return float(seconds) if isinstance(seconds, int | float) else 0.0
