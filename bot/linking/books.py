"""Where linking writes: the store with its keys and clock, one audit row for everything."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.chat.people import ChatUser, Platform
from bot.keys import Keys
from bot.linking import audit, links
from bot.linking.access import Vouched, decide
from bot.linking.gathering import gather
from bot.linking.values import AuditEntry, LinkedCompany
from bot.store import Store

OPERATOR = ChatUser(Platform.CONSOLE, "operator")
"""Whoever has the command line."""


@dataclass(frozen=True, kw_only=True)
class Books:
    """What every way in works with. A link lasts `reverify_after`."""

    store: Store
    keys: Keys
    clock: Callable[[], datetime]
    reverify_after: timedelta

    def reading(self) -> AbstractAsyncContextManager[AsyncSession]:
        return self.store.reading()

    @asynccontextmanager
    async def writing_about(self, user: ChatUser | None, *others: str) -> AsyncIterator[AsyncSession]:
        """A transaction in which nothing else about this person, or those names, is decided meanwhile."""
        names = [f"person:{user.key}"] if user else []
        async with self.store.writing() as session:
            await self.store.lock(session, *names, *others)
            yield session

    async def note(
        self,
        session: AsyncSession,
        user: ChatUser,
        act: str,
        outcome: str,
        company_id: int | None = None,
        *,
        subject: Sequence[str] = (),
        conversation: str = "",
    ) -> None:
        """Add an audit row; `outcome` is a reason code, `subject` is sealed."""
        entry = AuditEntry(
            user=user,
            act=act,
            outcome=outcome,
            company_id=company_id,
            subject=tuple(subject),
            conversation=conversation,
        )
        await audit.write(session, self.keys, entry, self.clock())

    async def link(self, session: AsyncSession, user: ChatUser, company_id: int, proof: links.Proof) -> None:
        """Link a person, or prove their link anew. Neither audited nor made current here."""
        now = self.clock()
        await links.keep_link(
            session, self.keys, user, company_id, proof, now=now, reverify_by=now + self.reverify_after
        )

    async def made_current(
        self, session: AsyncSession, user: ChatUser, company_ids: Sequence[int]
    ) -> tuple[LinkedCompany, ...]:
        """Those of the companies the person's own links now reach; the first becomes current."""
        gathered = await gather(session, user, self.clock())
        own = decide(gathered, self.keys, Vouched(None)).companies
        linked = tuple(one for one in own if one.company_id in company_ids)
        if linked:
            await links.choose(session, user, linked[0].company_id)
        return linked
