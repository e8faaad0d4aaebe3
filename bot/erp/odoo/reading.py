"""Reading orders with all that hangs on them: in one request where Odoo can, in two rounds before 17.

Whatever the version, what comes out has one shape: a link to one record is an object with its `id`, a
link to several a list of objects. Empty values are `false`, as Odoo sends them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.erp.bodies import records
from bot.erp.errors import ErpBadAnswer, ErpDenied
from bot.erp.odoo.connection import Connection
from bot.erp.odoo.domains import Domain, all_of, leaf, within
from bot.erp.odoo.layout import LINE, MOVE, ORDER, PARTNER, PICKING, PRODUCT, Layout, Layouts
from bot.erp.odoo.values import Record, linking, whole_id
from bot.erp.together import together

NEWEST_FIRST = "date_order desc, id desc"
# How far up a contact's company is looked for; Odoo itself sets no limit.
_LEVELS = 8
_NAMED: Mapping[str, object] = {"fields": {"display_name": {}}}
# Read of what hangs on an order; `display_name` needs no right on the model itself.
_LINE = (
    "name",
    "product_uom_qty",
    "qty_delivered",
    "price_unit",
    "price_subtotal",
    "display_type",
    "is_delivery",
    "is_downpayment",
)
_MOVE = (
    "name",
    "state",
    "move_type",
    "payment_state",
    "invoice_date",
    "invoice_date_due",
    "amount_total",
    "amount_residual",
    "debit_origin_id",
    "write_date",
)
_ORDER = (
    "name",
    "client_order_ref",
    "state",
    "delivery_status",
    "invoice_status",
    "date_order",
    "commitment_date",
    "amount_total",
    "website_id",
    "write_date",
)


@dataclass(frozen=True)
class Whose:
    """Which customers' records are asked for, and whether those of their branches are theirs too."""

    keys: tuple[int, ...]
    branches: bool


