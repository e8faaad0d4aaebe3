"""What Odoo does that would mislead: each test fails without the guard against it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.erp.errors import ErpBadAnswer, ErpDenied, ErpError, ErpUnavailable
from bot.orders import (
    BillingState,
    HoldKind,
    InvoiceState,
    Money,
    Order,
    OrderStatus,
    Reference,
    ReferenceKind,
    ShipmentStatus,
)
from tests.erp.odoo.builders import NOW, Play, adapter, playing
from tests.erp.odoo.schema import ALL_MODULES
from tests.erp.odoo.seed import BLIND_KEY, KEY, LOGIN, TRACKING, seeded
from tests.erp.odoo.server import Odoo
from tests.support.serving import serving

VERSIONS = (19, 17, 16, 14)


async def order(play: Play, text: str, kind: ReferenceKind = ReferenceKind.ANY) -> Order:
    [one] = await orders(play, text, kind)
    return one


async def orders(play: Play, text: str, kind: ReferenceKind = ReferenceKind.ANY) -> Sequence[Order]:
    reference = Reference(text, kind)
    return (await play.erp.find(play.northwind, [reference]))[reference]


@pytest.mark.parametrize("version", VERSIONS)
async def test_times_are_utc_whatever_zone_the_user_has_and_false_is_nothing(version: int) -> None:
    async with playing(version) as play:
        told = await order(play, "PO-7783")
        assert told.placed_on == datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
        assert told.promised_on == date(2026, 11, 10)
        assert told.shipments[0].despatched_on == datetime(2026, 11, 4, 15, 20, tzinfo=UTC)
        assert told.status_since == told.shipments[0].despatched_on
        assert told.total == Money(Decimal("682.20"), "EUR")
        assert told.lines[0].sku == "GASKET-8"
        assert told.lines[0].description == "Gasket, 8 bolts"
        assert told.web_number == "WEB-7783"
        assert (told.channel, told.placed_by, told.freight) == (None, None, None)
        other = await order(play, "PO-7782")
        assert (other.channel, other.promised_on, other.web_number) == ("web", None, None)


@pytest.mark.parametrize("version", [19, 16])
async def test_a_promised_day_is_the_suppliers(version: int) -> None:
    """Half past one at night in UTC is still the evening before in São Paulo."""
    async with playing(version, time_zone="America/Sao_Paulo") as play:
        row = play.world.books.rows["sale.order"][play.world.ids["S00002"]]
        row["commitment_date"] = "2026-11-10 01:30:00"
        picking = play.world.books.rows["stock.picking"][play.world.ids["WH/OUT/00002b"]]
        picking["scheduled_date"] = "2026-11-09 02:30:00"
        told = await order(play, "PO-7782")
        assert told.promised_on == date(2026, 11, 9)
        assert told.shipments[0].estimated_on == date(2026, 11, 8)


@pytest.mark.parametrize("version", [19, 16])
async def test_amounts_have_no_noise_of_binary_fractions(version: int) -> None:
    async with playing(version) as play:
        play.world.order("S00012", "Northwind Industrial", "PO-7799", amount_total=0.1 + 0.2)
        assert (await order(play, "PO-7799")).total == Money(Decimal("0.30"), "EUR")


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_draft_invoice_counts_for_nothing(version: int) -> None:
    """`invoice_status` says "invoiced" as soon as there is a draft."""
    async with playing(version) as play:
        told = await order(play, "PO-7789")
        assert (told.billing, told.status, told.invoices) == (BillingState.NONE, OrderStatus.SHIPPED, ())
        play.world.move("INV/2026/00010", "S00009", "Northwind Industrial", payment_state="paid")
        assert (await order(play, "PO-7789")).billing is BillingState.PARTIAL


@pytest.mark.parametrize("version", VERSIONS)
async def test_an_invoice_set_back_to_draft_keeps_its_number_and_finds_nothing(version: int) -> None:
    async with playing(version) as play:
        assert await orders(play, "INV/2026/00009") == ()
        assert len(await orders(play, "inv/2026/00003")) == 1


@pytest.mark.parametrize("version", VERSIONS)
async def test_only_despatches_to_the_customer_are_shipments(version: int) -> None:
    async with playing(version) as play:
        told = await order(play, "PO-7782")
        assert [one.number for one in told.shipments] == ["WH/OUT/00002b"]
        play.world.picking("WH/IN/1", "S00003", "done", picking_type_code="incoming")
        play.world.picking("DS/1", "S00003", "done", picking_type_code="dropship")
        assert {one.number for one in (await order(play, "PO-7783")).shipments} == {"WH/OUT/00003", "DS/1"}
        assert (await order(play, "PO-7786")).shipments == ()


async def test_everything_sent_back_is_returned() -> None:
    async with playing() as play:
        line = play.world.books.rows["sale.order.line"][play.world.ids["S00003/line"]]
        line["qty_delivered"] = 0.0
        assert (await order(play, "PO-7783")).status is OrderStatus.RETURNED


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_locked_order_is_not_done_by_that(version: int) -> None:
    """Many suppliers lock every order when it is confirmed."""
    state = "sale" if version >= 17 else "done"
    async with playing(version) as play:
        play.world.order("S00012", "Northwind Industrial", "PO-7799", state=state, locked=True)
        play.world.picking("WH/OUT/00012", "S00012", "assigned")
        assert (await order(play, "PO-7799")).status is OrderStatus.IN_PREPARATION


@pytest.mark.parametrize("version", VERSIONS)
async def test_several_tracking_numbers_of_one_transfer_are_packages_of_their_own(version: int) -> None:
    links = f'[["{TRACKING}A", "https://track.example/a"], ["{TRACKING}B", "javascript:alert(1)"]]'
    async with playing(version) as play:
        play.world.order("S00012", "Northwind Industrial", "PO-7799")
        play.world.picking(
            "WH/OUT/00012", "S00012", "done", f"{TRACKING}A,{TRACKING}B", carrier_tracking_url=links
        )
        for kind in (ReferenceKind.ANY, ReferenceKind.TRACKING_NUMBER):
            told = await order(play, f"{TRACKING}B", kind)
            packages = [(one.tracking_number, one.tracking_url) for one in told.shipments[0].packages]
            assert packages == [
                (f"{TRACKING}A", "https://track.example/a"),
                (f"{TRACKING}B", None),
            ]
        # A part of a number is no number.
        assert await orders(play, f"{TRACKING}B"[2:]) == ()


async def test_tracking_links_keep_to_the_hosts_of_the_settings() -> None:
    async with playing(tracking_hosts=("ups.example",)) as play:
        [package] = (await order(play, "PO-7783")).shipments[0].packages
        assert (package.tracking_number, package.tracking_url) == (TRACKING, None)
    async with playing() as play:
        [package] = (await order(play, "PO-7783")).shipments[0].packages
        assert package.tracking_url == f"https://track.example/{TRACKING}"


@pytest.mark.parametrize("version", VERSIONS)
async def test_goods_that_are_not_there_hold_the_order(version: int) -> None:
    async with playing(version) as play:
        reference = Reference("PO-8001")
        [told] = (await play.erp.find(play.southgate, [reference]))[reference]
        assert [hold.kind for hold in told.holds] == [HoldKind.STOCK]
        assert told.shipments[0].status is ShipmentStatus.PLANNED
        assert (await order(play, "PO-7785")).holds == ()
        [line] = (await order(play, "PO-7785")).lines
        assert (line.ordered, line.shipped, line.backordered) == (Decimal(10), Decimal(4), Decimal(6))


@pytest.mark.parametrize("version", VERSIONS)
async def test_what_is_no_goods_is_no_line(version: int) -> None:
    async with playing(version) as play:
        add = play.world.books.add
        row = play.world.ids["S00003"]
        add("sale.order.line", order_id=row, name="For the plant", display_type="line_section")
        add("sale.order.line", order_id=row, name="Down payment", is_downpayment=True)
        add("sale.order.line", order_id=row, name="Freight", is_delivery=True, price_subtotal=15.5)
        told = await order(play, "PO-7783")
        assert len(told.lines) == 1
        assert told.freight == Money(Decimal("15.50"), "EUR")


@pytest.mark.parametrize("version", VERSIONS)
async def test_modules_that_are_not_installed_are_not_asked_for(version: int) -> None:
    async with playing(version, modules=frozenset({"base"})) as play:
        health = await play.erp.check()
        assert health.ok
        assert any("stock.picking" in warning for warning in health.warnings)
        told = await order(play, "PO-7783")
        assert told.shipments == ()
        assert told.channel is None
        assert told.lines[0].shipped == Decimal(2)
        assert told.status is OrderStatus.SHIPPED  # by its lines
        assert (await order(play, "PO-7785")).status is OrderStatus.PARTIALLY_SHIPPED
        assert (await order(play, "PO-7782")).status is OrderStatus.CONFIRMED
        assert await orders(play, TRACKING) == ()
        assert await orders(play, TRACKING, ReferenceKind.TRACKING_NUMBER) == ()
        assert [one.company_key for one in await play.erp.contacts_by_email("ANA@northwind.example")]


@pytest.mark.parametrize("version", [19, 16])
async def test_no_tracking_without_the_delivery_module(version: int) -> None:
    async with playing(version, modules=ALL_MODULES - {"delivery"}) as play:
        told = await order(play, "PO-7783")
        assert [(one.status, one.carrier, one.packages) for one in told.shipments] == [
            (ShipmentStatus.SHIPPED, None, ())
        ]


@pytest.mark.parametrize("version", VERSIONS)
async def test_what_the_key_may_not_read_is_left_out(version: int) -> None:
    async with playing(version, token=BLIND_KEY, login="blind@acme.example") as play:
        told = await order(play, "PO-7783")
        assert (told.lines, told.shipments, told.invoices) == ((), (), ())
        assert told.total is not None
        assert list(await play.erp.documents(play.northwind, "S00003")) == []
        warnings = " ".join((await play.erp.check()).warnings)
        for model in ("sale.order.line", "stock.picking", "account.move", "ir.attachment"):
            assert f"may not read {model}:" in warnings


@pytest.mark.parametrize("version", [19, 16])
@pytest.mark.parametrize("model", ["account.move.line", "delivery.carrier", "product.product"])
async def test_what_odoo_computes_with_the_keys_rights_is_not_asked_for_without(
    version: int, model: str
) -> None:
    async with playing(version) as play:
        [user, *others] = play.odoo.users
        assert user.reads is not None
        play.odoo.users = [replace(user, reads=user.reads - {model}), *others]
        told = await order(play, "PO-7783")
        [package] = told.shipments[0].packages
        assert bool(told.invoices) is (model != "account.move.line")
        assert bool(package.tracking_url) is (model != "delivery.carrier")
        assert (package.tracking_number, told.lines[0].sku) == (TRACKING, "GASKET-8")
        assert (await play.erp.check()).ok


@pytest.mark.parametrize("version", [19, 16])
@pytest.mark.parametrize("gone", ["a module", "a right"])
async def test_a_module_or_right_that_goes_away_is_noticed(version: int, gone: str) -> None:
    """Odoo refuses a whole question for one field it does not know."""
    now = [NOW]
    async with playing(version, clock=lambda: now[0]) as play:
        assert (await order(play, "PO-7783")).shipments
        if gone == "a module":
            play.world.books.modules = ALL_MODULES - {"sale_stock", "delivery"}
        else:
            [user, *others] = play.odoo.users
            assert user.reads is not None
            play.odoo.users = [replace(user, reads=user.reads - {"stock.picking"}), *others]
        with pytest.raises((ErpBadAnswer, ErpDenied)):
            await order(play, "PO-7783")  # it has only just been learnt what there is
        now[0] += timedelta(minutes=1)
        assert (await order(play, "PO-7783")).shipments == ()


@pytest.mark.parametrize("version", [19, 16])
async def test_what_comes_in_place_of_an_odoo_teaches_nothing(version: int) -> None:
    """A proxy's page while the fields are learnt must not count as an Odoo without any."""
    broken = [True]
    world = seeded(version)
    real = Odoo(world.books, world.users).app

    async def page(request: Request) -> Response:
        return HTMLResponse("<html>starting</html>")

    pages = Starlette(routes=[Route("/{path:path}", page, methods=["GET", "POST"])])

    async def app(scope: dict[str, object], receive: object, send: object) -> None:
        asks = scope["path"] == "/jsonrpc" or "fields_get" in str(scope["path"])
        await (pages if broken[0] and asks else real)(scope, receive, send)  # type: ignore[arg-type]

    async with serving(app) as url:  # type: ignore[arg-type]
        erp = adapter(url)
        scope = Play(world, Odoo(world.books, []), erp, url).northwind
        with pytest.raises(ErpError):
            await erp.find(scope, [Reference("PO-7783")])
        broken[0] = False
        assert (await erp.find(scope, [Reference("PO-7783")]))[Reference("PO-7783")]
        await erp.aclose()


