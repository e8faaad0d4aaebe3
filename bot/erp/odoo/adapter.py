"""The adapter: the questions of `Erp` as calls of an Odoo."""

import re
import ssl
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import httpx

from bot.erp.addresses import base_address
from bot.erp.calls import CONNECTIONS, REPLY_MAX_BYTES, ErpHttp, bearer, header_safe
from bot.erp.cursors import Cursors
from bot.erp.errors import DocumentNotThere
from bot.erp.given import usable_keys, utc_now, zone_named
from bot.erp.odoo import finding, listing, parsing
from bot.erp.odoo.checking import health
from bot.erp.odoo.connection import Connection
from bot.erp.odoo.contacts import Contacts
from bot.erp.odoo.documents import Documents
from bot.erp.odoo.domains import Domain, all_of, leaf
from bot.erp.odoo.failures import judge
from bot.erp.odoo.layout import Layout, Layouts
from bot.erp.odoo.reading import Reader, Whose
from bot.erp.odoo.values import Read, Record
from bot.erp.protocol import Capabilities, CompanyContact, DocumentStream, Health, OrderFilter, Page
from bot.orders import Document, DocumentKind, Order, Reference
from bot.scope import CompanyScope

_FOUND_MAX = 200
_ASKED_MAX = 200
_NOBODY = 2**31 - 2
"""An id that no customer has."""
_MEGABYTE = 1024 * 1024
_FIELD = re.compile(r"[a-z_][a-z0-9_]{0,60}")
# What operators paste: the address of a page of Odoo, or of its interfaces.
_PATH = re.compile(r"/+(web|odoo|jsonrpc|json|xmlrpc)(/.*)?$", re.IGNORECASE)
_DOCUMENTS = frozenset(
    {
        DocumentKind.INVOICE_PDF,
        DocumentKind.CREDIT_NOTE,
        DocumentKind.DEBIT_NOTE,
        DocumentKind.EINVOICE_XML,
        DocumentKind.NFE_XML,
    }
)


