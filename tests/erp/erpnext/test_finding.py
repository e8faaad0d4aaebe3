"""Finding orders on an ERPNext site: what Frappe does that would surprise whoever asks it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.erp.errors import ErpBadAnswer, ErpUnavailable
from bot.erp.protocol import OrderFilter
from bot.orders import (
    HoldKind,
    InvoiceKind,
    InvoiceState,
    Money,
    OrderStatus,
    Package,
    Reference,
    ReferenceKind,
    ShipmentStatus,
)
from tests.erp.builders import scope_of
from tests.erp.erpnext.building import OURS, THEIRS, connected, found, numbers
from tests.erp.erpnext.queries import Refusal
from tests.erp.erpnext.site import READABLE, TOKEN, Asked, Key, refused
from tests.erp.erpnext.story import (
    BRANCH,
    NORTHWIND,
    SOUTHGATE,
    delivery,
    invoice,
    line,
    order,
    shipment,
    story,
)

_EVERYTHING = OrderFilter()


async def test_an_order_is_told_whole() -> None:
    site = story()
    async with connected(site) as erp:
        [one] = await found(erp, "PO-7783")

    assert (one.order_number, one.customer_reference, one.web_number) == (
        "SAL-ORD-2026-00003",
        "PO-7783",
        "WEB-1003",
    )
    assert (one.company_key, one.placed_by, one.complete) == (NORTHWIND, "Ana Prado", True)
    assert one.placed_on == datetime(2026, 11, 11, 3, 0, tzinfo=UTC)
    assert [(each.sku, each.ordered, each.shipped) for each in one.lines] == [
        ("VAL-100", Decimal(10), Decimal(10)),
        ("GSK-20", Decimal(12), Decimal(12)),
    ]
    assert one.total == Money(Decimal("682.0"), "BRL")
    [sent] = one.shipments
    assert (sent.number, sent.status, sent.carrier) == (
        "MAT-DN-2026-00001",
        ShipmentStatus.SHIPPED,
        "UPS Brasil",
    )
    assert sent.packages == (Package(tracking_number="1Z999AA10123456784"),)
    assert [each.ordered for each in sent.lines] == [Decimal(10), Decimal(10)]
    [bill] = one.invoices
    assert (bill.number, bill.kind, bill.state) == (
        "ACC-SINV-2026-00001",
        InvoiceKind.INVOICE,
        InvoiceState.OPEN,
    )
    assert bill.open_amount == Money(Decimal("682.0"), "BRL")


@pytest.mark.parametrize("version", [14, 15, 16])
async def test_a_joined_query_is_understood_by_every_version(version: int) -> None:
    """Up to 15 a bare name in ORDER BY is ambiguous beside a child table: error 1052."""
    site = story()
    site.version = version
    async with connected(site) as erp:
        assert numbers(await found(erp, "PO-7783")) == ["SAL-ORD-2026-00003"]
        assert (await erp.page(OURS, _EVERYTHING, after=None, limit=3)).orders
        assert (await erp.changed(OURS, datetime(2026, 1, 1, tzinfo=UTC), after=None, limit=3)).orders


async def test_an_order_that_comes_once_for_each_of_its_lines_is_one_order() -> None:
    site = story()
    site.documents["Sales Order"].append(
        order("SAL-ORD-2026-00900", NORTHWIND, "PO-900", lines=tuple(line(f"SKU-{n}") for n in range(30)))
    )
    async with connected(site) as erp:
        [one] = await found(erp, "PO-900")
    assert [each.sku for each in one.lines] == [f"SKU-{n}" for n in range(30)]


async def test_an_order_whose_lines_do_not_fit_one_answer_is_whole() -> None:
    """Answers are cut at 1000 rows of the join, in the middle of an order."""
    site = story()
    many = [
        order(f"SAL-ORD-2026-{n}", NORTHWIND, "PO-BIG", lines=tuple(line(f"SKU-{i}") for i in range(450)))
        for n in (1001, 1002, 1003)
    ]
    site.documents["Sales Order"] += many
    async with connected(site) as erp:
        orders = await found(erp, "PO-BIG")
    assert numbers(orders) == ["SAL-ORD-2026-1003", "SAL-ORD-2026-1002", "SAL-ORD-2026-1001"]
    assert [len(one.lines) for one in orders] == [450, 450, 450]


async def test_the_day_of_a_line_is_not_the_day_of_its_order() -> None:
    """Both are called `delivery_date`, and a row has room for one column of a name."""
    async with connected(story()) as erp:
        [one] = await found(erp, "PO-7785")
    assert one.promised_on == date(2026, 11, 25)
    assert [each.backorder_expected_on for each in one.lines] == [date(2026, 12, 1), date(2026, 12, 20)]


async def test_more_orders_than_a_page_of_frappe_are_found() -> None:
    """Without a limit of its own a list ends after 20."""
    site = story()
    site.documents["Sales Order"] += [
        order(f"SAL-ORD-2026-{n}", NORTHWIND, "PO-MANY") for n in range(2000, 2030)
    ]
    async with connected(site) as erp:
        assert len(await found(erp, "PO-MANY")) == 30


async def test_a_long_question_does_not_go_into_the_address() -> None:
    """gunicorn refuses a request line above 4094 characters with 400."""
    references = [Reference("PO-7783"), *(Reference(f"PO-{'9' * 60}-{n}") for n in range(120))]
    async with connected(story()) as erp:
        answer = await erp.find(OURS, references)
    assert numbers(list(answer[references[0]])) == ["SAL-ORD-2026-00003"]
    assert not any(answer[reference] for reference in references[1:])


async def test_the_number_of_calls_does_not_grow_with_the_orders() -> None:
    counts = []
    for asked in (["PO-7783"], ["PO-7783", "PO-7784", "PO-7785", "PO-7787", "PO-7789"]):
        site = story()
        async with connected(site) as erp:
            await erp.find(OURS, [Reference(text) for text in asked])
            site.asked.clear()
            await erp.find(OURS, [Reference(text) for text in asked])
        counts.append(len(site.asked))
    assert counts == [7, 7]


async def test_a_customer_that_differs_by_case_or_accent_alone_is_another_one() -> None:
    """MariaDB compares `customer in [...]` without case, accents and trailing spaces."""
    site = story()
    twins = ("NORTHWIND INDUSTRIAL", "Northwínd Industrial", "Northwind Industrial ")
    for place, twin in enumerate(twins):
        sale = order(f"SAL-ORD-2026-0080{place}", twin, "PO-800")
        site.documents["Sales Order"].append(sale)
        site.documents["Sales Invoice"].append(invoice(f"ACC-SINV-2026-0080{place}", sale))
        site.documents["Delivery Note"].append(delivery(f"MAT-DN-2026-0080{place}", sale, lr_no="TWIN-1"))
    mine = site.find("Delivery Note", "MAT-DN-2026-00001")
    site.documents["Shipment"].append(
        shipment("SHIPMENT-1", mine, delivery_customer=twins[0], awb_number="TWIN-2")
    )
    async with connected(site) as erp:
        assert await found(erp, "TWIN-2") == []
        [own] = await found(erp, "PO-7783")
        assert "TWIN-2" not in {package.tracking_number for package in own.shipments[0].packages}
        assert await found(erp, "PO-800") == []
        assert await found(erp, "ACC-SINV-2026-00800") == []
        assert await found(erp, "TWIN-1") == []
        assert list(await erp.details(OURS, ["SAL-ORD-2026-00800"])) == []
        assert list(await erp.documents(OURS, "SAL-ORD-2026-00800")) == []
        page = await erp.page(OURS, _EVERYTHING, after=None, limit=100)
        assert {one.company_key for one in page.orders} == {NORTHWIND}
        changed = await erp.changed(OURS, datetime(2026, 1, 1, tzinfo=UTC), after=None, limit=100)
        assert {one.company_key for one in changed.orders} == {NORTHWIND}


async def test_what_belongs_to_another_company_is_not_shown_beside_an_order() -> None:
    """An invoice or a delivery of somebody else that names our order is still somebody else's."""
    site = story()
    ours = site.find("Sales Order", "SAL-ORD-2026-00002")
    site.documents["Sales Invoice"].append(invoice("ACC-SINV-2026-00900", ours, customer=SOUTHGATE))
    note = delivery("MAT-DN-2026-00900", ours, customer=SOUTHGATE)
    site.documents["Delivery Note"].append(note)
    mine = delivery("MAT-DN-2026-00901", ours)
    site.documents["Delivery Note"].append(mine)
    site.documents["Shipment"].append(
        shipment("SHIPMENT-1", mine, delivery_customer=SOUTHGATE, awb_number="X1")
    )
    async with connected(site) as erp:
        [one] = await found(erp, "PO-7782")
        assert await found(erp, "X1") == []
    assert one.invoices == ()
    assert [sent.number for sent in one.shipments] == ["MAT-DN-2026-00901"]
    assert one.shipments[0].packages == ()


