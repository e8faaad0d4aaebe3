"""Adapters for the double, and rows as it would send them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from bot.erp.erpnext import ErpNextErp
from bot.erp.erpnext.rows import Read
from bot.orders import Order, Reference, ReferenceKind
from bot.scope import CompanyScope
from tests.erp.builders import scope_of
from tests.erp.erpnext.site import TOKEN, Site
from tests.erp.erpnext.story import NORTHWIND, SOUTHGATE
from tests.support.serving import serving

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ZONE = ZoneInfo("America/Sao_Paulo")
READ = Read(erp="erp", zone=ZONE, today=date(2026, 11, 20), currency="BRL", web_field="web_order")
OURS = scope_of(NORTHWIND)
THEIRS = scope_of(SOUTHGATE)


def adapter(
    url: str,
    *,
    token: str = TOKEN,
    time_zone: str = "UTC",
    web_number_field: str = "web_order",
    print_format: str = "",
    tracking_hosts: tuple[str, ...] = (),
    timeout_seconds: float = 30.0,
    clock: Callable[[], datetime] = lambda: NOW,
) -> ErpNextErp:
    return ErpNextErp(
        name="erp",
        url=url,
        token=token,
        cursor_secret=b"secret of the tests",
        time_zone=time_zone,
        web_number_field=web_number_field,
        print_format=print_format,
        tracking_hosts=tracking_hosts,
        timeout_seconds=timeout_seconds,
        clock=clock,
    )


@asynccontextmanager
async def connected(site: Site, **more: object) -> AsyncIterator[ErpNextErp]:
    """An adapter for a site that is served as long."""
    async with serving(site.app()) as url:
        erp = adapter(url, **more)  # type: ignore[arg-type]
        try:
            yield erp
        finally:
            await erp.aclose()


async def found(
    erp: ErpNextErp, text: str, kind: ReferenceKind = ReferenceKind.ANY, scope: CompanyScope = OURS
) -> list[Order]:
    reference = Reference(text, kind)
    return list((await erp.find(scope, [reference]))[reference])


def numbers(orders: list[Order] | tuple[Order, ...]) -> list[str]:
    return [order.order_number for order in orders]
