"""Asking for sales, always within their parties: with all that belongs to them, and with credit notes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.erp.errors import ErpBadAnswer
from bot.erp.tryton import domains, papers, parsing
from bot.erp.tryton.connection import Connected, Connection
from bot.erp.tryton.domains import Clause, both
from bot.erp.tryton.schema import INVOICE, INVOICE_FIELDS, SALE, SALE_FIELDS
from bot.erp.tryton.values import Record
from bot.orders import Invoice, InvoiceKind, Order

_FOUND_MAX = 200


@dataclass(frozen=True)
class Reader:
    """Sales of one installation, of those of the supplier's own `companies`; empty: of all."""

    connection: Connection
    companies: Sequence[int]
    web_number_field: str
    access_key_field: str

    def of(self, parties: Sequence[int], *clauses: Clause) -> Clause:
        """What the clauses find among the orders of these parties."""
        return both(domains.sales_of(parties, self.companies), *clauses)

    async def sales(self, connected: Connected, domain: Clause, *, limit: int) -> list[Record]:
        """Records of sales with everything we read of them, newest first."""
        paths = [*SALE_FIELDS, *(f"invoices.{name}" for name in INVOICE_FIELDS)]
        if self.web_number_field:
            paths.append(self.web_number_field)
        if self.access_key_field:
            paths.append(f"invoices.{self.access_key_field}")
        wanted = connected.schema.only(paths)
        try:
            return await connected.dialect.search(
                SALE, domain, wanted, limit=limit, order=domains.NEWEST_FIRST
            )
        except ErpBadAnswer:
            # Another version or database may answer now.
            self.connection.forget()
            raise

    async def whole(
        self, connected: Connected, parties: Sequence[int], clause: Clause, read: parsing.Read
    ) -> list[Order]:
        """Orders of the parties with everything that belongs to them, newest first."""
        rows = await self.sales(connected, self.of(parties, clause), limit=_FOUND_MAX)
        orders = [order for record in rows if (order := parsing.order(record, read)) is not None]
        return await self._with_credit_notes(connected, parties, orders, read)

    async def _with_credit_notes(
        self, connected: Connected, parties: Sequence[int], orders: list[Order], read: parsing.Read
    ) -> list[Order]:
        """A second search, only for orders that have an invoice to credit."""
        invoiced = [order.order_number for order in orders if order.invoices]
        if not invoiced or not connected.schema.has("origin_invoices.sales.number", INVOICE):
            return orders
        scoped = domains.released_invoices_of(parties, self.companies)
        wanted = connected.schema.only((*INVOICE_FIELDS, "origin_invoices.sales.number"), INVOICE)
        rows = await connected.dialect.search(
            INVOICE, both(scoped, papers.credits_of(invoiced, parties)), wanted, limit=_FOUND_MAX
        )
        credited: dict[str, list[Invoice]] = {}
        for record in rows:
            invoice = parsing.an_invoice(record, read)
            if invoice is not None and invoice.kind is InvoiceKind.CREDIT_NOTE:
                for number in parsing.credited_orders(record):
                    credited.setdefault(number, []).append(invoice)
        return [
            replace(order, invoices=(*order.invoices, *credited.get(order.order_number, ())))
            for order in orders
        ]