async def test_a_number_is_compared_without_case_and_shown_as_it_is_kept() -> None:
    async with connected(story()) as erp:
        [one] = await found(erp, "po-7783")
    assert one.customer_reference == "PO-7783"


async def test_a_reference_that_differs_by_an_accent_is_another_number() -> None:
    site = story()
    site.documents["Sales Order"].append(order("SAL-ORD-2026-00700", NORTHWIND, "PÓ-7782"))
    async with connected(site) as erp:
        assert numbers(await found(erp, "PO-7782")) == ["SAL-ORD-2026-00002"]


async def test_wildcards_in_a_reference_are_letters_of_it() -> None:
    async with connected(story()) as erp:
        assert numbers(await found(erp, "PO_77%9")) == ["SAL-ORD-2026-00010"]
        for pattern in ("PO%", "PO-778_", "%", "PO-7%"):
            assert await found(erp, pattern) == []


@pytest.mark.parametrize("text", ["", "   ", "PO-7782\x00", "PO-7782\nPO-7783", "\u202eOP", "A" * 141])
async def test_what_cannot_be_a_number_is_not_asked_for(text: str) -> None:
    """`in [""]` would match every order that has none."""
    site = story()
    site.documents["Sales Order"].append(order("SAL-ORD-2026-00701", NORTHWIND, ""))
    async with connected(site) as erp:
        for kind in ReferenceKind:
            assert await found(erp, text, kind) == []
        assert list(await erp.details(OURS, [text])) == []
        assert list(await erp.documents(OURS, text)) == []
    assert site.asked == []


