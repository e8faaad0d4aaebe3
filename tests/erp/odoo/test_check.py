"""What an operator is told of their Odoo."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from tests.erp.odoo.builders import adapter, playing
from tests.erp.odoo.seed import SALES_KEY
from tests.support.serving import serving


@pytest.mark.parametrize(
    ("version", "told"),
    [(19, "Odoo 19.0, asked by JSON-2"), (18, "Odoo 18.0, asked by JSON-RPC"), (14, "Odoo 14.0, asked by")],
)
async def test_a_read_only_key_is_well(version: int, told: str) -> None:
    async with playing(version) as play:
        health = await play.erp.check()
        assert health.ok
        assert told in health.detail
        assert health.warnings == ()
        # Nobody's data: orders and invoices are asked for of a customer there is not.
        for model, _, asked in play.odoo.asked:
            if "domain" in asked and model != "res.users.apikeys":
                assert ["partner_id", "child_of", [2147483646]] in asked["domain"]


@pytest.mark.parametrize("version", [19, 16])
async def test_a_right_that_only_the_questions_need_is_missed(version: int) -> None:
    """The way from an invoice to its order leads through the lines of both."""
    async with playing(version) as play:
        [user, *others] = play.odoo.users
        assert user.reads is not None
        play.odoo.users = [replace(user, reads=user.reads - {"sale.order.line"}), *others]
        health = await play.erp.check()
        assert not health.ok
        assert "refuses the bot's questions" in health.detail
        assert "read-only group" in health.advice


@pytest.mark.parametrize("version", [19, 18, 17, 14])
async def test_a_key_that_may_write_is_warned_of(version: int) -> None:
    async with playing(version, token=SALES_KEY, login="sales@acme.example") as play:
        health = await play.erp.check()
        assert health.ok
        assert [one for one in health.warnings if "may write sale.order:" in one]


@pytest.mark.parametrize(("ends", "warned"), [("2026-11-30 00:00:00", True), ("2026-12-30 00:00:00", False)])
async def test_a_key_that_soon_ends_is_warned_of(ends: str, warned: bool) -> None:
    async with playing() as play:
        [key] = play.world.books.rows["res.users.apikeys"].values()
        key["expiration_date"] = ends
        play.world.books.add(
            "res.users.apikeys", name="a colleague's", user_id=8, expiration_date="2026-11-21 00:00:00"
        )
        health = await play.erp.check()
        assert [ends[:10] in one for one in health.warnings] == ([True] if warned else [])


async def test_a_database_without_sales_is_not_well() -> None:
    async with playing() as play:
        play.odoo.users = [replace(user, reads=frozenset()) for user in play.odoo.users]
        health = await play.erp.check()
        assert not health.ok
        assert "sale.order" in health.detail
        assert "read-only group" in health.advice


@pytest.mark.parametrize(
    ("content", "said"), [("<html>Welcome</html>", "something else"), ("", "something else")]
)
async def test_something_that_is_no_odoo_is_told_apart(content: str, said: str) -> None:
    async def page(request: object) -> HTMLResponse:
        return HTMLResponse(content)

    async with serving(Starlette(routes=[Route("/{path:path}", page, methods=["GET", "POST"])])) as url:
        erp = adapter(url)
        health = await erp.check()
        await erp.aclose()
        assert not health.ok
        assert said in health.detail
        assert "ORDERBOT_ERP_URL" in health.advice


async def test_the_end_of_a_key_is_read_as_utc() -> None:
    edge = datetime(2026, 11, 16, 0, 30, tzinfo=UTC)
    async with playing(clock=lambda: edge) as play:
        [key] = play.world.books.rows["res.users.apikeys"].values()
        key["expiration_date"] = "2026-11-30 00:00:00"
        assert len((await play.erp.check()).warnings) == 1
        key["expiration_date"] = "2026-11-30 01:00:00"
        assert (await play.erp.check()).warnings == ()
