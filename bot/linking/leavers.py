"""People who leave: links that end because a platform or the ERP no longer knows somebody, and notices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import update
from sqlmodel import col, select

from bot.chat import ChatUser, Platform
from bot.erp.errors import ErpError
from bot.erp.protocol import CompanyContact, ContactDirectory
from bot.keys import NotOurs, Sealed
from bot.linking.addresses import same_address
from bot.linking.links import end_links
from bot.linking.numbers import e164
from bot.linking.service import Linking
from bot.linking.tables import Company, Link, Person, WorkspaceTie
from bot.membership import Membership, MembershipUnknown, Standing

ASKED_EVERY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Left:
    """Somebody whose link has just ended, and why: `gone` or `contact_gone`."""

    user: ChatUser
    company_id: int
    why: str


@dataclass(frozen=True, kw_only=True)
class Expiring:
    """A link that ends soon unless it is proved again."""

    link_id: int
    user: ChatUser
    company_id: int
    company_name: str
    reverify_by: datetime
    email: str | None


class Leavers:
    """Asks platforms and directories about everybody with a live link."""

    def __init__(
        self,
        linking: Linking,
        memberships: Mapping[Platform, Membership],
        directories: Sequence[ContactDirectory],
        *,
        region: str = "",
    ) -> None:
        self._linking = linking
        self._books = linking.books
        self._memberships = dict(memberships)
        self._directories = tuple(directories)
        self._region = region

    async def sweep(self) -> Sequence[Left]:
        """End the links of whoever is gone; those who left, for them to be told.

        A platform or directory that does not answer ends nobody.
        """
        return [*await self._gone(), *await self._contacts_gone(), *await self._ties_gone()]

    async def expiring(self, within: timedelta = timedelta(days=7)) -> Sequence[Expiring]:
        """Links that end within a while and whose people have not been told."""
        now = self._books.clock()
        async with self._books.reading() as session:
            found = await session.exec(
                select(Link, col(Company.name))
                .join(Company, col(Company.id) == col(Link.company_id))
                .where(
                    *_live(now),
                    col(Link.reverify_by) <= now + within,
                    col(Link.noticed_at).is_(None),
                    col(Company.state) == "active",
                )
            )
            rows = found.all()
        return [
            Expiring(
                link_id=row.id or 0,
                user=_user(row),
                company_id=row.company_id,
                company_name=name,
                reverify_by=row.reverify_by,
                email=self._opened(row.email),
            )
            for row, name in rows
        ]

    async def noticed(self, link_id: int) -> None:
        """Note that the person has been told."""
        async with self._books.store.writing() as session:
            await session.exec(
                update(Link).where(col(Link.id) == link_id).values(noticed_at=self._books.clock())
            )

    async def _gone(self) -> Sequence[Left]:
        left = []
        for user in await self._to_ask():
            membership = self._memberships.get(user.platform)
            if membership is None:
                continue
            try:
                seen = await membership.person(user)
            except MembershipUnknown as unknown:
                structlog.get_logger().info("standing_unknown", reason=unknown.reason)
                continue
            companies = await self._companies_of(user) if seen.standing is Standing.GONE else []
            await self._linking.note_standing(seen)
            left += [Left(user=user, company_id=company_id, why="gone") for company_id in companies]
        return left

    async def _to_ask(self) -> Sequence[ChatUser]:
        """People on Slack with a live link of whom nothing was heard for a day."""
        now = self._books.clock()
        async with self._books.reading() as session:
            links = await session.exec(
                select(Link).where(*_live(now), col(Link.platform) == Platform.SLACK.value)
            )
            users = dict.fromkeys(_user(row) for row in links.all())
            heard = await session.exec(select(Person).where(col(Person.checked_at) > now - ASKED_EVERY))
            recent = {ChatUser(Platform(one.platform), one.user_id, one.workspace) for one in heard.all()}
        return [user for user in users if user not in recent]

    async def _companies_of(self, user: ChatUser) -> Sequence[int]:
        return [one.company_id for one in (await self._linking.access(user)).companies]

    async def _contacts_gone(self) -> Sequence[Left]:
        """Links proved by a mailbox or phone that no directory has at that company any more."""
        async with self._books.reading() as session:
            found = await session.exec(
                select(Link, Company)
                .join(Company, col(Company.id) == col(Link.company_id))
                .where(*_live(self._books.clock()))
            )
            rows = found.all()
        left = []
        for row, company in rows:
            email, phone = self._opened(row.email), self._opened(row.phone)
            if (email is None and phone is None) or await self._is_contact(company, email, phone):
                continue
            user = _user(row)
            async with self._books.writing_about(user) as session:
                ended = await end_links(
                    session, user, self._books.clock(), why="contact_gone", company_id=row.company_id
                )
                for company_id in ended:
                    await self._books.note(session, user, "unlink", "contact_gone", company_id)
            left += [Left(user=user, company_id=company_id, why="contact_gone") for company_id in ended]
        return left

    async def _ties_gone(self) -> Sequence[Left]:
        """Workspaces tied by a contact the company no longer has."""
        async with self._books.reading() as session:
            found = await session.exec(
                select(WorkspaceTie, Company)
                .join(Company, col(Company.id) == col(WorkspaceTie.company_id))
                .where(col(WorkspaceTie.confirmed_at).is_not(None), col(WorkspaceTie.revoked_at).is_(None))
            )
            rows = found.all()
        left = []
        for tie, company in rows:
            email = self._opened(tie.email)
            if email is None or await self._is_contact(company, email, None):
                continue
            by = ChatUser.of_key(tie.proved_by)
            async with self._books.writing_about(
                None, f"workspace:{tie.platform}:{tie.workspace}"
            ) as session:
                await session.exec(
                    update(WorkspaceTie)
                    .where(col(WorkspaceTie.id) == tie.id, col(WorkspaceTie.revoked_at).is_(None))
                    .values(revoked_at=self._books.clock(), ended_by="contact_gone")
                )
                await self._books.note(session, by, "workspace", "contact_gone", tie.company_id)
            left.append(Left(user=by, company_id=tie.company_id, why="contact_gone"))
        return left

    async def _is_contact(self, company: Company, email: str | None, phone: str | None) -> bool:
        """Whether some directory still has the contact at the company; True while one cannot say."""
        if not self._directories:
            return True
        try:
            for directory in self._directories:
                found: list[CompanyContact] = []
                if email is not None:
                    mailed = await directory.contacts_by_email(email)
                    found += [one for one in mailed if same_address(one.email, email)]
                if phone is not None:
                    called = await directory.contacts_by_phone(phone)
                    found += [one for one in called if one.phone and e164(one.phone, self._region) == phone]
                if any((one.erp, one.company_key) == (company.erp, company.erp_key) for one in found):
                    return True
        except ErpError as failure:
            structlog.get_logger().info("contacts_unknown", reason=failure.reason)
            return True
        return False

    def _opened(self, sealed: Sealed | None) -> str | None:
        try:
            return self._books.keys.open(sealed) if sealed is not None else None
        except NotOurs:
            # A key was taken away too early: what cannot be read ends nobody.
            structlog.get_logger().error("sealed_unreadable", reason="key_missing")
            return None


def _live(now: datetime) -> tuple[Any, ...]:
    return (col(Link.revoked_at).is_(None), col(Link.reverify_by) > now)


def _user(row: Link) -> ChatUser:
    return ChatUser(Platform(row.platform), row.user_id, row.workspace)
