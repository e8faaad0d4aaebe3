"""The one place that builds everything from the settings.

Core      store, linking, memory, ERP gateway, words, the assistant
Doors     what platforms send to: routes of the web process, the polling loop
couriers  what replies leave by: the worker's side of each platform
"""

from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from starlette.routing import BaseRoute, Route

from bot.answers.assistant import Assistant
from bot.answers.desk import Desk
from bot.answers.doorkeeping import Doorkeeping
from bot.answers.files import Files
from bot.answers.openly import OpenFiles
from bot.answers.posting import Postings
from bot.answers.unsharing import PostLog
from bot.chat.people import Platform, Reader
from bot.code_mail import CodeMailer
from bot.delivery import Courier, Fetcher, Receiver
from bot.erp.gateway import Gateway
from bot.erp.protocol import ConnectedErp, ContactDirectory
from bot.erps import limits_of, make_erps
from bot.group_turns import GroupTurns
from bot.inbox import InboxSettings, inbox_url
from bot.keeping import Keeper
from bot.kept import Kept, Later
from bot.keys import Keys
from bot.linking import Linking, StoredContacts
from bot.linking.budgets import Budgets, Limits
from bot.linking.channels import Channels
from bot.linking.endings import Endings
from bot.linking.housekeeping import scopes_asked_about
from bot.linking.invitations import Invitations
from bot.linking.leavers import Leavers
from bot.linking.members import Members
from bot.linking.phones import Phones
from bot.linking.reaches import Reaches
from bot.linking.requests import Requests
from bot.linking.retention import Keep, Retention
from bot.linking.staff import StaffDesk
from bot.linking.ways import Way, Ways
from bot.linking.workspaces import Workspaces
from bot.looking import Looker
from bot.mail import mailer_from
from bot.making.maker import Maker
from bot.membership import Membership
from bot.memory import Memory
from bot.numbers.completing import Completer
from bot.numbers.filling import Filler
from bot.numbers.index import Numbers
from bot.numbers.shelves import Shelves
from bot.pages.handing import PageLinks
from bot.pages.leaves import Leaves
from bot.pages.routes import Pages
from bot.pages.sessions import Sessions
from bot.pages.views import References, Views
from bot.pages.visits import Porter
from bot.releasing import Releaser
from bot.sent_files import StoredFiles
from bot.settings import Settings
from bot.store import Store, utc_now
from bot.telling import Direct, HomePages, Openly, Teller
from bot.watching import Watches
from bot.watching.hooks import Hook, hook_routes
from bot.watching.sweeper import Sweeper
from bot.watching.sweeps import Sweeps
from bot.wording import Wording, load_catalogs

if TYPE_CHECKING:
    from telegram.ext import ExtBot

    from bot.handlers.slack.apis import SlackApis
    from bot.handlers.slack.doorstep import Doorstep
    from bot.handlers.slack.oauth import SlackOAuth
    from bot.handlers.slack.tokens import Tokens
    from bot.handlers.telegram.inline import Inline

Memberships = Mapping[Platform, Membership]


@dataclass(frozen=True, kw_only=True)
class Core:
    """What answering needs, whatever the platform."""

    settings: Settings
    store: Store
    linking: Linking
    memory: Memory
    watches: Watches
    keeper: Keeper
    releaser: Releaser
    filler: Filler
    sweeper: Sweeper
    gateway: Gateway
    wording: Wording
    files: Files
    desk: Desk
    posts: PostLog
    assistant: Assistant

    @property
    def reader(self) -> Reader:
        """For whom to write when a platform does not tell."""
        return Reader(self.settings.default_locale, self.settings.default_time_zone)


@dataclass(frozen=True)
class Platforms:
    """Open connections to the platforms that are set up."""

    slack: "SlackApis | None"
    telegram: "ExtBot[None] | None"

    @property
    def memberships(self) -> Memberships:
        """The platforms' word on their people."""
        found: dict[Platform, Membership] = {}
        if self.slack is not None:
            from bot.handlers.slack.membership import SlackMembership

            found[Platform.SLACK] = SlackMembership(self.slack)
        if self.telegram is not None:
            from bot.handlers.telegram.membership import TelegramMembership

            found[Platform.TELEGRAM] = TelegramMembership(self.telegram)
        return found

    @property
    def fetchers(self) -> Mapping[Platform, Fetcher]:
        """What fetches the pictures and files people send."""
        if self.telegram is None:
            return {}
        from bot.handlers.telegram.fetching import TelegramFetcher

        return {Platform.TELEGRAM: TelegramFetcher(self.telegram)}


