"""Finding orders by a number that could be the order's, the customer's, the web shop's, an invoice's or
a parcel's."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from bot.erp.erpnext import queries
from bot.erp.erpnext.frappe import Frappe, Query, Row, own
from bot.erp.erpnext.parsing import Sale, bills, completed, sales
from bot.erp.erpnext.queries import BILL, NOTE, ORDER, PARCEL
from bot.erp.erpnext.rows import Read, Reading, name_of
from bot.erp.erpnext.shipments import Note, Parcel, notes, parcels
from bot.erp.errors import ErpDenied
from bot.erp.together import together
from bot.orders import Order, Reference, ReferenceKind

_OWN_NUMBERS = (
    ReferenceKind.ORDER_NUMBER,
    ReferenceKind.CUSTOMER_REFERENCE,
    ReferenceKind.WEB_NUMBER,
)
KINDS = frozenset(
    {
        ReferenceKind.ANY,
        *_OWN_NUMBERS,
        ReferenceKind.INVOICE_NUMBER,
        ReferenceKind.TRACKING_NUMBER,
    }
)
_SPELLINGS_MAX = 6
_FOUND_MAX = 50
_DENIED_SECONDS = 600.0


@dataclass
class _Index:
    """Which orders a number leads to, by kind and by the number as the site compares it."""

    names: dict[tuple[ReferenceKind, str], dict[str, None]] = field(default_factory=dict)

    def add(self, kind: ReferenceKind, number: str | None, *order_names: str) -> None:
        if number:
            self.names.setdefault((kind, _folded(number)), {}).update(dict.fromkeys(order_names))

    def orders(self, reference: Reference) -> Sequence[str]:
        """The names by the first spelling that leads anywhere."""
        kinds = KINDS if reference.kind is ReferenceKind.ANY else (reference.kind,)
        for spelling in spellings(reference):
            found = {
                name: None for kind in sorted(kinds) for name in self.names.get((kind, _folded(spelling)), ())
            }
            if found:
                return list(found)
        return ()


class Finder:
    """Looks references up, all of one question in the same few calls."""

    def __init__(self, frappe: Frappe, reading: Reading, *, erp: str, web_field: str) -> None:
        self._frappe = frappe
        self._reading = reading
        self._erp = erp
        self._web_field = web_field
        self._no_shipments_until = 0.0

    async def find(
        self, keys: Sequence[str], references: Sequence[Reference]
    ) -> Mapping[Reference, Sequence[Order]]:
        """Complete orders by reference, newest first.

        One call for each place a number can stand in, side by side; then what belongs to the orders,
        side by side too, for all of them at once.
        """
        index = _Index()
        found = await self._numbers(keys, references, index)
        known = {sale.order.order_number: sale for sale in found}
        missing = [name for name in _all_names(index, references) if name not in known]
        if missing:
            for sale in await self._named(keys, missing):
                known[sale.order.order_number] = sale
        shown = _newest_first(_current(known.values()))[:_FOUND_MAX]
        if len(shown) < len(known):
            _cut_log(self._erp, len(known) - len(shown))
        full = {order.order_number: order for order in await self._completed(keys, shown)}
        return {
            reference: tuple(
                full[sale.order.order_number]
                for sale in shown
                if sale.order.order_number in index.orders(reference)
            )
            for reference in references
        }

    async def details(self, keys: Sequence[str], names: Sequence[str]) -> list[Order]:
        """Complete orders by number. Their names are known, so everything is asked for at once."""
        orders = queries.orders_named(keys, names, web_field=self._web_field)
        its_notes, its_bills = queries.notes_of(keys, names), queries.bills_of(keys, names)
        rows = await together(self._frappe.owned(query, keys) for query in (orders, its_notes, its_bills))
        if not rows[0]:
            return []
        found = [sale for sale in sales(rows[0], await self._reading()) if sale.order.order_number in names]
        return await self._assembled(keys, found, rows[1], rows[2])

    async def _named(self, keys: Sequence[str], names: Sequence[str]) -> list[Sale]:
        """Orders of these customers that an invoice or a parcel led to."""
        rows = await self._frappe.owned(queries.orders_named(keys, names, web_field=self._web_field), keys)
        return [sale for sale in sales(rows, await self._reading()) if sale.order.order_number in names]

    async def _completed(self, keys: Sequence[str], found: Sequence[Sale]) -> list[Order]:
        """The orders with their shipments and invoices."""
        names = [sale.order.order_number for sale in found]
        if not names:
            return []
        rows = await together(
            self._frappe.owned(query, keys)
            for query in (queries.notes_of(keys, names), queries.bills_of(keys, names))
        )
        return await self._assembled(keys, found, rows[0], rows[1])

    async def _assembled(
        self,
        keys: Sequence[str],
        found: Sequence[Sale],
        note_rows: Sequence[Row],
        bill_rows: Sequence[Row],
    ) -> list[Order]:
        read = await self._reading()
        its_notes, its_bills = notes(note_rows, read), bills(bill_rows, read)
        sent = await self._parcels(keys, its_notes, read) if found else []
        return [completed(sale, its_notes, its_bills, sent) for sale in found]

    async def _parcels(self, keys: Sequence[str], its_notes: Sequence[Note], read: Read) -> list[Parcel]:
        names = [note.name for note in its_notes if note.released]
        if not names:
            return []
        return parcels(await self._shipments(queries.parcels_of(keys, names), keys), read)

    async def _numbers(
        self, keys: Sequence[str], references: Sequence[Reference], index: _Index
    ) -> list[Sale]:
        """The orders that have the numbers themselves; the index learns of those that others lead to."""
        numbers = {kind: _asked(references, kind) for kind in KINDS}
        order_rows, bill_rows, note_rows, parcel_rows = await together(
            (
                self._orders(keys, numbers),
                self._bills(keys, numbers[ReferenceKind.INVOICE_NUMBER]),
                self._notes(keys, numbers[ReferenceKind.TRACKING_NUMBER]),
                self._sent(keys, numbers[ReferenceKind.TRACKING_NUMBER]),
            )
        )
        if not (order_rows or bill_rows or note_rows or parcel_rows):
            return []
        read = await self._reading()
        found = sales(order_rows, read)
        for sale in found:
            order, name = sale.order, sale.order.order_number
            index.add(ReferenceKind.ORDER_NUMBER, name, name)
            # Whoever has the number of an order that was amended means what became of it.
            index.add(ReferenceKind.ORDER_NUMBER, sale.amends, name)
            index.add(ReferenceKind.CUSTOMER_REFERENCE, order.customer_reference, name)
            index.add(ReferenceKind.WEB_NUMBER, order.web_number, name)
        for bill in bills(bill_rows, read):
            index.add(ReferenceKind.INVOICE_NUMBER, bill.name, *bill.orders)
        carried = notes(note_rows, read)
        sent = parcels(parcel_rows, read)
        if sent:
            names = list(dict.fromkeys(name for parcel in sent for name in parcel.notes))
            query = queries.notes(keys, (NOTE, "name", "in", names))
            carried += notes(await self._frappe.owned(query, keys), read)
        for note in carried:
            for package in note.shipment.packages:
                index.add(ReferenceKind.TRACKING_NUMBER, package.tracking_number, *note.lines)
            for parcel in sent:
                if note.name in parcel.notes:
                    for package in parcel.packages:
                        index.add(ReferenceKind.TRACKING_NUMBER, package.tracking_number, *note.lines)
        return found

    async def _orders(self, keys: Sequence[str], numbers: Mapping[ReferenceKind, Sequence[str]]) -> list[Row]:
        places = {
            "name": numbers[ReferenceKind.ORDER_NUMBER],
            "amended_from": numbers[ReferenceKind.ORDER_NUMBER],
            "po_no": numbers[ReferenceKind.CUSTOMER_REFERENCE],
        }
        if self._web_field:
            places[self._web_field] = numbers[ReferenceKind.WEB_NUMBER]
        either = tuple((ORDER, place, "in", list(asked)) for place, asked in places.items() if asked)
        if not either:
            return []
        return await self._frappe.owned(queries.orders(keys, web_field=self._web_field, either=either), keys)

    async def _bills(self, keys: Sequence[str], numbers: Sequence[str]) -> list[Row]:
        if not numbers:
            return []
        return await self._frappe.owned(queries.bills(keys, (BILL, "name", "in", list(numbers))), keys)

    async def _notes(self, keys: Sequence[str], numbers: Sequence[str]) -> list[Row]:
        if not numbers:
            return []
        return await self._frappe.owned(queries.notes(keys, (NOTE, "lr_no", "in", list(numbers))), keys)

    async def _sent(self, keys: Sequence[str], numbers: Sequence[str]) -> list[Row]:
        if not numbers:
            return []
        return await self._shipments(queries.parcels(keys, (PARCEL, "awb_number", "in", list(numbers))), keys)

    async def _shipments(self, query: Query, keys: Sequence[str]) -> list[Row]:
        """Shipments, where the key may read them: many sites have none, and need not be asked each time."""
        now = asyncio.get_running_loop().time()
        if now < self._no_shipments_until:
            return []
        try:
            rows = await self._frappe.whole(query)
        except ErpDenied:
            self._no_shipments_until = now + _DENIED_SECONDS
            return []
        return own(rows, keys, field="delivery_customer", erp=self._erp)


def spellings(reference: Reference) -> list[str]:
    """The spellings of a reference that may be asked for, each once."""
    told = (reference.value, *reference.alternatives)[:_SPELLINGS_MAX]
    return list(dict.fromkeys(one for text in told if (one := askable(text)) is not None))


def askable(text: str) -> str | None:
    """A number as it may be sent: as a value of a list it is never a pattern, but it is one short line."""
    text = text.strip()
    return text if name_of({"name": text}) is not None else None


def _asked(references: Sequence[Reference], kind: ReferenceKind) -> list[str]:
    return list(
        dict.fromkeys(
            spelling
            for reference in references
            if reference.kind in (ReferenceKind.ANY, kind)
            for spelling in spellings(reference)
        )
    )


def _all_names(index: _Index, references: Sequence[Reference]) -> list[str]:
    return list(dict.fromkeys(name for reference in references for name in index.orders(reference)))


def _current(found: Iterable[Sale]) -> list[Sale]:
    """Without the cancelled orders that another one found here replaces."""
    every = list(found)
    replaced = {sale.amends for sale in every}
    return [sale for sale in every if sale.order.order_number not in replaced]


def _newest_first(found: Iterable[Sale]) -> list[Sale]:
    return sorted(found, key=lambda sale: (sale.placed, sale.created, sale.order.order_number), reverse=True)


def _folded(number: str) -> str:
    """A number as the site compares it: without case."""
    return number.strip().casefold()


def _cut_log(erp: str, count: int) -> None:
    log = structlog.get_logger()
    log.warning("answer_cut", erp=erp, reason="too_many_orders", count=count)
