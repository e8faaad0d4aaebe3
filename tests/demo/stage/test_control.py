"""The control API of the stage, over HTTP, with no bot behind it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.demo.stage import Stage, StageKeys
from bot.demo.supplier.data import prepare
from tests.support.serving import address, held_port


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    prepare(tmp_path / "supplier.db")
    with held_port() as nobody:
        made = Stage(
            base_url="http://127.0.0.1",
            bot_url=address(nobody),
            keys=StageKeys.fresh(),
            supplier_database=tmp_path / "supplier.db",
        )
        async with made.running():
            yield made


@pytest.fixture
async def client(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(stage.app())
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as opened:
        yield opened


SAID: dict[str, Any] = {"person": "ana", "channel": "D0ANA", "text": "where is PO-7782?"}


async def test_people_can_be_played_each_in_their_own_workspace(client: httpx.AsyncClient) -> None:
    told = (await client.get("/api/people")).json()
    assert [(person["id"], person["slack_team"], person["note"]) for person in told["people"]] == [
        ("ana", "Northwind", "linked from the start"),
        ("bruno", "Northwind", "starts unlinked"),
        ("carla", "Northwind", "of another company"),
        ("sofia", "Demo Supply", "the supplier's support"),
        ("gustavo", "Northwind", "a guest in Slack"),
        ("paula", "Partner", "a partner, in the shared channel only"),
        ("diego", "Northwind", "has left: deactivated"),
    ]
    places = {
        person["id"]: [channel["name"] for channel in person["slack_channels"]] for person in told["people"]
    }
    assert places == {
        "ana": ["orders", "purchasing", "northwind-supply"],
        "bruno": ["orders", "purchasing", "northwind-supply"],
        "carla": ["orders"],
        "sofia": ["northwind-supply", "support"],
        "gustavo": ["orders"],
        "paula": ["northwind-supply"],
        "diego": [],
    }
    assert [person["id"] for person in told["people"] if person["staff"]] == ["sofia"]
    names = told["slack"]["names"]
    assert (names["U0CARLA"], names["S0SUPPORT"]) == ("Carla Dias", "support-team")
    assert names["U0SUPPLIERBOT"] == names["U0ORDERBOT"] == "Orderbot"
    assert told["telegram"]["bot"] == "orderbot_demo_bot"
    groups = {group["title"]: group["members"] for group in told["telegram"]["groups"]}
    three = ["ana", "bruno", "carla"]
    assert groups == {"Purchasing": three, "Weekend": three}


async def test_the_page_may_load_nothing_from_elsewhere(client: httpx.AsyncClient) -> None:
    page = await client.get("/")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    # The bot's web app, on this machine, is shown in a frame.
    assert "http" not in policy.replace("frame-src http://127.0.0.1:*", "")
    for name in ("page.js", "style.css", "icon.svg"):
        assert (await client.get(f"/page/{name}")).status_code == 200


async def test_a_foreign_name_that_points_here_reaches_nothing(client: httpx.AsyncClient) -> None:
    for path in ("/", "/api/people", "/api/mail", "/supplier/api/v1/pedido"):
        answer = await client.get(path, headers={"host": "attacker.example"})
        assert answer.status_code == 400


async def test_a_page_elsewhere_cannot_act_for_a_person(client: httpx.AsyncClient, stage: Stage) -> None:
    plain = await client.post(
        "/api/slack/say", content=b'{"person": "ana"}', headers={"content-type": "text/plain"}
    )
    assert plain.status_code == 415
    assert stage.slack.sees("ana", "D0ANA") == []


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/slack/say", [], 400),
        ("/api/slack/say", {"person": "ana", "channel": 7, "text": "x"}, 400),
        ("/api/slack/say", {**SAID, "person": "nobody"}, 404),
        ("/api/slack/press", {"person": "ana", "channel": "D0ANA", "ts": "1.0", "action_id": "x"}, 404),
        ("/api/slack/say", {**SAID, "thread_ts": "1.0"}, 404),
        ("/api/slack/open", {"person": "ana", "tab": "about"}, 400),
        ("/api/slack/look-up", {"person": "ana", "channel": "D0ANA", "ts": "1.0", "callback_id": "x"}, 404),
        ("/api/slack/suggest", {"person": "ana", "view": "V0", "action_id": "x", "typed": ""}, 404),
        ("/api/slack/submit", {"person": "ana", "view": "V0", "values": {"number": 1}}, 400),
        ("/api/slack/submit", {"person": "ana", "view": "V0", "values": {}}, 404),
        ("/api/slack/view-press", {"person": "ana", "view": "V0", "action_id": "x"}, 404),
        ("/api/slack/close", {"person": "ana", "view": "V0"}, 404),
        ("/api/slack/pane", {"person": "ana", "channel": "D0ANA", "ts": "1.0", "url": "https://x"}, 404),
        ("/api/slack/pane-press", {"person": "ana", "channel": "D0ANA", "action_id": "x"}, 404),
        ("/api/telegram/press", {"person": "ana", "message_id": "1", "data": "x"}, 400),
        ("/api/telegram/press", {"person": "ana", "message_id": 1, "data": "x"}, 404),
        ("/api/telegram/contact", {"person": "nobody"}, 404),
        ("/api/telegram/start", {"person": "ana", "payload": "not for Telegram"}, 400),
        ("/api/telegram/start", {"person": "ana"}, 400),
        ("/api/supplier/faults", {"mode": "on fire"}, 400),
        ("/api/slack/say", {**SAID, "text": "x" * 70_000}, 400),
    ],
)
async def test_what_cannot_be_done_is_refused_with_a_reason(
    client: httpx.AsyncClient, path: str, body: Any, status: int
) -> None:
    answer = await client.post(path, json=body)
    assert answer.status_code == status
    assert answer.json()["error"].endswith(".")


async def test_a_bot_that_does_not_answer_is_reported_and_the_words_are_said(
    client: httpx.AsyncClient, stage: Stage
) -> None:
    for path in ("/api/slack/say", "/api/telegram/say"):
        told = (await client.post(path, json=SAID)).json()
        assert "The bot did not take it" in told["error"]
    assert [message["text"] for message in stage.slack.sees("ana", "D0ANA")] == [SAID["text"]]
    assert [message["text"] for message in stage.telegram.sees("ana")] == [SAID["text"]]


async def test_a_person_shares_their_own_number_and_follows_a_link_to_the_bot(
    client: httpx.AsyncClient, stage: Stage
) -> None:
    await client.post("/api/telegram/start", json={"person": "bruno", "payload": "inv-123"})
    await client.post("/api/telegram/contact", json={"person": "bruno"})
    started, shared = stage.telegram.sees("bruno")
    assert started["text"] == "/start inv-123"
    assert shared["contact"] == {
        "phone_number": "5511987650002",
        "first_name": "Bruno",
        "last_name": "Lima",
        "user_id": 700002,
    }


async def test_what_sofia_says_in_slack_stays_in_her_workspace(
    client: httpx.AsyncClient, stage: Stage
) -> None:
    said = {"person": "sofia", "channel": "D0SOFIA", "text": "company northwind"}
    await client.post("/api/slack/say", json=said)
    assert [message["text"] for message in stage.slack.sees("sofia", "D0SOFIA")] == ["company northwind"]
    assert (await client.post("/api/slack/say", json={**said, "person": "ana", "channel": "C0ORDERS"})).json()
    assert stage.slack.sees("ana", "C0ORDERS")
    assert stage.slack.sees("sofia", "C0ORDERS") == []


async def test_the_erp_breaks_and_mends_at_a_switch(client: httpx.AsyncClient, stage: Stage) -> None:
    for mode, status in (("down", 503), ("ok", 401)):
        assert (await client.post("/api/supplier/faults", json={"mode": mode})).json() == {"mode": mode}
        assert (await client.get("/supplier/api/v1/pedido")).status_code == status
        assert (await client.get("/api/state")).json()["erp"] == mode


async def test_a_file_nobody_sent_is_not_there(client: httpx.AsyncClient) -> None:
    for platform in ("slack", "telegram"):
        assert (await client.get(f"/files/{platform}/nothing")).status_code == 404
        assert (await client.get(f"/files/{platform}/..%2f..%2fsecret.key")).status_code == 404