class OdooErp:
    """One Odoo, 14 to 19: an `Erp` and a `ContactDirectory`. Customer keys are ids of partners.

    `token` is an API key; before 19 `login` is its user and `database` must be named. `companies` are
    the supplier's own whose orders are asked for, none: all the key's user sees. With `branches` a
    company's orders are its branches' too. `proforma` is "label" to hand over a rendering, marked as
    such, where the legal PDF was never made, "refuse" not to. `web_number_field` is the field of an order
    with the web shop's number, `origin` by default. `time_zone` (IANA) says when an invoice is overdue;
    `currency` is for amounts without one. `timeout_seconds` bounds one call with its retries,
    `document_seconds` the whole of one document. Raises ErpAddressRefused or ValueError for settings
    that cannot work.

    Source: Odoo's External JSON-2 API (19), External API (14 to 18); see docs/erp/odoo.md.
    """

    def __init__(
        self,
        *,
        name: str,
        url: str,
        token: str,
        cursor_secret: bytes,
        login: str = "",
        database: str = "",
        companies: Sequence[int] = (),
        branches: bool = False,
        proforma: str = "refuse",
        web_number_field: str = "",
        time_zone: str = "UTC",
        currency: str = "BRL",
        timeout_seconds: float = 10.0,
        tracking_hosts: Sequence[str] = (),
        document_max_bytes: int = 50 * _MEGABYTE,
        document_seconds: float = 120.0,
        reply_max_bytes: int = REPLY_MAX_BYTES,
        connections: int = CONNECTIONS,
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        base = base_address(url, _PATH)
        self._zone = zone_named(time_zone)
        web_field = web_number_field or "origin"
        if not _FIELD.fullmatch(web_field):
            raise ValueError(f"Not the name of a field of Odoo: {web_field!r}")
        chosen = {"X-Odoo-Database": header_safe(database)} if database.strip() else {}
        self._name = name
        self._host = base.host
        self._branches = branches
        self._web_field = web_field
        self._currency = currency
        self._tracking_hosts = frozenset(host.lower() for host in tracking_hosts)
        self._clock = clock
        self._cursors = Cursors(cursor_secret, name)
        self._http = ErpHttp(
            erp=name,
            base=base,
            headers={**bearer(token), **chosen},
            seconds=timeout_seconds,
            tls=tls or httpx.create_ssl_context(),
            max_bytes=reply_max_bytes,
            # Behind a proxy Odoo's replies come compressed whatever was asked for.
            gzip=True,
            judge=judge,
            connections=connections,
            clock=clock,
        )
        self._connection = Connection(
            self._http, database=database.strip(), login=login.strip(), key=token.strip(), companies=companies
        )
        self._layouts = Layouts(self._connection, extra=(web_field,), clock=clock)
        self._reader = Reader(self._connection, self._layouts, web_field=web_field)
        self._contacts = Contacts(self._connection, self._layouts, name)
        self._documents = Documents(
            self._connection,
            self._layouts,
            proforma=proforma == "label",
            seconds=document_seconds,
            max_bytes=document_max_bytes,
        )

    @property
    def name(self) -> str:
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            reference_kinds=finding.KINDS,
            complete_in_find=True,
            echoes_company=True,
            changes=True,
            documents=_DOCUMENTS,
        )

    async def check(self) -> Health:
        """Sign in, ask what there is and what the key may do, and put the questions for nobody's data."""

        async def rehearsed() -> None:
            # Every field and path the questions use, of a customer there cannot be.
            nobody = Whose((_NOBODY,), self._branches)
            await self._find(nobody, [Reference("ORDERBOT-CHECK")])
            await listing.changed(self._reader, nobody, self._clock(), self._read(nobody), None, 1)
            await self._documents.listed(nobody, "ORDERBOT-CHECK")

        return await health(self._connection, self._layouts, rehearsed, self._host, self._clock)

    async def find(
        self, scope: CompanyScope, references: Sequence[Reference]
    ) -> Mapping[Reference, Sequence[Order]]:
        """One request for all references and everything about the orders (two rounds before Odoo 17)."""
        asked = list(dict.fromkeys(references))
        whose = self._whose(scope)
        if whose is None or not any(finding.spellings(reference) for reference in asked):
            return dict.fromkeys(asked, ())
        orders = await self._find(whose, asked)
        return {reference: finding.answering(reference, orders) for reference in asked}

    async def page(self, scope: CompanyScope, wanted: OrderFilter, *, after: str | None, limit: int) -> Page:
        """Newest first. A cursor that is broken or another's is taken as none: the first page."""
        whose = self._whose(scope)
        if whose is None:
            return Page(orders=())
        position = listing.placed_position(self._cursors.unseal(scope, wanted, after))
        orders, following = await listing.newest(
            self._reader, whose, wanted, self._read(whose), position, limit
        )
        sealed = self._cursors.seal(scope, wanted, following) if following else None
        return Page(orders=orders, next=sealed)

    async def changed(self, scope: CompanyScope, since: datetime, *, after: str | None, limit: int) -> Page:
        """By when the order, its deliveries or its invoices were last written, to the second."""
        whose = self._whose(scope)
        if whose is None:
            return Page(orders=())
        position = listing.changed_position(self._cursors.unseal(scope, since, after))
        orders, following = await listing.changed(
            self._reader, whose, since, self._read(whose), position, limit
        )
        sealed = self._cursors.seal(scope, since, following) if following else None
        return Page(orders=orders, next=sealed)

    async def details(self, scope: CompanyScope, order_numbers: Sequence[str]) -> Sequence[Order]:
        whose = self._whose(scope)
        numbers = [one for one in dict.fromkeys(order_numbers) if finding.is_sendable(one)][:_ASKED_MAX]
        if whose is None or not numbers:
            return ()
        domain = all_of((listing.ORDERS, leaf("name", "in", numbers)))
        found = await self._reader.orders(whose, lambda _: domain, limit=2 * len(numbers) + 10)
        return self._orders(whose, found)

    async def documents(self, scope: CompanyScope, order_number: str) -> Sequence[Document]:
        whose = self._whose(scope)
        if whose is None or not finding.is_sendable(order_number):
            return ()
        return [listed.document for listed in await self._documents.listed(whose, order_number)]

    @asynccontextmanager
    async def open_document(self, scope: CompanyScope, document: Document) -> AsyncIterator[DocumentStream]:
        whose = self._whose(scope)
        if whose is None or not finding.is_sendable(document.order_number):
            raise DocumentNotThere("no customer of this ERP")
        async with self._documents.open(whose, document) as stream:
            yield stream

    async def contacts_by_email(self, email: str) -> Sequence[CompanyContact]:
        """Partners that are not archived, with exactly this address."""
        return await self._contacts.by_email(email)

    async def contacts_by_phone(self, phone: str) -> Sequence[CompanyContact]:
        """Partners that are not archived, whose number ends like this one (E.164)."""
        return await self._contacts.by_phone(phone)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _find(self, whose: Whose, asked: Sequence[Reference]) -> Sequence[Order]:
        def wanted(layout: Layout) -> Domain | None:
            numbered = finding.numbered(asked, finding.paths(layout, self._web_field))
            return None if numbered is None else all_of((listing.ORDERS, numbered))

        return self._orders(whose, await self._reader.orders(whose, wanted, limit=_FOUND_MAX))

    def _orders(self, whose: Whose, found: Sequence[Record]) -> Sequence[Order]:
        read = self._read(whose)
        return [order for record in found if (order := parsing.order(record, read)) is not None]

    def _read(self, whose: Whose) -> Read:
        return Read(
            erp=self._name,
            keys=whose.keys,
            currency=self._currency,
            today=self._clock().astimezone(self._zone).date(),
            zone=self._zone,
            web_field=self._web_field,
            tracking_hosts=self._tracking_hosts,
        )

    def _whose(self, scope: CompanyScope) -> Whose | None:
        """The scope's keys as Odoo knows customers, by whole numbers; None when none of them is."""
        keys = usable_keys(scope, _is_id, erp=self._name, reason="not_an_integer")
        return Whose(tuple(int(key) for key in keys), self._branches) if keys else None


def _is_id(key: str) -> bool:
    return key.isascii() and key.isdigit() and len(key) < 10 and int(key) > 0
