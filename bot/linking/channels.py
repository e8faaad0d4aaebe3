"""A channel or group tied to one company, and who reads what is posted in a place.

The tie grants nobody anything. It is refused while somebody in the place may not see the company, and
whoever answers there looks again. Nothing here is remembered: who is there is asked for at each look.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from bot.chat.people import ChatUser, Conversation, Platform
from bot.linking.errors import NotAllowed, OutsidersPresent
from bot.linking.links import is_live
from bot.linking.rights import active_company, managed
from bot.linking.service import Linking
from bot.linking.tables import ChannelTie, Company, Link, StaffRow
from bot.linking.values import LinkedCompany
from bot.membership import Membership, MembershipUnknown, Seen, Standing
from bot.scope import CompanyScope


class Circle(StrEnum):
    """Who reads what is posted in a place, from the narrowest circle to the widest."""

    INSIDERS = "insiders"
    """The place is the company's, and everybody in it may see what is to be posted."""
    COLLEAGUES = "colleagues"
    """Full members of the one workspace it is in, of whom not all may see it."""
    OUTSIDERS = "outsiders"
    """Guests or people of other organisations; or it could not be found out."""


@dataclass(frozen=True)
class Onlookers:
    """Who would read a post at this moment."""

    circle: Circle
    reason: str = ""
    """Why they are outsiders, a reason code."""
    barred: bool = False
    """The place is another company's: nothing of this one belongs there."""
    people: frozenset[ChatUser] | None = None
    """Everybody there; None where that is not known."""
    name: str = ""
    """What the place is called, for people to read."""


