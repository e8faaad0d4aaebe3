"""What the commands of `orderbot` do; each returns the exit code for the shell."""

import asyncio
import contextlib
import csv
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import structlog
import uvicorn

from bot.app import Doors, inbox_settings, open_core, open_couriers, open_doors, secret_keys
from bot.chat import Asked, ChatUser, Conversation, Message, Platform, Reader
from bot.inbox import Inbox, InboxBusy, InboxNotPossible, LeaseLost, Worker, check_runtime
from bot.inbox import migrate as migrate_inbox
from bot.keys import KeysUnusable
from bot.linking import CompanyRow, CompanyUnknown, ImportRefused, Linking
from bot.logs import set_up_logs
from bot.mail import MailUnusable
from bot.settings import Settings
from bot.store import DatabaseUrlUnusable, Store
from bot.web import web_app

OK = 0
FAILED = 1
USAGE_ERROR = 2
CONFIGURATION_ERROR = 78  # EX_CONFIG of sysexits.h
DRAIN_SECONDS = 8

_EXPLAINED = (
    InboxBusy,
    InboxNotPossible,
    KeysUnusable,
    MailUnusable,
    DatabaseUrlUnusable,
    CompanyUnknown,
    ImportRefused,
)


def run_serve(settings: Settings) -> int:
    """Receive and answer in one process."""
    return _serving(settings, _serve(settings))


def run_web(settings: Settings) -> int:
    """Receive only."""
    if settings.on_sqlite:
        return _say("Separate web and worker processes need PostgreSQL; on SQLite use `orderbot serve`.")
    return _serving(settings, _web(settings))


def run_worker(settings: Settings) -> int:
    """Answer only."""
    if settings.on_sqlite:
        return _say("Separate web and worker processes need PostgreSQL; on SQLite use `orderbot serve`.")
    return _serving(settings, _worker(settings))


def run_migrate(settings: Settings) -> int:
    """Bring store and inbox to this version's schema."""
    from bot.migrations import migrate

    with _explained() as outcome:
        secret_keys(settings)
        inbox = inbox_settings(settings)
        check_runtime(inbox)
        migrate(settings.database_url)
        migrate_inbox(inbox)
        print("The database is up to date.")
    return outcome.code


def run_ask(settings: Settings, *, text: str, as_user: str, locale: str, folder: Path) -> int:
    """Ask as somebody, print the answer, save its files."""
    user = _user(as_user)
    if user is None:
        return _say("Write the person as slack:T1/U1 or telegram:42.", USAGE_ERROR)
    set_up_logs(telegram=False)
    with _explained() as outcome:
        asyncio.run(_ask(settings, text, user, Reader(locale, settings.default_time_zone), folder))
    return outcome.code


def run_link(settings: Settings, *, as_user: str, company: str, name: str) -> int:
    """Link somebody on the operator's word."""
    user = _user(as_user)
    if user is None:
        return _say("Write the person as slack:T1/U1 or telegram:42.", USAGE_ERROR)

    async def link(linking: Linking) -> str:
        if name:
            row = CompanyRow(erp=settings.erp_name, erp_key=company, name=name)
            await linking.import_companies([row])
        linked = await linking.link_directly(user, settings.erp_name, company)
        return f"{user.key} now sees the orders of {linked.name}."

    return _with_linking(settings, link)