@dataclass(frozen=True, kw_only=True)
class Doors:
    """Where platforms deliver what people say."""

    routes: tuple[BaseRoute, ...] = ()
    loops: tuple[Callable[[], Coroutine[Any, Any, None]], ...] = field(default=())
    """Run each for as long as the process lives."""


@asynccontextmanager
async def open_core(
    settings: Settings,
    receiver: Receiver,
    memberships: Memberships | None = None,
    fetchers: Mapping[Platform, Fetcher] | None = None,
) -> AsyncIterator[Core]:
    """Build the core and close its connections afterwards.

    `receiver` keeps what the bot says without being asked; `memberships` are the platforms' word on
    their people, without which nobody has a right that rests on it; `fetchers` fetch what people send.
    """
    async with AsyncExitStack() as stack:
        store = Store(settings.database_url)
        stack.push_async_callback(store.aclose)
        keys = secret_keys(settings)
        erps = make_erps(settings, keys)
        gateway = Gateway(
            erps,
            limits={described.name: limits_of(described) for described in settings.erps.values()},
            cursor_secret=keys.digest("page-cursor", "several ERPs").encode(),
        )
        stack.push_async_callback(gateway.aclose)
        known = memberships or {}
        directories = _directories(settings, store, keys, erps)
        linking = make_linking(settings, store, keys, directories, known)
        services = _ways(settings, linking, known, directories)
        memory = Memory(store, keys)
        numbers = Numbers(store, keys)
        watches = Watches(store, keys)
        wording = Wording(load_catalogs(), supplier_name=settings.supplier_name)
        mailer = mailer_from(settings)
        code_mailer = CodeMailer(mailer, wording) if mailer else None
        places = _places(settings)
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
        reader = Reader(settings.default_locale, settings.default_time_zone)
        desk = Desk(
            gateway=gateway,
            store=store,
            linking=linking,
            services=services,
            memory=memory,
            kept=kept,
            numbers=numbers,
            watches=watches,
            teller=teller,
            homes=HomePages(receiver, _home_places(settings)),
            code_mailer=code_mailer,
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
            keeper=Keeper(
                store=store,
                memory=memory,
                retention=Retention(linking.books, keep_of(settings)),
                leavers=Leavers(linking, known, directories, region=settings.phone_region),
                endings=Endings(linking),
                members=services.members,
                teller=teller,
                mailer=code_mailer,
                reader=reader,
                kept=kept,
            ),
            filler=Filler(
                numbers=numbers,
                shelves=Shelves(store, keys),
                lists=gateway,
                scopes=lambda: scopes_asked_about(linking.books),
                telling=frozenset(erp.name for erp in erps if erp.capabilities.changes),
                horizon=timedelta(days=settings.keep_numbers_days),
                clock=utc_now,
            ),
            watches=watches,
            sweeper=Sweeper(
                watches=watches,
                linking=linking,
                gateway=gateway,
                say=teller,
                every=timedelta(seconds=settings.watch_seconds),
                clock=utc_now,
                alone=settings.on_sqlite,
            ),
            gateway=gateway,
            wording=wording,
            releaser=Releaser(kept, gateway, receiver),
            files=Files(
                gateway,
                linking,
                kept,
                Maker(gateway, linking, wording, clock=utc_now),
                largest_megabytes=settings.document_max_megabytes,
                chats_take=_chats_take(settings),
            ),
            desk=desk,
            posts=PostLog(store, memory),
            assistant=Assistant(desk),
        )


def _chats_take(settings: Settings) -> Mapping[Platform, int]:
    """The largest file of each platform, in bytes."""
    if not settings.telegram_on:
        return {}
    from bot.handlers.telegram.client import largest_upload

    return {Platform.TELEGRAM: largest_upload(settings.telegram_api_url)}


