"""The adapter: the questions of `Erp` as searches of a Tryton."""

import re
import ssl
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import httpx
import structlog

from bot.erp import fields
from bot.erp.addresses import ErpAddressRefused, base_address
from bot.erp.calls import REPLY_MAX_BYTES, ErpHttp, bearer
from bot.erp.cursors import Cursors
from bot.erp.errors import DocumentNotThere, ErpBadAnswer
from bot.erp.matching import sendable
from bot.erp.protocol import Capabilities, CompanyContact, DocumentStream, Health, OrderFilter, Page
from bot.erp.together import together
from bot.erp.tryton import checking, contacts, domains, finding, papers, parsing, values
from bot.erp.tryton.connection import Access, Connected, Connection
from bot.erp.tryton.dialects import judge
from bot.erp.tryton.domains import Clause, both
from bot.erp.tryton.schema import CHANGE_FIELDS, INVOICE, INVOICE_FIELDS, SALE, SALE_FIELDS
from bot.orders import Document, Invoice, InvoiceKind, Order, Reference, ReferenceKind
from bot.scope import CompanyScope

_MEGABYTE = 1024 * 1024
_PAGE_MAX = 100
_FOUND_MAX = 200
_ASKED_TOGETHER = 10
_ROUNDS_MAX = 20
_CHANGED_MAX = 500
_CHANGED_ROUNDS_MAX = 20
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


def _utc_now() -> datetime:
    return datetime.now(UTC)