class Reader:
    """Reads orders of an Odoo. `web_field` is the field of an order that holds the web shop's number."""

    def __init__(self, connection: Connection, layouts: Layouts, *, web_field: str) -> None:
        self._connection = connection
        self._layouts = layouts
        self._web_field = web_field

    async def orders(
        self,
        whose: Whose,
        wanted: Callable[[Layout], Domain | None],
        *,
        limit: int,
        order: str = NEWEST_FIRST,
    ) -> Sequence[Record]:
        """Orders of these customers that fulfil what `wanted` asks for; none where that is None.

        The company clause is added here, always.
        """

        async def ask(layout: Layout) -> Sequence[Record]:
            if not layout.reads(ORDER):
                raise ErpDenied("no right to read sales orders")
            condition = wanted(layout)
            if condition is None:
                return ()
            domain = all_of((within(whose.keys, branches=whose.branches), condition))
            read = self._at_once if layout.nested else self._in_rounds
            return await read(whose, domain, limit, order, layout)

        return await self._layouts.asking(ask)

    async def _at_once(
        self, whose: Whose, domain: Domain, limit: int, order: str, layout: Layout
    ) -> Sequence[Record]:
        told = await self._connection.call(
            ORDER,
            "web_search_read",
            domain=domain,
            specification=self._specification(layout, whose.branches),
            order=order,
            limit=limit,
            # How many there are in all is nobody's question: without this they would be counted.
            count_limit=1,
        )
        if not isinstance(told, dict):
            raise ErpBadAnswer("no list of records")
        return records(told.get("records"))

    def _simple(self, layout: Layout) -> list[str]:
        return list(dict.fromkeys(layout.some(ORDER, *_ORDER, self._web_field)))

    def _specification(self, layout: Layout, branches: bool) -> Mapping[str, object]:
        asked: dict[str, object] = {name: {} for name in self._simple(layout)}
        partner = _partner(layout, branches)
        asked["partner_id"] = partner
        if layout.has(ORDER, "currency_id"):
            asked["currency_id"] = _NAMED
        if layout.has(ORDER, "order_line") and layout.reads(LINE):
            product: dict[str, object] = {name: {} for name in layout.some(PRODUCT, "default_code")}
            product["display_name"] = {}
            line: dict[str, object] = {name: {} for name in layout.some(LINE, *_LINE)}
            asked["order_line"] = {"fields": {**line, "product_id": {"fields": product}}}
        if layout.pickings:
            picking: dict[str, object] = {
                name: _NAMED if name == "carrier_id" else {} for name in layout.of_pickings
            }
            asked["picking_ids"] = {"fields": picking}
        if layout.invoices:
            move: dict[str, object] = {name: {} for name in layout.some(MOVE, *_MOVE)}
            asked["invoice_ids"] = {"fields": {**move, "currency_id": _NAMED, "partner_id": partner}}
        return asked

    async def _in_rounds(
        self, whose: Whose, domain: Domain, limit: int, order: str, layout: Layout
    ) -> Sequence[Record]:
        """The orders, and then each kind of thing that hangs on them, all orders' at once."""
        links = layout.some(ORDER, "partner_id", "currency_id")
        links += ["picking_ids"] if layout.pickings else []
        links += ["invoice_ids"] if layout.invoices else []
        orders = await self._search(ORDER, domain, [*self._simple(layout), *links], order=order, limit=limit)
        if not orders:
            return ()
        pickings, moves = _linked(orders, "picking_ids"), _linked(orders, "invoice_ids")
        partners = sorted({partner for one in orders if (partner := whole_id(one.get("partner_id")))})
        ids = [one for order in orders if (one := whole_id(order.get("id")))]

        def ours(condition: Domain, at: str = "") -> Domain:
            # The ids were named within the company; these questions are within it again, not by trust.
            return all_of((within(whose.keys, branches=whose.branches, at=at), condition))

        questions = [
            self._some(
                layout,
                LINE,
                ours(leaf("order_id", "in", ids), "order_id."),
                (*_LINE, "product_id", "order_id"),
            ),
            self._some(layout, PICKING, ours(leaf("id", "in", pickings), "sale_id."), layout.of_pickings),
            # An invoice that is made out to somebody else is not among them.
            self._some(layout, MOVE, ours(leaf("id", "in", moves)), (*_MOVE, "currency_id")),
            *(
                self._some(
                    layout,
                    PARTNER,
                    all_of((self._under(key, whose.branches), leaf("id", "in", partners))),
                    ("name", "is_company", "commercial_partner_id"),
                )
                for key in whose.keys
            ),
        ]
        lines, shipments, invoices, *below = await together(questions)
        contacts = {
            whole_id(contact.get("id")): {**contact, "parent_id": {"id": key}}
            for key, found in zip(whose.keys, below, strict=True)
            for contact in found
        }
        return [
            {
                **one,
                "partner_id": contacts.get(whole_id(one.get("partner_id")), False),
                "order_line": [line for line in lines if whole_id(line.get("order_id")) == one.get("id")],
                "picking_ids": _those(shipments, one.get("picking_ids")),
                "invoice_ids": [
                    {**invoice, "partner_id": {"id": whose.keys[0], "commercial_partner_id": whose.keys[0]}}
                    for invoice in _those(invoices, one.get("invoice_ids"))
                ],
            }
            for one in orders
        ]

    def _under(self, key: int, branches: bool) -> Domain:
        if branches:
            return leaf("id", "child_of", [key])
        return leaf("commercial_partner_id", "in", [key])

    async def _some(
        self, layout: Layout, model: str, domain: Domain, names: Sequence[str]
    ) -> Sequence[Record]:
        """Those of the fields that are there; nothing where the model is not, or no ids are asked for."""
        found = layout.some(model, *names)
        if not found or any(isinstance(term, list) and term[1:] == ["in", []] for term in domain):
            return ()
        return await self._search(model, domain, found)

    async def _search(
        self,
        model: str,
        domain: Domain,
        names: Sequence[str],
        *,
        order: str | None = None,
        limit: int | None = None,
    ) -> Sequence[Record]:
        told = await self._connection.call(
            model, "search_read", domain=domain, fields=list(names), order=order, limit=limit
        )
        return [{name: linking(value) for name, value in record.items()} for record in records(told)]


def _partner(layout: Layout, branches: bool) -> Mapping[str, object]:
    asked: dict[str, object] = {
        name: {} for name in layout.some(PARTNER, "name", "is_company", "commercial_partner_id")
    }
    if branches and layout.has(PARTNER, "parent_id"):
        above: dict[str, object] = {}
        for _ in range(_LEVELS):
            above = {"fields": {"parent_id": above}}
        asked["parent_id"] = above
    return {"fields": asked}


def _linked(orders: Sequence[Record], name: str) -> list[int]:
    told = [one.get(name) for one in orders]
    ids = {whole_id(link) for links in told if isinstance(links, list) for link in links}
    return sorted(link for link in ids if link is not None)


def _those(found: Sequence[Record], links: object) -> list[Record]:
    """The records that are linked, in the order of the links."""
    known = {whole_id(record.get("id")): record for record in found}
    told = [whole_id(link) for link in links] if isinstance(links, list) else []
    return [known[link] for link in told if link is not None and link in known]
