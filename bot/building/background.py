"""What a process with a worker does beside answering, built on what answers work with."""

from collections.abc import Sequence
from datetime import timedelta

from bot.answers.desk import Desk
from bot.building.basics import reader_of
from bot.building.built import Memberships
from bot.building.linking import keep_of
from bot.erp.protocol import ConnectedErp, ContactDirectory
from bot.keeping import Keeper
from bot.linking.endings import Endings
from bot.linking.housekeeping import scopes_asked_about
from bot.linking.leavers import Leavers
from bot.linking.retention import Retention
from bot.numbers.filling import Filler
from bot.numbers.shelves import Shelves
from bot.settings import Settings
from bot.telling import Teller
from bot.watching.sweeper import Sweeper


def make_keeper(
    settings: Settings, desk: Desk, memberships: Memberships, directories: Sequence[ContactDirectory]
) -> Keeper:
    """Forgets what is old, looks after leavers, and gives notice before a link ends."""
    return Keeper(
        store=desk.store,
        memory=desk.memory,
        retention=Retention(desk.linking.books, keep_of(settings)),
        leavers=Leavers(desk.linking, memberships, directories, region=settings.phone_region),
        endings=Endings(desk.linking),
        members=desk.members,
        teller=desk.teller,
        mailer=desk.code_mailer,
        reader=reader_of(settings),
        kept=desk.kept,
    )


def make_filler(settings: Settings, desk: Desk, erps: Sequence[ConnectedErp]) -> Filler:
    """Knows the numbers of the companies that ask, before they ask."""
    books = desk.linking.books
    return Filler(
        numbers=desk.numbers,
        shelves=Shelves(books.store, books.keys),
        lists=desk.gateway,
        scopes=lambda: scopes_asked_about(books),
        telling=frozenset(erp.name for erp in erps if erp.capabilities.changes),
        horizon=timedelta(days=settings.keep_numbers_days),
        clock=desk.clock,
    )


def make_sweeper(settings: Settings, desk: Desk, teller: Teller) -> Sweeper:
    """Looks at what is watched."""
    return Sweeper(
        watches=desk.watches,
        linking=desk.linking,
        gateway=desk.gateway,
        say=teller,
        every=timedelta(seconds=settings.watch_seconds),
        clock=desk.clock,
        alone=settings.on_sqlite,
    )
