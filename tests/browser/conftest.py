"""Headless Chromium against the demo page. Without Chromium: skipped here, failed in CI."""

import asyncio
import contextlib
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from bot.demo.events import StageEvent
from bot.demo.stage import Stage, StageKeys
from bot.demo.supplier.data import prepare
from tests.support.serving import address, held_port

DESKTOP = (1360, 900)
PHONE = (390, 844)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
OpenPage = Callable[..., Page]


def chromium() -> str:
    """Where Chromium is; ends the test when there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        reason = "Chromium is not on this machine: install Debian's package chromium, or set CHROMIUM."
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=20_000)
    # For a module only: while it is open, this thread counts as running an event loop.
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens the demo page; the test fails for any error in it and any request beyond this machine."""
    trouble: list[str] = []

    def noted(message: ConsoleMessage) -> None:
        # That an answer is a refusal is noted by the browser; the orders' page tells it to the person.
        told = "/app/api/" in message.location.get("url", "") and "status of" in message.text
        if message.type in ("error", "warning") and not told:
            trouble.append(message.text)

    def requested(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:", "chrome-extension:")):
            trouble.append(f"request to {request.url}")

    def opener(
        url: str,
        *,
        size: tuple[int, int] = DESKTOP,
        scheme: Literal["light", "dark"] = "light",
        person: str = "ana",
    ) -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, locale="en-GB"
        )
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", noted)
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("request", requested)
        page.goto(f"{url}/#{person}")
        page.locator("body[data-ready]").wait_for()
        return page

    yield opener
    for context in browser.contexts:
        context.close()
    assert trouble == []


class LiveStage:
    """A stage without a bot, in a thread of its own, on which a test lets things happen."""

    def __init__(self, folder: Path) -> None:
        prepare(folder / "supplier.db")
        self._listener, self._nobody = socket.create_server(("127.0.0.1", 0)), held_port()
        self.url = address(self._listener)
        self._make: Callable[[], Stage] = lambda: Stage(
            base_url=self.url,
            bot_url=address(self._nobody),
            keys=StageKeys.fresh(),
            supplier_database=folder / "supplier.db",
        )
        self._up = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    @contextlib.contextmanager
    def running(self) -> Iterator["LiveStage"]:
        self._thread.start()
        assert self._up.wait(20)
        try:
            yield self
        finally:
            self._loop.call_soon_threadsafe(self._end)
            self._thread.join(20)
            self._nobody.close()

    def happens(
        self, platform: Literal["slack", "telegram", "mail"], kind: Any, payload: dict[str, Any], **place: str
    ) -> None:
        """Let a person (Ana, in her own chat, unless told otherwise) see something."""
        own = {"slack": "D0ANA", "telegram": "700001", "mail": "ana.souza@northwind.example"}[platform]
        event = StageEvent(
            platform=platform,
            kind=kind,
            person=place.get("person", "ana"),
            conversation=place.get("conversation", own),
            payload=payload,
        )
        self._loop.call_soon_threadsafe(self.stage.log.publish, event)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.stage = self._make()
        self._server = uvicorn.Server(
            uvicorn.Config(self.stage.app(), lifespan="off", log_level="error", timeout_graceful_shutdown=1)
        )
        async with self.stage.running():
            self._up.set()
            await self._server.serve(sockets=[self._listener])

    def _end(self) -> None:
        self.stage.close()
        self._server.should_exit = True


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[LiveStage]:
    with LiveStage(tmp_path).running() as live:
        yield live


@pytest.fixture(scope="module")
def demo_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with a_demo(tmp_path_factory.mktemp("demo")) as url:
        yield url


@contextlib.contextmanager
def a_demo(folder: Path) -> Iterator[str]:
    """The whole demo as `make demo` starts it, on a free port; gives its address.

    One person may do sixty things in a minute there, as everywhere, and a browser is quicker than people.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", "--port", "0", "--folder", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    said: list[str] = []
    try:
        for line in process.stdout:
            said.append(line)
            if "The demo is running: " in line:
                url = line.partition("running: ")[2].strip()
                await_numbers(folder / url.rpartition(":")[2] / "orderbot.db")
                yield url
                break
        else:
            pytest.fail("The demo did not start:\n" + "".join(said))
    finally:
        process.terminate()
        with process.stdout:
            said.extend(process.stdout)
        assert process.wait(30) == 0, "".join(said)


def await_numbers(database: Path) -> None:
    """Wait until the bot knows the orders' numbers: it reads them some seconds after its start,
    and a browser types faster than that.
    """
    for _ in range(300):
        with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as opened:
            if opened.execute("SELECT 1 FROM number_shelves WHERE filled").fetchone():
                return
        time.sleep(0.1)
    pytest.fail("The bot has not read the orders' numbers within 30 seconds.")
