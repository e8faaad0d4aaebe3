"""ERPNext 16, by the double that answers as Frappe does."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.erp.erpnext import ErpNextErp
from bot.erp.protocol import ConnectedErp
from bot.orders import BillingState, InvoiceState, OrderStatus
from tests.erp.erpnext.site import TOKEN, Site
from tests.erp.erpnext.story import BRANCH, EMPTY, NORTHWIND, SOUTHGATE, story
from tests.erp.kit.proxy import Proxy, Recorded, proxying
from tests.erp.kit.world import Asks, Expected, Known
from tests.support.serving import serving

KNOWN = Known(
    northwind=NORTHWIND,
    branch=BRANCH,
    southgate=SOUTHGATE,
    empty=EMPTY,
    confirmed=Expected("SAL-ORD-2026-00002", OrderStatus.CONFIRMED, BillingState.NONE),
    # "Completed" is delivered and billed, whether it is paid or not.
    shipped=Expected(
        "SAL-ORD-2026-00003",
        OrderStatus.COMPLETED,
        BillingState.FULL,
        (("ACC-SINV-2026-00001", InvoiceState.OPEN),),
    ),
    done=Expected(
        "SAL-ORD-2026-00004",
        OrderStatus.COMPLETED,
        BillingState.FULL,
        (("ACC-SINV-2026-00002", InvoiceState.PAID), ("ACC-SINV-2026-00003", InvoiceState.PAID)),
    ),
    partial=Expected(
        "SAL-ORD-2026-00005",
        OrderStatus.PARTIALLY_SHIPPED,
        BillingState.PARTIAL,
        (("ACC-SINV-2026-00004", InvoiceState.OPEN),),
    ),
    cancelled=Expected("SAL-ORD-2026-00006", OrderStatus.CANCELLED, BillingState.NONE),
    reused=("SAL-ORD-2026-00008", "SAL-ORD-2025-00007"),
    drafted="SAL-ORD-2026-00009",
    odd="SAL-ORD-2026-00010",
    branch_order="SAL-ORD-2026-00011",
    southgate_shared="SAL-ORD-2026-00012",
    waiting="SAL-ORD-2026-00013",
    web_number="WEB-1003",
)
# What a list names its company by.
_COMPANY = {
    "Sales Order": "customer",
    "Delivery Note": "customer",
    "Sales Invoice": "customer",
    "Shipment": "delivery_customer",
}


@asynccontextmanager
async def erpnext_world() -> AsyncIterator["ErpNextWorld"]:
    """The site as it stands today, with a proxy in front of it."""
    site = story(datetime.now(UTC).date())
    async with serving(site.app()) as url, proxying(url) as proxy:
        yield ErpNextWorld(site, proxy)


class ErpNextWorld:
    name = "erpnext"
    known = KNOWN

    def __init__(self, site: Site, proxy: Proxy) -> None:
        self.proxy = proxy
        self._site = site

    @asynccontextmanager
    async def erp(
        self, *, timeout_seconds: float = 10.0, document_max_bytes: int = 10 << 20, token: str | None = None
    ) -> AsyncIterator[ConnectedErp]:
        erp = ErpNextErp(
            name="erp",
            url=self.proxy.url,
            token=f"{token}:{token}" if token else TOKEN,
            cursor_secret=b"kit",
            web_number_field="web_order",
            timeout_seconds=timeout_seconds,
            document_max_bytes=document_max_bytes,
            # A question is four lists side by side: on a busy machine four times 8 MB take their time.
            reply_max_bytes=1 << 20,
        )
        try:
            yield erp
        finally:
            await erp.aclose()

    def asks(self, request: Recorded, keys: tuple[str, ...]) -> Asks:
        method = request.path.removeprefix("/api/method/")
        if method == "frappe.utils.print_format.download_pdf" or request.path.startswith("/private/files/"):
            return Asks.BYTES
        if method != "frappe.client.get_list":
            return Asks.NOBODYS
        body = request.json
        assert isinstance(body, Mapping)
        doctype, filters = body["doctype"], body["filters"]
        if doctype in ("Contact", "Customer"):
            return Asks.CONTACTS
        if doctype == "File":
            # Files know no customer: they are those of invoices that a scoped query has just named.
            named = [one for one in filters if one[1] == "attached_to_name" and one[2] == "in" and one[3]]
            return Asks.BYTES if named else Asks.UNSCOPED
        clause = [doctype, _COMPANY[doctype], "in", list(keys)]
        return Asks.SCOPED if clause in filters else Asks.UNSCOPED

    async def touch(self, order_number: str) -> None:
        """The warehouse changes a delivery note of the order."""
        now = datetime.now(ZoneInfo(self._site.time_zone)).replace(tzinfo=None)
        for note in self._site.documents["Delivery Note"]:
            items = note["items"]
            assert isinstance(items, list)
            if any(item["against_sales_order"] == order_number for item in items):
                note["modified"] = now.isoformat(sep=" ")
                return
        raise AssertionError(f"{order_number} has no delivery note")