class TrytonErp:
    """One Tryton: an `Erp` and a `ContactDirectory`.

    `url` is the server's address, `database` the database in it. `token` is a key for the REST API
    (8.0 on); with a `login` it is that user's password, for JSON-RPC, which every version has. Customer
    keys are ids of `party.party`. `companies` limits orders to those of the supplier's own companies,
    by id; empty: all that the user may see. `web_number_field` names a field of `sale.sale`,
    `access_key_field` one of `account.invoice`, for numbers that modules of the installation add. Days
    begin in `time_zone`. `timeout_seconds` bounds one call with its retries, `document_seconds` the
    whole of one document. Raises ErpAddressRefused or ValueError for settings that cannot work.

    Source: trytond/protocols/rest.py and dispatcher.py, see docs/erp/tryton.md.
    """

    def __init__(
        self,
        *,
        name: str,
        url: str,
        database: str,
        token: str,
        cursor_secret: bytes,
        login: str = "",
        time_zone: str = "UTC",
        currency: str = "BRL",
        timeout_seconds: float = 10.0,
        companies: Sequence[int] = (),
        web_number_field: str = "",
        access_key_field: str = "",
        tracking_hosts: Sequence[str] = (),
        document_max_bytes: int = 50 * _MEGABYTE,
        document_seconds: float = 120.0,
        reply_max_bytes: int = REPLY_MAX_BYTES,
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        base = base_address(url)
        if not database.strip():
            raise ValueError("Name the Tryton database in ORDERBOT_ERP_DATABASE.")
        for field in (web_number_field, access_key_field):
            if field and not _NAME.fullmatch(field):
                raise ValueError(f"Not the name of a Tryton field: {field!r}")
        try:
            self._zone = ZoneInfo(time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ErpAddressRefused(f"Not an IANA time zone: {time_zone!r}") from None
        self._name = name
        self._host = base.host
        self._currency = currency
        self._companies = tuple(companies)
        self._web_number_field = web_number_field
        self._access_key_field = access_key_field
        self._tracking_hosts = frozenset(host.lower() for host in tracking_hosts)
        self._document_seconds = document_seconds
        self._document_max_bytes = document_max_bytes
        self._cursors = Cursors(cursor_secret, name)
        self._clock = clock
        trust = tls or httpx.create_ssl_context()

        def http(max_bytes: int) -> ErpHttp:
            return ErpHttp(
                erp=name,
                base=base,
                headers={} if login else bearer(token),
                seconds=timeout_seconds,
                tls=trust,
                max_bytes=max_bytes,
                # trytond labels long JSON-RPC replies as gzip whatever is asked for.
                gzip=True,
                judge=judge,
                clock=clock,
            )

        self._http = http(reply_max_bytes)
        # A file within JSON is base64, a third longer.
        self._files = http(document_max_bytes * 4 // 3 + _MEGABYTE)
        self._connection = Connection(
            Access(
                http=self._http, documents=self._files, database=database.strip(), login=login, secret=token
            )
        )

    @property
    def name(self) -> str:
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        """One search gives orders whole, each naming its party."""
        kinds = {
            ReferenceKind.ANY,
            ReferenceKind.ORDER_NUMBER,
            ReferenceKind.CUSTOMER_REFERENCE,
            ReferenceKind.INVOICE_NUMBER,
            ReferenceKind.TRACKING_NUMBER,
        }
        if self._web_number_field:
            kinds.add(ReferenceKind.WEB_NUMBER)
        if self._access_key_field:
            kinds.add(ReferenceKind.ACCESS_KEY)
        return Capabilities(
            reference_kinds=frozenset(kinds),
            complete_in_find=True,
            echoes_company=True,
            changes=True,
            documents=papers.KINDS,
        )

    async def check(self) -> Health:
        return await checking.check(
            self._connection, self._host, (self._web_number_field, self._access_key_field)
        )

    async def find(
        self, scope: CompanyScope, references: Sequence[Reference]
    ) -> Mapping[Reference, Sequence[Order]]:
        parties = self._parties(scope)
        asked = list(dict.fromkeys(references))
        sought = finding.sought(asked, self.capabilities.reference_kinds)
        found: dict[Reference, tuple[Order, ...]] = dict.fromkeys(asked, ())
        if parties and sought:
            # Each search goes into an address, which servers want short.
            parts = [
                sought[start : start + _ASKED_TOGETHER] for start in range(0, len(sought), _ASKED_TOGETHER)
            ]
            for answered in await together(self._found(parties, part) for part in parts):
                found |= answered
        return found

    async def page(self, scope: CompanyScope, wanted: OrderFilter, *, after: str | None, limit: int) -> Page:
        """Newest first, by order date and id. A cursor that is broken or another's is taken as none."""
        parties = self._parties(scope)
        if not parties:
            return Page(orders=())
        limit = max(1, min(limit, _PAGE_MAX))
        position = _position(self._cursors.unseal(scope, wanted, after))
        connected = await self._connection.open()
        clauses = [domains.sales_of(parties, self._companies), *domains.listed(wanted, self._zone)]
        read = self._read(parties)
        shown: list[Order] = []
        for _ in range(_ROUNDS_MAX):
            domain = both(*clauses, *([domains.after(*position)] if position else []))
            rows = await self._sales(connected, domain, limit=limit + 1)
            used = 0
            for record in rows[:limit]:
                if len(shown) == limit:
                    break
                used += 1
                position = _position_of(record)
                order = parsing.order(record, read)
                if order is not None and _is_wanted(order, wanted):
                    shown.append(order)
            if used == len(rows):
                return Page(orders=tuple(shown))
            if len(shown) == limit:
                break
        following = None
        if position is not None:
            day, key = position
            following = self._cursors.seal(scope, wanted, [day.isoformat() if day else "", key])
        return Page(orders=tuple(shown), next=following)

    async def changed(self, scope: CompanyScope, since: datetime, *, after: str | None, limit: int) -> Page:
        """Two searches: which orders changed and when, then the part that is asked for."""
        parties = self._parties(scope)
        if not parties:
            return Page(orders=())
        connected = await self._connection.open()
        moments = await self._moments(connected, parties, since)
        position = self._cursors.unseal(scope, since, after)
        rest = [pair for pair in moments if position is None or _sealable(pair) > position]
        part = rest[: max(1, min(limit, _PAGE_MAX))]
        if not part:
            return Page(orders=())
        scoped = both(domains.sales_of(parties, self._companies), ["id", "in", [key for _, key in part]])
        rows = await self._sales(connected, scoped, limit=len(part))
        read = self._read(parties)
        orders = {fields.whole(record, "id"): parsing.order(record, read) for record in rows}
        told = tuple(
            replace(order, changed_at=moment)
            for moment, key in part
            if (order := orders.get(key)) is not None
        )
        following = None
        if len(part) < len(rest):
            following = self._cursors.seal(scope, since, _sealable(part[-1]))
        return Page(orders=told, next=following)

    async def details(self, scope: CompanyScope, order_numbers: Sequence[str]) -> Sequence[Order]:
        parties = self._parties(scope)
        numbers = [n for given in dict.fromkeys(order_numbers) if (n := sendable(given)) is not None]
        if not parties or not numbers:
            return []
        orders: list[Order] = []
        connected = await self._connection.open()
        for start in range(0, len(numbers), _PAGE_MAX):
            part = numbers[start : start + _PAGE_MAX]
            orders += await self._whole(connected, parties, ["number", "in", part])
        return orders

    async def documents(self, scope: CompanyScope, order_number: str) -> Sequence[Document]:
        return [listed.document for listed in await self._listed(scope, order_number)]

    @asynccontextmanager
    async def open_document(self, scope: CompanyScope, document: Document) -> AsyncIterator[DocumentStream]:
        for listed in await self._listed(scope, document.order_number):
            known = listed.document
            if (known.id, known.number) == (document.id, document.number):
                connected = await self._connection.open()
                async with papers.opened(
                    connected, listed, seconds=self._document_seconds, max_bytes=self._document_max_bytes
                ) as stream:
                    yield stream
                return
        raise DocumentNotThere("not among the order's documents")

    async def contacts_by_email(self, email: str) -> Sequence[CompanyContact]:
        return await contacts.by_email(self._connection, email, self._name)

    async def contacts_by_phone(self, phone: str) -> Sequence[CompanyContact]:
        return await contacts.by_phone(self._connection, phone, self._name)

    async def aclose(self) -> None:
        await self._http.aclose()
        await self._files.aclose()

    async def _found(
        self, parties: Sequence[int], sought: Sequence[finding.Sought]
    ) -> Mapping[Reference, tuple[Order, ...]]:
        connected = await self._connection.open()
        clause = domains.by_numbers(
            finding.numbers_by_kind(sought), connected.schema, self._web_number_field, self._access_key_field
        )
        if clause is None:
            return {}
        return finding.answered(sought, await self._whole(connected, parties, clause))

    async def _whole(self, connected: Connected, parties: Sequence[int], clause: Clause) -> list[Order]:
        """Orders of the parties with everything that belongs to them, newest first."""
        domain = both(domains.sales_of(parties, self._companies), clause)
        rows = await self._sales(connected, domain, limit=_FOUND_MAX)
        read = self._read(parties)
        orders = [order for record in rows if (order := parsing.order(record, read)) is not None]
        return await self._with_credit_notes(connected, parties, orders)

    async def _with_credit_notes(
        self, connected: Connected, parties: Sequence[int], orders: list[Order]
    ) -> list[Order]:
        """A second search, only for orders that have an invoice to credit."""
        invoiced = [order.order_number for order in orders if order.invoices]
        if not invoiced or not connected.schema.has("origin_invoices.sales.number", INVOICE):
            return orders
        scoped = domains.released_invoices_of(parties, self._companies)
        wanted = connected.schema.only((*INVOICE_FIELDS, "origin_invoices.sales.number"), INVOICE)
        rows = await connected.dialect.search(
            INVOICE, both(scoped, papers.credits_of(invoiced, parties)), wanted, limit=_FOUND_MAX
        )
        credited: dict[str, list[Invoice]] = {}
        read = self._read(parties)
        for record in rows:
            invoice = parsing.an_invoice(record, read)
            if invoice is not None and invoice.kind is InvoiceKind.CREDIT_NOTE:
                for number in parsing.credited_orders(record):
                    credited.setdefault(number, []).append(invoice)
        return [
            replace(order, invoices=(*order.invoices, *credited.get(order.order_number, ())))
            for order in orders
        ]

    async def _sales(self, connected: Connected, domain: Clause, *, limit: int) -> list[values.Record]:
        paths = [*SALE_FIELDS, *(f"invoices.{name}" for name in INVOICE_FIELDS)]
        if self._web_number_field:
            paths.append(self._web_number_field)
        if self._access_key_field:
            paths.append(f"invoices.{self._access_key_field}")
        wanted = connected.schema.only(paths)
        try:
            return await connected.dialect.search(
                SALE, domain, wanted, limit=limit, order=domains.NEWEST_FIRST
            )
        except ErpBadAnswer:
            # Another version or database may answer now.
            self._connection.forget()
            raise

    async def _moments(
        self, connected: Connected, parties: Sequence[int], since: datetime
    ) -> list[tuple[datetime, int]]:
        """When each order changed last, of those that did; the oldest change first."""
        scoped = both(
            domains.sales_of(parties, self._companies), domains.changed_since(since, connected.schema)
        )
        wanted = connected.schema.only(CHANGE_FIELDS)
        found: dict[int, datetime] = {}
        last = 0
        for _ in range(_CHANGED_ROUNDS_MAX):
            domain = both(scoped, ["id", ">", last])
            rows = await connected.dialect.search(
                SALE, domain, wanted, limit=_CHANGED_MAX, order=(("id", "ASC"),)
            )
            for record in rows:
                key, moment = fields.whole(record, "id"), parsing.changed_at(record)
                if key is not None and moment is not None and moment >= since:
                    found[key] = moment
            keys = [key for record in rows if (key := fields.whole(record, "id")) is not None]
            if len(rows) < _CHANGED_MAX or not keys:
                break
            last = max(keys)
        else:
            log = structlog.get_logger()
            log.warning("changes_cut", erp=self._name, reason="too_many_changes")
        return sorted((moment, key) for key, moment in found.items())

    async def _listed(self, scope: CompanyScope, order_number: str) -> tuple[papers.Listed, ...]:
        parties, number = self._parties(scope), sendable(order_number)
        if not parties or number is None:
            return ()
        connected = await self._connection.open()
        return await papers.listed(connected, number, self._read(parties), self._companies)

    def _read(self, parties: Sequence[int]) -> parsing.Read:
        return parsing.Read(
            erp=self._name,
            parties=frozenset(parties),
            currency=self._currency,
            zone=self._zone,
            today=self._clock().astimezone(self._zone).date(),
            web_number_field=self._web_number_field,
            access_key_field=self._access_key_field,
            tracking_hosts=self._tracking_hosts,
        )

    def _parties(self, scope: CompanyScope) -> list[int]:
        """The scope's keys that are ids. None of them: nothing is asked."""
        keys = dict.fromkeys(scope.keys)
        usable = [key for key in keys if key.isascii() and key.isdigit() and 0 < len(key) < 10]
        if len(usable) < len(keys):
            log = structlog.get_logger()
            log.warning("company_key_unusable", erp=self._name, reason="not_an_integer")
        return [int(key) for key in usable]


def _is_wanted(order: Order, wanted: OrderFilter) -> bool:
    return (not wanted.open_only or order.status.is_open) and (
        not wanted.statuses or order.status in wanted.statuses
    )


def _sealable(change: tuple[datetime, int]) -> list[str | int]:
    """A change as a position; it sorts as the change does."""
    moment, key = change
    return [moment.astimezone(UTC).isoformat(timespec="microseconds"), key]


def _position_of(record: values.Record) -> tuple[date | None, int]:
    key = fields.whole(record, "id")
    if key is None:
        raise ErpBadAnswer("a record without an id")
    return values.day(record, "sale_date"), key


def _position(sealed: list[str | int] | None) -> tuple[date | None, int] | None:
    if sealed is None:
        return None
    day, key = sealed
    return (date.fromisoformat(str(day)) if day else None), int(key)