async def test_an_odoo_before_19_is_found_out_by_its_redirect() -> None:
    for version in (18, 17):
        async with playing(version) as play:
            await order(play, "PO-7783")
            assert play.odoo.requests[0].startswith("/json/2/")
            assert set(play.odoo.requests[1:]) == {"/jsonrpc"}
            before = len(play.odoo.requests)
            await order(play, "PO-7785")
            assert len(play.odoo.requests) == before + 1


@pytest.mark.parametrize(("version", "calls"), [(19, 1), (18, 1), (17, 1), (16, 5), (14, 5)])
async def test_one_question_is_one_request_where_odoo_can_nest(version: int, calls: int) -> None:
    async with playing(version) as play:
        await play.erp.check()
        before = len(play.odoo.requests)
        references = [Reference(f"PO-778{digit}") for digit in range(2, 9)]
        found = await play.erp.find(play.northwind, references)
        assert sum(len(one) for one in found.values()) == 8
        assert all(one.complete for several in found.values() for one in several)
        assert len(play.odoo.requests) == before + calls


async def test_a_host_of_several_databases_is_told_which() -> None:
    world = seeded()
    odoo = Odoo(world.books, world.users, many_databases=True)
    async with serving(odoo.app) as url:
        for database, works in (("b2b", True), ("other", False)):
            erp = adapter(url, database=database)
            health = await erp.check()
            await erp.aclose()
            assert health.ok is works, health


