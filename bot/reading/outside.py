"""Reading in a process of its own, which is ended when it takes too long."""

import asyncio
import json
import sys
from contextlib import suppress
from pathlib import Path

import structlog

from bot.reading.found import LONGEST_NUMBER, MOST_NUMBERS, Seen

SECONDS = 30.0
AT_ONCE = 2
_COMMAND = (sys.executable, "-P", "-m", "bot.reading.child")
_OURS = str(Path(__file__).parents[2])


class Glasses:
    """Reads what people show, two things at a time. For one event loop."""

    def __init__(self, *, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._free = asyncio.Semaphore(AT_ONCE)

    async def read(self, content: bytes) -> Seen:
        """The numbers on it; what ends the process that reads is a picture that cannot be read."""
        async with self._free:
            process = await asyncio.create_subprocess_exec(
                *_COMMAND,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                # Neither a key nor a token of ours.
                env={"PATH": "", "LANG": "C.UTF-8", "PYTHONPATH": _OURS},
            )
            try:
                async with asyncio.timeout(self._seconds):
                    said, _ = await process.communicate(content)
            except TimeoutError:
                structlog.get_logger().warning("reading_ended", reason="too_long")
                return Seen(problem="too_long")
            finally:
                if process.returncode is None:
                    with suppress(ProcessLookupError):
                        process.kill()
                    await process.wait()
        return _told(said)


def _told(said: bytes) -> Seen:
    """What the process said; it has read hostile bytes, so it is not believed beyond its form."""
    try:
        told = json.loads(said)
        numbers = [one[:LONGEST_NUMBER] for one in told["numbers"] if isinstance(one, str)]
        problem = told["problem"]
    except (ValueError, KeyError, TypeError):
        return Seen(problem="not_readable")
    if numbers:
        return Seen(tuple(numbers[:MOST_NUMBERS]))
    return Seen(problem=problem if problem in ("nothing", "too_large", "not_readable") else "nothing")
