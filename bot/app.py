"""The one place that builds everything from the settings.

Core      store, linking, memory, ERP gateway, words, the assistant
Doors     what platforms send to: routes of the web process, the polling loop
couriers  what replies leave by: the worker's side of each platform
"""

from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.routing import BaseRoute, Route

from bot.answers.assistant import Assistant
from bot.answers.desk import Desk
from bot.answers.files import Files
from bot.chat import Platform, Reader
from bot.code_mail import CodeMailer
from bot.delivery import Courier, Receiver
from bot.erp.gateway import Gateway
from bot.erp.protocol import ContactDirectory
from bot.erp.vtex_b2b.adapter import VtexB2bErp
from bot.inbox import InboxSettings, inbox_url
from bot.keys import Keys
from bot.linking import Linking, StoredContacts
from bot.mail import mailer_from
from bot.memory import Memory
from bot.settings import Settings
from bot.store import Store, utc_now
from bot.wording import Wording, load_catalogs

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Core:
    """What answering needs, whatever the platform."""

    settings: Settings
    store: Store
    linking: Linking
    memory: Memory
    erp: VtexB2bErp
    gateway: Gateway
    wording: Wording
    files: Files
    assistant: Assistant

    @property
    def reader(self) -> Reader:
        """For whom to write when a platform does not tell."""
        return Reader(self.settings.default_locale, self.settings.default_time_zone)


@dataclass(frozen=True, kw_only=True)
class Doors:
    """Where platforms deliver what people say."""

    routes: tuple[BaseRoute, ...] = ()
    loops: tuple[Callable[[], Coroutine[Any, Any, None]], ...] = field(default=())
    """Run each for as long as the process lives."""


@asynccontextmanager
async def open_core(settings: Settings) -> AsyncIterator[Core]:
    """Build the core and close its connections afterwards."""
    async with AsyncExitStack() as stack:
        store = Store(settings.database_url)
        stack.push_async_callback(store.aclose)
        keys = secret_keys(settings)
        erp = make_erp(settings, keys)
        stack.push_async_callback(erp.aclose)
        gateway = Gateway(
            [erp], cache_seconds=settings.erp_cache_seconds, concurrency=settings.erp_concurrency
        )
        linking = Linking(store, keys, _directories(settings, store, keys, erp))
        memory = Memory(store, keys)
        wording = Wording(load_catalogs(), supplier_name=settings.supplier_name)
        mailer = mailer_from(settings)
        desk = Desk(
            gateway=gateway,
            store=store,
            linking=linking,
            memory=memory,
            code_mailer=CodeMailer(mailer, wording) if mailer else None,
            support_contact=settings.support_contact,
            clock=utc_now,
        )
        yield Core(
            settings=settings,
            store=store,
            linking=linking,
            memory=memory,
            erp=erp,
            gateway=gateway,
            wording=wording,
            files=Files(gateway, linking, largest_megabytes=settings.document_max_megabytes),
            assistant=Assistant(desk),
        )


@asynccontextmanager
async def open_doors(settings: Settings, receiver: Receiver) -> AsyncIterator[Doors]:
    """Build what platforms send to; `receiver` keeps the messages."""
    routes: list[BaseRoute] = []
    loops: list[Callable[[], Coroutine[Any, Any, None]]] = []
    async with AsyncExitStack() as stack:
        if settings.slack_on:
            routes.append(_slack_route(settings, receiver))
        if settings.telegram_on:
            # python-telegram-bot and Bolt take a third of a second each to import: only where used.
            from bot.handlers.telegram.client import make_bot
            from bot.handlers.telegram.door import webhook_route
            from bot.handlers.telegram.intake import Intake
            from bot.handlers.telegram.polling import poll

            bot = make_bot(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_url)
            intake = Intake(bot, receiver)
            await intake.start()
            stack.push_async_callback(intake.aclose)
            if settings.telegram_mode == "webhook":
                secret = settings.telegram_webhook_secret.get_secret_value()
                routes.append(webhook_route(intake, secret))
            else:
                loops.append(lambda: poll(bot, intake))
        yield Doors(routes=tuple(routes), loops=tuple(loops))


@asynccontextmanager
async def open_couriers(core: Core) -> AsyncIterator[Mapping[Platform, Courier]]:
    """Build what replies leave by."""
    settings = core.settings
    couriers: dict[Platform, Courier] = {}
    async with AsyncExitStack() as stack:
        if settings.slack_on:
            from bot.handlers.slack.client import open_slack_api
            from bot.handlers.slack.courier import SlackCourier

            token = settings.slack_bot_token.get_secret_value()
            api = await stack.enter_async_context(open_slack_api(token, settings.slack_api_url))
            couriers[Platform.SLACK] = SlackCourier(api, core.wording, core.files, fallback=core.reader)
        if settings.telegram_on:
            from bot.handlers.telegram.client import make_bot
            from bot.handlers.telegram.courier import TelegramCourier

            bot = make_bot(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_url)
            stack.push_async_callback(bot.shutdown)
            couriers[Platform.TELEGRAM] = TelegramCourier(bot, core.wording, core.files, default=core.reader)
        yield couriers


def make_erp(settings: Settings, keys: Keys) -> VtexB2bErp:
    """The adapter of the ERP the settings name."""
    return VtexB2bErp(
        name=settings.erp_name,
        url=settings.erp_url,
        token=settings.erp_token.get_secret_value(),
        cursor_secret=keys.digest("page-cursor", settings.erp_name).encode(),
        time_zone=settings.erp_time_zone,
        currency=settings.erp_currency,
        timeout_seconds=settings.erp_timeout_seconds,
        document_hosts=settings.erp_document_hosts,
        tracking_hosts=settings.erp_tracking_hosts,
        document_max_bytes=settings.document_max_megabytes * MEGABYTE,
    )


def inbox_settings(settings: Settings) -> InboxSettings:
    """The inbox's part of the settings."""
    return InboxSettings(
        database_url=inbox_url(settings.database_url),
        secret_keys=tuple(key.get_secret_value() for key in settings.secret_keys),
        executor_id=settings.executor_id,
        worker_concurrency=settings.worker_concurrency,
        poll_seconds=settings.queue_poll_seconds,
    )


def secret_keys(settings: Settings) -> Keys:
    """Raises bot.keys.KeysUnusable with what to set."""
    return Keys([key.get_secret_value() for key in settings.secret_keys])


def _directories(
    settings: Settings, store: Store, keys: Keys, erp: VtexB2bErp
) -> tuple[ContactDirectory, ...]:
    stored = StoredContacts(store, keys)
    return (erp, stored) if settings.erp_contacts else (stored,)


def _slack_route(settings: Settings, receiver: Receiver) -> Route:
    from bot.handlers.slack.app import slack_app
    from bot.handlers.slack.door import SlackDoor
    from bot.handlers.slack.manifest import EVENTS_PATH

    app = slack_app(receiver, bot_token=settings.slack_bot_token.get_secret_value())
    door = SlackDoor(app, signing_secret=settings.slack_signing_secret.get_secret_value())
    return Route(EVENTS_PATH, door)
