"""An ERP says that an order changed: the company is looked at soon, and nothing that was said is believed."""

import base64
import hmac
import json
from collections.abc import AsyncIterator
from hashlib import sha256

import httpx
import pytest
from starlette.applications import Starlette

from bot.orders import OrderStatus
from bot.store import Store
from bot.watching.hooks import BODY_LIMIT, Hook, company_keys, hook_routes
from tests.support.serving import serving
from tests.watching.conftest import ANA, Watchtower

SECRET = "a-long-and-random-shared-word"
FRAPPE = "X-Frappe-Webhook-Signature"


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    """As Frappe signs what it posts."""
    return {FRAPPE: base64.b64encode(hmac.new(secret.encode(), body, sha256).digest()).decode()}


@pytest.fixture
async def door(tower: Watchtower, store: Store) -> AsyncIterator[httpx.AsyncClient]:
    hooks = [Hook("erp", "erpnext", SECRET), Hook("silent", "odoo", "")]
    app = Starlette(routes=hook_routes(hooks, store, tower.watches.sweeps))
    async with serving(app) as url, httpx.AsyncClient(base_url=url, trust_env=False) as client:
        yield client


async def swept_soon(tower: Watchtower) -> int:
    tower.later(seconds=6)
    return await tower.sweeper.sweep_due()


async def watched(tower: Watchtower) -> None:
    tower.erp.put("55", "4711")
    await tower.watch(ANA, "4711")
    await tower.sweep()
    tower.erp.put("55", "4711", status=OrderStatus.SHIPPED)


async def test_a_signed_hint_brings_the_news_within_seconds(
    tower: Watchtower, door: httpx.AsyncClient
) -> None:
    await watched(tower)
    body = json.dumps({"doctype": "Sales Order", "name": "4711", "customer": "55", "status": "Lies"}).encode()
    answer = await door.post("/erp/erp/changed", content=body, headers=signed(body))
    assert answer.status_code == 204
    assert await swept_soon(tower) == 1
    assert tower.kept.heard(ANA) == ["changed_despatched"]


async def test_what_is_not_proved_stirs_nothing(tower: Watchtower, door: httpx.AsyncClient) -> None:
    await watched(tower)
    body = b'{"customer": "55"}'
    for headers, query in (
        ({}, ""),
        (signed(body, "another-secret"), ""),
        (signed(b"another body"), ""),
        # A signature that is wrong is not made good by a key beside it.
        (signed(b"another body"), f"?key={SECRET}"),
        ({"Authorization": f"Bearer {SECRET}x"}, ""),
        ({}, "?key="),
    ):
        answer = await door.post(f"/erp/erp/changed{query}", content=body, headers=headers)
        assert answer.status_code == 403
    assert (await door.post("/erp/silent/changed?key=", content=body)).status_code == 404
    assert await swept_soon(tower) == 0


@pytest.mark.parametrize("query", [f"?key={SECRET}", ""])
async def test_servers_that_cannot_sign_send_the_word_itself(
    tower: Watchtower, door: httpx.AsyncClient, query: str
) -> None:
    await watched(tower)
    headers = {} if query else {"Authorization": f"Bearer {SECRET}"}
    answer = await door.post(f"/erp/erp/changed{query}", json={"customer": "55"}, headers=headers)
    assert answer.status_code == 204
    assert await swept_soon(tower) == 1


async def test_whom_nobody_knows_is_answered_alike(tower: Watchtower, door: httpx.AsyncClient) -> None:
    await watched(tower)
    answers = [
        await door.post(f"/erp/erp/changed?key={SECRET}", content=body)
        for body in (
            b'{"customer": "55"}',
            b'{"customer": "99"}',
            b'{"customer": "\\ud800"}',
            b'{"customer": "\\u0000"}',
            b'{"customer": ' + b"9" * 5000 + b"}",
            b'{"hookConfig": "ping"}',
            b"[" * 5000,
            b"\xff[",
            b"",
        )
    ]
    assert {(one.status_code, one.content) for one in answers} == {(204, b"")}


async def test_a_hint_is_short(door: httpx.AsyncClient) -> None:
    body = b'{"customer": "' + b"5" * BODY_LIMIT + b'"}'
    answer = await door.post("/erp/erp/changed", content=body, headers=signed(body))
    assert answer.status_code == 413


async def test_a_storm_of_hints_is_one_look(tower: Watchtower, door: httpx.AsyncClient) -> None:
    await watched(tower)
    tower.erp.asked.clear()
    for _ in range(20):
        await door.post(f"/erp/erp/changed?key={SECRET}", json={"customer": "55"})
    tower.later(seconds=6)
    assert await tower.sweeper.sweep_due() == 1
    assert await tower.sweeper.sweep_due() == 0
    assert tower.erp.asked == ["changed", "details"]


@pytest.mark.parametrize(
    ("kind", "body", "keys"),
    [
        ("odoo", {"_model": "sale.order", "_id": 7, "id": 7, "partner_id": 55}, ("55",)),
        ("odoo", {"partner_id": [55, "Northwind"]}, ("55",)),
        ("tryton", [{"party": 55}, {"party": 56}, {"party": True}], ("55", "56")),
        ("vtex-b2b", {"revendaId": 55}, ("55",)),
        ("vtex-b2b", {"OrderId": "v7-01", "State": "invoiced"}, ()),
        ("erpnext", {"customer": "x" * 141}, ()),
        ("erpnext", {"customer": {"name": "55"}}, ()),
        ("erpnext", "customer", ()),
    ],
)
def test_each_erp_names_its_customer_in_its_own_way(kind: str, body: object, keys: tuple[str, ...]) -> None:
    assert company_keys(json.dumps(body).encode(), kind) == keys
