"""`python -m bench.erp [name …]`: what a question costs at each ERP, through the gateway, on loopback.

Round trips are requests that a proxy between adapter and server saw; milliseconds include the proxy and
run in one process with it, except for servers that run by themselves. Every ERP the tests can start is
measured, and the demo supplier.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.demo.supplier import known
from bot.demo.supplier.data import prepare
from bot.demo.supplier.server import serving, supplier_app
from bot.erp.gateway import Gateway
from bot.erp.line import ErpLimits
from bot.erp.protocol import Erp, OrderFilter
from bot.erp.vtex_b2b import VtexB2bErp
from bot.orders import Reference
from bot.scope import CompanyScope
from tests.erp.builders import scope_of
from tests.erp.kit.proxy import Proxy, proxying
from tests.erp.kit.worlds import WORLDS

ONE_BY_ONE = 40
AT_ONCE = 50
IDENTICAL = 200
_TOKEN = "bench"  # noqa: S105

Question = Callable[[Gateway, CompanyScope], Awaitable[object]]


@dataclass(frozen=True)
class Place:
    """An ERP with an order to ask for: its number, and the number its customer gave it."""

    erp: Erp
    proxy: Proxy
    key: str
    number: str
    reference: str

    @property
    def questions(self) -> dict[str, Question]:
        return {
            "find by reference": lambda gateway, scope: gateway.find_complete(
                scope, [Reference(self.reference)]
            ),
            "find by number": lambda gateway, scope: gateway.find_complete(scope, [Reference(self.number)]),
            "refresh": lambda gateway, scope: gateway.details(scope, [self.number]),
            "list": lambda gateway, scope: gateway.page(scope, OrderFilter(), after=None, limit=5),
            "documents": lambda gateway, scope: gateway.documents(scope, self.number),
        }


def main() -> None:
    wanted = sys.argv[1:] or ["demo", *sorted(WORLDS)]
    print(f"{'':32}{'trips':>7}{'ms alone':>10}{'p95':>8}{f'ms of {AT_ONCE}':>10}{'p95':>8}{'q/s':>8}")
    for name in wanted:
        asyncio.run(_measure(name))


async def _measure(name: str) -> None:
    async with _demo() if name == "demo" else _world(name) as place:
        print(name)
        for title, question in place.questions.items():
            trips, alone = await _alone(place, question)
            at_once, per_second = await _at_once(place, question)
            figures = f"{trips:7.1f}{_p(alone, 50):10.1f}{_p(alone, 95):8.1f}"
            figures += f"{_p(at_once, 50):10.1f}{_p(at_once, 95):8.1f}{per_second:8.0f}"
            print(f"  {title:30}{figures}")
        trips, of_one = await _identical(place)
        print(f"  {IDENTICAL} identical questions at once: {trips} round trips, of one alone: {of_one}")


async def _alone(place: Place, question: Question) -> tuple[float, list[float]]:
    """Round trips a question, and seconds of each of a row of them; nothing is reused."""
    gateway = Gateway([place.erp], limits=ErpLimits(cache_seconds=0))
    scope = scope_of(place.key, erp=place.erp.name)
    await question(gateway, scope)
    place.proxy.recorded.clear()
    took = [await _timed(question(gateway, scope)) for _ in range(ONE_BY_ONE)]
    return len(place.proxy.recorded) / ONE_BY_ONE, took


async def _at_once(place: Place, question: Question) -> tuple[list[float], float]:
    """Seconds of each of many at once, of as many companies, so that none is another's; how many a second."""
    gateway = Gateway([place.erp], limits=ErpLimits(cache_seconds=0))
    scopes = [scope_of(place.key, erp=place.erp.name, company_id=n) for n in range(AT_ONCE)]
    start = time.perf_counter()
    took = await asyncio.gather(*(_timed(question(gateway, scope)) for scope in scopes))
    return took, AT_ONCE / (time.perf_counter() - start)


async def _identical(place: Place) -> tuple[int, int]:
    """Round trips of many identical questions at once, and of one."""
    counted = []
    for askers in (IDENTICAL, 1):
        gateway = Gateway([place.erp])
        scope = scope_of(place.key, erp=place.erp.name)
        place.proxy.recorded.clear()
        asked = (gateway.find_complete(scope, [Reference(place.number)]) for _ in range(askers))
        await asyncio.gather(*asked)
        counted.append(len(place.proxy.recorded))
    return counted[0], counted[1]


async def _timed(asking: Awaitable[object]) -> float:
    start = time.perf_counter()
    await asking
    return time.perf_counter() - start


def _p(seconds: Sequence[float], percent: int) -> float:
    """A percentile, in milliseconds."""
    return 1000 * statistics.quantiles(seconds, n=100, method="inclusive")[percent - 1]


@asynccontextmanager
async def _world(name: str) -> AsyncIterator[Place]:
    async with WORLDS[name]() as world, world.erp() as erp:
        shipped = world.known.shipped.number
        yield Place(erp, world.proxy, world.known.northwind, shipped, "PO-7783")


@asynccontextmanager
async def _demo() -> AsyncIterator[Place]:
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "supplier.db"
        await asyncio.to_thread(prepare, database)
        async with (
            serving(supplier_app(database, token=_TOKEN)) as url,
            proxying(url) as proxy,
        ):
            erp = VtexB2bErp(
                name="demo",
                url=proxy.url,
                token=_TOKEN,
                cursor_secret=b"bench",
                time_zone="America/Sao_Paulo",
            )
            star = known.STAR
            yield Place(erp, proxy, str(star.company), star.order_number, star.customer_reference)
            await erp.aclose()


if __name__ == "__main__":
    main()
