"""The adapter: the questions of `Erp` as calls of the VTEX B2B Orders contract."""

import re
import ssl
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx
import structlog

from bot.erp import fields
from bot.erp.addresses import base_address
from bot.erp.calls import CONNECTIONS, REPLY_MAX_BYTES, Answer, ErpHttp, bearer
from bot.erp.cursors import Cursors
from bot.erp.errors import DocumentNotThere, ErpBadAnswer, ErpDenied, ErpError, ErpRateLimited
from bot.erp.given import usable_keys, utc_now, zone_named
from bot.erp.guard import Guard, Resolve, resolve_by_system
from bot.erp.matching import sendable
from bot.erp.protocol import Capabilities, CompanyContact, DocumentStream, Health, OrderFilter, Page
from bot.erp.together import together
from bot.erp.vtex_b2b import paging, parsing
from bot.erp.vtex_b2b.contract import Contract
from bot.erp.vtex_b2b.documents import Fetcher, Listed, listed_documents
from bot.erp.vtex_b2b.finding import KINDS, Finder, is_own
from bot.orders import Document, Order, Reference
from bot.scope import CompanyScope

_AT_ONCE = 8
_PAGE_MAX = 100
_A_DAY = timedelta(days=1)
_MEGABYTE = 1024 * 1024
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
# The guide's own screenshot shows the full search path in the field for the base address.
CONTRACT_PATH = re.compile(r"/+api(/+v1(/+pedido(/+pesquisa)?)?)?/*$", re.IGNORECASE)


