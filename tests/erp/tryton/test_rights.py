"""The user that docs/erp/tryton_role.py makes: what it may do, and what a check says of others."""

from typing import Any

import httpx
import pytest

from tests.erp.tryton.connecting import by_session, connected
from tests.erp.tryton.server import TrytonServer


def asked(server: TrytonServer, method: str, path: str, body: object = None, key: str = "") -> httpx.Response:
    """What the bare key can do, without the bot around it."""
    url = f"{server.url}/{server.database}/rest/{path}"
    headers = {"Authorization": f"Bearer {key or server.key}"}
    return httpx.request(method, url, json=body, headers=headers, timeout=60)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "model/party.party/3", {"name": "Mine"}),
        ("PUT", "model/sale.sale/1", {"reference": "PO-1"}),
        ("DELETE", "model/sale.sale/1", None),
        ("POST", "model/res.user-res.group", {"user": 2, "group": 1}),
        ("POST", "model/res.user.application", {"application": "rest"}),
        ("POST", "model/party.contact_mechanism", {"party": 3, "type": "email", "value": "me@evil.example"}),
        ("POST", "model/ir.attachment", {"name": "x", "resource": "sale.sale,1"}),
        ("GET", "model/res.user.application", None),
        ("GET", "model/ir.session", None),
        ("GET", "model/ir.attachment", None),
    ],
)
def test_the_key_may_do_nothing_but_read_what_the_bot_reads(
    tryton: TrytonServer, method: str, path: str, body: object
) -> None:
    refused = asked(tryton, method, path, body)
    assert refused.status_code == 400
    assert "not allowed" in refused.json()["message"]


def test_the_key_sees_no_users_and_administrators_still_do(tryton: TrytonServer) -> None:
    assert asked(tryton, "GET", "model/res.user").json() == []
    assert len(tryton.as_admin("model.res.user.search", [], 0, None, None)) >= 2
    everybody = asked(tryton, "GET", "model/res.user", key=tryton.facts["seller key"]).json()
    assert len(everybody) >= 2


@pytest.mark.parametrize("session", [False, True])
async def test_a_check_with_the_role_is_well_and_warns_of_nothing(
    tryton: TrytonServer, session: bool
) -> None:
    async with connected(tryton, **(by_session(tryton) if session else {})) as erp:
        health = await erp.check()
    assert (health.ok, health.warnings) == (True, ())
    assert "Tryton 8.2" in health.detail


async def test_a_check_warns_of_a_key_that_may_do_more(tryton: TrytonServer) -> None:
    async with connected(tryton, token=tryton.facts["seller key"]) as erp:
        health = await erp.check()
    assert health.ok
    told = " ".join(health.warnings)
    assert "sale.sale" in told
    assert "res.user-res.group" in told
    assert "may read your users" in told
    assert "tryton_role.py" in told


@pytest.mark.parametrize(
    ("settings", "advice"),
    [
        ({"token": "0" * 128}, "ORDERBOT_ERP_TOKEN"),
        ({"login": "orderbot", "token": "wrong"}, "ORDERBOT_ERP_TOKEN"),
        ({"database": "nowhere"}, "ORDERBOT_ERP_DATABASE"),
    ],
)
async def test_a_check_tells_what_to_set(tryton: TrytonServer, settings: dict[str, Any], advice: str) -> None:
    async with connected(tryton, **settings) as erp:
        health = await erp.check()
    assert not health.ok
    assert advice in health.advice


async def test_a_check_tells_of_a_field_that_is_not_there(tryton: TrytonServer) -> None:
    async with connected(tryton, web_number_field="web_id", access_key_field="nfe_key") as erp:
        health = await erp.check()
    assert health.ok
    assert [word for word in ("web_id", "nfe_key") if word in " ".join(health.warnings)] == [
        "web_id",
        "nfe_key",
    ]


@pytest.mark.parametrize("wrong", [{"web_number_field": "x.y"}, {"database": " "}, {"url": "tryton"}])
async def test_settings_that_cannot_work_are_refused_at_once(
    tryton: TrytonServer, wrong: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"field|DATABASE|URL"):
        async with connected(tryton, **wrong):
            pass