@asynccontextmanager
async def open_platforms(settings: Settings) -> AsyncIterator[Platforms]:
    """Open the connections by which the bot speaks to the platforms that are set up."""
    async with AsyncExitStack() as stack:
        slack = telegram = None
        if settings.slack_on:
            slack = await stack.enter_async_context(_slack_apis(settings))
        if settings.telegram_on:
            from bot.handlers.telegram.client import make_bot

            telegram = make_bot(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_url)
            stack.push_async_callback(telegram.shutdown)
        yield Platforms(slack, telegram)


@asynccontextmanager
async def open_memberships(settings: Settings) -> AsyncIterator[Memberships]:
    """The platforms' word on their people, for commands that need nothing else of them."""
    async with open_platforms(settings) as platforms:
        yield platforms.memberships


@asynccontextmanager
async def open_doors(settings: Settings, receiver: Receiver) -> AsyncIterator[Doors]:
    """Build what platforms send to; `receiver` keeps the messages."""
    routes: list[BaseRoute] = []
    loops: list[Callable[[], Coroutine[Any, Any, None]]] = []
    async with AsyncExitStack() as stack:
        if settings.slack_on:
            tokens = await stack.enter_async_context(_slack_tokens(settings))
            listening = await _slack_door(settings, receiver, tokens, stack)
            routes += listening.routes
            loops += listening.loops
            if settings.slack_installable:
                routes += await stack.enter_async_context(_install_routes(settings))
        if settings.telegram_on:
            # python-telegram-bot and Bolt take a third of a second each to import: only where used.
            from bot.handlers.telegram.client import make_bot
            from bot.handlers.telegram.door import webhook_route
            from bot.handlers.telegram.intake import Intake
            from bot.handlers.telegram.polling import poll

            bot = make_bot(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_url)
            store = Store(settings.database_url)
            stack.push_async_callback(store.aclose)
            intake = Intake(bot, receiver, _inline(settings, store), settle=_settling(settings))
            await intake.start()
            stack.push_async_callback(intake.aclose)
            if settings.telegram_mode == "webhook":
                secret = settings.telegram_webhook_secret.get_secret_value()
                routes.append(webhook_route(intake, secret))
            else:
                loops.append(lambda: poll(bot, intake))
        if hooks := _hooks(settings):
            store = Store(settings.database_url)
            stack.push_async_callback(store.aclose)
            routes += hook_routes(hooks, store, Sweeps(store))
        yield Doors(routes=tuple(routes), loops=tuple(loops))


def _hooks(settings: Settings) -> tuple[Hook, ...]:
    """The ERPs that may say that an order changed."""
    every = (
        Hook(one.name, one.kind, one.webhook_secret.get_secret_value()) for one in settings.erps.values()
    )
    return tuple(hook for hook in every if hook.secret)


def _inline(settings: Settings, store: Store) -> "Inline":
    """What is typed after the bot's name is answered at the door, from the store alone."""
    from bot.handlers.telegram.inline import Inline

    keys = secret_keys(settings)
    linking = make_linking(settings, store, keys)
    postings = Postings(linking, Numbers(store, keys), Memory(store, keys), Budgets(linking.books, Limits()))
    reader = Reader(settings.default_locale, settings.default_time_zone)
    return Inline(postings, _wording(settings), default=reader)


def _settling(settings: Settings) -> "Callable[[ExtBot[None]], Coroutine[Any, Any, object]]":
    """Telegram is told what it does not know of this bot as soon as it answers."""
    from bot.handlers.telegram.setup import settle

    return partial(
        settle,
        wording=_wording(settings),
        polling=settings.telegram_mode == "polling",
        public_url=settings.public_url,
        secret=settings.telegram_webhook_secret.get_secret_value(),
        reader=Reader(settings.default_locale, settings.default_time_zone),
    )


def _wording(settings: Settings) -> Wording:
    return Wording(load_catalogs(), supplier_name=settings.supplier_name)


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
    return Pages(
        porter=porter,
        views=Views(core.wording, references),
        references=references,
        files=core.files,
        leaves=Leaves(),
        framed_by=settings.pages_framed_by,
    ).routes()