@pytest.mark.parametrize(("login", "database"), [("", "b2b"), (LOGIN, "")])
async def test_json_rpc_without_a_login_says_what_to_set(login: str, database: str) -> None:
    async with playing(16, login=login, database=database) as play:
        health = await play.erp.check()
        assert not health.ok
        assert "ORDERBOT_ERP_LOGIN" in health.advice
        assert "ORDERBOT_ERP_DATABASE" in health.advice
        with pytest.raises(ErpDenied):
            await order(play, "PO-7783")


@pytest.mark.parametrize("version", [19, 16])
async def test_a_key_that_has_run_out_is_refused_and_its_successors_user_is_met_anew(version: int) -> None:
    async with playing(version) as play:
        await order(play, "PO-7783")
        [user, *others] = play.odoo.users
        play.odoo.users = others
        with pytest.raises(ErpDenied):
            await order(play, "PO-7783")
        # The same key, now another user's: its number is not the one that was met.
        play.odoo.users = [replace(user, uid=27), *others]
        assert await order(play, "PO-7783")


@pytest.mark.parametrize("version", [19, 16])
async def test_a_tracebacks_text_goes_nowhere(version: int) -> None:
    async with playing(version) as play:
        await order(play, "PO-7783")
        play.world.books.modules = frozenset({"base"})
        with pytest.raises(ErpError) as raised:
            await order(play, "PO-7783")
        told = f"{raised.value!r} {raised.value} {raised.value.__cause__} {raised.value.__context__}"
        assert "secret_path" not in told
        assert "Traceback" not in told


