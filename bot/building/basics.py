"""The keys, the store, the inbox's settings, the words: what every process and command needs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.chat.people import Reader
from bot.inbox import InboxSettings, inbox_url
from bot.keys import Keys
from bot.settings import Settings
from bot.store import Store
from bot.wording import Wording, load_catalogs


def secret_keys(settings: Settings) -> Keys:
    """Raises bot.keys.KeysUnusable with what to set."""
    return Keys([key.get_secret_value() for key in settings.secret_keys])


@asynccontextmanager
async def open_store(settings: Settings) -> AsyncIterator[Store]:
    """The store, closed afterwards."""
    store = Store(settings.database_url)
    try:
        yield store
    finally:
        await store.aclose()


def inbox_settings(settings: Settings) -> InboxSettings:
    """The inbox's part of the settings."""
    return InboxSettings(
        database_url=inbox_url(settings.database_url),
        secret_keys=tuple(key.get_secret_value() for key in settings.secret_keys),
        executor_id=settings.executor_id,
        worker_concurrency=settings.worker_concurrency,
        poll_seconds=settings.queue_poll_seconds,
    )


def wording_of(settings: Settings) -> Wording:
    """The catalogs, with the supplier's name."""
    return Wording(load_catalogs(), supplier_name=settings.supplier_name)


def reader_of(settings: Settings) -> Reader:
    """For whom to write when a platform does not tell."""
    return Reader(settings.default_locale, settings.default_time_zone)