async def test_branches_are_further_customers_of_the_scope() -> None:
    async with connected(story()) as erp:
        assert await found(erp, "PO-7788") == []
        both = scope_of(NORTHWIND, BRANCH)
        [one] = await found(erp, "PO-7788", scope=both)
        assert one.company_key == BRANCH


async def test_drafts_are_no_orders_and_cancelled_ones_are() -> None:
    async with connected(story()) as erp:
        assert await found(erp, "PO-7781") == []
        assert await found(erp, "SAL-ORD-2026-00001") == []
        [cancelled] = await found(erp, "PO-7786")
        assert cancelled.status is OrderStatus.CANCELLED


async def test_an_order_that_was_amended_is_told_as_what_became_of_it() -> None:
    site = story()
    site.documents["Sales Order"] += [
        order("SAL-ORD-2026-00500", NORTHWIND, "PO-500", docstatus=2, status="Cancelled"),
        order("SAL-ORD-2026-00500-1", NORTHWIND, "PO-500", amended_from="SAL-ORD-2026-00500"),
        order("SAL-ORD-2026-00501", NORTHWIND, "PO-501", docstatus=2, status="Cancelled"),
        order("SAL-ORD-2026-00501-1", NORTHWIND, "PO-501", amended_from="SAL-ORD-2026-00501", docstatus=0),
    ]
    async with connected(site) as erp:
        for text in ("PO-500", "SAL-ORD-2026-00500", "SAL-ORD-2026-00500-1"):
            assert numbers(await found(erp, text)) == ["SAL-ORD-2026-00500-1"], text
        [still] = await found(erp, "PO-501")
        assert (still.order_number, still.status) == ("SAL-ORD-2026-00501", OrderStatus.CANCELLED)
        listed = numbers((await erp.page(OURS, _EVERYTHING, after=None, limit=100)).orders)
    assert "SAL-ORD-2026-00500-1" in listed
    assert "SAL-ORD-2026-00500" not in listed
    assert "SAL-ORD-2026-00501" in listed


