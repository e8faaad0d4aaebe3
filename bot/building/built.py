"""What comes of building: the core, the connections to the platforms, and the doors."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from bot.answers.assistant import Assistant
from bot.answers.desk import Desk
from bot.answers.files import Files
from bot.answers.unsharing import PostLog
from bot.building.basics import reader_of
from bot.chat.people import Platform, Reader
from bot.delivery import Courier, Fetcher, Receiver
from bot.erp.gateway import Gateway
from bot.keeping import Keeper
from bot.linking import Linking
from bot.membership import Membership
from bot.memory import Memory
from bot.numbers.filling import Filler
from bot.releasing import Releaser
from bot.settings import Settings
from bot.store import Store
from bot.watching import Watches
from bot.watching.sweeper import Sweeper
from bot.wording import Wording

Memberships = Mapping[Platform, Membership]
Fetchers = Mapping[Platform, Fetcher]


@dataclass(frozen=True, kw_only=True)
class Core:
    """What answering needs, whatever the platform, and what is done beside it."""

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
        return reader_of(self.settings)


@dataclass(frozen=True, kw_only=True)
class Connection:
    """By which the bot speaks to one platform."""

    membership: Membership
    """The platform's word on its people."""
    courier: Callable[[Core, Receiver | None], Courier]
    """Builds what replies leave by; the receiver keeps what the platform tells by refusing one."""
    fetcher: Fetcher | None = None
    """Fetches the pictures and files people send; None where nobody can send any."""


@dataclass(frozen=True)
class Platforms:
    """Open connections to the platforms that are set up."""

    connections: Mapping[Platform, Connection]

    @property
    def memberships(self) -> Memberships:
        """The platforms' word on their people."""
        return {platform: one.membership for platform, one in self.connections.items()}

    @property
    def fetchers(self) -> Fetchers:
        """What fetches the pictures and files people send."""
        every = ((platform, one.fetcher) for platform, one in self.connections.items())
        return {platform: fetcher for platform, fetcher in every if fetcher is not None}


@dataclass(frozen=True, kw_only=True)
class Doors:
    """Where platforms deliver what people say."""

    routes: tuple[BaseRoute, ...] = ()
    straight: Mapping[str, ASGIApp] = field(default_factory=dict)
    """By path, each the whole of what answers there."""
    loops: tuple[Callable[[], Coroutine[Any, Any, None]], ...] = ()
    """Run each for as long as the process lives."""
