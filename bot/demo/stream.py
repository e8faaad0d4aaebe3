"""What happened on the stage, kept and streamed to pages as Server-Sent Events."""

import asyncio
import json
import secrets
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict
from typing import Any

from bot.demo.events import StageEvent

KEPT = 5000
HEARTBEAT_SECONDS = 15.0
PASSING = frozenset({"status", "toast"})
"""Kinds that mean something only at the moment they happen: never replayed."""


class EventLog:
    """Every event of one run of the stage, so that a page that is opened later shows all of it."""

    def __init__(self, *, heartbeat_seconds: float = HEARTBEAT_SECONDS) -> None:
        self.boot = secrets.token_hex(4)
        """Names this run; a page that sees another one starts over."""
        self._heartbeat = heartbeat_seconds
        self._count = 0
        self._kept: deque[tuple[int, bytes]] = deque(maxlen=KEPT)
        self._listeners: set[asyncio.Queue[bytes | None]] = set()
        self._closed = False

    def publish(self, event: StageEvent) -> None:
        self._count += 1
        told = frame("stage", asdict(event), f"{self.boot}-{self._count}")
        if event.kind not in PASSING:
            self._kept.append((self._count, told))
        self._tell(told)

    def announce(self, name: str, data: Mapping[str, Any]) -> None:
        """Tell the pages that are open now; not kept."""
        self._tell(frame(name, data))

    def close(self) -> None:
        """End every stream, so that a server can stop."""
        self._closed = True
        self._tell(None)

    async def stream(self, last_seen: str = "", *, opening: bytes = b"") -> AsyncIterator[bytes]:
        """Everything after `last_seen` (the id of an earlier event), then what happens from now on.

        Begins with `hello`, tells by `ready` where history ends, and beats while nothing happens.
        """
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        after = self._position(last_seen)
        history = [told for number, told in self._kept if number > after]
        self._listeners.add(queue)
        try:
            yield b"retry: 1000\n\n" + frame("hello", {"boot": self.boot}) + opening + b"".join(history)
            yield frame("ready", {})
            while not self._closed:
                try:
                    async with asyncio.timeout(self._heartbeat):
                        told = await queue.get()
                except TimeoutError:
                    told = b": beat\n\n"
                if told is None:
                    return
                yield told
        finally:
            self._listeners.discard(queue)

    def _tell(self, told: bytes | None) -> None:
        for queue in self._listeners:
            queue.put_nowait(told)

    def _position(self, last_seen: str) -> int:
        boot, _, number = last_seen.partition("-")
        return int(number) if boot == self.boot and number.isascii() and number.isdigit() else 0


def frame(name: str, data: Mapping[str, Any], number: str = "") -> bytes:
    """One Server-Sent Event; `number` is the id a page sends back when it reconnects."""
    head = f"id: {number}\n" if number else ""
    return f"{head}event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
