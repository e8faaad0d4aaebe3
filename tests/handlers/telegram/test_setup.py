"""What Telegram is told about the bot."""

import asyncio

import pytest
from telegram import BotCommandScopeAllGroupChats

from bot.chat.messages import Asked
from bot.chat.people import Reader
from bot.handlers.telegram.client import bot_id
from bot.handlers.telegram.events import ALLOWED_UPDATES
from bot.handlers.telegram.polling import poll
from bot.handlers.telegram.setup import describe, offer_orders, register, settle, unregister
from tests.handlers.telegram.world import SECRET, TOKEN, World, until, wording


async def test_registering_tells_telegram_where_to_send_what(world: World) -> None:
    url = await register(world.bot, "https://bot.supplier.example/", SECRET)

    info = await world.bot.get_webhook_info()
    assert url == info.url == "https://bot.supplier.example/telegram/webhook"
    assert info.allowed_updates == ALLOWED_UPDATES
    assert world.telegram.violations == []


@pytest.mark.parametrize(
    "url",
    [
        "http://bot.supplier.example",
        "bot.supplier.example",
        "https://",
        "https://bot.supplier.example:8080",
        "https://bot.supplier.example:99999",
        "https://bot.supplier.example/?a=1",
    ],
)
async def test_an_address_telegram_would_not_send_to_is_explained(world: World, url: str) -> None:
    with pytest.raises(ValueError, match=r".{15}"):
        await register(world.bot, url, SECRET)


async def test_unregistering_makes_room_for_polling_and_drops_nothing(world: World) -> None:
    world.inbox.refuse(2)
    await world.telegram.say("ana", "waiting")

    await unregister(world.bot)

    assert (await world.bot.get_webhook_info()).url == ""
    assert world.telegram.waiting == 1


async def test_the_menu_and_the_texts_are_there_in_every_language(world: World) -> None:
    await describe(world.bot, wording())

    for language in (None, "pt", "es"):
        commands = await world.bot.get_my_commands(language_code=language)
        assert [command.command for command in commands] == ["orders", "help", "link", "unlink", "whoami"]
        assert "Acme Supplies" in (await world.bot.get_my_description(language)).description
    assert world.telegram.violations == []


def test_the_bot_is_known_by_its_token() -> None:
    assert bot_id(TOKEN) == 8000000001
    with pytest.raises(ValueError, match="BotFather"):
        bot_id("xoxb-1")


CHANGES = ("setMyCommands", "setMyDescription", "setMyShortDescription", "setWebhook", "deleteWebhook")


async def settled(world: World) -> bool:
    url = "https://bot.supplier.example"
    return await settle(world.bot, wording(), polling=False, public_url=url, secret=SECRET)


def changes(world: World) -> list[str]:
    return [name for name, _ in world.telegram.calls if name in CHANGES]


async def test_at_a_start_only_what_differs_is_told(world: World) -> None:
    assert await settled(world)
    told = len(changes(world))
    assert told == 1 + 3 * (2 + 1 + 1)

    assert not await settled(world)
    assert len(changes(world)) == told
    menu = await world.bot.get_my_commands(scope=BotCommandScopeAllGroupChats(), language_code="es")
    assert [command.command for command in menu] == ["orders", "help"]

    await world.bot.set_my_description("Something old", language_code="pt")
    assert await settled(world)
    assert changes(world)[told:] == ["setMyDescription", "setMyDescription"]
    assert world.telegram.violations == []


async def test_webhook_and_polling_hand_over_to_each_other_and_lose_nothing(world: World) -> None:
    world.inbox.refuse(2)
    await world.telegram.say("ana", "asked before the change")
    assert await settle(world.bot, wording(), polling=True, public_url="", secret="")
    assert world.telegram.waiting == 1
    polling = asyncio.create_task(poll(world.bot, world.intake, poll_seconds=1))
    await until(lambda: world.inbox.kept)
    await world.telegram.say("ana", "asked while polling")
    await until(lambda: len(world.inbox.kept) == 2)
    polling.cancel()
    await asyncio.wait({polling})

    # Back again, with the last one not confirmed yet: it comes a second time and is known.
    await settle(world.bot, wording(), polling=False, public_url="https://bot.example.com", secret=SECRET)
    world.telegram.bot_url = world.bot_url
    await world.telegram.redeliver()
    await world.telegram.say("ana", "asked after it")

    said = [message.content for message in world.inbox.messages]
    texts = [content.text for content in said if isinstance(content, Asked)]
    assert texts == ["asked before the change", "asked while polling", "asked after it"]
    assert world.telegram.waiting == 0


async def test_a_webhook_somebody_registered_stays_and_only_learns_of_new_kinds(world: World) -> None:
    await world.bot.set_webhook(
        "https://elsewhere.example/telegram/webhook", secret_token=SECRET, allowed_updates=["message"]
    )
    await settle(world.bot, wording(), polling=False, public_url="", secret=SECRET)

    info = await world.bot.get_webhook_info()
    assert info.url == "https://elsewhere.example/telegram/webhook"
    assert info.allowed_updates == ALLOWED_UPDATES


async def test_the_menu_button_opens_the_orders_and_is_set_once(world: World) -> None:
    reader = Reader("pt-BR")
    assert await offer_orders(world.bot, wording(), "https://bot.supplier.example", reader)
    assert not await offer_orders(world.bot, wording(), "https://bot.supplier.example", reader)

    assert world.telegram.menu_url == "https://bot.supplier.example/app/"
    assert [name for name, _ in world.telegram.calls].count("setChatMenuButton") == 1
    assert world.telegram.violations == []


async def test_without_a_public_address_the_menu_button_stays_as_it_is(world: World) -> None:
    for url in ("", "http://127.0.0.1:1"):
        assert not await offer_orders(world.bot, wording(), url, Reader())
    assert "setChatMenuButton" not in [name for name, _ in world.telegram.calls]
