"""The rules that hold for every adapter, whatever ERP is behind it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.erp.errors import (
    DocumentNotThere,
    DocumentRefused,
    ErpBadAnswer,
    ErpDenied,
    ErpError,
    ErpRateLimited,
    ErpUnavailable,
)
from bot.erp.protocol import ConnectedErp, OrderFilter, Page
from bot.orders import (
    Document,
    DocumentKind,
    InvoiceKind,
    Order,
    OrderStatus,
    Reference,
    ReferenceKind,
    ShipmentStatus,
)
from bot.scope import CompanyScope
from tests.erp.builders import scope_of
from tests.erp.kit import faults
from tests.erp.kit.proxy import Fault
from tests.erp.kit.world import (
    ANA,
    ANA_PHONE,
    BULK,
    CAROL,
    HIDDEN,
    ODD,
    REUSED,
    SHARED,
    TRACKED,
    Asks,
    Expected,
    World,
)

# What people and attackers write where a number should stand.
HOSTILE = (
    "%",
    "_",
    "PO%",
    "PO-778_",
    "*",
    "PO*",
    "' OR '1'='1",
    "x') OR 1=1 --",
    '"]]',
    '["in",["PO-7782"]]',
    "|",
    "&revendaId=1",
    "PO-7782&limit=100",
    "../../etc/passwd",
    "PO-7782\x00",
    "PO-7782\nPO-7783",
    "\u202eOP",
    "false",
    "None",
    "${jndi:ldap://x}",
    "{{7*7}}",
    "A" * 5000,
    "",
    " ",
)
FAR = "ORD-DOES-NOT-EXIST-1"


@pytest.fixture
async def erp(world: World) -> AsyncIterator[ConnectedErp]:
    async with world.erp() as connected:
        yield connected


def northwind(world: World) -> CompanyScope:
    return scope_of(world.known.northwind)


def southgate(world: World) -> CompanyScope:
    return scope_of(world.known.southgate)


def by(text: str, kind: ReferenceKind = ReferenceKind.ANY) -> Reference:
    return Reference(text, kind)


async def found(
    erp: ConnectedErp, scope: CompanyScope, text: str, kind: ReferenceKind = ReferenceKind.ANY
) -> list[Order]:
    """What a reference finds, completed as the gateway would."""
    reference = by(text, kind)
    rows = (await erp.find(scope, [reference]))[reference]
    if all(row.complete for row in rows):
        return list(rows)
    numbers = [row.order_number for row in rows]
    full = {order.order_number: order for order in await erp.details(scope, numbers)}
    return [full[number] for number in numbers if number in full]


async def listed(erp: ConnectedErp, scope: CompanyScope, wanted: OrderFilter, limit: int) -> list[Order]:
    """A whole list, page by page."""
    orders: list[Order] = []
    after = None
    for _ in range(200):
        page = await erp.page(scope, wanted, after=after, limit=limit)
        assert len(page.orders) <= limit
        orders += page.orders
        after = page.next
        if after is None:
            return orders
    raise AssertionError("the pages do not end")


async def fetched(erp: ConnectedErp, scope: CompanyScope, document: Document) -> bytes:
    async with erp.open_document(scope, document) as stream:
        return b"".join([chunk async for chunk in stream.chunks])


def numbers(orders: Sequence[Order]) -> list[str]:
    return [order.order_number for order in orders]


# 1. Every call names the company, in the server's own query.


async def test_every_question_carries_the_company_in_the_servers_own_query(
    world: World, erp: ConnectedErp
) -> None:
    scope, order = northwind(world), world.known.shipped.number
    await erp.find(scope, [by(order), by(SHARED), by(TRACKED, ReferenceKind.TRACKING_NUMBER)])
    await erp.page(scope, OrderFilter(), after=None, limit=5)
    await erp.details(scope, [order])
    documents = await erp.documents(scope, order)
    assert documents
    await fetched(erp, scope, documents[0])
    await erp.changed(scope, datetime.now(UTC) - timedelta(days=3650), after=None, limit=5)

    asked = [world.asks(request, scope.keys) for request in world.proxy.recorded]
    assert Asks.UNSCOPED not in asked
    assert Asks.SCOPED in asked
    for place, one in enumerate(asked):
        assert one is not Asks.BYTES or Asks.SCOPED in asked[:place], "bytes before the company was asked for"


async def test_a_document_is_asked_for_within_the_company_anew(world: World, erp: ConnectedErp) -> None:
    scope = northwind(world)
    document = (await erp.documents(scope, world.known.shipped.number))[0]
    world.proxy.recorded.clear()
    await fetched(erp, scope, document)
    asked = [world.asks(request, scope.keys) for request in world.proxy.recorded]
    assert Asks.SCOPED in asked
    assert Asks.UNSCOPED not in asked


async def test_a_company_without_orders_sees_none(world: World, erp: ConnectedErp) -> None:
    scope = scope_of(world.known.empty)
    assert await found(erp, scope, SHARED) == []
    assert (await erp.page(scope, OrderFilter(), after=None, limit=10)).orders == ()
    assert list(await erp.details(scope, [world.known.shipped.number])) == []
    assert list(await erp.documents(scope, world.known.shipped.number)) == []


# 2. One number at two companies; foreign and unknown are one thing.


async def test_one_reference_at_two_companies_is_each_ones_own(world: World, erp: ConnectedErp) -> None:
    assert numbers(await found(erp, northwind(world), SHARED)) == [world.known.confirmed.number]
    assert numbers(await found(erp, southgate(world), SHARED)) == [world.known.southgate_shared]


async def test_an_order_of_another_company_is_like_one_that_does_not_exist(
    world: World, erp: ConnectedErp
) -> None:
    scope = northwind(world)
    told = []
    # The first question may also find out what the installation has.
    for number in (FAR, world.known.southgate_shared, FAR):
        world.proxy.recorded.clear()
        answer = (
            await found(erp, scope, number),
            await found(erp, scope, number, ReferenceKind.ORDER_NUMBER),
            list(await erp.details(scope, [number])),
            list(await erp.documents(scope, number)),
        )
        told.append((answer, len(world.proxy.recorded)))
    assert told[1] == told[2]
    assert told[1][0] == ([], [], [], [])


async def test_a_document_of_another_company_is_not_there(world: World, erp: ConnectedErp) -> None:
    foreign = (await erp.documents(southgate(world), world.known.southgate_shared))[0]
    own = (await erp.documents(northwind(world), world.known.shipped.number))[0]
    forged = (
        foreign,
        Document(id=foreign.id, kind=foreign.kind, order_number=own.order_number, number=foreign.number),
        Document(id="no-such-thing", kind=own.kind, order_number=own.order_number),
        Document(id=own.id, kind=own.kind, order_number=FAR, number=own.number),
    )
    for document in forged:
        with pytest.raises(DocumentNotThere):
            await fetched(erp, northwind(world), document)


# 3. What a person types is never a pattern and never a query.


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_finds_nothing_and_breaks_nothing(
    text: str, world: World, erp: ConnectedErp
) -> None:
    scope = northwind(world)
    for kind in ReferenceKind:
        assert not any((await erp.find(scope, [by(text, kind)])).values())
    assert list(await erp.details(scope, [text])) == []
    assert list(await erp.documents(scope, text)) == []
    assert list(await erp.contacts_by_email(text)) == []
    assert list(await erp.contacts_by_phone(text)) == []


async def test_a_reference_with_wildcards_in_it_is_taken_by_the_letter(
    world: World, erp: ConnectedErp
) -> None:
    scope = northwind(world)
    assert numbers(await found(erp, scope, "PO-77X9")) == []
    # "%" is none of the characters numbers are made of: it is refused before anything is asked, or found
    # by the letter; never is it a pattern.
    assert set(numbers(await found(erp, scope, ODD))) <= {world.known.odd}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(text=st.text(max_size=60))
async def test_any_text_is_answered(text: str, world: World, erp: ConnectedErp) -> None:
    orders = await found(erp, northwind(world), text)
    assert {order.company_key for order in orders} <= {world.known.northwind}


# 4. Several orders answer to one number.


async def test_a_reused_reference_finds_all_its_orders_the_newest_first(
    world: World, erp: ConnectedErp
) -> None:
    assert tuple(numbers(await found(erp, northwind(world), REUSED))) == world.known.reused


async def test_several_references_are_answered_together(world: World, erp: ConnectedErp) -> None:
    asked = [by(SHARED), by("PO-7783"), by(FAR), by(REUSED)]
    answer = await erp.find(northwind(world), asked)
    assert list(answer) == asked
    assert [len(answer[reference]) for reference in asked] == [1, 1, 0, 2]


@pytest.mark.parametrize("kind", [ReferenceKind.ANY, ReferenceKind.ORDER_NUMBER])
async def test_an_order_is_found_by_its_own_number(
    kind: ReferenceKind, world: World, erp: ConnectedErp
) -> None:
    number = world.known.shipped.number
    assert numbers(await found(erp, northwind(world), number, kind)) == [number]


async def test_an_order_is_found_by_each_number_people_quote(world: World, erp: ConnectedErp) -> None:
    scope, expected = northwind(world), world.known.shipped
    quoted = {
        ReferenceKind.CUSTOMER_REFERENCE: "PO-7783",
        ReferenceKind.ORDER_NUMBER: expected.number,
        ReferenceKind.INVOICE_NUMBER: expected.invoices[0][0],
        ReferenceKind.TRACKING_NUMBER: TRACKED,
        ReferenceKind.WEB_NUMBER: world.known.web_number,
    }
    for kind in erp.capabilities.reference_kinds & set(quoted):
        text = quoted[kind]
        if text is not None:
            assert numbers(await found(erp, scope, text, kind)) == [expected.number], kind
            assert expected.number in numbers(await found(erp, scope, text)), f"{kind}, not told which"


# 5. Released documents only, and as what they are.


async def test_a_released_invoice_comes_as_a_pdf(world: World, erp: ConnectedErp) -> None:
    scope = northwind(world)
    documents = await erp.documents(scope, world.known.shipped.number)
    pdfs = [one for one in documents if one.kind in (DocumentKind.INVOICE_PDF, DocumentKind.DANFE)]
    assert [one.legal for one in pdfs] == [True]
    assert pdfs[0].order_number == world.known.shipped.number
    assert pdfs[0].number == world.known.shipped.invoices[0][0]
    assert (await fetched(erp, scope, pdfs[0])).startswith(b"%PDF-")


async def test_a_draft_invoice_is_neither_shown_nor_served(world: World, erp: ConnectedErp) -> None:
    scope, number = northwind(world), world.known.drafted
    [order] = await found(erp, scope, "PO-7789")
    assert order.order_number == number
    assert order.invoices == ()
    released = {DocumentKind.INVOICE_PDF, DocumentKind.DANFE, DocumentKind.NFE_XML}
    assert not released & {document.kind for document in await erp.documents(scope, number)}


async def test_a_hidden_quotation_is_no_order(world: World, erp: ConnectedErp) -> None:
    scope = northwind(world)
    assert await found(erp, scope, HIDDEN) == []
    references = {order.customer_reference for order in await listed(erp, scope, OrderFilter(), 10)}
    assert HIDDEN not in references
    assert SHARED in references


async def test_a_document_above_the_limit_is_refused(world: World) -> None:
    scope = northwind(world)
    async with world.erp(document_max_bytes=200) as erp:
        document = (await erp.documents(scope, world.known.shipped.number))[0]
        with pytest.raises(DocumentRefused):
            await fetched(erp, scope, document)


# 6. Times, money, nothing.


async def test_times_are_aware_utc_and_money_is_decimal_with_a_currency(
    world: World, erp: ConnectedErp
) -> None:
    [order] = await found(erp, northwind(world), "PO-7783")
    assert order.placed_on is not None
    assert order.placed_on.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - order.placed_on) < timedelta(days=3650)
    assert order.total is not None
    assert isinstance(order.total.amount, Decimal)
    assert order.total.currency == world.known.currency
    [invoice] = [one for one in order.invoices if one.kind is InvoiceKind.INVOICE]
    assert invoice.total is not None
    assert isinstance(invoice.total.amount, Decimal)
    assert order.lines
    assert all(isinstance(line.ordered, Decimal) for line in order.lines)
    assert order.complete


async def test_what_the_erp_leaves_empty_is_none(world: World, erp: ConnectedErp) -> None:
    [order] = await found(erp, northwind(world), SHARED)
    texts = [order.customer_reference, order.web_number, order.placed_by, order.channel]
    texts += [shipment.carrier for shipment in order.shipments]
    texts += [package.tracking_number for shipment in order.shipments for package in shipment.packages]
    assert not {"", "false", "False", "None", "null"} & {text for text in texts if text is not None}


# 7. Errors are of our family, and say nothing the server said.

FAILING: dict[str, tuple[Fault, tuple[type[ErpError], ...]]] = {
    "401": (faults.status(401), (ErpDenied,)),
    "403": (faults.status(403), (ErpDenied,)),
    "429": (faults.status(429, headers="Retry-After: 7\r\n"), (ErpRateLimited,)),
    "500": (faults.status(500), (ErpUnavailable, ErpBadAnswer)),
    "502": (faults.status(502), (ErpUnavailable,)),
    "503": (faults.status(503), (ErpUnavailable,)),
    "a page": (faults.page(), (ErpBadAnswer,)),
    "cut JSON": (faults.cut_json(), (ErpBadAnswer,)),
    "cut off": (faults.truncated(), (ErpBadAnswer, ErpUnavailable)),
    "reset": (faults.reset_midway(), (ErpBadAnswer, ErpUnavailable)),
    "hung up": (faults.hang_up(), (ErpUnavailable, ErpBadAnswer)),
    "silent": (faults.stall(5), (ErpUnavailable,)),
    "dripping": (faults.drip(5), (ErpUnavailable,)),
    "too large": (faults.endless(64), (ErpBadAnswer,)),
    "a redirect": (
        faults.status(302, headers="Location: http://127.0.0.1:1/\r\n"),
        (ErpBadAnswer, ErpDenied),
    ),
    "a list": (faults.status(200, body="[[]]", media_type="application/json"), (ErpBadAnswer,)),
    "null": (faults.status(200, body="null", media_type="application/json"), (ErpBadAnswer,)),
    "a number": (faults.status(200, body="17", media_type="application/json"), (ErpBadAnswer,)),
}


def asking(world: World) -> dict[str, Callable[[ConnectedErp], Awaitable[object]]]:
    scope, number = northwind(world), world.known.shipped.number
    return {
        "find": lambda erp: erp.find(scope, [by(SHARED)]),
        "page": lambda erp: erp.page(scope, OrderFilter(), after=None, limit=5),
        "details": lambda erp: erp.details(scope, [number]),
    }


@pytest.mark.parametrize("failure", sorted(FAILING))
async def test_a_failure_is_an_error_of_the_family_and_repeats_nothing(failure: str, world: World) -> None:
    fault, expected = FAILING[failure]
    # Only what never comes is waited for; whatever does come may take its time.
    patience = 1.5 if failure in ("silent", "dripping") else 20.0
    async with world.erp(timeout_seconds=patience) as erp:
        await erp.find(northwind(world), [by(SHARED)])
        world.proxy.fail(fault)
        for name, ask in asking(world).items():
            if (failure, name) == ("null", "details"):
                continue  # to a question for one order, null may be the answer: it is not there
            with pytest.raises(expected) as raised:
                await ask(erp)
            assert "hunter2" not in f"{raised.value!r} {raised.value}", name
            assert "Traceback" not in f"{raised.value!r} {raised.value}", name
            if isinstance(raised.value, ErpRateLimited):
                assert raised.value.retry_after == 7
        world.proxy.fail(None)
        assert numbers(await found(erp, northwind(world), SHARED)) == [world.known.confirmed.number]


async def test_a_wrong_token_is_told_as_one(world: World) -> None:
    async with world.erp(token="wrong" * 8) as erp:
        with pytest.raises(ErpDenied):
            await erp.find(northwind(world), [by(SHARED)])
        health = await erp.check()
        assert not health.ok
        assert "ORDERBOT_ERP_" in health.advice


async def test_a_check_of_a_working_erp_is_well(world: World, erp: ConnectedErp) -> None:
    health = await erp.check()
    assert health.ok, health


# 8. Pages.


@pytest.mark.parametrize("limit", [1, 7, 100])
async def test_pages_hold_every_order_once_and_the_newest_first(
    limit: int, world: World, erp: ConnectedErp
) -> None:
    orders = await listed(erp, southgate(world), OrderFilter(), limit)
    bulk = [order for order in orders if (order.customer_reference or "").startswith("BULK-")]
    assert len({order.order_number for order in orders}) == len(orders)
    assert {order.customer_reference for order in bulk} == {f"BULK-{n:03}" for n in range(1, BULK + 1)}
    placed = [order.placed_on for order in orders if order.placed_on is not None]
    assert placed == sorted(placed, reverse=True)
    assert {order.company_key for order in orders} <= {world.known.southgate, None}


async def test_a_page_of_another_company_or_list_does_not_go_on(world: World, erp: ConnectedErp) -> None:
    first = await erp.page(southgate(world), OrderFilter(), after=None, limit=5)
    assert first.next is not None
    own = await erp.page(northwind(world), OrderFilter(), after=None, limit=5)
    for token in (first.next, first.next[:-4] + "AAAA", "x", "A" * 5000, "ü"):
        taken = await erp.page(northwind(world), OrderFilter(), after=token, limit=5)
        assert numbers(taken.orders) == numbers(own.orders)
    other = OrderFilter(open_only=True)
    taken = await erp.page(southgate(world), other, after=first.next, limit=5)
    assert numbers(taken.orders) == numbers(
        (await erp.page(southgate(world), other, after=None, limit=5)).orders
    )


async def test_a_list_keeps_to_what_was_asked(world: World, erp: ConnectedErp) -> None:
    scope, known = northwind(world), world.known
    still_open = numbers(await listed(erp, scope, OrderFilter(open_only=True), 10))
    assert known.confirmed.number in still_open
    assert known.cancelled.number not in still_open
    cancelled = await listed(erp, scope, OrderFilter(statuses=frozenset({OrderStatus.CANCELLED})), 10)
    assert numbers(cancelled) == [known.cancelled.number]
    everything = await listed(erp, scope, OrderFilter(), 10)
    newest, oldest = everything[0].placed_on, everything[-1].placed_on
    assert newest is not None
    assert oldest is not None
    assert newest > oldest
    recent = await listed(erp, scope, OrderFilter(since=newest), 10)
    assert known.reused[1] not in numbers(recent)
    assert everything[0].order_number in numbers(recent)
    past = await listed(erp, scope, OrderFilter(until=newest), 10)
    assert all(order.placed_on is not None and order.placed_on < newest for order in past)


# 9. Status and billing.


@pytest.mark.parametrize("which", ["confirmed", "shipped", "done", "partial", "cancelled"])
async def test_status_billing_and_invoices_are_told_and_the_raw_code_is_kept(
    which: str, world: World, erp: ConnectedErp
) -> None:
    expected: Expected = getattr(world.known, which)
    [order] = await found(erp, northwind(world), expected.number, ReferenceKind.ORDER_NUMBER)
    assert (order.status, order.billing) == (expected.status, expected.billing)
    assert tuple((invoice.number, invoice.state) for invoice in order.invoices) == expected.invoices
    assert order.status_raw
    assert order.company_key == world.known.northwind


async def test_shipments_carry_their_tracking_numbers(world: World, erp: ConnectedErp) -> None:
    [order] = await found(erp, northwind(world), world.known.shipped.number, ReferenceKind.ORDER_NUMBER)
    tracked = [
        (shipment.status, package.tracking_number)
        for shipment in order.shipments
        for package in shipment.packages
    ]
    assert [number for _, number in tracked] == [TRACKED]
    assert tracked[0][0] in (ShipmentStatus.SHIPPED, ShipmentStatus.DELIVERED)


async def test_a_partial_delivery_tells_what_shipped_and_what_waits(world: World, erp: ConnectedErp) -> None:
    [order] = await found(erp, northwind(world), world.known.partial.number, ReferenceKind.ORDER_NUMBER)
    shipped = {shipment.status for shipment in order.shipments}
    assert ShipmentStatus.SHIPPED in shipped or ShipmentStatus.DELIVERED in shipped
    assert len(order.shipments) == 2
    assert sum((line.shipped or Decimal(0)) for line in order.lines) > 0
    assert any(line.shipped is not None and line.shipped < line.ordered for line in order.lines)


async def test_a_credit_note_is_no_invoice(world: World, erp: ConnectedErp) -> None:
    [order] = await found(erp, northwind(world), world.known.done.number, ReferenceKind.ORDER_NUMBER)
    kinds = [invoice.kind for invoice in order.invoices]
    assert kinds.count(InvoiceKind.INVOICE) == 1
    assert kinds.count(InvoiceKind.CREDIT_NOTE) == len(world.known.done.invoices) - 1


# 10. Contacts, for linking.


async def test_a_contact_is_known_by_exactly_their_address(world: World, erp: ConnectedErp) -> None:
    for address in (ANA, ANA.upper()):
        [contact] = await erp.contacts_by_email(address)
        assert (contact.company_key, contact.email.lower()) == (world.known.northwind, ANA)
        assert contact.company_name == "Northwind Industrial"
    assert [one.company_key for one in await erp.contacts_by_email(CAROL)] == [world.known.southgate]
    for nobody in ("%@northwind.example", "an_@northwind.example", "nobody@northwind.example", "@"):
        assert list(await erp.contacts_by_email(nobody)) == []


async def test_a_contact_is_found_by_phone(world: World, erp: ConnectedErp) -> None:
    found_by_phone = await erp.contacts_by_phone(ANA_PHONE)
    assert world.known.northwind in {contact.company_key for contact in found_by_phone}
    assert world.known.northwind not in {
        contact.company_key for contact in await erp.contacts_by_phone("+5511900000000")
    }


# 11. What changed since.


async def test_changes_since_a_moment_are_told_the_oldest_first(world: World, erp: ConnectedErp) -> None:
    scope = northwind(world)
    long_ago = datetime.now(UTC) - timedelta(days=3650)
    if not erp.capabilities.changes:
        assert await erp.changed(scope, long_ago, after=None, limit=5) == Page(orders=())
        return
    before = await _changes(erp, scope, long_ago)
    assert world.known.shipped.number in numbers(before)
    assert world.known.southgate_shared not in numbers(before)
    moments = [order.changed_at for order in before if order.changed_at is not None]
    assert len(moments) == len(before)
    assert moments == sorted(moments)

    latest = moments[-1]
    await asyncio.sleep(1.1)  # ERPs keep whole seconds
    await world.touch(world.known.partial.number)
    after = await _changes(erp, scope, latest + timedelta(seconds=1))
    assert numbers(after) == [world.known.partial.number]
    assert await _changes(erp, scope, datetime.now(UTC) + timedelta(days=1)) == []


async def _changes(erp: ConnectedErp, scope: CompanyScope, since: datetime) -> list[Order]:
    orders: list[Order] = []
    after = None
    for _ in range(50):
        page = await erp.changed(scope, since, after=after, limit=3)
        orders += page.orders
        after = page.next
        if after is None:
            return orders
    raise AssertionError("the changes do not end")


# 12. A deadline, and giving up.


async def test_a_question_given_up_lets_go_of_the_erp(world: World) -> None:
    async with world.erp(timeout_seconds=30) as erp:
        await erp.find(northwind(world), [by(SHARED)])
        world.proxy.recorded.clear()
        world.proxy.fail(faults.stall(30))
        asking = asyncio.ensure_future(erp.find(northwind(world), [by("PO-7783")]))
        await world.proxy.until(lambda proxy: bool(proxy.recorded))
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        async with asyncio.timeout(10):
            await world.proxy.until(lambda proxy: proxy.open_connections == 0)
        world.proxy.fail(None)
        assert numbers(await found(erp, northwind(world), SHARED)) == [world.known.confirmed.number]
