"""When a loopback ERP was asked and a platform was told: CLOCK_MONOTONIC, which processes share."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.world import NUMBER


class Timeline:
    """When each order was asked of the ERP, and when its answer reached a platform."""

    def __init__(self) -> None:
        self.erp: dict[str, list[tuple[float, float]]] = {}
        self.delivered: dict[str, float] = {}
        self.in_line: list[float] = []
        """When somebody was told to wait."""

    @contextmanager
    def asked(self, number: str) -> Iterator[None]:
        start = time.monotonic()
        yield
        self.erp.setdefault(number, []).append((start, time.monotonic()))

    def sent(self, body: bytes) -> None:
        text = body.decode(errors="replace")
        if "waits in line" in text or "waits+in+line" in text:
            self.in_line.append(time.monotonic())
        if number := NUMBER.search(text):
            self.delivered.setdefault(number.group(), time.monotonic())

    def told(self) -> dict[str, Any]:
        """All of it."""
        return {"erp": self.erp, "delivered": self.delivered, "in_line": self.in_line}

    def forget(self) -> None:
        """Begin anew: a long run would grow, and asks about the same orders again."""
        for noted in (self.erp, self.delivered, self.in_line):
            noted.clear()
