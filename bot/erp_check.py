"""`orderbot check erp`: the rules every adapter obeys, tried on the operator's own installation.

It only reads. It wants a company and one of its orders, and an order of another company, and says for
each rule what it saw, so that a wrong setting or a key with too many rights shows before customers do.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.building.basics import secret_keys
from bot.checks import Finding, print_findings
from bot.erp.errors import DocumentNotThere, ErpError
from bot.erp.protocol import ConnectedErp, OrderFilter
from bot.erp_settings import PREFIX, ErpSettings
from bot.erps import make_erp
from bot.exits import FAILED, OK, USAGE_ERROR, say
from bot.keys import KeysUnusable
from bot.linking.operator import operator_scope
from bot.orders import Document, DocumentKind, Order, OrderStatus, Reference, ReferenceKind
from bot.scope import CompanyScope
from bot.settings import Settings

_HOSTILE = ("%", "_", "*", "' OR '1'='1", '"]]', "|", "../x", "PO%")
_PAGE = 3
_WEEK = timedelta(days=7)
_DOCUMENT_SECONDS = 120.0


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to try: customer keys, an order of theirs, an order of somebody else, a contact's address."""

    companies: Sequence[str]
    order: str
    foreign_order: str
    email: str = ""


def run_check_erp(settings: Settings, name: str, wanted: Wanted) -> int:
    """Try one ERP, the first where no name is given; 0 when every rule holds."""
    found = [(p, e) for p, e in settings.erps.items() if e.name == name or (not name and p == PREFIX)]
    if not found:
        names = ", ".join(erp.name for erp in settings.erps.values())
        return say(f"There is no ERP {name!r}; there is {names}.", USAGE_ERROR)
    if wanted.order == wanted.foreign_order:
        return say("The foreign order must be another company's.", USAGE_ERROR)
    [(prefix, described)] = found
    try:
        erp = make_erp(described, settings, secret_keys(settings))
    except (ValueError, KeysUnusable) as error:
        return say(f"The settings cannot be used: {error}")
    findings = asyncio.run(check_erp(erp, described, wanted))
    print_findings([_prefixed(one, prefix) for one in findings])
    return OK if all(finding.ok for finding in findings) else FAILED


async def check_erp(erp: ConnectedErp, described: ErpSettings, wanted: Wanted) -> Sequence[Finding]:
    """Hold an ERP to the rules, one after the other; the adapter is closed afterwards."""
    try:
        health = await erp.check()
        advice = " ".join(filter(None, (health.advice, *health.warnings)))
        connection = Finding("connection", health.ok, health.detail, advice)
        if not health.ok:
            return [connection]
        trial = _Trial(erp, operator_scope(described.name, wanted.companies), wanted)
        rules: dict[str, Callable[[], Awaitable[Finding]]] = {
            "order": trial.order,
            "numbers": trial.numbers,
            "foreign": trial.foreign,
            "wildcards": trial.wildcards,
            "pages": trial.pages,
            "documents": trial.documents,
            "changes": trial.changes,
            "contacts": trial.contacts,
        }
        return [connection, *[await _tried(name, rule) for name, rule in rules.items()]]
    finally:
        await erp.aclose()