def run_companies_import(settings: Settings, file: Path) -> int:
    """Import companies and contacts from a CSV file."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = [_company_row(settings.erp_name, row) for row in csv.DictReader(lines)]
    except (OSError, UnicodeDecodeError) as error:
        return _say(f"{file} cannot be read: {error}", USAGE_ERROR)
    except KeyError as missing:
        return _say(f"{file} lacks the column {missing}; it needs company_key and company_name.", USAGE_ERROR)

    async def bring_in(linking: Linking) -> str:
        imported = await linking.import_companies(rows)
        return f"Imported: {imported.companies} companies, {imported.contacts} contacts."

    return _with_linking(settings, bring_in)


def run_telegram_register(settings: Settings, public_url: str) -> int:
    """Set webhook, commands and descriptions."""
    from telegram.error import TelegramError

    from bot.handlers.telegram.client import make_bot, redact
    from bot.handlers.telegram.setup import describe, register, unregister
    from bot.wording import Wording, load_catalogs

    async def tell() -> str:
        secret = settings.telegram_webhook_secret.get_secret_value()
        wording = Wording(load_catalogs(), supplier_name=settings.supplier_name)
        token = settings.telegram_bot_token.get_secret_value()
        async with make_bot(token, settings.telegram_api_url) as bot:
            await describe(bot, wording)
            if settings.telegram_mode == "polling":
                await unregister(bot)
                return "Commands are set; the bot fetches its updates itself."
            return f"Telegram now sends to {await register(bot, public_url, secret)}"

    if not settings.telegram_on:
        return _say("Set ORDERBOT_TELEGRAM_BOT_TOKEN to the token @BotFather shows.")
    try:
        print(asyncio.run(tell()))
    except (ValueError, TelegramError) as error:
        return _say(redact(str(error)), FAILED)
    return OK


async def _serve(settings: Settings) -> None:
    async with AsyncExitStack() as stack:
        worker = await stack.enter_async_context(_working(settings))
        inbox = Inbox(inbox_settings(settings), kept=worker.wake)
        stack.push_async_callback(inbox.close)
        doors = await stack.enter_async_context(open_doors(settings, inbox))

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
        await _until_one_ends(_listen(settings, doors, inbox.ready), *(loop() for loop in doors.loops))


async def _worker(settings: Settings) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with _working(settings) as worker:
        await _until_one_ends(stopped.wait(), worker.wait())


@asynccontextmanager
async def _working(settings: Settings) -> AsyncIterator[Worker]:
    async with open_core(settings) as core, open_couriers(core) as couriers:
        worker = Worker(inbox_settings(settings), core.assistant, couriers)
        await worker.start()
        try:
            yield worker
        finally:
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


async def _ask(settings: Settings, text: str, user: ChatUser, reader: Reader, folder: Path) -> None:
    from bot.handlers.console import ConsoleCourier

    async with open_core(settings) as core:
        courier = ConsoleCourier(core.wording, core.files, folder, print, reader)
        now = datetime.now(UTC)
        message = Message(
            id=f"console:{now.timestamp():020.6f}:{uuid4().hex}",
            sender=user,
            conversation=Conversation(Platform.CONSOLE, id=user.key),
            content=Asked(text),
            received_at=now,
        )
        reply = await core.assistant.answer(message, reader)
        for parcel in courier.parcels(message, reply):
            await parcel.send()
        for errand in reply.errands:
            await core.assistant.run(message, errand)


def _with_linking(settings: Settings, work: Callable[[Linking], Coroutine[Any, Any, str]]) -> int:
    async def run() -> None:
        store = Store(settings.database_url)
        try:
            print(await work(Linking(store, secret_keys(settings), ())))
        finally:
            await store.aclose()

    with _explained() as outcome:
        asyncio.run(run())
    return outcome.code


def _serving(settings: Settings, process: Coroutine[Any, Any, None]) -> int:
    missing = settings.missing()
    if missing:
        process.close()
        return _say("Before this can run, set:\n" + "\n".join(f"  {sentence}" for sentence in missing))
    set_up_logs(telegram=settings.telegram_on)
    with _explained() as outcome:
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


class _Outcome:
    code = OK


@contextlib.contextmanager
def _explained() -> Iterator[_Outcome]:
    """Turn what an operator can mend into a sentence and an exit code."""
    outcome = _Outcome()
    try:
        yield outcome
    except _EXPLAINED as error:
        outcome.code = _say(str(error))
    except LeaseLost as error:
        outcome.code = _say(f"This worker ended because it lost its lease: {error}", FAILED)
    except KeyboardInterrupt:
        outcome.code = FAILED


def _company_row(erp: str, row: dict[str, str]) -> CompanyRow:
    return CompanyRow(
        erp=erp,
        erp_key=row["company_key"],
        name=row["company_name"],
        tax_id=row.get("tax_id") or None,
        email=row.get("email") or None,
        contact_name=row.get("contact_name") or None,
    )


def _user(key: str) -> ChatUser | None:
    platform, _, rest = key.partition(":")
    workspace, _, user_id = rest.rpartition("/")
    if platform not in (Platform.SLACK, Platform.TELEGRAM) or not user_id:
        return None
    if (platform == Platform.SLACK) != bool(workspace):
        return None
    return ChatUser(Platform(platform), user_id, workspace)


def _say(sentence: str, code: int = CONFIGURATION_ERROR) -> int:
    print(sentence, file=sys.stderr)
    return code