def make_couriers(
    core: Core, platforms: Platforms, receiver: Receiver | None = None
) -> Mapping[Platform, Courier]:
    """Build what replies leave by; `receiver` keeps what a platform tells by refusing one."""
    couriers: dict[Platform, Courier] = {}
    if platforms.slack is not None:
        from bot.handlers.slack.courier import SlackCourier

        openly = None
        if core.settings.slack_files_in_tied_channels:
            openly = OpenFiles(core.linking, core.desk.services.channels)
        couriers[Platform.SLACK] = SlackCourier(
            platforms.slack,
            core.wording,
            core.files,
            posts=core.posts,
            openly=openly,
            fallback=core.reader,
        )
    if platforms.telegram is not None:
        from bot.handlers.telegram.courier import Manners, TelegramCourier
        from bot.handlers.telegram.files import Handing
        from bot.handlers.telegram.pace import GROUP_MESSAGES, GROUP_SECONDS, Pace
        from bot.handlers.telegram.quiet import QuietHours

        settings, keys = core.settings, core.linking.books.keys
        links = None
        if settings.public_url:
            links = PageLinks(Sessions(core.store, keys), settings.public_url)
        per_second = settings.telegram_messages_per_second
        groups = GroupTurns(core.store, keys, most=GROUP_MESSAGES, seconds=GROUP_SECONDS)
        couriers[Platform.TELEGRAM] = TelegramCourier(
            platforms.telegram,
            core.wording,
            Handing(core.files, StoredFiles(core.store, keys), links),
            posts=core.posts,
            default=core.reader,
            manners=Manners(
                pace=Pace(per_second, groups=groups, begins_full=True) if per_second else None,
                quiet=QuietHours.of(settings.telegram_quiet_hours),
                protect=settings.telegram_protect_content,
                placeholder=settings.telegram_placeholder,
                report=receiver.receive if receiver else None,
            ),
        )
    return couriers


def make_linking(
    settings: Settings,
    store: Store,
    keys: Keys,
    directories: Sequence[ContactDirectory] = (),
    memberships: Memberships | None = None,
) -> Linking:
    """Linking as the settings want it."""
    return Linking(
        store,
        keys,
        directories,
        reverify_after=timedelta(days=settings.link_days),
        memberships=memberships,
        staff_workspace=settings.slack_staff_workspace,
        closed=frozenset({"workspace", "staff", "channel"}) - frozenset(settings.ways_in),
    )


def keep_of(settings: Settings) -> Keep:
    """How long each table keeps what it holds."""
    ended = timedelta(days=settings.keep_ended_links_days)
    return Keep(audit=timedelta(days=settings.keep_audit_days), links=ended, requests=ended)


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
    settings: Settings, store: Store, keys: Keys, erps: Sequence[ConnectedErp]
) -> tuple[ContactDirectory, ...]:
    asked = [erp for erp, described in zip(erps, settings.erps.values(), strict=True) if described.contacts]
    return (*asked, StoredContacts(store, keys))


def _ways(
    settings: Settings, linking: Linking, memberships: Memberships, directories: Sequence[ContactDirectory]
) -> Ways:
    return Ways(
        open=frozenset(Way(name) for name in settings.ways_in),
        invitations=Invitations(linking),
        requests=Requests(linking),
        members=Members(linking),
        reaches=Reaches(linking),
        workspaces=Workspaces(linking, memberships),
        channels=Channels(linking, memberships),
        staff=StaffDesk(linking, memberships, settings.slack_staff_workspace),
        phones=Phones(linking, directories, region=settings.phone_region),
        budgets=Budgets(linking.books, Limits()),
    )


class _Places(Protocol):
    """What a platform's module of places tells the rooms that know no platform."""

    @property
    def direct(self) -> Direct: ...
    @property
    def openly(self) -> Openly: ...
    @property
    def later(self) -> Later: ...


def _places(settings: Settings) -> Mapping[Platform, _Places]:
    places: dict[Platform, _Places] = {}
    if settings.slack_on:
        from bot.handlers.slack import places as slack

        places[Platform.SLACK] = slack
    if settings.telegram_on:
        from bot.handlers.telegram import places as telegram

        places[Platform.TELEGRAM] = telegram
    return places


def _home_places(settings: Settings) -> Mapping[Platform, Direct]:
    if not settings.slack_on:
        return {}
    from bot.handlers.slack import places as slack

    return {Platform.SLACK: slack.home}


