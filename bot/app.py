"""The one place that builds everything from the settings.

Core       store, linking, memory, ERP gateway, words, the assistant
Platforms  the connections by which the bot speaks to Slack and Telegram
couriers   what replies leave by: the worker's side of each platform
Doors      what platforms send to: routes of the web process, the polling loop
pages      what people open from a chat in a browser

How each part is built is in `bot.building`.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

from starlette.routing import BaseRoute

from bot.answers.assistant import Assistant
from bot.answers.desk import Desk
from bot.answers.files import Files
from bot.answers.unsharing import PostLog
from bot.building.background import make_filler, make_keeper, make_sweeper
from bot.building.basics import open_store, secret_keys, wording_of
from bot.building.built import Connection, Core, Doors, Fetchers, Memberships, Platforms
from bot.building.linking import directories_of, make_linking, make_ways
from bot.building.places import homes_of, largest_files, places_of
from bot.chat.people import Platform
from bot.code_mail import CodeMailer
from bot.delivery import Courier, Receiver
from bot.erp.gateway import Gateway
from bot.erps import limits_of, make_erps
from bot.kept.questions import Kept
from bot.looking import Looker
from bot.mail import mailer_from
from bot.making.maker import Maker
from bot.memory import Memory
from bot.numbers.index import Numbers
from bot.pages.answering import Answering
from bot.pages.handing import PageLinks
from bot.pages.handover import Handover
from bot.pages.leaves import Leaves
from bot.pages.promises import Promises
from bot.pages.routes import Pages
from bot.pages.sessions import Sessions
from bot.pages.views import References, Views
from bot.pages.visits import Porter
from bot.releasing import Releaser
from bot.settings import Settings
from bot.store import utc_now
from bot.telling import HomePages, Teller
from bot.watching import Watches
from bot.watching.hooks import Hook, hook_routes
from bot.watching.sweeps import Sweeps


@asynccontextmanager
async def open_core(
    settings: Settings,
    receiver: Receiver,
    memberships: Memberships | None = None,
    fetchers: Fetchers | None = None,
) -> AsyncIterator[Core]:
    """Build the core and close its connections afterwards.

    `receiver` keeps what the bot says without being asked; `memberships` are the platforms' word on
    their people, without which nobody has a right that rests on it; `fetchers` fetch what people send.
    """
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(settings))
        keys = secret_keys(settings)
        erps = make_erps(settings, keys)
        gateway = Gateway(
            erps,
            limits={described.name: limits_of(described) for described in settings.erps.values()},
            cursor_secret=keys.digest("page-cursor", "several ERPs").encode(),
        )
        stack.push_async_callback(gateway.aclose)
        known = memberships or {}
        directories = directories_of(settings, store, keys, erps)
        linking = make_linking(settings, store, keys, directories, known)
        memory = Memory(store, keys)
        wording = wording_of(settings)
        mailer = mailer_from(settings)
        places = places_of(settings)
        teller = Teller(
            receiver,
            {platform: one.direct for platform, one in places.items()},
            {platform: one.openly for platform, one in places.items()},
        )
        kept = Kept(
            store,
            keys,
            lasts=timedelta(minutes=settings.keep_questions_minutes),
            places={platform: one.later for platform, one in places.items()},
        )
        desk = Desk(
            gateway=gateway,
            store=store,
            linking=linking,
            services=make_ways(settings, linking, known, directories),
            memory=memory,
            kept=kept,
            numbers=Numbers(store, keys),
            watches=Watches(store, keys),
            teller=teller,
            homes=HomePages(receiver, homes_of(settings)),
            code_mailer=CodeMailer(mailer, wording) if mailer else None,
            eyes=Looker(fetchers or {}),
            support_contact=settings.support_contact,
            clock=utc_now,
            browser=PageLinks(Sessions(store, keys), settings.public_url) if settings.public_url else None,
            files_in_channels=frozenset({Platform.SLACK} if settings.slack_files_in_tied_channels else ()),
            parts={described.name: described.label for described in settings.erps.values()},
        )
        yield Core(
            settings=settings,
            store=store,
            linking=linking,
            memory=memory,
            watches=desk.watches,
            keeper=make_keeper(settings, desk, known, directories),
            releaser=Releaser(kept, gateway, receiver),
            filler=make_filler(settings, desk, erps),
            sweeper=make_sweeper(settings, desk, teller),
            gateway=gateway,
            wording=wording,
            files=Files(
                gateway,
                linking,
                kept,
                Maker(gateway, linking, wording, clock=utc_now),
                largest_megabytes=settings.document_max_megabytes,
                chats_take=largest_files(settings),
            ),
            desk=desk,
            posts=PostLog(store, memory),
            assistant=Assistant(desk),
        )


@asynccontextmanager
async def open_platforms(settings: Settings) -> AsyncIterator[Platforms]:
    """Open the connections by which the bot speaks to the platforms that are set up."""
    connections: dict[Platform, Connection] = {}
    async with AsyncExitStack() as stack:
        if settings.slack_on:
            from bot.building import slack

            connections[Platform.SLACK] = await stack.enter_async_context(slack.open_connection(settings))
        if settings.telegram_on:
            from bot.building import telegram

            connections[Platform.TELEGRAM] = await stack.enter_async_context(
                telegram.open_connection(settings)
            )
        yield Platforms(connections)


@asynccontextmanager
async def open_memberships(settings: Settings) -> AsyncIterator[Memberships]:
    """The platforms' word on their people, for commands that need nothing else of them."""
    async with open_platforms(settings) as platforms:
        yield platforms.memberships