async def test_an_odoo_that_is_not_there_is_unavailable() -> None:
    erp = adapter("http://127.0.0.1:1", timeout_seconds=1)
    assert not (await erp.check()).ok
    with pytest.raises(ErpUnavailable):
        await erp.contacts_by_email("ana@northwind.example")
    await erp.aclose()


async def test_an_overdue_invoice_is_told_by_the_suppliers_day() -> None:
    midnight = datetime(2026, 12, 5, 1, 0, tzinfo=UTC)  # still the 4th in São Paulo
    for zone, state in (("UTC", InvoiceState.OVERDUE), ("America/Sao_Paulo", InvoiceState.OPEN)):
        async with playing(clock=lambda: midnight, time_zone=zone) as play:
            assert [one.state for one in (await order(play, "PO-7783")).invoices] == [state]


async def test_the_web_shops_number_may_be_in_a_field_of_its_own() -> None:
    async with playing(web_number_field="x_web_number") as play:
        play.world.books.rows["sale.order"][play.world.ids["S00002"]]["x_web_number"] = "100017"
        told = await order(play, "100017", ReferenceKind.WEB_NUMBER)
        assert (told.order_number, told.web_number) == ("S00002", "100017")
        assert await orders(play, "WEB-7783") == ()
    with pytest.raises(ValueError, match="field"):
        adapter("http://127.0.0.1", web_number_field="partner_id.name")


async def test_addresses_as_operators_paste_them_are_taken() -> None:
    world = seeded()
    async with serving(Odoo(world.books, world.users).app) as url:
        for pasted in ("/", "/web", "/odoo/sales", "/jsonrpc", "/web/login"):
            erp = adapter(url + pasted, token=KEY, login=LOGIN)
            assert (await erp.check()).ok, pasted
            await erp.aclose()