@asynccontextmanager
async def _slack_tokens(settings: Settings) -> AsyncIterator["Tokens"]:
    """Bot tokens: from the settings, or from the installations where workspaces install the app."""
    from bot.handlers.slack.tokens import FixedTokens

    if not settings.slack_installable:
        yield FixedTokens(settings.slack_bot_token.get_secret_value(), settings.slack_tokens_by_workspace)
        return
    from bot.installs.shelf import Shelf
    from bot.installs.tokens import StoredTokens

    store = Store(settings.database_url)
    try:
        shelf = Shelf(store, secret_keys(settings), clock=utc_now)
        yield StoredTokens(shelf, _slack_oauth(settings).renew, clock=utc_now)
    finally:
        await store.aclose()


@asynccontextmanager
async def _slack_apis(settings: Settings) -> AsyncIterator["SlackApis"]:
    """The APIs of all workspaces, whichever way their tokens are known."""
    from bot.handlers.slack.apis import open_installed_apis, open_slack_apis

    if settings.slack_installable:
        async with (
            _slack_tokens(settings) as tokens,
            open_installed_apis(tokens, settings.slack_api_url) as apis,
        ):
            yield apis
        return
    token, more = settings.slack_bot_token.get_secret_value(), settings.slack_tokens_by_workspace
    async with open_slack_apis(token, more, settings.slack_api_url) as apis:
        yield apis


@asynccontextmanager
async def _install_routes(settings: Settings) -> AsyncIterator[Sequence[Route]]:
    from bot.handlers.slack.oauth import install_routes
    from bot.installs.shelf import Shelf

    store = Store(settings.database_url)
    try:
        shelf = Shelf(store, secret_keys(settings), clock=utc_now)
        wording = Wording(load_catalogs(), supplier_name=settings.supplier_name)
        yield install_routes(_slack_oauth(settings), shelf, wording, public_url=settings.slack_install_url)
    finally:
        await store.aclose()


def _slack_oauth(settings: Settings) -> "SlackOAuth":
    from bot.handlers.slack.client import open_session
    from bot.handlers.slack.oauth import SlackOAuth

    return SlackOAuth(
        settings.slack_client_id,
        settings.slack_client_secret.get_secret_value(),
        settings.slack_api_url,
        open_session,
    )


async def _slack_door(
    settings: Settings, receiver: Receiver, tokens: "Tokens", stack: AsyncExitStack
) -> Doors:
    """Where Slack delivers: a URL of ours, or a socket of Slack's that we open."""
    from bot.handlers.slack.app import slack_app
    from bot.handlers.slack.links import OrderLinks

    app = slack_app(
        receiver,
        tokens=tokens,
        doorstep=await _doorstep(settings, receiver, stack),
        links=OrderLinks(settings.order_urls),
    )
    if settings.slack_mode == "socket":
        from bot.handlers.slack.socket import listen

        app_token = settings.slack_app_token.get_secret_value()
        return Doors(loops=(lambda: listen(app, app_token, settings.slack_api_url),))
    from bot.handlers.slack.door import SlackDoor
    from bot.handlers.slack.manifest import EVENTS_PATH

    door = SlackDoor(app, signing_secret=settings.slack_signing_secret.get_secret_value())
    return Doors(routes=(Route(EVENTS_PATH, door),))


async def _doorstep(settings: Settings, receiver: Receiver, stack: AsyncExitStack) -> "Doorstep":
    """What Slack will not wait for, in the process that receives: from the store alone."""
    from bot.handlers.slack.doorstep import Doorstep
    from bot.handlers.slack.membership import SlackMembership

    apis = await stack.enter_async_context(_slack_apis(settings))
    store = Store(settings.database_url)
    stack.push_async_callback(store.aclose)
    keys = secret_keys(settings)
    linking = make_linking(settings, store, keys, memberships={Platform.SLACK: SlackMembership(apis)})
    return Doorstep(
        apis,
        Doorkeeping(linking, Completer(store, keys, Numbers(store, keys))),
        receiver,
        Wording(load_catalogs(), supplier_name=settings.supplier_name),
        fallback=Reader(settings.default_locale, settings.default_time_zone),
    )
