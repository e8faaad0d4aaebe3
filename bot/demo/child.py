"""A program beside this one: started, started again when it dies, and ended with it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

SECONDS_TO_END = 10.0
LONGEST_PAUSE = 10.0
TAIL = 12


class ChildFailed(Exception):
    """A program ended with an error; the text holds the last lines it wrote."""


async def finished(
    command: Sequence[str], *, environment: Mapping[str, str], folder: Path, log: Path
) -> None:
    """Run a program in a folder to its end; raises ChildFailed when it does not end well."""
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=folder,
            env=dict(environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        try:
            code = await process.wait()
        except asyncio.CancelledError:
            await _end(process)
            raise
    if code != 0:
        raise ChildFailed(f"`{' '.join(command[1:])}` ended with {code}.\n{tail(log)}")


class Child:
    """Keeps one program running in a folder; what it writes goes to `log`.

    A program that dies is started again after a pause that doubles from half a second to ten, and
    `tell` hears of it.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        log: Path,
        tell: Callable[[str], None],
    ) -> None:
        self._command = tuple(command)
        self._environment = dict(environment)
        self._folder = folder
        self._log = log
        self._tell = tell
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self._spawn()
        self._keeper = asyncio.create_task(self._keep())

    @property
    def pid(self) -> int:
        """The process id of the program that runs now."""
        if self._process is None:
            raise RuntimeError("The program has not been started.")
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def stop(self) -> None:
        """Ask it to end, and make it end after ten seconds."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        if self._process is not None:
            await _end(self._process)

    async def _keep(self) -> None:
        loop = asyncio.get_running_loop()
        pause = 0.5
        while self._process is not None:
            started = loop.time()
            code = await self._process.wait()
            if loop.time() - started > LONGEST_PAUSE:
                pause = 0.5
            # A Ctrl-C reaches every program of the terminal: this one is stopped while it waits here.
            await asyncio.sleep(pause)
            words = f"Its last words ({self._log}):\n{tail(self._log)}"
            self._tell(f"The bot ended with {code}; starting it again. {words}")
            pause = min(pause * 2, LONGEST_PAUSE)
            await self._spawn()

    async def _spawn(self) -> None:
        with self._log.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                cwd=self._folder,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )


def tail(log: Path) -> str:
    """The last lines of a log, indented."""
    lines = log.read_text("utf-8", errors="replace").splitlines()[-TAIL:] if log.exists() else []
    return "\n".join(f"    {line}" for line in lines)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(SECONDS_TO_END):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
