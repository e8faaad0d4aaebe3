"""The documents of an order: the legal PDF of each posted invoice, e-invoices in XML, pro formas if allowed.

Odoo reads by id whatever anybody asks, renders drafts as well as invoices, and calls a rendering
without the legal PDF a pro forma. So every question here names the company, the order and
`state = posted`, the one that fetches the bytes included.
"""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from urllib.parse import parse_qsl, urlsplit

from bot.erp.bodies import records
from bot.erp.errors import DocumentNotThere, DocumentRefused, ErpBadAnswer
from bot.erp.files import checked_stream
from bot.erp.odoo.base64_field import decoded
from bot.erp.odoo.connection import Connection
from bot.erp.odoo.domains import Domain, all_of, leaf, within
from bot.erp.odoo.layout import ATTACHMENT, MOVE, Layout, Layouts
from bot.erp.odoo.papers import EINVOICE, PDF, Listed, papers
from bot.erp.odoo.reading import Whose
from bot.erp.odoo.statuses import ORDER_STATES
from bot.erp.odoo.values import Record, linking, whole_id
from bot.erp.protocol import DocumentStream
from bot.orders import Document

_ORDER = "invoice_line_ids.sale_line_ids.order_id."
_MOVES_MAX = 200
_FILES_MAX = 500
_PORTAL = re.compile(r"/my/invoices/([0-9]{1,12})")


class Documents:
    """Lists and fetches the documents of orders. `proforma` allows renderings, which are labelled.

    A document is fetched within `seconds` and up to `max_bytes`.
    """

    def __init__(
        self,
        connection: Connection,
        layouts: Layouts,
        *,
        proforma: bool,
        seconds: float,
        max_bytes: int,
    ) -> None:
        self._connection = connection
        self._layouts = layouts
        self._proforma = proforma
        self._seconds = seconds
        self._max_bytes = max_bytes

    async def listed(self, whose: Whose, order_number: str) -> Sequence[Listed]:
        """The documents of one order that is the company's; empty when it is not."""

        async def ask(layout: Layout) -> Sequence[Listed]:
            if not layout.invoices:
                return ()
            moves = await self._moves(layout, whose, order_number)
            ids = [one for move in moves if (one := whole_id(move.get("id")))]
            attached = await self._attached(layout, ids)
            return [
                one
                for move in moves
                for one in papers(layout, move, attached, order_number, proforma=self._proforma)
            ]

        return await self._layouts.asking(ask)

    @asynccontextmanager
    async def open(self, whose: Whose, document: Document) -> AsyncIterator[DocumentStream]:
        """The bytes of a document that is, at this moment, among the company's."""
        for listed in await self.listed(whose, document.order_number):
            if listed.document.id == document.id:
                break
        else:
            raise DocumentNotThere("not among the order's documents")
        if not listed.document.legal:
            async with self._rendered(listed) as stream:
                yield stream
            return
        model, domain, field = MOVE, _scoped(whose, document.order_number), listed.field
        if listed.attachment:
            # An attachment knows its invoice by number only: the listing above is what vouches for it.
            model, field = ATTACHMENT, "datas"
            domain = all_of((leaf("res_model", "=", MOVE), leaf("res_id", "=", listed.move)))
        domain = all_of((leaf("id", "=", listed.attachment or listed.move), domain))
        async with (
            self._connection.stream(
                model, "search_read", domain=domain, fields=[field], limit=1, seconds=self._seconds
            ) as reply,
            aclosing(decoded(reply.chunks, field)) as chunks,
            checked_stream(
                listed.document, chunks, size=listed.document.size, max_bytes=self._max_bytes
            ) as stream,
        ):
            yield stream

    async def _moves(self, layout: Layout, whose: Whose, order_number: str) -> Sequence[Record]:
        names = layout.some(
            MOVE,
            "name",
            "move_type",
            "debit_origin_id",
            "invoice_date",
            f"{PDF}_id",
            f"{EINVOICE}_id",
        )
        told = await self._connection.call(
            MOVE,
            "search_read",
            domain=_scoped(whose, order_number),
            fields=names,
            order="invoice_date desc, id desc",
            limit=_MOVES_MAX,
        )
        return [{name: linking(value) for name, value in record.items()} for record in records(told)]

    async def _attached(self, layout: Layout, moves: Sequence[int]) -> Mapping[int, Record]:
        """What is attached to invoices, and what Odoo keeps in their fields, by id, newest first."""
        if not moves or not layout.reads(ATTACHMENT):
            return {}
        told = await self._connection.call(
            ATTACHMENT,
            "search_read",
            # Naming `res_field` lets files in: without it Odoo leaves out those it keeps in fields.
            domain=all_of(
                (
                    leaf("res_model", "=", MOVE),
                    leaf("res_id", "in", list(moves)),
                    leaf("res_field", "in", [False, f"{PDF}_file", f"{EINVOICE}_file"]),
                )
            ),
            fields=layout.some(ATTACHMENT, "name", "file_size", "res_id", "res_field"),
            order="id desc",
            limit=_FILES_MAX,
        )
        return {one: record for record in records(told) if (one := whole_id(record.get("id")))}

    @asynccontextmanager
    async def _rendered(self, listed: Listed) -> AsyncIterator[DocumentStream]:
        """A posted invoice as Odoo renders it at once. The address and its token stay in here."""
        told = await self._connection.call(
            MOVE, "get_portal_url", ids=[listed.move], report_type="pdf", download=True
        )
        address = urlsplit(told) if isinstance(told, str) else urlsplit("")
        path = _PORTAL.fullmatch(address.path)
        if path is None or int(path[1]) != listed.move or address.scheme or address.netloc:
            raise ErpBadAnswer("no address of that invoice")
        params = parse_qsl(address.query, max_num_fields=10)
        async with self._connection.page(address.path, params, seconds=self._seconds) as reply:
            if 300 <= reply.status < 400:
                raise DocumentRefused("redirect")
            if reply.status != 200:
                raise DocumentNotThere(f"status {reply.status}")
            async with checked_stream(
                listed.document,
                reply.chunks,
                size=reply.size,
                declared=reply.media_type,
                max_bytes=self._max_bytes,
            ) as stream:
                yield stream


def _scoped(whose: Whose, order_number: str) -> Domain:
    """Posted invoices and credit notes of the company's, for one of its orders."""
    return all_of(
        (
            within(whose.keys, branches=whose.branches),
            within(whose.keys, branches=whose.branches, at=_ORDER),
            leaf(f"{_ORDER}name", "=", order_number),
            leaf(f"{_ORDER}state", "in", list(ORDER_STATES)),
            leaf("move_type", "in", ["out_invoice", "out_refund"]),
            leaf("state", "=", "posted"),
        )
    )
