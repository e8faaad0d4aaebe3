"""`python -m bench.acknowledging`: how fast an event is acknowledged, beside bare Bolt in the same run.

Ours checks the signature, reads who speaks and keeps the message durably (SQLite, synchronous) before it
answers. Bare Bolt, with `process_before_response`, checks the signature and runs an empty listener. Both
are one process behind uvicorn, set up alike; short rounds of the two alternate, so that a busy machine is
busy for both, and the ratio is the median of theirs. The floor beneath ours is bare Bolt's request and one
commit on the same disk, which is measured alone: an INSERT of one row by plain sqlite3, synchronous as ours.
"""

import asyncio
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import uvicorn
from cryptography.fernet import Fernet
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bench.running import process_of, ready
from bench.world import SIGNING_SECRET, SLACK_TOKEN, slack_question
from bot.demo.ports import free_ports
from bot.garbage import leave_alone_what_is_built
from bot.handlers.slack.app import slack_app
from bot.handlers.slack.door import SlackDoor
from bot.inbox import Inbox, InboxSettings, inbox_url
from bot.logs import set_up_logs
from bot.running import server_config
from bot.seeing.health import Health
from bot.web import Panel, public_app

CONNECTIONS = (1, 64)
ROUNDS = 9
SECONDS = 1.0
COMMITS = 300
_numbers = count(7_000_000)


def ours(database_url: str, key: str) -> ASGIApp:
    """The door, our Bolt app and the inbox, as a process of the bot has them; without a worker."""
    inbox = Inbox(InboxSettings(database_url=inbox_url(database_url), secret_keys=(key,), wake=False))
    door = SlackDoor(slack_app(inbox, bot_token=SLACK_TOKEN), signing_secret=SIGNING_SECRET)

    async def health() -> Health:
        return Health({})

    return public_app([], Panel(health), straight={"/slack/events": door})


def bare() -> Starlette:
    """Bolt as its documentation shows it, in the mode that answers when the listener is done."""

    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token=SLACK_TOKEN, bot_user_id="UBOT")

    app = AsyncApp(signing_secret=SIGNING_SECRET, authorize=authorize, process_before_response=True)

    @app.event("message")
    async def on_message() -> None:
        return None

    handler = AsyncSlackRequestHandler(app)

    async def on_slack(request: Request) -> Response:
        return await handler.handle(request)

    return Starlette(routes=[Route("/slack/events", on_slack, methods=["POST"])])


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url, key = f"sqlite:///{Path(folder) / 'bench.db'}", Fernet.generate_key().decode()
        environment = {**os.environ, "ORDERBOT_DATABASE_URL": url, "ORDERBOT_SECRET_KEYS": key}
        subprocess.run([sys.executable, "-m", "bot", "migrate"], env=environment, check=True)
        asyncio.run(_bench(url, key))


async def _bench(url: str, key: str) -> None:
    ours_port, bare_port = free_ports(2)
    serving = ["-m", "bench.acknowledging"]
    with ExitStack() as stack:
        stack.enter_context(process_of([*serving, "ours", str(ours_port), url, key]))
        stack.enter_context(process_of([*serving, "bare", str(bare_port)]))
        for port in (ours_port, bare_port):
            await ready(f"http://127.0.0.1:{port}/")
            await _rate(port, 4, 1.0)
        print(
            f"load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores; {ROUNDS} rounds of {SECONDS:g} s"
        )
        print(f"{'connections':>12}{'ours/s':>10}{'bare/s':>10}{'ratio':>8}")
        for connections in CONNECTIONS:
            rounds = [
                (await _rate(ours_port, connections, SECONDS), await _rate(bare_port, connections, SECONDS))
                for _ in range(ROUNDS)
            ]
            mine, theirs = (statistics.median(column) for column in zip(*rounds, strict=True))
            ratio = statistics.median(ours / bare for ours, bare in rounds)
            print(f"{connections:>12}{mine:>10.0f}{theirs:>10.0f}{ratio:>8.2f}")
        print(f"a commit alone: {_commit_seconds(Path(url.removeprefix('sqlite:///')).parent) * 1000:.2f} ms")


def _commit_seconds(folder: Path) -> float:
    """What one row costs that survives power loss, on the disk of this folder; the median."""
    connection = sqlite3.connect(folder / "alone.db")
    for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "CREATE TABLE kept (row TEXT)"):
        connection.execute(statement)
    took = []
    # The first ones make the log grow, which costs a disk more than to write over it.
    for _ in range(3 * COMMITS):
        began = time.perf_counter()
        connection.execute("INSERT INTO kept VALUES (?)", ("x" * 1000,))
        connection.commit()
        took.append(time.perf_counter() - began)
    connection.close()
    return statistics.median(took[-COMMITS:])


async def _rate(port: int, connections: int, seconds: float) -> float:
    """Acknowledgements a second over so many connections; a refusal is none."""
    address, until, done = f"http://127.0.0.1:{port}", time.monotonic() + seconds, 0
    connector = aiohttp.TCPConnector(limit=connections)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def ask_on() -> None:
            nonlocal done
            while time.monotonic() < until:
                number = next(_numbers)
                post = slack_question(number, str(number))
                async with session.post(
                    address + post.path, data=post.body, headers=post.headers
                ) as response:
                    await response.read()
                    if response.status not in (200, 503):
                        raise RuntimeError(f"answered {response.status}")
                # 503: not kept in time, which Slack would send again; it counts for nothing here.
                done += response.status == 200

        start = time.monotonic()
        await asyncio.gather(*(ask_on() for _ in range(connections)))
    return done / (time.monotonic() - start)


def _serve(which: str, port: str, *rest: str) -> None:
    set_up_logs(telegram=False)
    app: ASGIApp = ours(*rest) if which == "ours" else bare()
    if which == "ours":
        # As a process of the bot does once it listens.
        leave_alone_what_is_built()
    uvicorn.Server(server_config(app, "127.0.0.1", int(port))).run()


if __name__ == "__main__":
    _serve(*sys.argv[1:]) if len(sys.argv) > 1 else main()
