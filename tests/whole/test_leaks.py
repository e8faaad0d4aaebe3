"""What belongs to another company and what does not exist get the same words, and nothing else."""

import hashlib
import hmac
import json
import re
import sqlite3
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import pytest
from sqlalchemy import delete, update

from bot.demo.events import ANA, CARLA, SOFIA, Person
from bot.demo.supplier import known
from bot.linking.tables import Audit, Spending
from bot.store import utc_now
from tests.whole.conftest import World

OFFERED = re.compile(
    r"I find no order \S+ among those of Northwind Industrial Ltda\. Did you mean (this one|one of these)\?"
)
NOT_FOUND = (
    "I found nothing under that number among the orders of Northwind Industrial Ltda. "
    "Check the number, or ask “last 5 orders”."
)
THEIRS = known.SOUTHGATE_SHIPPED
FOREIGN_NUMBERS = {
    "customer reference": THEIRS.customer_reference,
    "order number": THEIRS.order_number,
    "web order number": str(known.NAMESAKE.web_number),
    "invoice number": THEIRS.invoices[0],
    "invoice number with its series": f"NF {int(THEIRS.invoices[0])}/1",
    "invoice of their order": f"invoice of {THEIRS.order_number}",
    "XML of their invoice": f"send me the XML of {THEIRS.invoices[0]}",
    "all documents": f"all documents of {THEIRS.order_number}",
}
CRAFTED = (
    "123&revendaId=7",
    f"{THEIRS.order_number}&revendaId=56",
    f"{THEIRS.order_number}?revendaId=56",
    f"{THEIRS.order_number}#&revendaId=56",
    f"{THEIRS.order_number}%26revendaId%3D56",
    f"{THEIRS.order_number}%00",
    f"{THEIRS.order_number}' OR '1'='1",
    f'{THEIRS.order_number}" OR ""="',
    f"{THEIRS.order_number}; DROP TABLE orders--1",
    f"../{THEIRS.order_number}",
    f"..%2f..%2f{THEIRS.order_number}",
    f"{THEIRS.order_number}/../{known.NAMESAKE.order_number}",
    f"{THEIRS.order_number}*1",
    "1042%",
    "10421_",
    '{"revendaId":56,"codigo":"104218"}',
    f"[{THEIRS.order_number}]",
    f"<script>{THEIRS.order_number}</script>",
    f"{THEIRS.order_number}\u202e65=dIadnever",
    f"{THEIRS.order_number}\r\nrevendaId: 56",
    "１０４２３０&ｒｅｖｅｎｄａＩｄ=５６",
    f"revendaId=56&pedidoErpId={THEIRS.order_number}",
    f"${{{THEIRS.order_number}}}",
    f"{{{{{THEIRS.order_number}}}}}",
)


def secrets_of_southgate(world: World) -> list[bytes]:
    """Whatever would tell a person of Northwind something about Southgate, as it would look on the wire."""
    database = Path(urlsplit(world.show.environment["ORDERBOT_DATABASE_URL"]).path).parent / "supplier.db"
    with sqlite3.connect(database) as connection:
        orders = connection.execute("SELECT number, web_number FROM orders WHERE company_id = 56").fetchall()
    words = {"Southgate", "carla.dias", *known.NAMESAKE.invoices, *THEIRS.invoices}
    words |= {str(number) for row in orders for number in row if number}
    return [word.encode() for word in sorted(words)]


# What is a number by chance only: Slack's stamps of a message (seconds and microseconds), and digests.
BY_CHANCE = re.compile(rb"\d{10}\.\d{6}|(?<![0-9a-z])(?=\d*[a-f])[0-9a-f]{8,}(?![0-9a-z])")


def told(secrets: list[bytes], wire: bytes) -> list[bytes]:
    """Those of the secrets that went over the wire as such."""
    said = BY_CHANCE.sub(b"#", wire)
    return [secret for secret in secrets if secret in said]


async def forget_misses(world: World) -> None:
    """As an hour would: the budget for misses must not end a test of what each miss is answered."""
    async with world.store.writing() as session:
        await session.exec(delete(Spending))


