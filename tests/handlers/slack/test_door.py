"""What is let in: small, recent, signed requests, and nothing else."""

import hmac
import json
import time
from collections.abc import AsyncIterator, Iterable
from hashlib import sha256
from urllib.parse import urlencode

import httpx
import pytest

from bot.chat.messages import Asked
from bot.demo.events import ANA
from bot.demo.slack_double import payloads
from bot.handlers.slack.app import slack_app
from bot.handlers.slack.door import BODY_LIMIT, SlackDoor
from tests.handlers.slack.world import PAYLOAD_OPS, SECRET, TOKEN, Kept, World

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
CHALLENGE = json.dumps({"type": "url_verification", "challenge": "c-1"}).encode()


def signed(
    body: bytes, *, at: float | None = None, secret: str = SECRET, media_type: str = JSON
) -> dict[bytes, bytes]:
    stamp = str(int(time.time() if at is None else at)).encode()
    digest = hmac.new(secret.encode(), b"v0:" + stamp + b":" + body, sha256).hexdigest()
    return {
        b"content-type": media_type.encode(),
        b"x-slack-request-timestamp": stamp,
        b"x-slack-signature": b"v0=" + digest.encode(),
    }


async def post(
    world: World,
    body: bytes | AsyncIterator[bytes],
    headers: dict[bytes, bytes] | Iterable[tuple[bytes, bytes]],
) -> httpx.Response:
    pairs = list(headers.items() if isinstance(headers, dict) else headers)
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.post(f"{world.bot_url}/slack/events", content=body, headers=pairs)


def command_body(**fields: str) -> bytes:
    form = payloads.slash_command(ANA, "C0ORDERS", "orders", "/order", "PO-7782", "https://hooks.slack.com/x")
    return urlencode(form | fields).encode()


async def test_a_rightly_signed_command_is_kept_before_it_is_acknowledged(world: World) -> None:
    body = command_body()
    answer = await post(world, body, signed(body, media_type=FORM))
    assert (answer.status_code, answer.content) == (200, b"")
    assert world.kept.last.content == Asked("PO-7782")


async def test_a_wrong_signature_is_refused_and_nothing_is_kept(world: World) -> None:
    body = command_body()
    answer = await post(world, body, signed(body, media_type=FORM, secret="another secret"))
    assert answer.status_code == 401
    tampered = await post(world, body + b"1", signed(body, media_type=FORM))
    assert tampered.status_code == 401
    assert world.kept.calls == 0


@pytest.mark.parametrize("seconds", [-301, 330, -86_400])
async def test_a_stale_or_future_timestamp_is_refused_though_the_signature_is_right(
    world: World, seconds: int
) -> None:
    body = command_body()
    answer = await post(world, body, signed(body, media_type=FORM, at=time.time() + seconds))
    assert answer.status_code == 401
    assert world.kept.calls == 0


@pytest.mark.parametrize(
    ("header", "value"),
    [
        (b"x-slack-request-timestamp", b"abc"),
        (b"x-slack-request-timestamp", b""),
        (b"x-slack-request-timestamp", b"1.5"),
        (b"x-slack-request-timestamp", b"-1700000000"),
        (b"x-slack-request-timestamp", b"9" * 40),
        (b"x-slack-request-timestamp", "١٧٠٠٠٠٠٠٠٠".encode()),
        (b"x-slack-signature", b"v0=\xff\xfe"),
        (b"x-slack-signature", "v0=né".encode()),
        (b"x-slack-signature", b""),
        (b"x-slack-signature", b"v1=" + b"0" * 64),
        (b"x-slack-signature", b"v0=" + b"0" * 63),
    ],
)
async def test_every_malformed_signature_header_is_a_plain_401(
    world: World, header: bytes, value: bytes
) -> None:
    body = command_body()
    answer = await post(world, body, signed(body, media_type=FORM) | {header: value})
    assert answer.status_code == 401
    assert world.kept.calls == 0


@pytest.mark.parametrize("header", [b"x-slack-request-timestamp", b"x-slack-signature"])
async def test_a_missing_or_doubled_signature_header_is_refused(world: World, header: bytes) -> None:
    body = command_body()
    headers = signed(body, media_type=FORM)
    missing = await post(world, body, {name: value for name, value in headers.items() if name != header})
    doubled = await post(world, body, [*headers.items(), (header, headers[header])])
    assert (missing.status_code, doubled.status_code) == (401, 401)
    assert world.kept.calls == 0


