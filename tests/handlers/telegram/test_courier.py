"""Replies reach people, and what Telegram answers is understood."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from bot.chat.buttons import Button
from bot.chat.files import OrderFile
from bot.chat.messages import Commanded, Message, SharedContact
from bot.chat.people import Audience, ChatUser, Platform, Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import AskContact, DeepLink, Files, OrderTable, Part, Reply, Say
from bot.chat.unasked import Told
from bot.delivery import DeliveryDelayed, DeliveryImpossible, FileNotAvailable
from bot.demo.events import ANA
from bot.handlers.telegram import TelegramCourier, make_bot
from bot.handlers.telegram.places import direct, later
from bot.orders import Document, DocumentKind
from tests.handlers.telegram.test_rendering import order
from tests.handlers.telegram.tiny import TinyTelegram, tiny_telegram
from tests.handlers.telegram.world import GROUP, TOKEN, Shelf, World, wording

GREETING = Say(Phrase("greeting"))
INVITATION = "inv-0123456789abcdef0123456789abcdef"
ANA_ALONE = ChatUser(Platform.TELEGRAM, "700001")


@dataclass
class Sending:
    """A courier in a process that never received anything, and so never asked Telegram who it is."""

    telegram: TinyTelegram
    courier: TelegramCourier

    async def tell(self, *parts: Part, replaces: bool = False) -> None:
        conversation, handle = direct(ANA_ALONE)
        message = Message(
            id="told:1",
            sender=ANA_ALONE,
            conversation=conversation,
            content=Told(()),
            received_at=datetime(2026, 3, 1, tzinfo=UTC),
            handle={**handle, "replaces": "7"} if replaces else handle,
        )
        reply = Reply(parts=parts, reader=await self.courier.reader(message), replaces=replaces)
        for parcel in self.courier.parcels(message, reply):
            await parcel.send()


@pytest.fixture
async def sending() -> AsyncIterator[Sending]:
    async with tiny_telegram() as (telegram, bot):
        yield Sending(telegram, TelegramCourier(bot, wording(), Shelf(), default=Reader("pt-BR")))


def document(name: str = "danfe-1") -> OrderFile:
    return OrderFile(1, Document(id=name, kind=DocumentKind.DANFE, order_number="10042"))


def page(number: int) -> OrderTable:
    return OrderTable(
        Phrase("list_page", {"heading": Phrase("list_latest"), "page": number}),
        orders=(order(),),
        company_name="Northwind",
        buttons=(Button(Phrase("button_next"), f"page-{number + 1}"),),
    )


async def test_a_reply_is_shown_as_formatted_text_with_its_buttons(world: World) -> None:
    await world.telegram.say("ana", "list")
    await world.deliver(page(1))

    [message] = world.from_bot()
    assert message["text"].startswith("Latest orders · page 1")
    assert message["entities"][0] == {"type": "bold", "offset": 0, "length": 22}
    assert message["reply_markup"]["inline_keyboard"][-1][0]["callback_data"] == "page-2"
    assert world.telegram.violations == []


async def test_turning_a_page_edits_the_message_whose_button_was_pressed(world: World) -> None:
    await world.telegram.say("ana", "list")
    await world.deliver(page(1))
    shown = world.from_bot()[0]["message_id"]
    await world.telegram.press("ana", shown, "page-2")

    await world.deliver(page(2), replaces=True)
    # The same parcel again, as after a crash between the call and its checkpoint.
    await world.deliver(page(2), replaces=True)

    [message] = world.from_bot()
    assert "page 2" in message["text"]
    assert [event.kind for event in world.events if event.kind == "update"] == ["update"]
    assert world.telegram.violations == []


async def test_what_is_answered_later_comes_as_a_new_message_in_the_same_chat(world: World) -> None:
    await world.telegram.say("ana", "list")
    await world.deliver(page(1))
    shown = world.from_bot()[0]
    await world.telegram.press("ana", shown["message_id"], "page-2")
    pressed = world.inbox.last
    conversation, handle = later(pressed)
    assert conversation == pressed.conversation
    await world.inbox.receive(replace(pressed, id="kept:1", handle=handle))
    await world.deliver(page(2), replaces=True)
    assert world.from_bot()[0]["text"] == shown["text"]
    assert len(world.from_bot()) == 2


async def test_a_message_that_is_gone_is_sent_anew(world: World) -> None:
    await world.telegram.say("ana", "list")
    await world.deliver(page(1))
    shown = world.from_bot()[0]["message_id"]
    await world.telegram.press("ana", shown, "page-2")
    await world.bot.delete_message(700001, shown)

    await world.deliver(page(2), replaces=True)

    [message] = world.from_bot()
    assert "page 2" in message["text"]


async def test_markup_that_telegram_cannot_read_is_sent_once_more_as_plain_text(world: World) -> None:
    await world.telegram.say("ana", "list")
    refusal = {"ok": False, "error_code": 400, "description": "Bad Request: can't parse entities: x"}
    world.telegram.fail_next("sendMessage", 400, refusal)

    await world.deliver(page(1))

    [message] = world.from_bot()
    assert message["text"].startswith("Latest orders")
    assert "entities" not in message


@pytest.mark.parametrize(
    ("status", "body", "expected", "reason"),
    [
        (429, {"parameters": {"retry_after": 17}}, DeliveryDelayed, "rate_limited"),
        (500, {}, DeliveryDelayed, "network"),
        (502, {}, DeliveryDelayed, "network"),
        (401, {}, DeliveryDelayed, "token_refused"),
        (403, {"description": "Forbidden: user is deactivated"}, DeliveryImpossible, "blocked"),
        (400, {"description": "Bad Request: chat not found"}, DeliveryImpossible, "bad_request"),
    ],
)
async def test_what_telegram_answers_decides_whether_to_try_again(
    world: World,
    status: int,
    body: dict[str, object],
    expected: type[DeliveryDelayed | DeliveryImpossible],
    reason: str,
) -> None:
    await world.telegram.say("ana", "hello")
    answer = {"ok": False, "error_code": status, "description": "Some reason", **body}
    world.telegram.fail_next("sendMessage", status, answer)

    with pytest.raises(expected, match=reason) as caught:
        await world.deliver(GREETING)

    if isinstance(caught.value, DeliveryDelayed):
        assert caught.value.retry_after >= 1
    assert world.from_bot() == []


async def test_a_rate_limit_is_waited_out_as_long_as_telegram_says(world: World) -> None:
    await world.telegram.say("ana", "hello")
    limited = {"ok": False, "error_code": 429, "parameters": {"retry_after": 17}}
    world.telegram.fail_next("sendMessage", 429, limited)

    with pytest.raises(DeliveryDelayed) as caught:
        await world.deliver(GREETING)

    assert caught.value.retry_after == 17


async def test_a_person_who_blocked_the_bot_is_not_tried_again(world: World) -> None:
    await world.telegram.say("ana", "hello")
    world.telegram.block("ana")

    with pytest.raises(DeliveryImpossible):
        await world.deliver(GREETING)


async def test_the_bot_begins_a_conversation_in_the_chat_with_the_person(world: World) -> None:
    await world.telegram.say("ana", "hello")
    conversation, handle = direct(world.inbox.last.sender)

    assert conversation == world.inbox.last.conversation
    assert handle == {"chat": str(world.telegram.user("ana")["id"])}


async def test_what_is_told_first_speaks_the_default_language(sending: Sending) -> None:
    await sending.tell(Say(Phrase("phone_how")))

    [sent] = sending.telegram.of("sendMessage")
    assert sent["chat_id"] == 700001
    assert sent["text"].startswith("Pressione o botão")


@pytest.mark.parametrize(
    ("status", "description"),
    [
        (403, "Forbidden: bot was blocked by the user"),
        (403, "Forbidden: bot can't initiate conversation with a user"),
        (400, "Bad Request: chat not found"),
    ],
)
async def test_whom_the_bot_may_not_write_to_is_not_told(
    sending: Sending, status: int, description: str
) -> None:
    sending.telegram.refuse("sendMessage", status, description)

    with pytest.raises(DeliveryImpossible):
        await sending.tell(GREETING)


@pytest.mark.parametrize("user", [ChatUser(Platform.SLACK, "U1", "T1"), ChatUser(Platform.TELEGRAM, "ana")])
def test_t8_nobody_but_an_account_of_telegram_has_a_chat_with_the_bot(user: ChatUser) -> None:
    with pytest.raises(ValueError, match=r"."):
        direct(user)


async def test_asking_for_a_number_shows_a_button_that_goes_away_when_it_was_pressed(
    sending: Sending,
) -> None:
    await sending.tell(AskContact(Phrase("phone_how"), Phrase("button_share_phone")), replaces=True)

    [sent] = sending.telegram.of("sendMessage")
    assert sending.telegram.of("editMessageText") == []
    markup = sent["reply_markup"]
    [[button]] = markup["keyboard"]
    assert button["request_contact"] is True
    assert button["text"] == wording().say(Phrase("button_share_phone"), Reader("pt-BR"))
    assert markup["one_time_keyboard"] is markup["resize_keyboard"] is True


async def test_a_number_that_was_asked_for_arrives_as_the_persons_own(world: World) -> None:
    await world.telegram.say("ana", "link by phone")
    await world.deliver(AskContact(Phrase("phone_how"), Phrase("button_share_phone")))
    await world.telegram.share_contact("ana")

    assert world.inbox.last.content == SharedContact(ANA.phone.removeprefix("+"), own=True)
    assert world.telegram.violations == []


async def test_t9_in_a_group_the_words_come_without_the_button_that_asks_for_a_number(world: World) -> None:
    world.telegram.groups.add(GROUP, "Buyers", ["ana", "carla"])
    await world.telegram.say("ana", "@orderbot_demo_bot link by phone", chat=GROUP)

    await world.deliver(AskContact(Phrase("phone_how"), Phrase("button_share_phone")))

    [sent] = [given for name, given in world.telegram.calls if name == "sendMessage"]
    assert "reply_markup" not in sent
    assert world.telegram.violations == []


async def test_an_invitation_opens_the_bot_for_whoever_it_is_handed_to(world: World) -> None:
    await world.telegram.say("ana", "invite")
    await world.deliver(GREETING, DeepLink(INVITATION))
    [message] = world.from_bot()
    assert f"https://t.me/{world.telegram.username}?start={INVITATION}" in message["text"]

    await world.telegram.start("bruno", INVITATION)

    assert world.inbox.last.content == Commanded("start", INVITATION)
    assert world.telegram.violations == []


async def test_an_invitation_is_a_link_to_the_bot_whose_name_is_asked_for_once(sending: Sending) -> None:
    await sending.tell(GREETING, DeepLink(INVITATION))
    await sending.tell(DeepLink(INVITATION))

    first, second = sending.telegram.of("sendMessage")
    for sent in (first, second):
        assert f'href="https://t.me/orderbot_demo_bot?start={INVITATION}"' in sent["text"]
        assert f"<code>{INVITATION}</code>" in sent["text"]
        assert sent["link_preview_options"] == {"is_disabled": True}
    assert len(sending.telegram.of("getMe")) == 1


async def test_an_invitation_waits_for_a_telegram_that_does_not_tell_the_bots_name(sending: Sending) -> None:
    sending.telegram.refuse("getMe", 502, "Bad Gateway")

    with pytest.raises(DeliveryDelayed):
        await sending.tell(DeepLink(INVITATION))
    assert sending.telegram.of("sendMessage") == []

    sending.telegram.refusals.clear()
    await sending.tell(DeepLink(INVITATION))
    assert len(sending.telegram.of("sendMessage")) == 1


async def test_t4_an_invitation_never_reaches_a_group(world: World) -> None:
    world.telegram.groups.add(GROUP, "Buyers", ["ana", "carla"])
    await world.telegram.say("ana", "@orderbot_demo_bot invite", chat=GROUP)

    await world.deliver(GREETING, DeepLink(INVITATION))

    assert INVITATION not in str(world.telegram.sees("carla", chat=GROUP))
    assert INVITATION not in str(world.telegram.calls)


async def test_t9_what_a_company_may_see_answers_in_its_group_and_its_files_stay_out(world: World) -> None:
    world.telegram.groups.add(GROUP, "Buyers", ["ana", "carla"])
    topic = await world.telegram.groups.open_topic("ana", GROUP, "Orders")
    await world.telegram.say("ana", "@orderbot_demo_bot PO-7782", chat=GROUP, topic=topic)
    asked = world.telegram.sees("ana", chat=GROUP)[-1]

    reply = Reply(parts=(page(1), Files((document(),))), reader=Reader(), audience=Audience.COMPANY)
    for parcel in world.courier.parcels(world.inbox.last, reply):
        await parcel.send()

    [sent] = [given for name, given in world.telegram.calls if name == "sendMessage"]
    assert sent["chat_id"] == GROUP
    assert sent["message_thread_id"] == topic
    assert sent["reply_parameters"]["message_id"] == asked["message_id"]
    assert "sendDocument" not in [name for name, _ in world.telegram.calls]


async def test_an_unreachable_telegram_delays_the_delivery(world: World) -> None:
    await world.telegram.say("ana", "hello")
    nowhere = make_bot(TOKEN, "http://127.0.0.1:1")
    world.courier = TelegramCourier(nowhere, wording(), world.shelf, default=Reader())

    with pytest.raises(DeliveryDelayed):
        await world.deliver(GREETING)
    await nowhere.shutdown()


async def test_a_bot_that_only_sent_closes_its_connections_too(world: World) -> None:
    await world.telegram.say("ana", "hello")
    sender = make_bot(TOKEN, world.api_url)
    world.courier = TelegramCourier(sender, wording(), world.shelf, default=Reader())
    await world.deliver(GREETING)

    await sender.shutdown()

    with pytest.raises(DeliveryDelayed):
        await world.deliver(GREETING)


async def test_a_group_that_moved_is_followed(world: World) -> None:
    world.telegram.groups.add(GROUP, "Buyers", ["ana"])
    world.telegram.groups.add(GROUP - 1, "Buyers", ["ana"])
    await world.telegram.say("ana", "@orderbot_demo_bot hi", chat=GROUP)
    moved = {"ok": False, "error_code": 400, "parameters": {"migrate_to_chat_id": GROUP - 1}}
    world.telegram.fail_next("sendMessage", 400, moved)

    await world.deliver(GREETING)

    assert world.telegram.sees("ana", chat=GROUP - 1)[0]["from"]["is_bot"]


async def test_in_a_group_the_answer_hangs_on_the_question_and_no_file_is_sent(
    world: World, tmp_path: Path
) -> None:
    world.telegram.groups.add(GROUP, "Buyers", ["ana", "carla"])
    await world.telegram.say("ana", "@orderbot_demo_bot PO-7782", chat=GROUP)
    world.shelf.files["danfe-1"] = tmp_path / "none.pdf"

    await world.deliver(Say(Phrase("ask_in_private")), Files((document(),)))

    question, answer = world.telegram.sees("carla", chat=GROUP)
    assert answer["reply_to_message"]["message_id"] == question["message_id"]
    assert "sendDocument" not in [name for name, _ in world.telegram.calls]


@pytest.mark.parametrize(
    ("language", "locale"),
    [("pt-br", "pt-BR"), ("pt", "pt-BR"), ("es", "es"), ("en", "en"), ("de", "en"), (None, "en")],
)
async def test_the_answer_speaks_the_language_of_the_persons_client(
    world: World, language: str | None, locale: str
) -> None:
    await world.telegram.say("ana", "hello")
    sender = {key: value for key, value in world.telegram.user("ana").items() if key != "language_code"}
    if language:
        sender["language_code"] = language
    message = {**world.telegram.sees("ana")[0], "from": sender}
    await world.telegram.send_update("x", {"message": message})

    assert await world.courier.reader(world.inbox.last) == Reader(locale, "America/Sao_Paulo")


async def test_someone_who_waits_sees_that_the_bot_types(world: World) -> None:
    await world.telegram.say("ana", "hello")

    await world.courier.working(world.inbox.last)

    assert world.events[-1].kind == "status"
    assert world.events[-1].payload == {"action": "typing"}


async def test_the_typing_sign_never_gets_in_the_way(world: World) -> None:
    await world.telegram.say("ana", "hello")
    world.telegram.fail_next("sendChatAction", 429)

    await world.courier.working(world.inbox.last)


async def test_a_document_arrives_byte_for_byte_under_its_name(world: World, tmp_path: Path) -> None:
    path = tmp_path / 'nota fiscal "ção" 1.pdf'
    path.write_bytes(b"%PDF-1.7\r\n--boundary\r\n" + bytes(range(256)) * 5000)
    world.shelf.files["danfe-1"] = path
    await world.telegram.say("ana", "invoice of PO-7782")

    announced = Say(Phrase("documents_sending", {"count": 1, "number": "10042"}), announces=True)
    await world.deliver(announced, Files((document(),)))

    [sent] = world.from_bot()
    assert sent["document"]["file_name"] == path.name
    assert sent["document"]["mime_type"] == "application/pdf"
    assert sent["caption"] == "Invoice (DANFE) · order 10042"
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{world.api_url}/files/{sent['document']['file_id']}")
    assert answer.content == path.read_bytes()
    assert world.events[-2].payload == {"action": "upload_document"}
    assert world.telegram.violations == []


async def test_documents_that_follow_each_other_are_one_parcel(world: World, tmp_path: Path) -> None:
    await world.telegram.say("ana", "documents")
    parts: tuple[Part, ...] = (GREETING, Files((document("a"), document("b"))))
    reply = Reply(parts=parts, reader=Reader())

    assert len(world.courier.parcels(world.inbox.last, reply)) == 2


async def test_a_document_that_cannot_be_handed_over_is_explained(world: World) -> None:
    world.shelf.refusals["danfe-1"] = FileNotAvailable(Phrase("file_not_there"))
    await world.telegram.say("ana", "invoice")

    await world.deliver(Files((document(),)))

    [message] = world.from_bot()
    assert message["text"].startswith("That document is not there")


async def test_a_document_telegram_calls_too_large_is_explained(world: World, tmp_path: Path) -> None:
    world.shelf.files["danfe-1"] = tmp_path / "large.pdf"
    with world.shelf.files["danfe-1"].open("wb") as file:
        file.truncate(50_000_001)
    await world.telegram.say("ana", "invoice")

    await world.deliver(Files((document(),)))

    [message] = world.from_bot()
    assert "is larger than" in message["text"]
    assert world.telegram.excuse() == ["sendDocument: Request Entity Too Large"]


async def test_a_file_telegram_refuses_is_explained(world: World, tmp_path: Path) -> None:
    world.shelf.files["danfe-1"] = tmp_path / "a.pdf"
    world.shelf.files["danfe-1"].write_bytes(b"%PDF-")
    world.telegram.fail_next("sendDocument", 400)
    await world.telegram.say("ana", "invoice")

    await world.deliver(Files((document(),)))

    [message] = world.from_bot()
    assert "could not be sent" in message["text"]


async def test_a_rate_limit_on_a_file_is_honoured(world: World, tmp_path: Path) -> None:
    world.shelf.files["danfe-1"] = tmp_path / "a.pdf"
    world.shelf.files["danfe-1"].write_bytes(b"%PDF-")
    limited = {"ok": False, "error_code": 429, "parameters": {"retry_after": 60}}
    world.telegram.fail_next("sendDocument", 429, limited)
    await world.telegram.say("ana", "invoice")

    with pytest.raises(DeliveryDelayed) as caught:
        await world.deliver(Files((document(),)))

    assert caught.value.retry_after == 60


async def test_forty_megabytes_are_sent_without_holding_them_in_memory(world: World, tmp_path: Path) -> None:
    small, large = tmp_path / "small.pdf", tmp_path / "large.pdf"
    small.write_bytes(b"%PDF-")
    with large.open("wb") as file:
        for _ in range(40):
            file.write(b"%" * 1_000_000)
    world.shelf.files |= {"small": small, "large": large}
    await world.telegram.say("ana", "invoice")
    await world.deliver(Files((document("small"),)))

    before = forget_peak()
    await world.deliver(Files((document("large"),)))
    growth = memory("VmHWM") - before

    assert world.from_bot()[-1]["document"]["file_size"] == 40_000_000
    # The stand-in receives the file in this same process, so its share is counted too.
    assert growth < 15_000_000


def forget_peak() -> int:
    """Start a new peak, and return the memory in use now, in bytes."""
    Path("/proc/self/clear_refs").write_text("5")
    return memory("VmRSS")


def memory(name: str) -> int:
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) * 1024