def make_couriers(
    core: Core, platforms: Platforms, receiver: Receiver | None = None
) -> Mapping[Platform, Courier]:
    """Build what replies leave by; `receiver` keeps what a platform tells by refusing one."""
    return {platform: one.courier(core, receiver) for platform, one in platforms.connections.items()}


@asynccontextmanager
async def open_doors(settings: Settings, receiver: Receiver) -> AsyncIterator[Doors]:
    """Build what platforms send to; `receiver` keeps the messages."""
    opened: list[Doors] = []
    async with AsyncExitStack() as stack:
        if settings.slack_on:
            from bot.building import slack_door

            opened.append(await stack.enter_async_context(slack_door.open_doors(settings, receiver)))
        if settings.telegram_on:
            from bot.building import telegram_door

            opened.append(await stack.enter_async_context(telegram_door.open_doors(settings, receiver)))
        if hooks := _hooks(settings):
            store = await stack.enter_async_context(open_store(settings))
            opened.append(Doors(routes=tuple(hook_routes(hooks, store, Sweeps(store)))))
        yield Doors(
            routes=tuple(route for one in opened for route in one.routes),
            straight={path: door for one in opened for path, door in one.straight.items()},
            loops=tuple(loop for one in opened for loop in one.loops),
        )


def _hooks(settings: Settings) -> tuple[Hook, ...]:
    """The ERPs that may say that an order changed."""
    every = (
        Hook(one.name, one.kind, one.webhook_secret.get_secret_value()) for one in settings.erps.values()
    )
    return tuple(hook for hook in every if hook.secret)


def make_pages(core: Core) -> tuple[BaseRoute, ...]:
    """The routes of the pages people open from a chat; none where no public address is set."""
    settings = core.settings
    if not settings.public_url:
        return ()
    keys = core.linking.books.keys
    references = References(keys)
    porter = Porter(
        desk=core.desk,
        sessions=Sessions(core.store, keys),
        telegram_token=settings.telegram_bot_token.get_secret_value(),
        fallback=core.reader,
        clock=utc_now,
    )
    around = Answering(
        porter=porter,
        views=Views(core.wording, references),
        leaves=Leaves(),
        framed_by=settings.pages_framed_by,
    )
    handover = Handover(around=around, promises=Promises(core.store, keys), files=core.files)
    return Pages(around=around, references=references, handover=handover).routes()
