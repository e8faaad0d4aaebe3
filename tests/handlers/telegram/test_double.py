"""The stand-in refuses what Telegram refuses; otherwise every other test here would prove little."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from telegram import InputMediaDocument
from telegram.error import BadRequest

from bot.demo.called_wrongly import CalledWrongly
from bot.demo.events import ANA, StageEvent
from bot.demo.telegram_double import TelegramDouble
from bot.handlers.telegram import make_bot
from bot.pages.init_data import vouched
from tests.handlers.telegram.tiny import tiny_telegram
from tests.handlers.telegram.world import SECRET, TOKEN, new_telegram
from tests.support.serving import serving

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
    async with aclosing(telegram), serving(telegram.app()) as url, httpx.AsyncClient() as client:
        await telegram.say("ana", "hello")
        yield Api(telegram, url, client)


def keyboard(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


BUTTON = {"text": "One", "callback_data": "1"}
LONG = {"text": "One", "callback_data": "x" * 65}
COPY = {"text": "Copy", "copy_text": {"text": "x" * 257}}
NO_LINK = {"text": "Open", "url": "javascript:alert(1)"}
ITEM = {"type": "document", "media": "BQACAgIAAx"}
LIKE = {"type": "emoji", "emoji": "👍"}
WINK = {"type": "emoji", "emoji": "x"}
APP: dict[str, Any] = {"text": "Open", "web_app": {"url": "https://bot.example.com/app/file/1"}}
MENU = {"type": "web_app", "text": "Orders", "web_app": {"url": "http://bot.example.com/"}}

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
    (
        "sendMessage",
        {"chat_id": CHAT, "text": "x", "reply_parameters": {"message_id": [1]}},
        "of type integer",
    ),
    ("sendMessage", {"chat_id": CHAT, "text": "x", "reply_parameters": {"quote": "x"}}, "needs the field"),
    (
        "sendMessage",
        {"chat_id": CHAT, "text": "x", "link_preview_options": {"is_disabled": 1}},
        "of type boolean",
    ),
    ("sendMessage", {"chat_id": CHAT, "text": "x", "entities": [{"type": "bold", "at": 0}]}, "no field 'at'"),
    ("editMessageText", {"chat_id": CHAT, "message_id": 1, "text": "x"}, "message can't be edited"),
    ("answerCallbackQuery", {"callback_query_id": "77"}, "query is too old"),
    ("sendChatAction", {"chat_id": CHAT, "action": "thinking"}, "wrong parameter action"),
    ("setWebhook", {"url": "http://a.example"}, "HTTPS"),
    ("setWebhook", {"url": "https://a.example:8080"}, "only on ports"),
    ("setWebhook", {"url": "https://a.example", "secret_token": "ü"}, "unallowed characters"),
    ("setWebhook", {"url": "https://a.example", "allowed_updates": ["messages"]}, "unknown update type"),
    ("setWebhook", {"url": "https://a.example", "allowed_updates": [1]}, "texts only"),
    ("setMyCommands", {"commands": ["order"]}, "an object is expected"),
    ("deleteWebhook", {"drop_pending_updates": True}, "drops no updates"),
    ("sendMessage", {"chat_id": CHAT, "text": "x", "reply_markup": keyboard([COPY])}, "COPY_TEXT_INVALID"),
    (
        "sendMessage",
        {"chat_id": CHAT, "text": "x", "reply_markup": keyboard([NO_LINK])},
        "BUTTON_URL_INVALID",
    ),
    (
        "sendMessage",
        {"chat_id": CHAT, "text": "x", "reply_markup": keyboard([APP | {"web_app": MENU["web_app"]}])},
        "BUTTON_URL_INVALID",
    ),
    (
        "sendMessage",
        {"chat_id": CHAT, "text": "x", "reply_markup": keyboard([APP | {"web_app": {"link": "x"}}])},
        "no field 'link'",
    ),
    ("sendMediaGroup", {"chat_id": CHAT, "media": [ITEM]}, "2 to 10"),
    ("sendMediaGroup", {"chat_id": CHAT, "media": [ITEM] * 11}, "2 to 10"),
    (
        "sendMediaGroup",
        {"chat_id": CHAT, "media": [ITEM, {**ITEM, "type": "photo"}]},
        "albums of documents only",
    ),
    ("sendMediaGroup", {"chat_id": CHAT, "media": [ITEM, {**ITEM, "name": "x"}]}, "no field 'name'"),
    ("sendMediaGroup", {"chat_id": CHAT, "media": [ITEM, {**ITEM, "caption": "x" * 1025}]}, "too long"),
    ("sendMediaGroup", {"chat_id": CHAT, "media": [ITEM, ITEM], "reply_markup": {}}, "no parameter"),
    ("setMessageReaction", {"chat_id": CHAT, "message_id": 1, "reaction": [LIKE, LIKE]}, "too many"),
    (
        "setMessageReaction",
        {"chat_id": CHAT, "message_id": 1, "reaction": [{**LIKE, "emoji": "x"}]},
        "INVALID",
    ),
    ("setMessageReaction", {"chat_id": CHAT, "message_id": 1, "reaction": ["x"]}, "INVALID"),
    ("setChatMenuButton", {"menu_button": {"type": "orders"}}, "type is invalid"),
    ("setChatMenuButton", {"menu_button": {"type": "web_app", "text": "x"}}, "needs the field 'web_app'"),
    ("setChatMenuButton", {"menu_button": MENU}, "BUTTON_URL_INVALID"),
    ("setChatMenuButton", {"menu_button": {"type": "commands", "text": "x"}}, "no field 'text'"),
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
    assert len(api.telegram.excuse()) == 1
    assert len(api.telegram.sees("ana")) == 1


ARTICLE: dict[str, Any] = {
    "type": "article",
    "id": "1",
    "title": "PO-7782",
    "input_message_content": {"message_text": "PO-7782"},
}
PAPER: dict[str, Any] = {
    "type": "document",
    "id": "2",
    "title": "Invoice",
    "document_url": "https://a.example/1.pdf",
    "mime_type": "application/pdf",
}


def without(result: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in result.items() if key != name}


IN_RESULTS: list[tuple[str, list[Any], str]] = [
    ("51 of them", [{**ARTICLE, "id": str(n)} for n in range(51)], "RESULTS_TOO_MUCH"),
    ("one id twice", [ARTICLE, ARTICLE], "RESULT_ID_DUPLICATE"),
    ("no id", [{**ARTICLE, "id": ""}], "RESULT_ID_INVALID"),
    ("an id of 65 bytes", [{**ARTICLE, "id": "é" * 32 + "x"}], "RESULT_ID_INVALID"),
    ("an id that is a number", [{**ARTICLE, "id": 1}], "must be of type text"),
    ("no title", [without(ARTICLE, "title")], "needs the field 'title'"),
    ("an empty title", [{**ARTICLE, "title": " "}], "title is empty"),
    ("nothing to send", [without(ARTICLE, "input_message_content")], "needs the field"),
    ("no known content", [{**ARTICLE, "input_message_content": {"text": "x"}}], "can't parse input message"),
    ("an empty text", [{**ARTICLE, "input_message_content": {"message_text": " "}}], "text is empty"),
    ("a text of 4097", [{**ARTICLE, "input_message_content": {"message_text": "x" * 4097}}], "too long"),
    (
        "broken markup",
        [{**ARTICLE, "input_message_content": {"message_text": "<b>x", "parse_mode": "HTML"}}],
        "can't parse entities",
    ),
    ("an unknown field", [{**ARTICLE, "subtitle": "x"}], "no field 'subtitle'"),
    ("a field of old", [{**ARTICLE, "hide_url": True}], "no field 'hide_url'"),
    ("an unknown kind", [{**ARTICLE, "type": "order"}], "unsupported type"),
    ("no object", ["PO-7782"], "unsupported type"),
    ("a document of any kind", [{**PAPER, "mime_type": "text/xml"}], "MIME type"),
    ("a caption of 1025", [{**PAPER, "caption": "x" * 1025}], "too long"),
    ("an address that is none", [{**PAPER, "document_url": "file:///etc"}], "WEBDOCUMENT_URL_INVALID"),
    (
        "data of 65 bytes",
        [{**ARTICLE, "reply_markup": keyboard([BUTTON | {"callback_data": "x" * 65}])}],
        "DATA",
    ),
    (
        "a keyboard of letters",
        [{**ARTICLE, "reply_markup": {"keyboard": [["x"]]}}],
        "no field 'keyboard'",
    ),
]
AROUND: list[tuple[str, dict[str, Any], str]] = [
    ("a negative time", {"cache_time": -1}, "non-negative"),
    ("an offset of 65 bytes", {"next_offset": "x" * 65}, "NEXT_OFFSET_INVALID"),
    ("what switch_pm was", {"switch_pm_text": "x"}, "no parameter"),
    ("a button of 65", {"button": {"text": "x" * 65, "start_parameter": "link"}}, "BUTTON_TEXT_INVALID"),
    ("a button to nowhere", {"button": {"text": "x"}}, "exactly one"),
    ("a start with a space", {"button": {"text": "x", "start_parameter": "a b"}}, "START_PARAM_INVALID"),
    ("no start", {"button": {"text": "x", "start_parameter": ""}}, "START_PARAM_INVALID"),
]


async def typing(api: Api) -> str:
    """The id of a query that somebody is waiting for."""
    await api.telegram.types("ana", "7782")
    [*_, update] = (await api.call("getUpdates")).json()["result"]
    asked: str = update["inline_query"]["id"]
    return asked


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        *(pytest.param({"results": results}, reason, id=name) for name, results, reason in IN_RESULTS),
        *(pytest.param({"results": [], **more}, reason, id=name) for name, more, reason in AROUND),
    ],
)
async def test_a_mistake_in_what_is_shown_while_typing_is_refused(
    api: Api, more: dict[str, Any], reason: str
) -> None:
    answer = await api.call("answerInlineQuery", inline_query_id=await typing(api), **more)

    assert answer.status_code == 400
    assert reason in answer.json()["description"]
    assert len(api.telegram.excuse()) == 1


@pytest.mark.parametrize(
    "results",
    [
        [],
        [{**ARTICLE, "id": str(n)} for n in range(50)],
        [{**PAPER, "caption": "<b>x</b>", "parse_mode": "HTML", "thumbnail_url": "https://a.example/1.jpg"}],
        [{"type": "document", "id": "3", "title": "x", "document_file_id": "BQAC"}],
        [{"type": "venue", "id": "4", "latitude": 1.5, "longitude": 2, "title": "Depot", "address": "x"}],
        [{**ARTICLE, "input_message_content": {"phone_number": "+551198765", "first_name": "Ana"}}],
        [
            {
                "type": "photo",
                "id": "5",
                "photo_url": "https://a.example/1",
                "thumbnail_url": "https://a.example/2",
            }
        ],
    ],
)
async def test_what_telegram_takes_while_somebody_types_is_taken(
    api: Api, results: list[dict[str, Any]]
) -> None:
    answer = await api.call("answerInlineQuery", inline_query_id=await typing(api), results=results)

    assert answer.json() == {"ok": True, "result": True}


async def test_several_documents_come_as_one_album_and_come_again_by_their_ids(api: Api) -> None:
    bot = make_bot(TOKEN, api.url)
    new = [
        InputMediaDocument(BytesIO(b"%PDF-1"), caption="Invoice 1", filename="1.pdf"),
        InputMediaDocument(BytesIO(b"%PDF-2"), caption="Invoice 2", filename="2.pdf"),
    ]
    async with bot:
        sent = await bot.send_media_group(CHAT, new)
        known = [message.document for message in sent if message.document is not None]
        again = await bot.send_media_group(CHAT, [InputMediaDocument(one.file_id) for one in known])
        await bot.send_document(CHAT, known[0].file_id)

    assert [(one.file_name, message.caption) for one, message in zip(known, sent, strict=True)] == [
        ("1.pdf", "Invoice 1"),
        ("2.pdf", "Invoice 2"),
    ]
    assert len({message.media_group_id for message in sent}) == 1
    assert {message.media_group_id for message in sent}.isdisjoint(one.media_group_id for one in again)
    seen = [message["document"]["file_name"] for message in api.telegram.sees("ana") if "document" in message]
    assert seen == ["1.pdf", "2.pdf", "1.pdf", "2.pdf", "1.pdf"]


async def test_a_file_nobody_speaks_of_is_refused(api: Api) -> None:
    answer = await api.client.post(
        f"{api.url}/bot{TOKEN}/sendMessage",
        data={"chat_id": str(CHAT), "text": "x"},
        files={"attached": ("a.pdf", b"%PDF-", "application/pdf")},
    )

    assert answer.status_code == 400
    assert len(api.telegram.excuse()) == 1


async def test_a_reaction_is_one_and_can_be_taken_back(api: Api) -> None:
    await api.call("setMessageReaction", chat_id=CHAT, message_id=1, reaction=[LIKE])
    assert api.telegram.sees("ana")[0]["reactions"] == ["👍"]
    await api.call("setMessageReaction", chat_id=CHAT, message_id=1)
    assert api.telegram.sees("ana")[0]["reactions"] == []


async def test_a_button_that_opens_a_web_app_is_for_private_chats_and_tells_it_who_presses(api: Api) -> None:
    api.telegram.groups.add(-100_77, "Logistics", ["ana"])
    refused = await api.call("sendMessage", chat_id=-100_77, text="x", reply_markup=keyboard([APP]))
    assert "BUTTON_TYPE_INVALID" in refused.json()["description"]
    assert len(api.telegram.excuse()) == 1

    sent = (await api.call("sendMessage", chat_id=CHAT, text="x", reply_markup=keyboard([APP]))).json()
    url = APP["web_app"]["url"]
    opened = api.telegram.open_button("ana", sent["result"]["message_id"], url)
    address, _, handed = opened.partition("#")
    told = dict(parse_qsl(handed))
    found = vouched(told["tgWebAppData"], token=TOKEN, now=datetime.now(UTC))
    assert (address, found.user.user_id) == (url, str(CHAT))
    with pytest.raises(LookupError):
        api.telegram.open_button("ana", sent["result"]["message_id"], f"{url}0")


async def test_the_menu_button_is_told_as_it_was_set(api: Api) -> None:
    own = MENU | {"web_app": {"url": "https://bot.example.com/"}}
    await api.call("setChatMenuButton", chat_id=CHAT, menu_button=own)
    assert (await api.call("getChatMenuButton", chat_id=CHAT)).json()["result"] == own
    assert (await api.call("getChatMenuButton")).json()["result"] == {"type": "commands"}


async def test_a_wrong_call_fails_the_test_it_happens_in() -> None:
    telegram = new_telegram([])
    async with serving(telegram.app()) as url, httpx.AsyncClient() as client:
        await client.post(f"{url}/bot{TOKEN}/sendMessage", json={"chat_id": CHAT, "colour": "red"})
    with pytest.raises(CalledWrongly, match="no parameter 'colour'"):
        await telegram.aclose()


async def test_a_wrong_call_to_a_telegram_that_keeps_nothing_fails_the_test_too() -> None:
    kept = AsyncExitStack()
    _, bot = await kept.enter_async_context(tiny_telegram())
    with pytest.raises(BadRequest, match="is too long"):
        await bot.send_message(CHAT, "x" * 4097)
    with pytest.raises(CalledWrongly, match="message is too long"):
        await kept.aclose()


@pytest.mark.parametrize(
    "path",
    ["", f"/bot{TOKEN}", f"/file/bot{TOKEN}/documents/none", "/file/bot1:x/documents/none", "/bot/a/b"],
)
async def test_a_call_to_where_telegram_has_nothing_is_remembered(api: Api, path: str) -> None:
    assert (await api.client.post(f"{api.url}{path}")).status_code in (404, 405)
    assert (await api.client.get(f"{api.url}{path}")).status_code == 404
    said = api.telegram.excuse()
    assert len(said) == 2
    assert not any(TOKEN in one for one in said)


async def test_what_the_stand_in_fails_at_is_remembered_too(api: Api) -> None:
    def fails(method: str, given: object) -> None:
        raise ZeroDivisionError

    api.telegram.on_call = fails
    assert (await api.call("getMe")).status_code == 500
    assert api.telegram.excuse() == ["getMe: not understood: ZeroDivisionError()"]


async def test_a_wrong_token_is_unauthorized(api: Api) -> None:
    assert (await api.call("getMe", token="8000000001:" + "x" * 35)).status_code == 401
    assert api.telegram.excuse() == ["getMe: Unauthorized"]


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
    assert len(api.telegram.excuse()) == 1


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
    assert len(api.telegram.excuse()) == 1


@pytest.mark.parametrize("size", [0, 50_000_001])
async def test_an_empty_or_too_large_file_is_refused(api: Api, size: int) -> None:
    answer = await api.upload(bytes(size))

    assert answer.status_code == (413 if size else 400)
    assert len(api.telegram.excuse()) == 1


async def test_a_caption_has_a_limit_of_its_own(api: Api) -> None:
    assert (await api.upload(b"%PDF-", caption="x" * 1025)).status_code == 400
    assert len(api.telegram.excuse()) == 1
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