class VtexB2bErp:
    """One ERP that serves the contract: an `Erp`, and a `ContactDirectory` where it serves contacts.

    `url` is the base address or the full search address; `token` the bearer token, empty for none.
    `cursor_secret` signs page cursors: the same in every process. Dates the ERP sends without a zone
    are read in `time_zone` (IANA). `timeout_seconds` bounds one call with its retries,
    `document_seconds` the whole of one document. `tracking_hosts` limits tracking links to those
    hosts and their subdomains. Raises ErpAddressRefused or ValueError for settings that cannot work.

    Source: the app's guide and code, see docs/erp/vtex-b2b.md.
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
        timeout_seconds: float = 10.0,
        document_hosts: Sequence[str] = (),
        tracking_hosts: Sequence[str] = (),
        document_max_bytes: int = 50 * _MEGABYTE,
        document_seconds: float = 120.0,
        reply_max_bytes: int = REPLY_MAX_BYTES,
        horizon_days: int = 730,
        connections: int = CONNECTIONS,
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], datetime] = utc_now,
        resolve: Resolve = resolve_by_system,
    ) -> None:
        base = base_address(url, CONTRACT_PATH)
        self._zone = zone_named(time_zone)
        trust = tls or httpx.create_ssl_context()
        self._name = name
        self._host = base.host
        self._cursors = Cursors(cursor_secret, name)
        self._currency = currency
        self._tracking_hosts = frozenset(host.lower() for host in tracking_hosts)
        self._horizon_days = horizon_days
        self._clock = clock
        self._http = ErpHttp(
            erp=name,
            base=base,
            headers=bearer(token),
            seconds=timeout_seconds,
            tls=trust,
            max_bytes=reply_max_bytes,
            connections=connections,
            clock=clock,
        )
        self._contract = Contract(self._http)
        self._finder = Finder(self._contract, self._read, self._complete)
        self._fetcher = Fetcher(
            guard=Guard(base=base, hosts=document_hosts, resolve=resolve),
            token=token,
            tls=trust,
            seconds=document_seconds,
            max_bytes=document_max_bytes,
            clock=clock,
        )

    @property
    def name(self) -> str:
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        """Rows of the plain contract do not name their company; details always do."""
        return Capabilities(reference_kinds=KINDS, complete_in_find=False, echoes_company=False)

    async def check(self) -> Health:
        """Ask for a day of 1990, of company 0: touches every setting and nobody's data."""
        try:
            answer = await self._contract.try_period("0", "1990-01-01T00:00:00Z", "1990-01-02T00:00:00Z")
            if answer.ok and answer.status != 204:
                parsing.search_rows(answer.body)
        except ErpDenied:
            return Health(False, f"{self._host} refuses our token.", "Check ORDERBOT_ERP_TOKEN.")
        except ErpRateLimited as error:
            return Health(True, f"{self._host} answers, and asks to wait {error.retry_after:g} s.")
        except ErpBadAnswer as error:
            advice = "Check that ORDERBOT_ERP_URL is the ERP's API, not the shop or a sign-in page."
            return Health(False, f"{self._host} answers with something else ({error}).", advice)
        except ErpError as error:
            advice = "Check ORDERBOT_ERP_URL, the network, the ERP itself, ORDERBOT_ERP_TIMEOUT_SECONDS."
            return Health(False, f"{self._host} is not available ({error}).", advice)
        return _health(self._host, answer)

    async def find(
        self, scope: CompanyScope, references: Sequence[Reference]
    ) -> Mapping[Reference, Sequence[Order]]:
        keys = self._keys(scope)
        asked = list(dict.fromkeys(references))
        found = await together((self._finder.find(keys, reference) for reference in asked), at_once=_AT_ONCE)
        return dict(zip(asked, found, strict=True))

    async def page(self, scope: CompanyScope, wanted: OrderFilter, *, after: str | None, limit: int) -> Page:
        """Newest first. A cursor that is broken or another's is taken as none: the first page.

        Search rows know nothing of split shipments, so PARTIALLY_SHIPPED is never among them.
        """
        limit = max(1, min(limit, _PAGE_MAX))
        told = self._cursors.unseal(scope, wanted, after)
        position = paging.read(told) if told else None
        # A day ahead, for orders dated by a clock that is ahead of ours.
        anchor = position.anchor if position else wanted.until or self._clock() + _A_DAY
        by_number: dict[str, tuple[datetime, Order]] = {}
        for window in paging.windows(wanted, anchor, self._horizon_days):
            if position is not None and window.start > position.placed:
                continue
            for placed, order in await self._within(scope, window):
                if wanted.admits(order.status) and _comes_after(position, placed, order):
                    by_number.setdefault(order.order_number, (placed, order))
            if len(by_number) > limit:
                break
        found = sorted(
            by_number.values(), key=lambda pair: paging.rank(pair[0], pair[1].order_number), reverse=True
        )
        shown = found[:limit]
        following = None
        if len(found) > limit:
            placed, last = shown[-1]
            here = paging.Position(anchor, placed, last.order_number)
            following = self._cursors.seal(scope, wanted, paging.told(here))
        return Page(orders=tuple(order for _, order in shown), next=following)

    async def changed(self, scope: CompanyScope, since: datetime, *, after: str | None, limit: int) -> Page:
        """The contract cannot be asked what changed."""
        return Page(orders=())

    async def details(self, scope: CompanyScope, order_numbers: Sequence[str]) -> Sequence[Order]:
        return await self._complete(self._keys(scope), order_numbers)

    async def documents(self, scope: CompanyScope, order_number: str) -> Sequence[Document]:
        return [listed.document for listed in await self._listed(scope, order_number)]

    @asynccontextmanager
    async def open_document(self, scope: CompanyScope, document: Document) -> AsyncIterator[DocumentStream]:
        for listed in await self._listed(scope, document.order_number):
            known = listed.document
            if known.id == document.id and known.number == document.number:
                async with self._fetcher.open(known, listed.url) as stream:
                    yield stream
                return
        raise DocumentNotThere("not among the order's documents")

    async def contacts_by_email(self, email: str) -> Sequence[CompanyContact]:
        """Contacts with exactly this address, from the extension endpoint `GET /api/v1/contatos`."""
        wanted = email.strip()
        if not 3 <= len(wanted) <= 254 or "@" not in wanted or fields.plain(wanted) != wanted:
            return []
        found = parsing.contacts(await self._contract.contacts("email", wanted), self._name)
        return [contact for contact in found if contact.email.casefold() == wanted.casefold()]

    async def contacts_by_phone(self, phone: str) -> Sequence[CompanyContact]:
        """Contacts the same endpoint gives for a phone number in E.164; whoever asks compares again."""
        if not _E164.fullmatch(phone):
            return []
        found = parsing.contacts(await self._contract.contacts("telefone", phone), self._name)
        return [contact for contact in found if contact.phone]

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _within(self, scope: CompanyScope, window: paging.Window) -> list[tuple[datetime, Order]]:
        """The orders of one window, each once, with when they count as placed."""
        start, end = _iso(window.start - _A_DAY), _iso(window.end + _A_DAY)
        keys = self._keys(scope)
        replies = await together(self._contract.by_period(key, start, end) for key in keys)
        found: dict[str, tuple[datetime, Order]] = {}
        for key, rows in zip(keys, replies, strict=True):
            read = self._read(key)
            for row in rows:
                order = parsing.order_row(row, read)
                if order is None or not is_own(order, read):
                    continue
                placed = paging.placed_within(order, window)
                if placed is not None:
                    found.setdefault(order.order_number, (placed, order))
        return list(found.values())

    async def _complete(self, keys: Sequence[str], order_numbers: Sequence[str]) -> Sequence[Order]:
        asked = [
            (key, number)
            for given in dict.fromkeys(order_numbers)
            if (number := sendable(given)) is not None
            for key in keys
        ]
        found = await together((self._detail(key, number) for key, number in asked), at_once=_AT_ONCE)
        return [order for order in found if order is not None]

    async def _detail(self, key: str, number: str) -> Order | None:
        """One order, only if the reply names both the company and the number that were asked for."""
        order = parsing.order_details(await self._contract.details(key, number), self._read(key))
        if order is None:
            return None
        if order.company_key == key and order.order_number == number:
            return order
        log = structlog.get_logger()
        reason = "details_of_other_order"
        if order.company_key != key:
            reason = "details_without_company" if order.company_key is None else "details_of_other_company"
        log.warning("foreign_record_dropped", erp=self._name, reason=reason)
        return None

    async def _listed(self, scope: CompanyScope, order_number: str) -> tuple[Listed, ...]:
        """The documents of an order that the details prove to be the company's."""
        number = sendable(order_number)
        if number is None:
            return ()
        replies = await together(self._listed_for(key, number) for key in self._keys(scope))
        return next((listed for listed in replies if listed), ())

    async def _listed_for(self, key: str, number: str) -> tuple[Listed, ...]:
        async def verified() -> object:
            return await self._detail(key, number)

        order, body = await together((verified(), self._contract.documents(key, number)))
        if order is None or body is None or body == {}:
            return ()
        if isinstance(body, dict) and fields.text(body, "pedidoErpId", longest=60) not in (None, number):
            return ()
        return listed_documents(body, number)

    def _read(self, key: str) -> parsing.Read:
        return parsing.Read(
            erp=self._name,
            key=key,
            currency=self._currency,
            zone=self._zone,
            today=self._clock().astimezone(self._zone).date(),
            tracking_hosts=self._tracking_hosts,
        )

    def _keys(self, scope: CompanyScope) -> list[str]:
        """The scope's keys this contract can ask for: `revendaId` is an integer."""
        return usable_keys(scope, _is_integer, erp=self._name, reason="not_an_integer")


def _is_integer(key: str) -> bool:
    return key.isascii() and key.isdigit() and len(key) < 16


def _health(host: str, answer: Answer) -> Health:
    if answer.ok:
        return Health(True, f"{host} answers searches.")
    if answer.status in (400, 422):
        # It read our token and our question, and wants nothing to do with company 0.
        return Health(True, f"{host} answers, and refuses the test question (status {answer.status}).")
    advice = "ORDERBOT_ERP_URL must be the part of the address before /api/v1/pedido/pesquisa."
    return Health(False, f"{host} has no search there (status {answer.status}).", advice)


def _comes_after(position: paging.Position | None, placed: datetime, order: Order) -> bool:
    return position is None or paging.rank(placed, order.order_number) < paging.rank(
        position.placed, position.number
    )


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
