"""`orderbot demo`: the stage in this process, the bot as a real program beside it."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import uvicorn
from cryptography.fernet import Fernet
from starlette.types import ASGIApp

from bot.demo.called_wrongly import CalledWrongly
from bot.demo.child import Child, ChildFailed, finished, tail
from bot.demo.events import ORDER_URLS, SUPPLIER_TEAM
from bot.demo.ports import free_ports
from bot.demo.seeding import seed_links
from bot.demo.stage import Stage, StageKeys
from bot.demo.supplier.data import prepare
from bot.demo.supplier.papers import preload

PORTS_TRIED = 20
SECONDS_TO_START = 60.0
ERP_NAME = "demo"
Tell = Callable[[str], None]

WELCOME = """
  The demo is running: {url}

  Things to try, in Slack or in Telegram:
    1. As Ana, ask:  where is PO-7782?   and press the button for its invoice.
    2. As Ana, ask:  PO-7800   and choose among its three orders.
    3. As Bruno, ask the same. He is not linked yet: the bot tells how, the code is in the mailbox.
    4. As Ana, in Slack, say:  invite @Bruno Lima as buyer   and accept as Bruno.
    5. As Sofia, the supplier's support, say:  company northwind   and then:  open orders

  Ctrl-C stops everything.
"""


class DemoFailed(Exception):
    """The demo could not start; the text says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Show:
    """A demo that is running."""

    url: str
    stage: Stage
    bot: Child
    environment: Mapping[str, str]
    """What the bot was started with."""


def run_demo(port: int = 8000, folder: Path = Path(".demo")) -> int:
    """Play until Ctrl-C; the exit code for the shell.

    Every start begins with the same people, links and orders; what the bot stores lives in a folder
    per port and is cleared at the next start.
    """
    try:
        asyncio.run(_play(port, folder))
    except DemoFailed as failed:
        _say(str(failed))
        return 1
    except CalledWrongly as wrong:
        _say(f"Stopped. The bot made a call that {wrong}")
        return 1
    except (KeyboardInterrupt, asyncio.CancelledError):
        _say("Stopped.")
    return 0


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A stage that is set: everything the bot needs, and no bot yet."""

    url: str
    stage: Stage
    place: Path
    """A folder of its own for this run."""
    environment: Mapping[str, str]
    """What to start the bot with."""

    @property
    def bot_url(self) -> str:
        return f"http://127.0.0.1:{self.environment['ORDERBOT_PORT']}"


@contextlib.asynccontextmanager
async def playing(
    *, port: int, folder: Path, tell: Tell, around: Callable[[ASGIApp], ASGIApp] = lambda app: app
) -> AsyncIterator[Show]:
    """Start stage and bot, and end both afterwards; raises DemoFailed. Port 0 takes any free one.

    `around` may wrap the stage, to listen to what the bot says to it.
    """
    async with setting(port=port, folder=folder, tell=tell, around=around) as scene:
        log = scene.place / "bot.log"
        command = (sys.executable, "-m", "bot", "serve")
        # Not in the current folder: a .env there is for another bot.
        bot = Child(command, environment=scene.environment, folder=scene.place, log=log, tell=tell)
        await bot.start()
        loading = asyncio.create_task(asyncio.to_thread(preload))
        try:
            await _ready(bot, f"{scene.bot_url}/readyz", log)
            yield Show(url=scene.url, stage=scene.stage, bot=bot, environment=scene.environment)
        finally:
            await bot.stop()
            await loading


@contextlib.asynccontextmanager
async def setting(
    *,
    port: int,
    folder: Path,
    tell: Tell,
    around: Callable[[ASGIApp], ASGIApp] = lambda app: app,
    database_url: str = "",
) -> AsyncIterator[Scene]:
    """Set the stage: servers up, the bot's tables made, people seeded. `database_url` is SQLite if empty."""
    with _listening(port, tell) as listener:
        place = (folder / str(listener.getsockname()[1])).resolve()
        _cleared(place)
        await asyncio.to_thread(prepare, place / "supplier.db")
        url, (bot_port,) = f"http://127.0.0.1:{listener.getsockname()[1]}", free_ports(1)
        keys = StageKeys.fresh()
        stage = Stage(
            base_url=url,
            bot_url=f"http://127.0.0.1:{bot_port}",
            keys=keys,
            supplier_database=place / "supplier.db",
        )
        environment = {
            **bot_environment(stage, keys, bot_port=bot_port, secret_key=_secret_key(folder)),
            "ORDERBOT_DATABASE_URL": database_url or f"sqlite:///{place / 'orderbot.db'}",
        }
        async with stage.running(), _serving(around(stage.app()), listener, stage.close):
            environment |= {"ORDERBOT_SMTP_PORT": str(stage.mailbox.port)}
            await _migrated(environment, place)
            await seed_links(environment)
            yield Scene(url=url, stage=stage, place=place, environment=environment)


async def _play(port: int, folder: Path) -> None:
    # asyncio.run cancels this task at Ctrl-C; a polite kill shall do the same. Windows knows only Ctrl-C.
    playing_task = asyncio.current_task()
    if playing_task is not None and sys.platform != "win32":
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, playing_task.cancel)
    async with playing(port=port, folder=folder, tell=_say) as show:
        _say(WELCOME.format(url=show.url))
        await asyncio.Event().wait()


