"""The connection to Telegram."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from telegram.ext import ExtBot

from bot.building.built import Connection, Core
from bot.delivery import Courier, Receiver
from bot.group_turns import GroupTurns
from bot.handlers.telegram.client import is_telegrams_own, make_bot
from bot.handlers.telegram.courier import Manners, TelegramCourier
from bot.handlers.telegram.fetching import TelegramFetcher
from bot.handlers.telegram.files import Handing
from bot.handlers.telegram.membership import TelegramMembership
from bot.handlers.telegram.pace import GROUP_MESSAGES, GROUP_SECONDS, Pace
from bot.handlers.telegram.quiet import QuietHours
from bot.pages.handing import PromiseLinks
from bot.pages.promises import Promises
from bot.sent_files import StoredFiles
from bot.settings import Settings


@asynccontextmanager
async def open_connection(settings: Settings) -> AsyncIterator[Connection]:
    """What the bot's words leave by."""
    bot = bot_of(settings)
    try:
        yield Connection(
            membership=TelegramMembership(bot), courier=partial(_courier, bot), fetcher=TelegramFetcher(bot)
        )
    finally:
        await bot.shutdown()


def bot_of(settings: Settings) -> ExtBot[None]:
    """The bot of the settings' token; what opens it closes it."""
    return make_bot(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_url)


def _courier(bot: ExtBot[None], core: Core, receiver: Receiver | None) -> Courier:
    settings, keys = core.settings, core.linking.books.keys
    links = None
    if _opens_pages(settings):
        links = PromiseLinks(Promises(core.store, keys), settings.public_url)
    per_second = settings.telegram_messages_per_second
    groups = GroupTurns(core.store, keys, most=GROUP_MESSAGES, seconds=GROUP_SECONDS)
    return TelegramCourier(
        bot,
        core.wording,
        Handing(core.files, StoredFiles(core.store, keys), links),
        posts=core.posts,
        default=core.reader,
        manners=Manners(
            pace=Pace(per_second, groups=groups, begins_full=True) if per_second else None,
            quiet=QuietHours.of(settings.telegram_quiet_hours),
            protect=settings.telegram_protect_content,
            megabytes=settings.telegram_file_megabytes,
            placeholder=settings.telegram_placeholder,
            report=receiver.receive if receiver else None,
        ),
    )


def _opens_pages(settings: Settings) -> bool:
    """Whether Telegram opens our pages: its own does so only over HTTPS."""
    secure = settings.public_url.startswith("https://")
    return bool(settings.public_url) and (secure or not is_telegrams_own(settings.telegram_api_url))
