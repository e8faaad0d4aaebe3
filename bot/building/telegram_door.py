"""Where Telegram delivers: a URL of ours, or the polling loop."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from telegram.ext import ExtBot

from bot.answers.posting import Postings
from bot.building.basics import open_store, reader_of, secret_keys, wording_of
from bot.building.built import Doors
from bot.building.linking import make_linking
from bot.building.telegram import bot_of
from bot.delivery import Receiver
from bot.handlers.telegram.door import webhook_route
from bot.handlers.telegram.inline import Inline
from bot.handlers.telegram.intake import Intake
from bot.handlers.telegram.polling import poll
from bot.handlers.telegram.setup import settle
from bot.linking.budgets import Budgets, Limits
from bot.memory import Memory
from bot.numbers.index import Numbers
from bot.settings import Settings
from bot.store import Store


@asynccontextmanager
async def open_doors(settings: Settings, receiver: Receiver) -> AsyncIterator[Doors]:
    """The webhook's route or the loop, as the mode says; `receiver` keeps the messages."""
    bot = bot_of(settings)
    async with open_store(settings) as store:
        intake = Intake(bot, receiver, _inline(settings, store), settle=_settling(settings))
        await intake.start()
        try:
            if settings.telegram_mode == "webhook":
                secret = settings.telegram_webhook_secret.get_secret_value()
                yield Doors(routes=(webhook_route(intake, secret),))
            else:
                yield Doors(loops=(lambda: poll(bot, intake),))
        finally:
            await intake.aclose()


def _inline(settings: Settings, store: Store) -> Inline:
    """What is typed after the bot's name is answered at the door, from the store alone."""
    keys = secret_keys(settings)
    linking = make_linking(settings, store, keys)
    postings = Postings(linking, Numbers(store, keys), Memory(store, keys), Budgets(linking.books, Limits()))
    return Inline(postings, wording_of(settings), default=reader_of(settings))


def _settling(settings: Settings) -> Callable[[ExtBot[None]], Coroutine[Any, Any, object]]:
    """Telegram is told what it does not know of this bot as soon as it answers."""
    return partial(
        settle,
        wording=wording_of(settings),
        polling=settings.telegram_mode == "polling",
        public_url=settings.public_url,
        secret=settings.telegram_webhook_secret.get_secret_value(),
        reader=reader_of(settings),
    )