async def test_alternatives_count_only_where_the_spelling_itself_finds_nothing() -> None:
    site = story()
    site.documents["Sales Order"].append(order("SAL-ORD-2026-00702", NORTHWIND, "7783"))
    both = Reference("PO-7783", alternatives=("7783",))
    other = Reference("PO 7783", alternatives=("7783",))
    async with connected(site) as erp:
        answer = await erp.find(OURS, [both, other])
    assert numbers(list(answer[both])) == ["SAL-ORD-2026-00003"]
    assert numbers(list(answer[other])) == ["SAL-ORD-2026-00702"]


async def test_an_invoice_of_several_orders_leads_to_all_of_them() -> None:
    site = story()
    first, second = (
        site.find("Sales Order", "SAL-ORD-2026-00002"),
        site.find("Sales Order", "SAL-ORD-2026-00009"),
    )
    bill = invoice("ACC-SINV-2026-00901", first)
    bill["items"] = [*_items(bill), *_items(invoice("x", second))]
    site.documents["Sales Invoice"].append(bill)
    async with connected(site) as erp:
        orders = await found(erp, "ACC-SINV-2026-00901", ReferenceKind.INVOICE_NUMBER)
    assert set(numbers(orders)) == {"SAL-ORD-2026-00002", "SAL-ORD-2026-00009"}
    assert all([bill.number for bill in one.invoices] == ["ACC-SINV-2026-00901"] for one in orders)


async def test_a_draft_invoice_leads_nowhere() -> None:
    async with connected(story()) as erp:
        assert await found(erp, "ACC-SINV-2026-00005") == []


async def test_a_parcel_of_a_shipment_leads_to_its_order() -> None:
    site = story()
    note = site.find("Delivery Note", "MAT-DN-2026-00002")
    site.documents["Shipment"] += [
        shipment(
            "SHIPMENT-1",
            note,
            awb_number="JD0146",
            tracking_url="https://track.example/JD0146",
            tracking_status="Delivered",
            carrier="DHL",
        ),
        shipment("SHIPMENT-2", note, awb_number="JD0147", docstatus=0, status="Draft"),
    ]
    async with connected(site) as erp:
        [one] = await found(erp, "JD0146", ReferenceKind.TRACKING_NUMBER)
        assert await found(erp, "JD0147") == []
    assert one.order_number == "SAL-ORD-2026-00004"
    [sent] = one.shipments
    assert (sent.status, sent.carrier) == (ShipmentStatus.DELIVERED, "DHL")
    assert sent.packages == (Package(tracking_number="JD0146", tracking_url="https://track.example/JD0146"),)


async def test_the_same_number_on_note_and_parcel_is_one_package() -> None:
    site = story()
    note = site.find("Delivery Note", "MAT-DN-2026-00001")
    link = "https://track.example/1"
    site.documents["Shipment"].append(
        shipment("SHIPMENT-1", note, awb_number="1Z999AA10123456784, 1ZB", tracking_url=link)
    )
    async with connected(site) as erp:
        [one] = await found(erp, "PO-7783")
    assert [(each.tracking_number, each.tracking_url) for each in one.shipments[0].packages] == [
        ("1Z999AA10123456784", link),
        ("1ZB", link),
    ]


async def test_an_order_is_delivered_when_every_parcel_of_it_is() -> None:
    site = story()
    sale = order(
        "SAL-ORD-2026-00703",
        NORTHWIND,
        "PO-703",
        status="To Bill",
        per_delivered=100.0,
        delivery_status="Fully Delivered",
    )
    notes = [delivery("MAT-DN-2026-00703", sale, qty=4.0), delivery("MAT-DN-2026-00704", sale, qty=6.0)]
    site.documents["Sales Order"].append(sale)
    site.documents["Delivery Note"] += notes
    parcels = [shipment(f"SHIPMENT-{n}", note, tracking_status="Delivered") for n, note in enumerate(notes)]
    site.documents["Shipment"] += parcels
    async with connected(site) as erp:
        [one] = await found(erp, "PO-703")
        assert one.status is OrderStatus.DELIVERED
        parcels[1]["tracking_status"] = "In Progress"
        [one] = await found(erp, "PO-703")
        assert one.status is OrderStatus.SHIPPED


