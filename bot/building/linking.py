"""Linking as the settings want it: who may be linked, by which ways in, and how long it is kept."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from bot.building.basics import open_store, secret_keys
from bot.building.built import Memberships
from bot.erp.protocol import ConnectedErp, ContactDirectory
from bot.keys import Keys
from bot.linking import Linking, StoredContacts
from bot.linking.budgets import Budgets, Limits
from bot.linking.channels import Channels
from bot.linking.invitations import Invitations
from bot.linking.members import Members
from bot.linking.phones import Phones
from bot.linking.reaches import Reaches
from bot.linking.requests import Requests
from bot.linking.retention import Keep
from bot.linking.staff import StaffDesk
from bot.linking.ways import Way, Ways
from bot.linking.workspaces import Workspaces
from bot.settings import Settings
from bot.store import Store


def make_linking(
    settings: Settings,
    store: Store,
    keys: Keys,
    directories: Sequence[ContactDirectory] = (),
    memberships: Memberships | None = None,
) -> Linking:
    """Linking itself; without `memberships` nobody has a right that rests on a platform's word."""
    return Linking(
        store,
        keys,
        directories,
        reverify_after=timedelta(days=settings.link_days),
        memberships=memberships,
        staff_workspace=settings.slack_staff_workspace,
        closed=frozenset({"workspace", "staff", "channel"}) - frozenset(settings.ways_in),
    )


@asynccontextmanager
async def linking_alone(settings: Settings, memberships: Memberships | None = None) -> AsyncIterator[Linking]:
    """Linking with a store of its own and nobody to ask about contacts, for what a command does."""
    async with open_store(settings) as store:
        yield make_linking(settings, store, secret_keys(settings), memberships=memberships)


def make_ways(
    settings: Settings, linking: Linking, memberships: Memberships, directories: Sequence[ContactDirectory]
) -> Ways:
    """The ways in, and what may be done about links."""
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


def directories_of(
    settings: Settings, store: Store, keys: Keys, erps: Sequence[ConnectedErp]
) -> tuple[ContactDirectory, ...]:
    """Who is asked whose contact somebody is: the ERPs that keep contacts, then what was imported."""
    asked = [erp for erp, described in zip(erps, settings.erps.values(), strict=True) if described.contacts]
    return (*asked, StoredContacts(store, keys))


def keep_of(settings: Settings) -> Keep:
    """How long each table keeps what it holds."""
    ended = timedelta(days=settings.keep_ended_links_days)
    return Keep(audit=timedelta(days=settings.keep_audit_days), links=ended, requests=ended)
