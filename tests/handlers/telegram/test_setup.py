"""What Telegram is told about the bot."""

import pytest

from bot.handlers.telegram.client import bot_id
from bot.handlers.telegram.setup import describe, register, unregister
from tests.handlers.telegram.world import SECRET, TOKEN, World, wording


async def test_registering_tells_telegram_where_to_send_what(world: World) -> None:
    url = await register(world.bot, "https://bot.supplier.example/", SECRET)

    info = await world.bot.get_webhook_info()
    assert url == info.url == "https://bot.supplier.example/telegram/webhook"
    assert info.allowed_updates == ("message", "callback_query", "my_chat_member")
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
