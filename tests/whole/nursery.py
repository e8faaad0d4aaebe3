"""Starts bots to kill, fast: everything is imported once, and each bot is a fork of that."""

import multiprocessing
import os
from collections.abc import Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path

_FORKS = multiprocessing.get_context("forkserver")
HEAVY = [
    "bot.running",
    "bot.handlers.slack.app",
    "bot.handlers.slack.courier",
    "bot.handlers.telegram.door",
    "bot.handlers.telegram.intake",
    "bot.handlers.telegram.courier",
]


def bot_process(command: str, environment: Mapping[str, str], log: Path) -> ForkServerProcess:
    """`orderbot COMMAND` in a process of its own, not started yet. `kill` sends it SIGKILL."""
    _FORKS.set_forkserver_preload(HEAVY)
    return _FORKS.Process(target=_run, args=(command, dict(environment), str(log)), daemon=True)


def killable_bot(environment: Mapping[str, str], folder: Path) -> ForkServerProcess:
    """`orderbot serve` under way, its log in a folder."""
    process = bot_process("serve", environment, folder / "bot.log")
    process.start()
    return process


def _run(command: str, environment: dict[str, str], log: str) -> None:
    os.environ.clear()
    os.environ.update(environment)
    with open(log, "ab") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    os.chdir(Path(log).parent)

    from bot.running import run_serve, run_web, run_worker
    from bot.settings import Settings

    commands = {"serve": run_serve, "web": run_web, "worker": run_worker}
    raise SystemExit(commands[command](Settings()))