async def test_goods_that_come_back_are_no_shipment() -> None:
    site = story()
    sale = site.find("Sales Order", "SAL-ORD-2026-00004")
    site.documents["Delivery Note"].append(
        delivery("MAT-DN-2026-00905", sale, is_return=1, status="Return", qty=-10.0)
    )
    async with connected(site) as erp:
        [one] = await found(erp, "PO-7784")
    assert [sent.number for sent in one.shipments] == ["MAT-DN-2026-00002"]


async def test_a_cancelled_delivery_is_no_shipment() -> None:
    site = story()
    sale = site.find("Sales Order", "SAL-ORD-2026-00002")
    site.documents["Delivery Note"].append(
        delivery("MAT-DN-2026-00906", sale, docstatus=2, status="Cancelled")
    )
    async with connected(site) as erp:
        [one] = await found(erp, "PO-7782")
    assert one.shipments == ()


async def test_a_delivery_being_prepared_is_told_as_one_and_promises_nothing() -> None:
    site = story()
    site.find("Delivery Note", "MAT-DN-2026-00004")["lr_no"] = "1Z-NOT-YET"
    async with connected(site) as erp:
        [one] = await found(erp, "PO-7785")
    waiting = one.shipments[1]
    assert (waiting.status, waiting.despatched_on, waiting.packages) == (
        ShipmentStatus.IN_PREPARATION,
        None,
        (),
    )


async def test_a_credit_note_is_told_in_positive_amounts() -> None:
    async with connected(story()) as erp:
        [one] = await found(erp, "PO-7784")
    assert [(bill.kind, bill.total) for bill in one.invoices] == [
        (InvoiceKind.INVOICE, Money(Decimal("310.0"), "BRL")),
        (InvoiceKind.CREDIT_NOTE, Money(Decimal("31.0"), "BRL")),
    ]


async def test_what_is_owed_is_in_the_currency_of_the_account() -> None:
    """`outstanding_amount` is booked in the customer's account, whatever the invoice's currency."""
    site = story()
    site.find("Sales Invoice", "ACC-SINV-2026-00001").update(
        currency="USD", party_account_currency="BRL", outstanding_amount=3410.5
    )
    async with connected(site) as erp:
        [one] = await found(erp, "PO-7783")
    assert one.invoices[0].total == Money(Decimal("682.0"), "USD")
    assert one.invoices[0].open_amount == Money(Decimal("3410.5"), "BRL")


async def test_the_total_is_the_rounded_one_unless_rounding_is_off() -> None:
    site = story()
    site.find("Sales Order", "SAL-ORD-2026-00002").update(grand_total=309.96, rounded_total=310.0)
    site.find("Sales Order", "SAL-ORD-2026-00010").update(grand_total=309.96, rounded_total=0.0)
    async with connected(site) as erp:
        [rounded] = await found(erp, "PO-7782")
        [exact] = await found(erp, "PO_77%9")
    assert rounded.total == Money(Decimal("310.0"), "BRL")
    assert exact.total == Money(Decimal("309.96"), "BRL")


@pytest.mark.parametrize(("status", "hold"), [("On Hold", HoldKind.OTHER), ("To Pay", HoldKind.PAYMENT)])
async def test_an_order_that_is_held_says_so(status: str, hold: HoldKind) -> None:
    site = story()
    site.find("Sales Order", "SAL-ORD-2026-00002")["status"] = status
    async with connected(site) as erp:
        [one] = await found(erp, "PO-7782")
    assert [each.kind for each in one.holds] == [hold]


async def test_times_are_the_sites_own_and_come_with_odd_hours() -> None:
    """ "9:05:01" is how Frappe writes a time of day before ten."""
    site = story()
    async with connected(site) as erp:
        [one] = await found(erp, "PO-7783")
    assert one.shipments[0].despatched_on == datetime(2026, 11, 12, 12, 5, 1, tzinfo=UTC)
    assert one.changed_at == datetime(2026, 11, 11, 12, 30, tzinfo=UTC)


