"""People who leave: links that end because a platform or the ERP no longer knows somebody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import exists, or_, update
from sqlmodel import col, select

from bot.chat.people import ChatUser, Platform
from bot.erp.protocol import ContactDirectory
from bot.keys import NotOurs, Sealed
from bot.linking.company_keys import ErpKey, further_keys
from bot.linking.contacts import ASKED, ProvedContact, answer_digests, is_known
from bot.linking.links import end_links, is_live, is_person, user_of
from bot.linking.personal import is_erased
from bot.linking.service import Linking
from bot.linking.tables import Company, Link, Person, Spending, WorkspaceTie
from bot.membership import Membership, MembershipUnknown, Standing

ASKED_EVERY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Left:
    """Somebody whose link has just ended, and why: `gone` or `contact_gone`."""

    user: ChatUser
    company_id: int
    why: str


class Leavers:
    """Asks platforms about people, and directories about contacts, that live rights rest on.

    Each is asked once a day, by whichever process comes first; one that has not answered is asked
    again at the next sweep. `region` (ISO 3166) is the country of phones written without one.
    """

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

        A platform or directory that does not answer ends nobody, nor does what cannot be read.
        """
        return [*await self._gone(), *await self._contacts_gone()]

    async def _gone(self) -> Sequence[Left]:
        left = []
        for user in await self._to_ask():
            membership = self._memberships[user.platform]
            try:
                seen = await membership.person(user)
            except MembershipUnknown as unknown:
                structlog.get_logger().info("standing_unknown", reason=unknown.reason)
                continue
            if seen.user != user:
                continue
            companies = await self._linked_to(user) if seen.standing is Standing.GONE else []
            await self._linking.standings.note(seen)
            left += [Left(user=user, company_id=company_id, why="gone") for company_id in companies]
        return left

    async def _to_ask(self) -> Sequence[ChatUser]:
        """People with a live link of whom their platform has said nothing for a day.

        Of those on Telegram only their own blocking of the bot is ever heard: there is no workspace.
        """
        if Platform.SLACK not in self._memberships:
            return []
        now = self._books.clock()
        heard = exists().where(
            col(Person.platform) == col(Link.platform),
            col(Person.workspace) == col(Link.workspace),
            col(Person.user_id) == col(Link.user_id),
            col(Person.checked_at) > now - ASKED_EVERY,
        )
        async with self._books.reading() as session:
            found = await session.exec(
                select(col(Link.workspace), col(Link.user_id))
                .where(*is_live(now), col(Link.platform) == Platform.SLACK.value, ~heard)
                .distinct()
                .order_by(col(Link.workspace), col(Link.user_id))
            )
            return [ChatUser(Platform.SLACK, user_id, workspace) for workspace, user_id in found.all()]

    async def _linked_to(self, user: ChatUser) -> Sequence[int]:
        async with self._books.reading() as session:
            found = await session.exec(
                select(col(Link.company_id))
                .where(*is_person(Link, user), *is_live(self._books.clock()))
                .order_by(col(Link.company_id))
            )
            return found.all()

    async def _contacts_gone(self) -> Sequence[Left]:
        """Links and ties that rest on a contact no directory has at that company any more."""
        left: list[Left] = []
        recent = await self._asked_lately()
        for contact, rows in (await self._rights_by_contact()).items():
            digests = answer_digests(self._books.keys, contact)
            if recent.intersection(digests):
                continue
            known = await is_known(self._directories, contact, self._region)
            if known is None:
                continue
            for row in [] if known else rows:
                left += await self._end(contact, row)
            async with self._books.store.writing() as session:
                session.add(Spending(kind=ASKED, who=digests[0], at=self._books.clock()))
        return left

    async def _asked_lately(self) -> set[str]:
        since = self._books.clock() - ASKED_EVERY
        async with self._books.reading() as session:
            found = await session.exec(
                select(col(Spending.who)).where(col(Spending.kind) == ASKED, col(Spending.at) > since)
            )
            return set(found.all())

    async def _rights_by_contact(self) -> Mapping[ProvedContact, Sequence[Link | WorkspaceTie]]:
        """Live links and ties by what they rest on; those that rest on no contact are left out."""
        now = self._books.clock()
        async with self._books.reading() as session:
            links = await session.exec(
                select(Link, Company)
                .join(Company, col(Company.id) == col(Link.company_id))
                .where(*is_live(now), or_(col(Link.email).is_not(None), col(Link.phone).is_not(None)))
                .order_by(col(Link.id))
            )
            ties = await session.exec(
                select(WorkspaceTie, Company)
                .join(Company, col(Company.id) == col(WorkspaceTie.company_id))
                .where(*_tied(now), col(WorkspaceTie.email).is_not(None))
                .order_by(col(WorkspaceTie.id))
            )
            rows: list[tuple[Link | WorkspaceTie, Company]] = [*links.all(), *ties.all()]
            further = await further_keys(session, {row.company_id for row, _ in rows})
        found: dict[ProvedContact, list[Link | WorkspaceTie]] = {}
        for row, company in rows:
            keys = frozenset([(company.erp, company.erp_key), *further.get(row.company_id, ())])
            contact = self._contact_of(row, keys)
            if contact is not None:
                found.setdefault(contact, []).append(row)
        return found

    async def _end(self, contact: ProvedContact, row: Link | WorkspaceTie) -> Sequence[Left]:
        return await (self._end_link(contact, row) if isinstance(row, Link) else self._end_tie(row))

    async def _end_link(self, contact: ProvedContact, row: Link) -> Sequence[Left]:
        user = user_of(row)
        async with self._books.writing_about(user) as session:
            now = self._books.clock()
            found = await session.exec(select(Link).where(col(Link.id) == row.id, *is_live(now)))
            fresh = found.first()
            proof = (self._opened(fresh.email), self._opened(fresh.phone)) if fresh else None
            # Proved meanwhile by another mailbox or an invitation: it rests on this contact no more.
            if proof != (contact.email, contact.phone):
                return []
            ended = await end_links(session, user, now, why="contact_gone", company_id=row.company_id)
            for company_id in ended:
                await self._books.note(session, user, "unlink", "contact_gone", company_id)
        return [Left(user=user, company_id=company_id, why="contact_gone") for company_id in ended]

    async def _end_tie(self, row: WorkspaceTie) -> Sequence[Left]:
        by = ChatUser.of_key(row.proved_by)
        async with self._books.writing_about(None, f"workspace:{row.platform}:{row.workspace}") as session:
            now = self._books.clock()
            ended = await session.exec(
                update(WorkspaceTie)
                .where(col(WorkspaceTie.id) == row.id, *_tied(now))
                .values(revoked_at=now, ended_by="contact_gone")
                .returning(col(WorkspaceTie.id))
            )
            if ended.first() is None:
                return []
            await self._books.note(session, by, "workspace", "contact_gone", row.company_id)
        # Nobody is left to tell once whoever proved it was erased.
        return [] if is_erased(by) else [Left(user=by, company_id=row.company_id, why="contact_gone")]

    def _contact_of(self, row: Link | WorkspaceTie, keys: frozenset[ErpKey]) -> ProvedContact | None:
        email = self._opened(row.email)
        phone = self._opened(row.phone) if isinstance(row, Link) else None
        if email is None and phone is None:
            return None
        return ProvedContact(row.company_id, keys, email, phone)

    def _opened(self, sealed: Sealed | None) -> str | None:
        try:
            return self._books.keys.open(sealed) if sealed is not None else None
        except NotOurs:
            # A key was taken away too early: what cannot be read ends nobody.
            structlog.get_logger().error("sealed_unreadable", reason="key_missing")
            return None


def _tied(now: datetime) -> tuple[Any, ...]:
    return (
        col(WorkspaceTie.confirmed_at).is_not(None),
        col(WorkspaceTie.revoked_at).is_(None),
        col(WorkspaceTie.reverify_by) > now,
    )
