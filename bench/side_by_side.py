"""Two ways of making the same HTTP calls, beside each other: processor time a call, and how many a second."""

import asyncio
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

Cost = tuple[float, float]
"""Seconds of processor time a call, and calls a second."""

_ROUNDS = 5


@asynccontextmanager
async def served_by(module: str) -> AsyncIterator[str]:
    """The address of `python -m module serve`, a process of its own that prints its port."""
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, "serve", stdout=asyncio.subprocess.PIPE
    )
    try:
        if server.stdout is None:
            raise RuntimeError("no pipe")
        yield f"http://127.0.0.1:{int(await server.stdout.readline())}"
    finally:
        with suppress(ProcessLookupError):
            server.terminate()
        await server.wait()


async def serve(answer: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]) -> None:
    """Be that process: print a free port, and answer there until ended."""
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def print_titles(name: str = "") -> None:
    print(f"{name:28}{'httpx ms':>10}{'ours ms':>10}{'ratio':>8}{'httpx/s':>10}{'ours/s':>10}")


async def compare(
    name: str, theirs: Callable[[], Awaitable[Cost]], ours: Callable[[], Awaitable[Cost]]
) -> None:
    """Print the medians of both, whose rounds take turns."""
    costs: tuple[list[Cost], list[Cost]] = ([], [])
    for _ in range(_ROUNDS):
        for way, runs in zip((theirs, ours), costs, strict=True):
            runs.append(await way())
    cpu = [1000 * statistics.median(one[0] for one in runs) for runs in costs]
    rate = [statistics.median(one[1] for one in runs) for runs in costs]
    print(f"{name:28}{cpu[0]:10.2f}{cpu[1]:10.2f}{cpu[0] / cpu[1]:8.1f}{rate[0]:10.0f}{rate[1]:10.0f}")


async def cost_of(call: Callable[[int], Awaitable[object]], calls: int, at_once: int = 1) -> Cost:
    """Make so many calls, each with its number."""
    left = iter(range(calls))

    async def work() -> None:
        for number in left:
            await call(number)

    cpu, clock = time.process_time(), time.perf_counter()
    await asyncio.gather(*(work() for _ in range(at_once)))
    return (time.process_time() - cpu) / calls, calls / (time.perf_counter() - clock)
