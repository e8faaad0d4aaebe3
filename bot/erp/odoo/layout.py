"""Which models and fields this Odoo has and this key may read: they differ by version and by module.

Asked for once and kept for a while; only what is there is ever asked for later, since Odoo refuses a
whole question for one field it does not know. Fields the key's groups hide are absent as well.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.erp.errors import ErpBadAnswer, ErpDenied
from bot.erp.odoo.connection import NESTED_SINCE, Connection
from bot.erp.odoo.failures import KeyRefused, NotKnown
from bot.erp.together import together

T = TypeVar("T")

INVOICES_OF_ORDER = "order_line.invoice_lines.move_id"
"""From an order to its invoices, by what Odoo stores: `invoice_ids` is computed at each look."""

ORDER, LINE, PICKING, MOVE = "sale.order", "sale.order.line", "stock.picking", "account.move"
PARTNER, PRODUCT, ATTACHMENT, KEYS = "res.partner", "product.product", "ir.attachment", "res.users.apikeys"
MOVE_LINE, CARRIER = "account.move.line", "delivery.carrier"

_WANTED = {
    ORDER: "name client_order_ref state delivery_status invoice_status date_order commitment_date "
    "amount_total currency_id partner_id order_line picking_ids invoice_ids website_id write_date",
    LINE: "name product_id product_uom_qty qty_delivered price_unit price_subtotal display_type "
    "is_delivery is_downpayment order_id",
    PICKING: "name state picking_type_code carrier_id carrier_tracking_ref carrier_tracking_url date_done "
    "scheduled_date write_date",
    MOVE: "name state move_type payment_state invoice_date invoice_date_due amount_total amount_residual "
    "currency_id partner_id commercial_partner_id debit_origin_id invoice_pdf_report_id "
    "invoice_pdf_report_file ubl_cii_xml_id ubl_cii_xml_file invoice_line_ids write_date",
    PARTNER: "name commercial_partner_id parent_id is_company email email_normalized phone mobile "
    "phone_sanitized vat",
    PRODUCT: "default_code",
    ATTACHMENT: "name file_size res_id res_model res_field datas",
    KEYS: "name user_id expiration_date",
    MOVE_LINE: "sale_line_ids",
    CARRIER: "name",
}
WANTED: Mapping[str, tuple[str, ...]] = {model: tuple(names.split()) for model, names in _WANTED.items()}
"""Every field of any version that is of use."""
_KEPT = timedelta(hours=1)
_SOONEST = timedelta(seconds=30)
_AT_ONCE = 6


@dataclass(frozen=True)
class Layout:
    """The fields there are, by model; a model that is not installed or not readable has none."""

    fields: Mapping[str, frozenset[str]]
    nested: bool
    """One question brings an order with all that hangs on it (17 and later)."""
    learnt: datetime

    def some(self, model: str, *names: str) -> list[str]:
        """Those of the fields that are there."""
        return [name for name in names if name in self.fields.get(model, frozenset())]

    def has(self, model: str, name: str) -> bool:
        return bool(self.some(model, name))

    def reads(self, model: str) -> bool:
        return bool(self.fields.get(model))

    @property
    def invoices(self) -> bool:
        """An order's invoices are found through their lines, with the key's own rights on those."""
        return self.has(ORDER, "invoice_ids") and self.reads(MOVE) and self.has(MOVE_LINE, "sale_line_ids")

    @property
    def pickings(self) -> bool:
        return self.has(ORDER, "picking_ids") and self.reads(PICKING)

    @property
    def of_pickings(self) -> list[str]:
        """The fields of transfers; a tracking link is made by the carrier, with the key's own rights."""
        unreadable = set() if self.reads(CARRIER) else {"carrier_tracking_url"}
        return [name for name in self.some(PICKING, *WANTED[PICKING]) if name not in unreadable]


class Layouts:
    """The layout of one Odoo, learnt at need. `extra` are further fields of orders."""

    def __init__(
        self, connection: Connection, *, extra: Sequence[str], clock: Callable[[], datetime]
    ) -> None:
        self._connection = connection
        self._wanted = {**WANTED, ORDER: tuple(dict.fromkeys((*WANTED[ORDER], *extra)))}
        self._clock = clock
        self._known: Layout | None = None
        self._learning = asyncio.Lock()

    async def now(self) -> Layout:
        known = self._known
        if known is not None and self._clock() - known.learnt < _KEPT:
            return known
        async with self._learning:
            if self._known is None or self._known is known:
                return await self.learn()
            return self._known

    async def asking(self, ask: Callable[[Layout], Coroutine[Any, Any, T]]) -> T:
        """Ask by what is known; anew when that fails and a module or right may have gone since."""
        layout = await self.now()
        try:
            return await ask(layout)
        except KeyRefused:
            raise
        except (ErpBadAnswer, ErpDenied):
            if self._clock() - layout.learnt < _SOONEST:
                raise
        if self._known is layout:
            self._known = None
        return await ask(await self.now())

    async def learn(self) -> Layout:
        """Ask anew, whatever is known."""
        version = await self._connection.version()
        models = list(self._wanted)
        found = await together((self._fields(model, version.major) for model in models), at_once=_AT_ONCE)
        self._known = layout = Layout(
            fields=dict(zip(models, found, strict=True)),
            nested=version.major >= NESTED_SINCE,
            learnt=self._clock(),
        )
        return layout

    async def _fields(self, model: str, major: int) -> frozenset[str]:
        wanted = self._wanted[model]
        try:
            told = await self._connection.call(
                model, "fields_get", allfields=list(wanted), attributes=["type"]
            )
        except NotKnown:
            return frozenset()  # its module is not installed
        if not isinstance(told, dict) or not await self._may_read(model, major):
            return frozenset()
        return frozenset(name for name in wanted if name in told)

    async def _may_read(self, model: str, major: int) -> bool:
        may = await may_do(self._connection, model, "read", major)
        if may is not None:
            return may
        try:
            await self._connection.call(model, "search_read", domain=[["id", "=", 0]], fields=["id"], limit=1)
        except ErpDenied:
            return False
        return True


async def may_do(connection: Connection, model: str, operation: str, major: int) -> bool | None:
    """Whether the key may "read" or "write" records of a model at all; None when Odoo does not tell."""
    try:
        if major >= 18:
            return await connection.call(model, "has_access", ids=[], operation=operation) is True
        told = await connection.call(model, "check_access_rights", operation=operation, raise_exception=False)
    except NotKnown:
        return None
    return told is True
