"""The adapter: the questions of `Erp` as list queries of an ERPNext site."""

import re
import ssl
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import httpx

from bot.erp.addresses import base_address
from bot.erp.calls import CONNECTIONS, REPLY_MAX_BYTES, ErpHttp, header_safe
from bot.erp.cursors import Cursors
from bot.erp.erpnext import documents, finding
from bot.erp.erpnext.checking import checked
from bot.erp.erpnext.contacts import Directory
from bot.erp.erpnext.documents import Documents
from bot.erp.erpnext.finding import Finder, askable
from bot.erp.erpnext.frappe import Frappe
from bot.erp.erpnext.listing import Lister
from bot.erp.erpnext.rows import Read, name_of
from bot.erp.erpnext.zone import Clock
from bot.erp.errors import DocumentNotThere
from bot.erp.given import usable_keys, utc_now, zone_named
from bot.erp.protocol import Capabilities, CompanyContact, DocumentStream, Health, OrderFilter, Page
from bot.orders import Document, Order, Reference, ReferenceKind
from bot.scope import CompanyScope

_MEGABYTE = 1024 * 1024
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,63}")
# What people copy from the browser's address bar beside the site's address.
_BEYOND = re.compile(r"/+(app|desk|api|login)(/.*)?$", re.IGNORECASE)
_DETAILS_MAX = 50


class ErpNextErp:
    """One ERPNext site: an `Erp` and a `ContactDirectory`. Customers are known by their `name`.

    `url` is the site's address; `token` is `api_key:api_secret` of a user who may read and print, and
    nothing else. `cursor_secret` signs page cursors: the same in every process. Times are in the
    site's zone, which it is asked for; `time_zone` (IANA) is used where it will not tell.
    `web_number_field` names the field of Sales Order with the web shop's number; empty for none.
    `print_format` prints invoices; empty for the site's default. `timeout_seconds` bounds one call with
    its retries, `document_seconds` the whole of one document. `tracking_hosts` limits tracking links to
    those hosts and their subdomains. Raises ErpAddressRefused or ValueError for settings that cannot work.

    Source: Frappe 14 to 16, REST, see docs/erp/erpnext.md.
    """

    def __init__(
        self,
        *,
        name: str,
        url: str,
        token: str,
        cursor_secret: bytes,
        time_zone: str = "UTC",
        currency: str = "BRL",
        web_number_field: str = "",
        print_format: str = "",
        timeout_seconds: float = 10.0,
        tracking_hosts: Sequence[str] = (),
        document_max_bytes: int = 50 * _MEGABYTE,
        document_seconds: float = 120.0,
        reply_max_bytes: int = REPLY_MAX_BYTES,
        connections: int = CONNECTIONS,
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        base = base_address(url, _BEYOND)
        fallback = zone_named(time_zone)
        if web_number_field and not _FIELD.fullmatch(web_number_field):
            raise ValueError(f"Not the name of a field: {web_number_field!r}")
        self._name = name
        self._host = base.host
        self._currency = currency
        self._web_field = web_number_field
        self._tracking_hosts = frozenset(host.lower() for host in tracking_hosts)
        self._now = clock
        self._http = ErpHttp(
            erp=name,
            base=base,
            headers=_authorization(token),
            seconds=timeout_seconds,
            tls=tls or httpx.create_ssl_context(),
            max_bytes=reply_max_bytes,
            connections=connections,
            clock=clock,
        )
        self._frappe = Frappe(self._http, erp=name)
        self._clock = Clock(self._frappe, fallback)
        self._finder = Finder(self._frappe, self._read, erp=name, web_field=web_number_field)
        self._lister = Lister(
            self._frappe,
            self._finder,
            Cursors(cursor_secret, name),
            self._read,
            erp=name,
            web_field=web_number_field,
        )
        self._documents = Documents(
            self._frappe,
            self._http,
            self._read,
            print_format=print_format,
            seconds=document_seconds,
            max_bytes=document_max_bytes,
        )
        self._directory = Directory(self._frappe, erp=name)

    @property
    def name(self) -> str:
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        kinds = finding.KINDS if self._web_field else finding.KINDS - {ReferenceKind.WEB_NUMBER}
        return Capabilities(
            reference_kinds=kinds,
            complete_in_find=True,
            echoes_company=True,
            changes=True,
            documents=documents.KINDS,
        )

    async def check(self) -> Health:
        """Ask who we are, what we may do, and for the orders of a customer that cannot be."""
        return await checked(self._frappe, self._clock, host=self._host, web_field=self._web_field)

    async def find(
        self, scope: CompanyScope, references: Sequence[Reference]
    ) -> Mapping[Reference, Sequence[Order]]:
        asked = list(dict.fromkeys(references))
        keys = self._keys(scope)
        if not asked or not keys:
            return dict.fromkeys(asked, ())
        return await self._finder.find(keys, asked)

    async def page(self, scope: CompanyScope, wanted: OrderFilter, *, after: str | None, limit: int) -> Page:
        """Newest first. A cursor that is broken or another's is taken as none: the first page."""
        keys = self._keys(scope)
        if not keys:
            return Page(orders=())
        return await self._lister.page(scope, keys, wanted, after=after, limit=limit)

    async def changed(self, scope: CompanyScope, since: datetime, *, after: str | None, limit: int) -> Page:
        """By the modification of the orders themselves, their delivery notes and their invoices."""
        keys = self._keys(scope)
        if not keys:
            return Page(orders=())
        return await self._lister.changed(scope, keys, since, after=after, limit=limit)

    async def details(self, scope: CompanyScope, order_numbers: Sequence[str]) -> Sequence[Order]:
        numbers = list(dict.fromkeys(number for given in order_numbers if (number := askable(given))))
        keys = self._keys(scope)
        if not keys:
            return []
        found: list[Order] = []
        for start in range(0, len(numbers), _DETAILS_MAX):
            found += await self._finder.details(keys, numbers[start : start + _DETAILS_MAX])
        return found

    async def documents(self, scope: CompanyScope, order_number: str) -> Sequence[Document]:
        keys = self._keys(scope)
        if not keys:
            return []
        listed = await self._documents.listed(keys, order_number)
        return [one.document for one in listed]

    @asynccontextmanager
    async def open_document(self, scope: CompanyScope, document: Document) -> AsyncIterator[DocumentStream]:
        keys = self._keys(scope)
        if not keys:
            raise DocumentNotThere("no customer to ask for")
        async with self._documents.open(keys, document) as stream:
            yield stream

    async def contacts_by_email(self, email: str) -> Sequence[CompanyContact]:
        return await self._directory.by_email(email)

    async def contacts_by_phone(self, phone: str) -> Sequence[CompanyContact]:
        return await self._directory.by_phone(phone)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _read(self) -> Read:
        zone = (await self._clock.zone()).zone
        return Read(
            erp=self._name,
            zone=zone,
            today=self._now().astimezone(zone).date(),
            currency=self._currency,
            tracking_hosts=self._tracking_hosts,
            web_field=self._web_field,
        )

    def _keys(self, scope: CompanyScope) -> list[str]:
        """The scope's keys that can be a customer's name."""
        return usable_keys(
            scope, lambda key: name_of({"name": key}) is not None, erp=self._name, reason="not_a_name"
        )


def _authorization(token: str) -> Mapping[str, str]:
    token = header_safe(token)
    if token and not re.fullmatch(r"[^\s:]+:[^\s:]+", token):
        raise ValueError("The token of an ERPNext user is its API key and secret: `key:secret`.")
    return {"Authorization": f"token {token}"} if token else {}
