"""The long-lived commands: serve, web and worker; each returns the exit code for the shell."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import structlog
import uvicorn

from bot.app import (
    Core,
    Doors,
    inbox_settings,
    make_couriers,
    make_pages,
    open_core,
    open_doors,
    open_platforms,
)
from bot.exits import say
from bot.explained import explained
from bot.inbox import Inbox, Worker
from bot.logs import set_up_logs
from bot.settings import Settings
from bot.web import web_app

DRAIN_SECONDS = 8
BACKGROUND_SECONDS = 3.0


def run_serve(settings: Settings) -> int:
    """Receive and answer in one process."""
    return _serving(settings, _serve(settings))


def run_web(settings: Settings) -> int:
    """Receive only."""
    if settings.on_sqlite:
        return say("Separate web and worker processes need PostgreSQL; on SQLite use `orderbot serve`.")
    return _serving(settings, _web(settings))


def run_worker(settings: Settings) -> int:
    """Answer only."""
    if settings.on_sqlite:
        return say("Separate web and worker processes need PostgreSQL; on SQLite use `orderbot serve`.")
    return _serving(settings, _worker(settings))


async def _serve(settings: Settings) -> None:
    async with AsyncExitStack() as stack:
        worker, core = await stack.enter_async_context(_working(settings))
        inbox = Inbox(inbox_settings(settings), kept=worker.wake)
        stack.push_async_callback(inbox.close)
        doors = await stack.enter_async_context(open_doors(settings, inbox))
        doors = replace(doors, routes=(*doors.routes, *make_pages(core)))

        async def ready() -> bool:
            return worker.ready and await inbox.ready()

        await _until_one_ends(
            _listen(settings, doors, ready), worker.wait(), *(loop() for loop in doors.loops)
        )


async def _web(settings: Settings) -> None:
    async with AsyncExitStack() as stack:
        inbox = Inbox(inbox_settings(settings))
        stack.push_async_callback(inbox.close)
        doors = await stack.enter_async_context(open_doors(settings, inbox))
        if settings.public_url:
            # Pages answer at once, in this process, with an ERP connection of its own.
            platforms = await stack.enter_async_context(open_platforms(settings))
            core = await stack.enter_async_context(open_core(settings, inbox, platforms.memberships))
            doors = replace(doors, routes=(*doors.routes, *make_pages(core)))
        await _until_one_ends(_listen(settings, doors, inbox.ready), *(loop() for loop in doors.loops))


async def _worker(settings: Settings) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with _working(settings) as (worker, _):
        await _until_one_ends(stopped.wait(), worker.wait())


async def _after_a_while(endless: Coroutine[Any, Any, None]) -> None:
    """Begin background work once a process that has just started is done with what waits to be answered."""
    try:
        await asyncio.sleep(BACKGROUND_SECONDS)
    except asyncio.CancelledError:
        endless.close()
        raise
    await endless


@asynccontextmanager
async def _working(settings: Settings) -> AsyncIterator[tuple[Worker, Core]]:
    async with AsyncExitStack() as stack:
        # What the bot says without being asked goes the way of what it is asked.
        own_words = Inbox(inbox_settings(settings))
        stack.push_async_callback(own_words.close)
        platforms = await stack.enter_async_context(open_platforms(settings))
        core = await stack.enter_async_context(open_core(settings, own_words, platforms.memberships))
        worker = Worker(inbox_settings(settings), core.assistant, make_couriers(core, platforms))
        await worker.start()
        endless = (core.keeper.keep(), core.releaser.run(), core.filler.keep(), core.sweeper.run())
        loops = [asyncio.create_task(_after_a_while(one)) for one in endless]
        try:
            yield worker, core
        finally:
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)
            await worker.stop(DRAIN_SECONDS)


async def _listen(settings: Settings, doors: Doors, ready: Callable[[], Coroutine[Any, Any, bool]]) -> None:
    config = uvicorn.Config(
        web_app(doors, ready),
        host=settings.host,
        port=settings.port,
        lifespan="off",
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
    structlog.get_logger().info("listening", host=settings.host, port=settings.port)
    await _Server(config).serve()


class _Server(uvicorn.Server):
    """Ends on a signal as uvicorn does, but without raising it again: what follows must be closed too."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield


async def _until_one_ends(*endless: Coroutine[Any, Any, object]) -> None:
    tasks = [asyncio.ensure_future(one) for one in endless]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    for task in done:
        task.result()


def _serving(settings: Settings, process: Coroutine[Any, Any, None]) -> int:
    missing = settings.missing()
    if missing:
        process.close()
        return say("Before this can run, set:\n" + "\n".join(f"  {sentence}" for sentence in missing))
    set_up_logs(telegram=settings.telegram_on)
    with explained() as outcome:
        _run(process)
    return outcome.code


def _run(process: Coroutine[Any, Any, None]) -> None:
    try:
        import uvloop
    except ImportError:  # Windows has none
        asyncio.run(process)
        return
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(process)