async def asked_once(world: World, person: Person, text: str, platform: str) -> tuple[list[str], int, bytes]:
    """The texts that came back, how many audit rows it made, and what went over the wire."""
    await forget_misses(world)
    rows, heard = len(await _answers(world)), len(world.overheard.requests)
    asks = world.asks_in_slack if platform == "slack" else world.asks_in_telegram
    answers = await asks(person, text)
    return (
        [answer["text"] for answer in answers],
        len(await _answers(world)) - rows,
        b"\n".join(world.overheard.requests[heard:]),
    )


async def _answers(world: World) -> list[Audit]:
    """Audit rows of questions; the App Home, when it is drawn, lists orders of its own accord."""
    return [row for row in await world.audit_rows() if row.act != "list"]


@pytest.mark.parametrize("platform", ["slack", "telegram"])
async def test_t1_t17_an_order_of_another_company_is_answered_like_one_that_does_not_exist(
    world: World, platform: str
) -> None:
    nowhere, rows, _ = await asked_once(world, ANA, "where is PO-99999999?", platform)
    assert (nowhere, rows) == ([NOT_FOUND], 1)
    secrets = secrets_of_southgate(world)
    # Reading is one for both; a person may ask only so often a minute, and the tests below ask in Slack.
    crafted = {text: text for text in CRAFTED} if platform == "telegram" else {}
    for kind, text in {**FOREIGN_NUMBERS, **crafted}.items():
        texts, rows, wire = await asked_once(world, ANA, text, platform)
        # Numbers of their own that are like it may be offered, as for any number that is nobody's.
        assert texts == [NOT_FOUND] or (len(texts) == 1 and OFFERED.match(texts[0])), kind
        assert rows == 1, kind
        # What they typed themselves may come back to them.
        assert [one for one in told(secrets, wire) if one.decode() not in text] == [], kind
    assert world.nothing_was_refused()


async def test_what_the_owner_is_told_is_found_on_the_wire(world: World) -> None:
    """The search for secrets would find nothing, too, if it looked at nothing; a stamp of Slack's is none."""
    secrets = secrets_of_southgate(world)
    _, _, wire = await asked_once(world, CARLA, f"where is {THEIRS.customer_reference}?", "slack")
    assert {b"Southgate", THEIRS.order_number.encode()} <= set(told(secrets, wire))
    assert told([b"103230"], b"ts=1795795262.103230&k=a0103230bcdef0123") == []
    assert told([b"103230"], b"key=35261100000000000000550010001032301000000010") == [b"103230"]
    assert told([b"103230"], b"ts=1795795262.000100&text=PO-103230") == [b"103230"]


async def test_t1_a_burst_of_misses_stops_the_guesser_tells_staff_and_leaves_colleagues_alone(
    world: World,
) -> None:
    await forget_misses(world)
    stage = world.show.stage
    told = len(stage.slack.sees(SOFIA.id, SOFIA.slack_dm))
    said = [
        (await world.asks_in_slack(ANA, f"where is PO-{number}?"))[-1]["text"]
        for number in range(88_000_000, 88_000_012)
    ]
    assert said[:10] == [NOT_FOUND] * 10
    assert all(one.startswith("You have asked for many numbers") for one in said[10:])
    for numbers in (
        range(88_000_020, 88_000_029),
        range(88_000_030, 88_000_039),
        range(88_000_040, 88_000_042),
    ):
        async with world.store.writing() as session:
            # Half an hour of patience: the misses are older, and count all the same.
            await session.exec(update(Spending).values(at=utc_now() - timedelta(minutes=30)))
        for number in numbers:
            assert (await world.asks_in_slack(ANA, f"where is PO-{number}?"))[-1]["text"] == NOT_FOUND
    (alarm,) = await world.next_in_slack(SOFIA, told)
    assert "looked up many numbers" in alarm["text"]
    stopped = await world.asks_in_slack(ANA, f"where is {known.STAR.customer_reference}?")
    assert stopped[-1]["text"].startswith("You have asked for many numbers")
    colleague = await world.asks_in_telegram(ANA, f"where is {known.STAR.customer_reference}?")
    assert known.STAR.order_number in colleague[-1]["text"]
    await forget_misses(world)