async def test_a_body_above_the_cap_is_refused_whether_announced_or_streamed(world: World) -> None:
    body = b"x" * (BODY_LIMIT + 1)

    async def stream() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 65_536):
            yield body[start : start + 65_536]

    assert (await post(world, body, signed(body))).status_code == 413
    assert (await post(world, stream(), signed(body))).status_code == 413


async def test_only_posts_of_slacks_content_types_are_read(world: World) -> None:
    body = command_body()
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(f"{world.bot_url}/slack/events")).status_code == 405
    assert (await post(world, body, signed(body, media_type="text/plain"))).status_code == 415


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"', b"\xff", b"[" * 100_000])
async def test_signed_nonsense_is_a_400_and_never_a_500(world: World, body: bytes) -> None:
    assert (await post(world, body, signed(body))).status_code == 400


async def test_a_form_with_a_broken_payload_is_a_400(world: World) -> None:
    for body in (b"payload=%7B", b"payload=[]", b"&".join([b"a=1"] * 200)):
        assert (await post(world, body, signed(body, media_type=FORM))).status_code == 400


async def test_slacks_check_of_the_address_is_answered_only_when_signed(world: World) -> None:
    right = await post(world, CHALLENGE, signed(CHALLENGE))
    assert right.json() == {"challenge": "c-1"}
    assert (await post(world, CHALLENGE, signed(CHALLENGE, secret="no"))).status_code == 401


async def test_slacks_check_of_the_certificate_is_answered(world: World) -> None:
    body = b"ssl_check=1&token=x"
    assert (await post(world, body, signed(body, media_type=FORM))).status_code == 200
    assert world.kept.calls == 0


async def test_a_command_in_a_channel_named_after_payload_is_heard(world: World) -> None:
    message = await world.asked_by_command(PAYLOAD_OPS, "payload of PO-1")
    assert message.content == Asked("payload of PO-1")
    assert message.conversation.id == PAYLOAD_OPS


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("invite @Bruno Lima as buyer", "invite  @U0BRUNO  as buyer"),
        ("invite @bruno", "invite  @U0BRUNO"),
        ("invite @nobody & <b>", "invite @nobody & <b>"),
    ],
)
async def test_a_mention_in_a_command_is_heard_as_the_id_of_whom_it_means(
    world: World, typed: str, heard: str
) -> None:
    message = await world.asked_by_command(ANA.slack_dm, typed)
    assert message.content == Asked(heard)


async def test_a_mention_counts_by_its_id_whatever_its_name_says(world: World) -> None:
    body = command_body(text="invite <@U0BRUNO|ana>")
    assert (await post(world, body, signed(body, media_type=FORM))).status_code == 200
    assert world.kept.last.content == Asked("invite  @U0BRUNO")


async def test_a_message_that_cannot_be_kept_is_refused_and_comes_again(world: World) -> None:
    world.kept.broken = True
    assert await world.slack.say("ana", ANA.slack_dm, "where is PO-1?") == 503
    assert world.kept.calls == 2, "Slack tried twice"
    world.kept.broken = False
    assert await world.slack.redeliver() == 200
    assert [message.content for message in world.kept.all()] == [Asked("where is PO-1?")]


async def test_a_command_that_cannot_be_kept_is_refused(world: World) -> None:
    world.kept.broken = True
    assert await world.slack.command("ana", "C0ORDERS", "PO-1") == 503


async def test_bolts_header_for_lazy_listeners_cannot_skip_the_keeping(world: World) -> None:
    body = command_body()
    lazy = {b"x-slack-bolt-lazy-only": b"1", b"x-slack-bolt-lazy-function-name": b"listener"}
    assert (await post(world, body, signed(body, media_type=FORM) | lazy)).status_code == 200
    assert len(world.kept.messages) == 1


async def test_an_interaction_nobody_listens_to_is_not_acknowledged(world: World) -> None:
    closed = {"type": "view_closed", "view": {"callback_id": "x"}, "team": {"id": "T0CUSTOMER"}}
    body = urlencode({"payload": json.dumps(closed)}).encode()
    assert (await post(world, body, signed(body, media_type=FORM))).status_code == 404


async def test_a_request_that_names_no_workspace_is_not_acknowledged(world: World) -> None:
    body = json.dumps({"type": "event_callback", "event": {"type": "message"}}).encode()
    assert (await post(world, body, signed(body))).status_code == 500


async def test_an_empty_signing_secret_is_refused_at_start() -> None:
    with pytest.raises(ValueError, match="Signing Secret"):
        SlackDoor(slack_app(Kept(), bot_token=TOKEN), signing_secret=" ")