async def test_the_zone_is_asked_for_once_and_system_settings_go_before_the_users_own() -> None:
    site = story()
    site.keys[TOKEN] = Key(
        "bot@acme.example", readable=READABLE | {"System Settings"}, time_zone="Asia/Tokyo"
    )
    async with connected(site) as erp:
        for _ in range(3):
            [one] = await found(erp, "PO-7783")
    assert one.placed_on == datetime(2026, 11, 11, 3, 0, tzinfo=UTC)
    assert len([asked for asked in site.asked if "time_zone" in f"{asked.path} {asked.query}"]) == 1


async def test_a_site_that_does_not_tell_its_zone_is_read_in_the_settings() -> None:
    async def behave(request: Request, asked: Asked) -> Response | None:
        if "time_zone" in f"{asked.path} {asked.query}":
            return refused(Refusal("PermissionError", "no"))
        return None

    site = story()
    site.behave = behave
    async with connected(site, time_zone="Asia/Tokyo") as erp:
        [one] = await found(erp, "PO-7783")
    assert one.placed_on == datetime(2026, 11, 10, 15, 0, tzinfo=UTC)


async def test_a_zone_that_could_not_be_asked_for_now_is_asked_for_again() -> None:
    down = True

    async def behave(request: Request, asked: Asked) -> Response | None:
        return JSONResponse({}, 500) if down and "get_time_zone" in asked.path else None

    site = story()
    site.behave = behave
    async with connected(site) as erp:
        with pytest.raises(ErpUnavailable):
            await found(erp, "PO-7783")
        down = False
        [one] = await found(erp, "PO-7783")
    assert one.placed_on == datetime(2026, 11, 11, 3, 0, tzinfo=UTC)


async def test_a_key_without_the_right_to_shipments_still_answers() -> None:
    """403 is the answer for a doctype that may not be read, and for one that is not there."""
    site = story()
    site.keys[TOKEN] = Key("bot@acme.example", readable=READABLE - {"Shipment"})
    async with connected(site) as erp:
        [one] = await found(erp, "PO-7783")
        assert one.shipments[0].packages == (Package(tracking_number="1Z999AA10123456784"),)
        site.asked.clear()
        assert await found(erp, "JD0146") == []
        assert await found(erp, "PO-7784")
    assert site.lists_of("Shipment") == []


async def test_an_unknown_field_is_a_bad_answer_that_repeats_nothing() -> None:
    async with connected(story(), web_number_field="no_such_field") as erp:
        with pytest.raises(ErpBadAnswer) as raised:
            await found(erp, "PO-7783")
    assert str(raised.value) == "status 417"


async def test_a_tracking_link_is_https_and_of_a_listed_host() -> None:
    site = story()
    note = site.find("Delivery Note", "MAT-DN-2026-00001")
    parcel = shipment("SHIPMENT-1", note, awb_number="1Z1")
    site.documents["Shipment"].append(parcel)
    for link, shown in (
        ("http://ups.example/1", None),
        ("javascript:alert(1)", None),
        ("https://evil.example/1", None),
        ("https://www.ups.example/1", "https://www.ups.example/1"),
    ):
        parcel["tracking_url"] = link
        async with connected(site, tracking_hosts=("ups.example",)) as erp:
            [one] = await found(erp, "PO-7783")
        [package] = [each for each in one.shipments[0].packages if each.tracking_number == "1Z1"]
        assert package.tracking_url == shown


async def test_the_company_is_in_every_query() -> None:
    site = story()
    async with connected(site) as erp:
        await erp.find(THEIRS, [Reference("PO-7782"), Reference("ACC-SINV-2026-00006")])
    for doctype, field in (
        ("Sales Order", "customer"),
        ("Delivery Note", "customer"),
        ("Sales Invoice", "customer"),
        ("Shipment", "delivery_customer"),
    ):
        asked = site.lists_of(doctype)
        assert asked, doctype
        for one in asked:
            filters = one.query["filters"]
            assert isinstance(filters, list)
            assert [doctype, field, "in", [SOUTHGATE]] in filters


def _items(row: dict[str, object]) -> list[dict[str, object]]:
    items = row["items"]
    assert isinstance(items, list)
    return items