async def _migrated(environment: Mapping[str, str], place: Path) -> None:
    command = (sys.executable, "-m", "bot", "migrate")
    try:
        await finished(command, environment=environment, folder=place, log=place / "bot.log")
    except ChildFailed as failed:
        raise DemoFailed(f"The bot's database could not be made. {failed}") from failed


async def _ready(bot: Child, address: str, log: Path) -> None:
    """Wait until the bot says that it is ready; raises DemoFailed when it ends or takes too long."""
    async with httpx.AsyncClient(trust_env=False, timeout=2.0) as client:
        for _ in range(int(SECONDS_TO_START / 0.1)):
            if not bot.alive:
                raise DemoFailed(f"The bot ended while it started. Its last words ({log}):\n{tail(log)}")
            with contextlib.suppress(httpx.TransportError):
                if (await client.get(address)).status_code == httpx.codes.OK:
                    return
            await asyncio.sleep(0.1)
    raise DemoFailed(
        f"The bot was not ready after {SECONDS_TO_START:.0f} s. Its last words ({log}):\n{tail(log)}"
    )


def bot_environment(stage: Stage, keys: StageKeys, *, bot_port: int, secret_key: str) -> Mapping[str, str]:
    """What the bot is started with: this shell's environment, with every setting of the bot our own."""
    package = Path(__file__).resolve().parents[2]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ORDERBOT_")}
    return inherited | {
        "PYTHONPATH": os.pathsep.join(filter(None, [str(package), inherited.get("PYTHONPATH")])),
        "PYTHONUNBUFFERED": "1",
        "NO_PROXY": "127.0.0.1,localhost",
        "ORDERBOT_SUPPLIER_NAME": "Demo Supply",
        "ORDERBOT_SUPPORT_CONTACT": "support@supplier.example",
        "ORDERBOT_DEFAULT_TIME_ZONE": "America/Sao_Paulo",
        "ORDERBOT_SECRET_KEYS": secret_key,
        "ORDERBOT_HOST": "127.0.0.1",
        "ORDERBOT_PORT": str(bot_port),
        "ORDERBOT_PUBLIC_URL": f"http://127.0.0.1:{bot_port}",
        "ORDERBOT_PAGES_FRAMED_BY": stage.base_url,
        "ORDERBOT_ERP_NAME": ERP_NAME,
        "ORDERBOT_ERP_URL": stage.supplier_url,
        "ORDERBOT_ERP_TOKEN": keys.erp_token,
        "ORDERBOT_ERP_TIME_ZONE": "America/Sao_Paulo",
        "ORDERBOT_ERP_CONTACTS": "true",
        "ORDERBOT_PHONE_REGION": "BR",
        "ORDERBOT_SLACK_BOT_TOKEN": keys.slack_bot_token,
        "ORDERBOT_SLACK_MORE_BOT_TOKENS": f"{SUPPLIER_TEAM}={keys.slack_supplier_bot_token}",
        "ORDERBOT_SLACK_STAFF_WORKSPACE": SUPPLIER_TEAM,
        "ORDERBOT_SLACK_SIGNING_SECRET": keys.slack_signing_secret,
        "ORDERBOT_ORDER_URLS": ",".join(ORDER_URLS),
        "ORDERBOT_SLACK_API_URL": f"{stage.slack_url}/api/",
        "ORDERBOT_TELEGRAM_BOT_TOKEN": keys.telegram_bot_token,
        "ORDERBOT_TELEGRAM_WEBHOOK_SECRET": keys.telegram_webhook_secret,
        "ORDERBOT_TELEGRAM_API_URL": stage.telegram_url,
        "ORDERBOT_TELEGRAM_MESSAGES_PER_SECOND": "0",
        # On loopback, but no more than Telegram's own takes.
        "ORDERBOT_TELEGRAM_FILE_MEGABYTES": "50",
        "ORDERBOT_SMTP_HOST": "127.0.0.1",
        "ORDERBOT_SMTP_TLS": "none",
        "ORDERBOT_MAIL_FROM": "Demo Supply Orders <orders@supplier.example>",
    }


def _secret_key(folder: Path) -> str:
    """The key of this folder's demo, made at the first start."""
    kept = folder / "secret.key"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(Fernet.generate_key().decode(), "ascii")
    return kept.read_text("ascii").strip()


def _cleared(place: Path) -> None:
    place.mkdir(parents=True, exist_ok=True)
    for left in (*place.glob("orderbot.db*"), place / "bot.log"):
        left.unlink(missing_ok=True)


@contextlib.contextmanager
def _listening(port: int, tell: Tell) -> Iterator[socket.socket]:
    """A socket on the wanted port of 127.0.0.1, or on the next free one after it."""
    for tried in (port + step for step in range(PORTS_TRIED if port else 1)):
        listener = socket.socket()
        # As servers do it: a port whose last connections still linger is free.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", tried))
            listener.listen(128)
        except (OSError, OverflowError):
            listener.close()
            tell(f"Port {tried} is taken or not allowed; trying the next one.")
            continue
        with listener:
            yield listener
        return
    raise DemoFailed(f"No free port from {port} on. Choose another: orderbot demo --port 9000")


class _Server(uvicorn.Server):
    """Leaves the signals of the process to `run_demo`."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def _serving(
    app: ASGIApp, listener: socket.socket, before_end: Callable[[], None]
) -> AsyncIterator[None]:
    config = uvicorn.Config(
        app, lifespan="off", log_level="warning", access_log=False, timeout_graceful_shutdown=3
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        before_end()
        server.should_exit = True
        await serving


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