class _Trial:
    """The rules, each a question to the ERP and a verdict on its answer."""

    def __init__(self, erp: ConnectedErp, scope: CompanyScope, wanted: Wanted) -> None:
        self._erp = erp
        self._scope = scope
        self._wanted = wanted

    async def order(self) -> Finding:
        orders = await self._details(self._wanted.order)
        if not orders:
            advice = "Is the customer key right, is the order released, and may the key read it?"
            return Finding("order", False, f"{self._wanted.order} is not found", advice)
        order = orders[0]
        told = f"{order.status} (from {order.status_raw!r}), billing {order.billing}, {_size(order)}"
        if order.company_key not in self._scope.keys:
            return Finding("order", False, f"{told}, of company {order.company_key!r}", "Report this: a bug.")
        if order.status is OrderStatus.UNKNOWN:
            advice = "The bot does not know this status; customers would read that it is unknown."
            return Finding("order", False, told, advice)
        if order.placed_on is not None and order.placed_on > datetime.now(UTC) + timedelta(hours=1):
            advice = f"Is {PREFIX}TIME_ZONE right?"
            return Finding("order", False, f"{told}, placed in the future: {order.placed_on}", advice)
        return Finding("order", True, told)

    async def numbers(self) -> Finding:
        orders = await self._details(self._wanted.order)
        if not orders:
            return Finding("numbers", False, "no order to take them from")
        quoted = {kind: text for kind, text in _numbers(orders[0]) if kind in self._kinds}
        lost = [kind for kind, text in quoted.items() if not await self._finds(text, kind)]
        told = ", ".join(quoted)
        if lost:
            return Finding(
                "numbers", False, f"not found by its {', '.join(lost)}", "Is that field searchable?"
            )
        return Finding("numbers", True, f"found by {told}")

    async def foreign(self) -> Finding:
        number = self._wanted.foreign_order
        seen = [
            *(await self._erp.find(self._scope, [Reference(number)]))[Reference(number)],
            *await self._erp.details(self._scope, [number]),
            *await self._erp.documents(self._scope, number),
        ]
        if seen:
            return Finding("foreign", False, f"{number} is seen", "Do not go live; report this.")
        own = await self._erp.documents(self._scope, self._wanted.order)
        forged = [Document(id=one.id, kind=one.kind, order_number=number, number=one.number) for one in own]
        forged.append(Document(id="invoice_pdf-1", kind=DocumentKind.INVOICE_PDF, order_number=number))
        for document in forged:
            try:
                async with self._erp.open_document(self._scope, document):
                    return Finding("foreign", False, f"a file of {number} is served", "Do not go live.")
            except DocumentNotThere:
                continue
        return Finding("foreign", True, f"{number} is not there, like one that does not exist")

    async def wildcards(self) -> Finding:
        found = [text for text in _HOSTILE if await self._finds(text, ReferenceKind.ANY)]
        if found:
            return Finding("wildcards", False, f"{found} find orders", "Do not go live; report this.")
        return Finding("wildcards", True, "text is never a pattern")

    async def pages(self) -> Finding:
        first = await self._erp.page(self._scope, OrderFilter(), after=None, limit=_PAGE)
        second = (
            await self._erp.page(self._scope, OrderFilter(), after=first.next, limit=_PAGE)
            if first.next
            else None
        )
        orders = [*first.orders, *(second.orders if second else ())]
        if not orders:
            return Finding(
                "pages", False, "the company's list is empty", "Are its orders older than two years?"
            )
        if len({order.order_number for order in orders}) < len(orders):
            return Finding("pages", False, "an order is listed twice", "Report this.")
        placed = [order.placed_on for order in orders if order.placed_on]
        if placed != sorted(placed, reverse=True):
            return Finding("pages", False, "not the newest first", "Report this.")
        return Finding("pages", True, f"{len(orders)} orders on {2 if second else 1} pages, newest first")

    async def documents(self) -> Finding:
        listed = await self._erp.documents(self._scope, self._wanted.order)
        if not listed:
            advice = "Choose an order with a released invoice, or allow the key to read its documents."
            return Finding("documents", True, f"none for {self._wanted.order}", advice)
        told = []
        for document in listed:
            size = 0
            async with asyncio.timeout(_DOCUMENT_SECONDS):
                async with self._erp.open_document(self._scope, document) as stream:
                    async for chunk in stream.chunks:
                        size += len(chunk)
            told.append(f"{stream.filename} ({size:,} bytes)")
        return Finding("documents", True, ", ".join(told))

    async def changes(self) -> Finding:
        if not self._erp.capabilities.changes:
            return Finding("changes", True, "this ERP does not tell what changed; watches poll instead")
        page = await self._erp.changed(self._scope, datetime.now(UTC) - _WEEK, after=None, limit=50)
        if any(order.changed_at is None for order in page.orders):
            return Finding("changes", False, "an order does not tell when it changed", "Report this.")
        return Finding("changes", True, f"{len(page.orders)} orders changed within a week")

    async def contacts(self) -> Finding:
        if not self._wanted.email:
            return Finding("contacts", True, "not tried", "Give --email with a contact's address to try.")
        found = await self._erp.contacts_by_email(self._wanted.email)
        own = [contact for contact in found if contact.company_key in self._scope.keys]
        if not own:
            advice = "The address must be the contact's in the ERP; may the key read contacts?"
            return Finding("contacts", False, f"{self._wanted.email} is nobody's at this company", advice)
        return Finding("contacts", True, f"{self._wanted.email} belongs to {own[0].company_name}")

    @property
    def _kinds(self) -> frozenset[ReferenceKind]:
        return self._erp.capabilities.reference_kinds

    async def _details(self, number: str) -> Sequence[Order]:
        return await self._erp.details(self._scope, [number])

    async def _finds(self, text: str, kind: ReferenceKind) -> bool:
        reference = Reference(text, kind)
        return bool((await self._erp.find(self._scope, [reference]))[reference])


async def _tried(name: str, rule: Callable[[], Awaitable[Finding]]) -> Finding:
    try:
        return await rule()
    except ErpError as error:
        return Finding(name, False, f"{error.reason} ({error})", "See the page of this ERP in docs/erp.")
    except TimeoutError:
        return Finding(name, False, f"not done within {_DOCUMENT_SECONDS:g} s", "Is the ERP this slow?")


def _numbers(order: Order) -> list[tuple[ReferenceKind, str]]:
    tracking = [package.tracking_number for one in order.shipments for package in one.packages]
    told = [
        (ReferenceKind.ORDER_NUMBER, order.order_number),
        (ReferenceKind.CUSTOMER_REFERENCE, order.customer_reference),
        (ReferenceKind.WEB_NUMBER, order.web_number),
        (ReferenceKind.INVOICE_NUMBER, order.invoices[0].number if order.invoices else None),
        (ReferenceKind.TRACKING_NUMBER, tracking[0] if tracking else None),
    ]
    return [(kind, text) for kind, text in told if text]


def _size(order: Order) -> str:
    return f"{len(order.lines)} lines, {len(order.shipments)} shipments, {len(order.invoices)} invoices"


def _prefixed(finding: Finding, prefix: str) -> Finding:
    return Finding(finding.name, finding.ok, finding.detail, finding.advice.replace(PREFIX, prefix))
