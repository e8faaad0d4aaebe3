"""The event stream as a page reads it."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from bot.demo.events import StageEvent
from bot.demo.stream import EventLog


def event(text: str, kind: Any = "message") -> StageEvent:
    return StageEvent(platform="slack", kind=kind, person="ana", conversation="D0ANA", payload={"text": text})


async def read(stream: AsyncIterator[bytes], until: str) -> list[dict[str, str]]:
    """The frames up to and with one of a name, as a browser would take them apart."""
    frames: list[dict[str, str]] = []
    async with asyncio.timeout(10):
        async for chunk in stream:
            for block in chunk.decode().split("\n\n"):
                fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
                if "event" in fields:
                    frames.append(fields)
            if any(frame["event"] == until for frame in frames):
                return frames
    return frames


def texts(frames: list[dict[str, str]]) -> list[str]:
    return [json.loads(frame["data"])["payload"]["text"] for frame in frames if frame["event"] == "stage"]


async def test_a_page_that_opens_late_sees_everything_from_the_beginning() -> None:
    log = EventLog()
    log.publish(event("one"))
    log.publish(event("two"))
    frames = await read(log.stream(), "ready")
    assert [frame["event"] for frame in frames] == ["hello", "stage", "stage", "ready"]
    assert texts(frames) == ["one", "two"]


async def test_what_happens_while_a_page_is_open_follows() -> None:
    log = EventLog()
    stream = log.stream()
    await read(stream, "ready")
    log.publish(event("now"))
    assert texts(await read(stream, "stage")) == ["now"]


async def test_a_page_that_reconnects_gets_only_what_it_missed() -> None:
    log = EventLog()
    log.publish(event("one"))
    seen = (await read(log.stream(), "ready"))[1]["id"]
    log.publish(event("two"))
    assert texts(await read(log.stream(seen), "ready")) == ["two"]


async def test_a_page_of_an_earlier_run_starts_over() -> None:
    log = EventLog()
    log.publish(event("one"))
    for stranger in ("0000-1", f"{log.boot}-x", f"{log.boot}-²", "nonsense"):
        assert texts(await read(log.stream(stranger), "ready")) == ["one"]


async def test_typing_and_toasts_are_shown_once_and_never_again() -> None:
    log = EventLog()
    stream = log.stream()
    await read(stream, "ready")
    log.publish(event("is typing", kind="status"))
    assert texts(await read(stream, "stage")) == ["is typing"]
    assert texts(await read(log.stream(), "ready")) == []


async def test_a_quiet_stream_beats() -> None:
    log = EventLog(heartbeat_seconds=0.01)
    stream = log.stream()
    await read(stream, "ready")
    async with asyncio.timeout(10):
        assert await anext(stream) == b": beat\n\n"


async def test_closing_ends_every_stream() -> None:
    log = EventLog()
    stream = log.stream()
    await read(stream, "ready")
    log.close()
    async with asyncio.timeout(10):
        assert [chunk async for chunk in stream] == []
        assert len([chunk async for chunk in log.stream()]) == 2