class Channels:
    """Makes, checks and ends ties of channels."""

    def __init__(self, linking: Linking, memberships: Mapping[Platform, Membership]) -> None:
        self._linking = linking
        self._books = linking.books
        self._memberships = dict(memberships)

    async def tie(self, by: ChatUser, place: Conversation, company_id: int) -> str:
        """Tie a channel in place of an older tie; the company's name.

        Raises NotAllowed unless staff ask, in a channel; and OutsidersPresent.
        """
        access = await self._linking.access(by, concerning=company_id)
        company = access.company(company_id)
        if not access.staff or company is None or place.private:
            raise NotAllowed
        if not await self._all_may_see(place, company_id):
            async with self._books.writing_about(None) as session:
                await self._books.note(session, by, "channel", OutsidersPresent.reason, company_id)
            raise OutsidersPresent
        async with self._books.writing_about(None, f"channel:{place.lane}") as session:
            if await active_company(session, company_id) is None:
                raise NotAllowed
            now = self._books.clock()
            await session.exec(update(ChannelTie).where(*_live_of(place)).values(revoked_at=now))
            session.add(_tie_of(place, company_id, by, now))
            await self._books.note(session, by, "channel", "tied", company_id, conversation=place.lane)
        return company.name

    async def untie(self, by: ChatUser, place: Conversation) -> str | None:
        """End a channel's tie, by staff or the company's admin; its name, None when there was none."""
        tied = await self._tied(place)
        if tied is None:
            return None
        company_id, name = tied
        if not (await self._linking.access(by)).staff:
            await managed(self._linking, by, company_id)
        async with self._books.writing_about(None, f"channel:{place.lane}") as session:
            await session.exec(
                update(ChannelTie).where(*_live_of(place)).values(revoked_at=self._books.clock())
            )
            await self._books.note(session, by, "channel", "untied", company_id, conversation=place.lane)
        return name

    async def only_insiders(self, place: Conversation, scope: CompanyScope | None = None) -> bool:
        """Whether the place is tied and everybody in it may see its company now.

        With a `scope` of it: whether they may see all that lies within.
        """
        tied = await self._tied(place)
        return tied is not None and await self._all_may_see(place, tied[0], scope)

    async def all_may(
        self, place: Conversation, scope: CompanyScope, allowed: Callable[[LinkedCompany], bool]
    ) -> bool:
        """Whether a place is tied to the company of a scope, and everybody in it sees all that lies within
        and has a right there for which `allowed` holds, as of now."""
        tied = await self._tied(place)
        if tied is None or tied[0] != scope.company_id:
            return False
        return await self._all_may_see(place, scope.company_id, scope, allowed)

    async def onlookers(self, place: Conversation, scope: CompanyScope) -> Onlookers:
        """Who would read a post in a place about something within this scope, as of now."""
        tied = await self._tied(place)
        if tied is not None and tied[0] != scope.company_id:
            return Onlookers(Circle.OUTSIDERS, "tied_elsewhere", barred=True)
        membership = self._memberships.get(place.platform)
        if membership is None or place.private:
            return Onlookers(Circle.OUTSIDERS, "no_place")
        try:
            seen_place = await membership.place(place)
            there = await membership.members(place, await self._known(place.platform, scope.company_id))
        except MembershipUnknown as unknown:
            return Onlookers(Circle.OUTSIDERS, unknown.reason)
        people = frozenset(seen.user for seen in there if seen.standing is not Standing.BOT)
        if tied is not None and await self._each_may_see(there, scope.company_id, scope):
            return Onlookers(Circle.INSIDERS, people=people, name=seen_place.name)
        outside = seen_place.open_to or next(
            (seen.standing.value for seen in there if not _belongs(seen)), "" if there else "nobody_there"
        )
        circle = Circle.OUTSIDERS if outside else Circle.COLLEAGUES
        return Onlookers(circle, outside, people=people, name=seen_place.name)

    async def attends(self, user: ChatUser, place: Conversation) -> bool:
        """Whether a person is in a channel now; no where the platform does not tell."""
        membership = self._memberships.get(place.platform)
        if membership is None or place.private:
            return False
        try:
            return await membership.attends(user, place)
        except MembershipUnknown:
            return False

    async def tied_to(self, platform: Platform, company_id: int) -> Sequence[Conversation]:
        """The channels of a platform that are this company's, in the order they were tied."""
        async with self._books.reading() as session:
            found = await session.exec(
                select(ChannelTie)
                .where(
                    col(ChannelTie.platform) == platform.value,
                    col(ChannelTie.company_id) == company_id,
                    col(ChannelTie.revoked_at).is_(None),
                )
                .order_by(col(ChannelTie.id))
            )
            return [Conversation(platform, tie.channel, tie.workspace, private=False) for tie in found.all()]

    async def named(self, place: Conversation) -> str:
        """What a place is called, for people to read; its id where the platform does not tell."""
        membership = self._memberships.get(place.platform)
        try:
            seen = await membership.place(place) if membership else None
        except MembershipUnknown:
            seen = None
        return seen.name if seen and seen.name else place.id

    async def moved(self, place: Conversation, to: str) -> None:
        """The group is now another one, as the platform itself reports: its tie goes with it."""
        async with self._books.writing_about(None, f"channel:{place.lane}") as session:
            now = self._books.clock()
            found = await session.exec(select(ChannelTie).where(*_live_of(place)))
            tie = found.first()
            there = Conversation(place.platform, to, place.workspace, private=False)
            taken = await session.exec(select(ChannelTie.id).where(*_live_of(there)))
            if tie is None or taken.first() is not None:
                return
            tie.revoked_at = now
            session.add(tie)
            await session.flush()
            by = ChatUser.of_key(tie.tied_by)
            session.add(_tie_of(there, tie.company_id, by, now))
            await self._books.note(session, by, "channel", "moved", tie.company_id, conversation=there.lane)

    async def _tied(self, place: Conversation) -> tuple[int, str] | None:
        async with self._books.reading() as session:
            found = await session.exec(
                select(col(ChannelTie.company_id), col(Company.name))
                .join(Company, col(Company.id) == col(ChannelTie.company_id))
                .where(*_live_of(place), col(Company.state) == "active")
            )
            pair = found.first()
        return None if pair is None else (pair[0], pair[1])

    async def _all_may_see(
        self,
        place: Conversation,
        company_id: int,
        scope: CompanyScope | None = None,
        allowed: Callable[[LinkedCompany], bool] | None = None,
    ) -> bool:
        membership = self._memberships.get(place.platform)
        if membership is None:
            return False
        try:
            there = await membership.members(place, await self._known(place.platform, company_id))
        except MembershipUnknown:
            return False
        return await self._each_may_see(there, company_id, scope, allowed)

    async def _each_may_see(
        self,
        there: Sequence[Seen],
        company_id: int,
        scope: CompanyScope | None,
        allowed: Callable[[LinkedCompany], bool] | None = None,
    ) -> bool:
        for seen in there:
            if seen.standing is Standing.BOT:
                continue
            if seen.standing is Standing.GONE:
                return False
            access = await self._linking.access(seen.user, concerning=company_id)
            theirs = access.scope_of(company_id)
            if theirs is None or (scope is not None and not _covers(theirs, scope)):
                return False
            company = access.company(company_id)
            if allowed is not None and (company is None or not allowed(company)):
                return False
        return bool(there)

    async def _known(self, platform: Platform, company_id: int) -> Sequence[ChatUser]:
        """Whom to look for where a platform does not list who is there."""
        async with self._books.reading() as session:
            linked = await session.exec(
                select(Link).where(
                    col(Link.company_id) == company_id,
                    col(Link.platform) == platform.value,
                    *is_live(self._books.clock()),
                )
            )
            users = [ChatUser(platform, row.user_id, row.workspace) for row in linked.all()]
            staff = await session.exec(
                select(StaffRow).where(
                    col(StaffRow.platform) == platform.value,
                    col(StaffRow.subject) == "user",
                    col(StaffRow.revoked_at).is_(None),
                )
            )
            users += [ChatUser(platform, row.subject_id, row.workspace) for row in staff.all()]
        return list(dict.fromkeys(users))


def _covers(theirs: CompanyScope, scope: CompanyScope) -> bool:
    """Whether somebody sees all that lies within a scope of the same company."""
    if theirs.placed_by is not None:
        return False
    for erp in scope.erps:
        inner, outer = scope.within(erp), theirs.within(erp)
        if inner is None or outer is None or not set(inner.keys) <= set(outer.keys):
            return False
    return True


def _belongs(seen: Seen) -> bool:
    return seen.standing is Standing.BOT or seen.standing.is_full


def _tie_of(place: Conversation, company_id: int, by: ChatUser, now: datetime) -> ChannelTie:
    return ChannelTie(
        platform=place.platform.value,
        workspace=place.workspace,
        channel=place.id,
        company_id=company_id,
        tied_by=by.key,
        tied_at=now,
    )


def _live_of(place: Conversation) -> tuple[Any, ...]:
    return (
        col(ChannelTie.platform) == place.platform.value,
        col(ChannelTie.workspace) == place.workspace,
        col(ChannelTie.channel) == place.id,
        col(ChannelTie.revoked_at).is_(None),
    )
