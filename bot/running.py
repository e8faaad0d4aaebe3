"""The long-lived commands: serve, web and worker; each returns the exit code for the shell."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import structlog
import uvicorn
from starlette.types import ASGIApp

from bot.app import make_couriers, make_pages, open_core, open_doors, open_platforms
from bot.building.basics import inbox_settings
from bot.building.built import Core, Doors
from bot.exits import say
from bot.explained import explained
from bot.garbage import leave_alone_what_is_built
from bot.health import looks_of
from bot.inbox import Inbox, Worker
from bot.logs import set_up_logs
from bot.settings import Settings
from bot.store import Store
from bot.told_in_line import StoredTold
from bot.watched import Seen, watched
from bot.web import Panel, operators_app, public_app

DRAIN_SECONDS = 8
BACKGROUND_SECONDS = 3.0


def run_serve(settings: Settings) -> int:
    """Receive and answer in one process."""
    return _serving(settings, _serve)


def run_web(settings: Settings) -> int:
    """Receive only."""
    if settings.on_sqlite:
        return say("Separate web and worker processes need PostgreSQL; on SQLite use `orderbot serve`.")
    return _serving(settings, _web)


def run_worker(settings: Settings) -> int:
    """Answer only."""
    if settings.on_sqlite:
        return say("Separate web and worker processes need PostgreSQL; on SQLite use `orderbot serve`.")
    return _serving(settings, _worker)


async def _serve(settings: Settings, seen: Seen) -> None:
    async with AsyncExitStack() as stack:
        worker, core, own = await stack.enter_async_context(_working(settings))
        inbox = Inbox(inbox_settings(settings), kept=worker.wake)
        stack.push_async_callback(inbox.close)
        doors = await stack.enter_async_context(open_doors(settings, inbox))
        doors = replace(doors, routes=(*doors.routes, *make_pages(core)))
        panel = seen.panel(inbox, looks_of(core.store, own, worker=worker, erps=_breakers(core)))
        await _until_one_ends(
            _listen(settings, doors, panel),
            worker.wait(),
            *_operators(settings, panel),
            *(loop() for loop in doors.loops),
        )


async def _web(settings: Settings, seen: Seen) -> None:
    async with AsyncExitStack() as stack:
        store = Store(settings.database_url)
        stack.push_async_callback(store.aclose)
        inbox = Inbox(inbox_settings(settings))
        stack.push_async_callback(inbox.close)
        doors = await stack.enter_async_context(open_doors(settings, inbox))
        erps = None
        if settings.public_url:
            # Pages answer at once, in this process, with an ERP connection of its own.
            platforms = await stack.enter_async_context(open_platforms(settings))
            core = await stack.enter_async_context(open_core(settings, inbox, platforms.memberships))
            doors = replace(doors, routes=(*doors.routes, *make_pages(core)))
            erps = _breakers(core)
        panel = seen.panel(inbox, looks_of(store, inbox, erps=erps))
        await _until_one_ends(
            _listen(settings, doors, panel),
            *_operators(settings, panel),
            *(loop() for loop in doors.loops),
        )


async def _worker(settings: Settings, seen: Seen) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with _working(settings) as (worker, core, own):
        panel = seen.panel(own, looks_of(core.store, own, worker=worker, erps=_breakers(core)))
        await _until_one_ends(stopped.wait(), worker.wait(), *_operators(settings, panel))


def _breakers(core: Core) -> Mapping[str, Callable[[], bool]]:
    names = [erp.name for erp in core.settings.erps.values()]
    return {name: partial(core.gateway.available, name) for name in names}


async def _after_a_while(endless: Coroutine[Any, Any, None]) -> None:
    """Begin background work once a process that has just started is done with what waits to be answered."""
    try:
        await asyncio.sleep(BACKGROUND_SECONDS)
    except asyncio.CancelledError:
        endless.close()
        raise
    await endless


@asynccontextmanager
async def _working(settings: Settings) -> AsyncIterator[tuple[Worker, Core, Inbox]]:
    async with AsyncExitStack() as stack:
        # What the bot says without being asked goes the way of what it is asked.
        own_words = Inbox(inbox_settings(settings))
        stack.push_async_callback(own_words.close)
        platforms = await stack.enter_async_context(open_platforms(settings))
        core = await stack.enter_async_context(
            open_core(settings, own_words, platforms.memberships, platforms.fetchers)
        )
        worker = Worker(
            inbox_settings(settings),
            core.assistant,
            make_couriers(core, platforms, own_words),
            group=core.desk.regulars.group,
            told=StoredTold(core.store, core.linking.books.keys),
        )
        await worker.start()
        endless = (core.keeper.keep(), core.releaser.run(), core.filler.keep(), core.sweeper.run())
        loops = [asyncio.create_task(_after_a_while(one)) for one in endless]
        try:
            yield worker, core, own_words
        finally:
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)
            await worker.stop(DRAIN_SECONDS)


async def _listen(settings: Settings, doors: Doors, panel: Panel) -> None:
    token = settings.metrics_token.get_secret_value()
    app = public_app(doors.routes, panel, straight=doors.straight, metrics_token=token)
    structlog.get_logger().info("listening", host=settings.host, port=settings.port)
    await _Server(server_config(app, settings.host, settings.port)).serve()


def _operators(settings: Settings, panel: Panel) -> Sequence[Coroutine[Any, Any, None]]:
    """The operator's own pages, where they have a port."""
    if not settings.ops_port:
        return ()
    app = operators_app(panel, metrics_token=settings.metrics_token.get_secret_value())
    return (_Aside(server_config(app, settings.ops_host, settings.ops_port)).serve(),)


def server_config(app: ASGIApp, host: str, port: int) -> uvicorn.Config:
    """How every process of the bot serves HTTP."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        lifespan="off",
        access_log=False,
        # What it logs goes where all logs go, as one line of theirs.
        log_config=None,
        log_level="warning",
        server_header=False,
        # Nothing here asks for the address of whoever calls.
        proxy_headers=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )


class _Server(uvicorn.Server):
    """Ends on a signal as uvicorn does, but without raising it again: what follows must be closed too."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield


class _Aside(uvicorn.Server):
    """Leaves signals to the process: it ends when its task is cancelled."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _until_one_ends(*endless: Coroutine[Any, Any, object]) -> None:
    leave_alone_what_is_built()
    tasks = [asyncio.ensure_future(one) for one in endless]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    for task in done:
        task.result()


def _serving(settings: Settings, process: Callable[[Settings, Seen], Coroutine[Any, Any, None]]) -> int:
    missing = settings.missing()
    if missing:
        return say("Before this can run, set:\n" + "\n".join(f"  {sentence}" for sentence in missing))
    with explained() as outcome, watched(settings) as seen:
        set_up_logs(telegram=settings.telegram_on, watchers=seen.watchers)
        _run(process(settings, seen))
    if outcome.reason:
        structlog.get_logger().critical("process_ended", reason=outcome.reason)
    return outcome.code


def _run(process: Coroutine[Any, Any, None]) -> None:
    try:
        import uvloop
    except ImportError:  # Windows has none
        asyncio.run(process)
        return
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(process)