async def test_the_owner_finds_by_each_of_these_numbers(world: World) -> None:
    """The test above would pass on a bot that finds nothing at all."""
    for number in (THEIRS.customer_reference, THEIRS.order_number, THEIRS.invoices[0]):
        answers = await world.asks_in_slack(CARLA, f"where is {number}?")
        assert f"Order {THEIRS.order_number}" in answers[-1]["text"]


async def test_t2_a_button_of_another_companys_reply_finds_nothing(world: World) -> None:
    reply = (await world.asks_in_slack(CARLA, f"where is {THEIRS.order_number}?"))[-1]
    documents = button(reply, "Documents")
    before = len(world.show.stage.slack.sees(CARLA.id, CARLA.slack_dm))
    await world.show.stage.slack.press(CARLA.id, CARLA.slack_dm, reply["ts"], documents["action_id"])
    offered = (await world.next_in_slack(CARLA, before))[-1]
    taken = [documents["value"], *(one["value"] for one in buttons(offered))]
    assert len(taken) > 3
    secrets = secrets_of_southgate(world)
    for value in taken:
        await forget_misses(world)
        rows, heard = len(await _answers(world)), len(world.overheard.requests)
        seen = len(world.show.stage.slack.sees(ANA.id, ANA.slack_dm))
        await press_forged_in_slack(world, ANA, value)
        answers = await world.next_in_slack(ANA, seen)
        assert [answer["text"] for answer in answers] == [NOT_FOUND]
        assert len(await _answers(world)) == rows + 1
        wire = b"\n".join(world.overheard.requests[heard:])
        assert told(secrets, wire) == []


async def test_t2_a_button_of_another_companys_reply_finds_nothing_in_telegram(world: World) -> None:
    reply = (await world.asks_in_telegram(CARLA, f"where is {THEIRS.order_number}?"))[-1]
    own = (await world.asks_in_telegram(ANA, "help"))[-1]
    for row in reply["reply_markup"]["inline_keyboard"]:
        for key in row:
            seen = len(world.show.stage.telegram.sees(ANA.id))
            await world.show.stage.telegram.press(
                ANA.id, own["message_id"], key["callback_data"], forged=True
            )
            answers = await world.next_in_telegram(ANA, seen)
            assert [answer["text"] for answer in answers] == [NOT_FOUND]


async def test_a_button_that_never_was_says_so_and_finds_nothing(world: World) -> None:
    seen = len(world.show.stage.slack.sees(ANA.id, ANA.slack_dm))
    await press_forged_in_slack(world, ANA, "AAAAAAAAAAAAAAAAAAAAAA")
    answers = await world.next_in_slack(ANA, seen)
    assert answers[-1]["text"].startswith("That button is no longer valid.")


def buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        element
        for block in message.get("blocks", [])
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def button(message: dict[str, Any], label: str) -> dict[str, Any]:
    return next(one for one in buttons(message) if one["text"]["text"] == label)


async def press_forged_in_slack(world: World, person: Person, value: str) -> None:
    """A block_actions request with a value the person never got, rightly signed."""
    world.forged += 1
    payload = {
        "type": "block_actions",
        "user": {"id": person.slack_user, "team_id": person.slack_team},
        "api_app_id": "A0ORDERBOT",
        "team": {"id": person.slack_team, "domain": "customer"},
        "channel": {"id": person.slack_dm, "name": "directmessage"},
        "container": {"type": "message", "message_ts": "1.1", "channel_id": person.slack_dm},
        "message": {"ts": "1.1", "text": ""},
        "trigger_id": f"1{world.forged:012}.1.abc",
        "response_url": f"{world.show.stage.slack_url}/response/none",
        "actions": [
            {
                "type": "button",
                "action_id": "a",
                "block_id": "b",
                "value": value,
                "action_ts": f"{time.time():.6f}",
            }
        ],
    }
    body = urlencode({"payload": json.dumps(payload)}).encode()
    stamp = str(int(time.time()))
    secret = world.show.environment["ORDERBOT_SLACK_SIGNING_SECRET"].encode()
    signature = hmac.new(secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    url = f"http://127.0.0.1:{world.show.environment['ORDERBOT_PORT']}/slack/events"
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(
            url,
            content=body,
            headers={
                "content-type": "application/x-www-form-urlencoded",
                "x-slack-request-timestamp": stamp,
                "x-slack-signature": f"v0={signature}",
            },
        )
    assert answer.status_code == 200
