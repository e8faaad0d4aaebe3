"""The stand-in refuses what Telegram refuses; otherwise every other test here would prove little."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from bot.demo.events import ANA, StageEvent
from bot.demo.telegram_double import TelegramDouble
from tests.handlers.telegram.world import SECRET, TOKEN, new_telegram, serving

CHAT = ANA.telegram_id


@dataclass
class Api:
    telegram: TelegramDouble
    url: str
    client: httpx.AsyncClient

    async def call(self, method: str, *, token: str = TOKEN, **arguments: Any) -> httpx.Response:
        return await self.client.post(f"{self.url}/bot{token}/{method}", json=arguments)

    async def upload(self, content: bytes, **fields: str) -> httpx.Response:
        return await self.client.post(
            f"{self.url}/bot{TOKEN}/sendDocument",
            data={"chat_id": str(CHAT), **fields},
            files={"document": ("a.pdf", content, "application/pdf")},
        )


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    events: list[StageEvent] = []
    telegram = new_telegram(events)
    async with serving(telegram.app()) as url, httpx.AsyncClient() as client:
        await telegram.say("ana", "hello")
        yield Api(telegram, url, client)


def keyboard(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


BUTTON = {"text": "One", "callback_data": "1"}

MISTAKES: list[tuple[str, dict[str, Any], str]] = [
    ("sendMessages", {"chat_id": CHAT, "text": "x"}, "Not Found"),
    ("sendMessage", {"chat_id": CHAT}, "'text' is required"),
    ("sendMessage", {"chat_id": CHAT, "text": "x", "timeout": 5}, "no parameter 'timeout'"),
    ("sendMessage", {"chat_id": CHAT, "text": "x", "reply_to_message_id": 5}, "no parameter"),
    ("sendMessage", {"chat_id": CHAT, "text": 5}, "must be of type text"),
    ("sendMessage", {"chat_id": "ana", "text": "x"}, "must be of type chat"),
    ("sendMessage", {"chat_id": CHAT, "text": " \n "}, "message text is empty"),
    ("sendMessage", {"chat_id": CHAT, "text": "🎉" * 2049}, "message is too long"),
    ("sendMessage", {"chat_id": CHAT, "text": "<table>", "parse_mode": "HTML"}, "can't parse entities"),
    ("sendMessage", {"chat_id": CHAT, "text": "<b>x", "parse_mode": "HTML"}, "can't parse entities"),
    ("sendMessage", {"chat_id": CHAT, "text": "x</b>", "parse_mode": "HTML"}, "can't parse entities"),
    ("sendMessage", {"chat_id": CHAT, "text": "<b><i>x</b></i>", "parse_mode": "HTML"}, "can't parse"),
    ("sendMessage", {"chat_id": CHAT, "text": "a < b", "parse_mode": "HTML"}, "can't parse entities"),
    ("sendMessage", {"chat_id": CHAT, "text": "<b>x</b> " * 101, "parse_mode": "HTML"}, "entities"),
    ("sendMessage", {"chat_id": 700002, "text": "x"}, "chat not found"),
    ("sendMessage", {"chat_id": 1, "text": "x"}, "chat not found"),
    (
        "sendMessage",
        {"chat_id": CHAT, "text": "x", "reply_markup": keyboard([{**BUTTON, "callback_data": "é" * 33}])},
        "BUTTON_DATA_INVALID",
    ),
    (
        "sendMessage",
        {"chat_id": CHAT, "text": "x", "reply_markup": keyboard([{**BUTTON, "url": "https://a.example"}])},
        "exactly one",
    ),
    (
        "sendMessage",
        {"chat_id": CHAT, "text": "x", "reply_markup": keyboard([{"text": "", "callback_data": "1"}])},
        "text buttons are unallowed",
    ),
    ("sendMessage", {"chat_id": CHAT, "text": "x", "reply_markup": keyboard([BUTTON] * 9)}, "in a row"),
    (
        "sendMessage",
        {"chat_id": CHAT, "text": "x", "reply_markup": keyboard(*[[BUTTON]] * 101)},
        "too many inline keyboard buttons",
    ),
    ("sendMessage", {"chat_id": CHAT, "text": "x", "reply_markup": "{"}, "no JSON"),
    ("sendMessage", {"chat_id": CHAT, "text": "x", "link_preview_options": {"off": True}}, "no field 'off'"),
    ("sendMessage", {"chat_id": CHAT, "text": "x", "reply_parameters": {"message_id": 99}}, "not found"),
    ("editMessageText", {"chat_id": CHAT, "message_id": 1, "text": "x"}, "message can't be edited"),
    ("answerCallbackQuery", {"callback_query_id": "77"}, "query is too old"),
    ("sendChatAction", {"chat_id": CHAT, "action": "thinking"}, "wrong parameter action"),
    ("sendDocument", {"chat_id": CHAT, "document": "https://a.example/a.pdf"}, "uploads only"),
    ("setWebhook", {"url": "http://a.example"}, "HTTPS"),
    ("setWebhook", {"url": "https://a.example:8080"}, "only on ports"),
    ("setWebhook", {"url": "https://a.example", "secret_token": "ü"}, "unallowed characters"),
    ("setWebhook", {"url": "https://a.example", "allowed_updates": ["messages"]}, "unknown update type"),
    ("deleteWebhook", {"drop_pending_updates": True}, "drops no updates"),
    ("setMyCommands", {"commands": [{"command": "Order", "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ("setMyCommands", {"commands": [{"command": "order", "description": ""}]}, "DESCRIPTION_INVALID"),
    ("setMyShortDescription", {"short_description": "x" * 121}, "too long"),
]


@pytest.mark.parametrize(("method", "arguments", "reason"), MISTAKES)
async def test_a_mistake_is_refused_and_remembered(
    api: Api, method: str, arguments: dict[str, Any], reason: str
) -> None:
    answer = await api.call(method, **arguments)

    assert answer.status_code in (400, 404)
    assert reason in answer.json()["description"]
    assert len(api.telegram.violations) == 1
    assert len(api.telegram.sees("ana")) == 1


async def test_a_wrong_token_is_unauthorized(api: Api) -> None:
    assert (await api.call("getMe", token="8000000001:" + "x" * 35)).status_code == 401


async def test_an_edit_that_changes_nothing_is_refused_but_no_mistake(api: Api) -> None:
    sent = (await api.call("sendMessage", chat_id=CHAT, text="x")).json()["result"]

    answer = await api.call("editMessageText", chat_id=CHAT, message_id=sent["message_id"], text="x")

    assert "message is not modified" in answer.json()["description"]
    assert api.telegram.violations == []


async def test_an_edit_without_a_keyboard_takes_it_away(api: Api) -> None:
    sent = (await api.call("sendMessage", chat_id=CHAT, text="x", reply_markup=keyboard([BUTTON]))).json()

    await api.call("editMessageText", chat_id=CHAT, message_id=sent["result"]["message_id"], text="x")

    assert "reply_markup" not in api.telegram.sees("ana")[-1]


async def test_a_press_is_answered_once(api: Api) -> None:
    sent = (await api.call("sendMessage", chat_id=CHAT, text="x", reply_markup=keyboard([BUTTON]))).json()
    await api.telegram.press("ana", sent["result"]["message_id"], "1")
    [_, update] = (await api.call("getUpdates")).json()["result"]
    press = update["callback_query"]["id"]

    assert (await api.call("answerCallbackQuery", callback_query_id=press, text="ok")).status_code == 200
    assert (await api.call("answerCallbackQuery", callback_query_id=press)).status_code == 400
    assert len(api.telegram.violations) == 1


async def test_a_button_that_is_not_there_cannot_be_pressed(api: Api) -> None:
    with pytest.raises(LookupError):
        await api.telegram.press("ana", 1, "nothing")


async def test_updates_wait_until_the_offset_passes_them(api: Api) -> None:
    await api.telegram.say("ana", "second")
    first = (await api.call("getUpdates")).json()["result"]
    again = (await api.call("getUpdates", limit=1)).json()["result"]
    rest = (await api.call("getUpdates", offset=first[1]["update_id"])).json()["result"]

    assert [update["message"]["text"] for update in first] == ["hello", "second"]
    assert again == first[:1]
    assert rest == first[1:]
    assert (await api.call("getUpdates", offset=first[1]["update_id"] + 1)).json()["result"] == []


async def test_fetching_with_a_webhook_set_is_a_conflict(api: Api) -> None:
    await api.call("setWebhook", url="https://a.example", secret_token=SECRET)

    answer = await api.call("getUpdates")

    assert answer.status_code == 409
    assert "webhook is active" in answer.json()["description"]


@pytest.mark.parametrize("size", [0, 50_000_001])
async def test_an_empty_or_too_large_file_is_refused(api: Api, size: int) -> None:
    answer = await api.upload(bytes(size))

    assert answer.status_code == (413 if size else 400)
    assert len(api.telegram.violations) == 1


async def test_a_caption_has_a_limit_of_its_own(api: Api) -> None:
    assert (await api.upload(b"%PDF-", caption="x" * 1025)).status_code == 400
    assert (await api.upload(b"%PDF-", caption="x" * 1024)).status_code == 200


async def test_form_fields_and_any_case_of_a_method_work_too(api: Api) -> None:
    answer = await api.client.post(
        f"{api.url}/bot{TOKEN}/SENDMESSAGE",
        data={
            "chat_id": str(CHAT),
            "text": "<b>A &amp; B</b> <i></i>&eacute;",
            "parse_mode": "HTML",
            "disable_notification": "true",
            "reply_markup": json.dumps(keyboard([BUTTON])),
        },
    )

    message = answer.json()["result"]
    assert message["text"] == "A & B &eacute;"
    assert message["entities"] == [{"type": "bold", "offset": 0, "length": 5}]
    assert api.telegram.violations == []
