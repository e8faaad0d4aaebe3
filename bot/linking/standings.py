"""How people stand with their platforms: asked where a right rests on it, and acted on at once.

A platform's word is believed for a while; its events change it in between.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import structlog
from sqlmodel import select

from bot.chat.people import ChatUser, Platform
from bot.linking import links, people
from bot.linking.access import Vouched
from bot.linking.books import Books
from bot.linking.gathering import Gathered
from bot.linking.tables import Link, Person
from bot.membership import Membership, MembershipUnknown, Seen, Standing

STANDING_LASTS = timedelta(minutes=5)
"""How long a platform's word on a person is believed."""


class Standings:
    """Asks the `memberships` of each platform; only people of the `staff_workspace` can be staff."""

    def __init__(
        self, books: Books, memberships: Mapping[Platform, Membership], staff_workspace: str
    ) -> None:
        self._books = books
        self._memberships = dict(memberships)
        self._staff_workspace = staff_workspace

    async def vouched(self, user: ChatUser, gathered: Gathered) -> Vouched:
        """What the platform says of a person at this moment, where a right of theirs rests on it."""
        if not gathered.rests_on_standing:
            return Vouched(None)
        if user.platform is Platform.TELEGRAM:
            # Named one by one by their numeric ids; there is no workspace to be a member of.
            return Vouched(Standing.MEMBER, at_supplier=True)
        membership = self._memberships.get(user.platform)
        try:
            standing = await self._standing(user, gathered, membership)
            at_supplier = bool(self._staff_workspace) and user.workspace == self._staff_workspace
            groups = set()
            if membership is not None and standing.is_full and at_supplier:
                groups = {one for one in gathered.staff_groups if await membership.in_group(user, one)}
        except MembershipUnknown as unknown:
            structlog.get_logger().warning("standing_unknown", reason=unknown.reason)
            return Vouched(None, unsure=True)
        return Vouched(standing, frozenset(groups), at_supplier=at_supplier)

    async def meet(self, user: ChatUser) -> None:
        """Learn what a person's platform calls them, once; where it does not tell, they stay unnamed."""
        membership = self._memberships.get(user.platform)
        try:
            seen = await membership.person(user) if membership else None
        except MembershipUnknown as unknown:
            structlog.get_logger().info("standing_unknown", reason=unknown.reason)
            return
        if seen is not None:
            await self.note(replace(seen, name=seen.name or user.display_name))

    async def name_of(self, user: ChatUser) -> str | None:
        """What the person's platform calls them, for people to read."""
        async with self._books.reading() as session:
            return (await people.names(session, self._books.keys, [user])).get(user.key)

    async def note(self, seen: Seen) -> None:
        """Remember a platform's word on a person; one who is gone loses their links at once."""
        async with self._books.writing_about(seen.user) as session:
            await people.keep(session, self._books.keys, seen, self._books.clock())
            if seen.standing is Standing.GONE:
                for company_id in await links.end_links(session, seen.user, self._books.clock(), why="gone"):
                    await self._books.note(session, seen.user, "unlink", "gone", company_id)

    async def heard_of(self, seen: Seen) -> None:
        """As `note`, for a report nobody asked for: of a stranger to us nothing is kept."""
        async with self._books.reading() as session:
            known = await session.exec(select(Person.standing).where(*links.is_person(Person, seen.user)))
            linked = await session.exec(select(Link.id).where(*links.is_person(Link, seen.user)))
            concerns_us = known.first() is not None or linked.first() is not None
        if concerns_us:
            await self.note(seen)

    async def _standing(self, user: ChatUser, gathered: Gathered, membership: Membership | None) -> Standing:
        known = gathered.standing
        if known is not None and known[1] > self._books.clock() - STANDING_LASTS:
            return known[0]
        if membership is None:
            raise MembershipUnknown("platform_not_configured")
        seen = await membership.person(user)
        await self.note(seen)
        return seen.standing
