"""The adapter: the questions of `Erp` as searches of a Tryton."""

import re
import ssl
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import httpx

from bot.erp.addresses import base_address
from bot.erp.calls import CONNECTIONS, REPLY_MAX_BYTES, ErpHttp, bearer
from bot.erp.cursors import Cursors
from bot.erp.errors import DocumentNotThere
from bot.erp.given import usable_keys, utc_now, zone_named
from bot.erp.matching import sendable
from bot.erp.protocol import Capabilities, CompanyContact, DocumentStream, Health, OrderFilter, Page
from bot.erp.together import together
from bot.erp.tryton import checking, contacts, domains, finding, listing, papers, parsing
from bot.erp.tryton.connection import Access, Connection
from bot.erp.tryton.dialects import judge
from bot.erp.tryton.reading import Reader
from bot.orders import Document, Order, Reference, ReferenceKind
from bot.scope import CompanyScope

_MEGABYTE = 1024 * 1024
_DETAILS_MAX = 100
_ASKED_TOGETHER = 10
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


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
        connections: int = CONNECTIONS,
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        base = base_address(url)
        if not database.strip():
            raise ValueError("Name the Tryton database in ORDERBOT_ERP_DATABASE.")
        for field in (web_number_field, access_key_field):
            if field and not _NAME.fullmatch(field):
                raise ValueError(f"Not the name of a Tryton field: {field!r}")
        self._zone = zone_named(time_zone)
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
                connections=connections,
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
        self._reader = Reader(self._connection, self._companies, web_number_field, access_key_field)

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
        place = listing.place_of(self._cursors.unseal(scope, wanted, after))
        orders, following = await listing.newest(
            self._reader, parties, wanted, self._read(parties), place, limit
        )
        sealed = self._cursors.seal(scope, wanted, following) if following else None
        return Page(orders=orders, next=sealed)

    async def changed(self, scope: CompanyScope, since: datetime, *, after: str | None, limit: int) -> Page:
        """By the last change of the order, its lines, moves, shipments and invoices."""
        parties = self._parties(scope)
        if not parties:
            return Page(orders=())
        place = listing.place_of(self._cursors.unseal(scope, since, after))
        orders, following = await listing.changed(
            self._reader, parties, since, self._read(parties), place, limit
        )
        sealed = self._cursors.seal(scope, since, following) if following else None
        return Page(orders=orders, next=sealed)

    async def details(self, scope: CompanyScope, order_numbers: Sequence[str]) -> Sequence[Order]:
        parties = self._parties(scope)
        numbers = [n for given in dict.fromkeys(order_numbers) if (n := sendable(given)) is not None]
        if not parties or not numbers:
            return []
        orders: list[Order] = []
        connected = await self._connection.open()
        read = self._read(parties)
        for start in range(0, len(numbers), _DETAILS_MAX):
            part = numbers[start : start + _DETAILS_MAX]
            orders += await self._reader.whole(connected, parties, ["number", "in", part], read)
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
        return finding.answered(
            sought, await self._reader.whole(connected, parties, clause, self._read(parties))
        )

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
        keys = usable_keys(scope, _is_id, erp=self._name, reason="not_an_integer")
        return [int(key) for key in keys]


def _is_id(key: str) -> bool:
    return key.isascii() and key.isdigit() and 0 < len(key) < 10
