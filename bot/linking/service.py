"""Linking as the rest of the bot uses it: who may see what, which company they ask for, what is on record."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.chat.people import ChatUser, Conversation, Platform
from bot.erp.protocol import ContactDirectory
from bot.keys import Keys
from bot.linking import audit, links
from bot.linking.access import decide
from bot.linking.books import Books
from bot.linking.companies import import_companies
from bot.linking.company_keys import company_of_key
from bot.linking.errors import CompanyUnknown, NotLinked
from bot.linking.gathering import gather, look
from bot.linking.mailed_codes import MailedCodes
from bot.linking.roles import Reach, Role
from bot.linking.standings import Standings
from bot.linking.tables import Company, Link, WorkspaceTie
from bot.linking.values import (
    Access,
    AuditEntry,
    CompanyRow,
    Imported,
    LinkedCompany,
    VerifiedBy,
)
from bot.membership import Membership
from bot.store import Store, Write, utc_now


class Linking:
    """Who may see which company's orders. Holds no state; everything is in the store.

    `directories` are asked who has an address: the ERP where it serves contacts, and
    `StoredContacts` for imported ones. A link lasts `reverify_after`. Rights of the `closed` kinds
    (`workspace`, `staff`, `channel`) do not count, whatever is stored. Mailed codes are `codes`, and what
    platforms say of people `standings`.
    """

    def __init__(
        self,
        store: Store,
        keys: Keys,
        directories: Sequence[ContactDirectory],
        *,
        clock: Callable[[], datetime] = utc_now,
        reverify_after: timedelta = timedelta(days=90),
        memberships: Mapping[Platform, Membership] | None = None,
        staff_workspace: str = "",
        closed: frozenset[str] = frozenset(),
    ) -> None:
        self.books = Books(store=store, keys=keys, clock=clock, reverify_after=reverify_after)
        self._store = store
        self._keys = keys
        self._clock = clock
        self.directories = tuple(directories)
        self.codes = MailedCodes(self.books, directories)
        self.standings = Standings(self.books, memberships or {}, staff_workspace)
        self._closed = closed

    async def access(
        self, user: ChatUser, *, place: Conversation | None = None, concerning: int | None = None
    ) -> Access:
        """What this person may see at this moment, in one SQL statement.

        `place` is where they speak, `concerning` a company that a button or file of theirs names. The
        platform is asked how they stand when a right rests on it and its last word is too old.
        """
        gathered = await look(self._store, user, self._clock(), place=place, concerning=concerning)
        gathered = gathered.without(self._closed)
        return decide(gathered, self._keys, await self.standings.vouched(user, gathered))

    async def use_company(self, user: ChatUser, company_id: int) -> LinkedCompany:
        """Make one of the person's companies the current one; raises NotLinked."""
        async with self._store.reading() as session:
            gathered = await gather(session, user, self._clock())
        vouched = await self.standings.vouched(user, gathered.without(self._closed))
        async with self.books.writing_about(user) as session:
            gathered = await gather(session, user, self._clock(), concerning=company_id)
            company = decide(gathered.without(self._closed), self._keys, vouched).company(company_id)
            if company is not None:
                await links.choose(session, user, company_id)
            outcome = "chosen" if company else NotLinked.reason
            await self.books.note(session, user, "use_company", outcome, company_id)
        if company is None:
            raise NotLinked
        return company

    async def unlink(self, user: ChatUser, *, why: str = "unlinked") -> int:
        """End all links of a person, and void a code on its way; how many links were ended."""
        async with self.books.writing_about(user) as session:
            ended = await links.end_links(session, user, self._clock(), why=why)
            for company_id in ended:
                await self.books.note(session, user, "unlink", why, company_id)
        return len(ended)

    async def link_directly(
        self,
        user: ChatUser,
        erp: str,
        erp_key: str,
        *,
        role: Role | None = None,
        reach: Reach | None = None,
        branch_key: str | None = None,
        contact_name: str | None = None,
    ) -> LinkedCompany:
        """Link somebody on the operator's word, as `orderbot` on the command line does.

        `branch_key` goes with reach `unit`; `contact_name`, as the ERP has it, with reach `own`. The company
        becomes current. Raises CompanyUnknown when it is not stored or not active, or has no such branch.
        """
        async with self.books.writing_about(user) as session:
            company_id = await company_of_key(session, erp, erp_key)
            if company_id is None:
                raise CompanyUnknown(f"{erp} has no company with key {erp_key}; import it first")
            proof = links.Proof(
                verified_by=VerifiedBy.OPERATOR,
                role=role,
                reach=reach,
                unit_id=await _branch_of(session, company_id, branch_key) if branch_key else None,
                contact_name=contact_name,
            )
            await self.books.link(session, user, company_id, proof)
            linked = await self.books.made_current(session, user, [company_id])
            if not linked:
                raise CompanyUnknown(f"The company with key {erp_key} is not active, or the reach is empty")
            await self.books.note(session, user, "link", VerifiedBy.OPERATOR.value, company_id)
        return linked[0]

    async def proof_address(self, user: ChatUser, company_id: int) -> str | None:
        """The mailbox that proved a person's live link, or their workspace's tie: where notices go."""
        async with self._store.reading() as session:
            found = await session.exec(
                select(col(Link.email)).where(
                    *links.is_person(Link, user),
                    col(Link.company_id) == company_id,
                    col(Link.revoked_at).is_(None),
                )
            )
            sealed = found.first()
            if sealed is None and user.workspace:
                ties = await session.exec(
                    select(col(WorkspaceTie.email)).where(
                        col(WorkspaceTie.platform) == user.platform.value,
                        col(WorkspaceTie.workspace) == user.workspace,
                        col(WorkspaceTie.company_id) == company_id,
                        col(WorkspaceTie.confirmed_at).is_not(None),
                        col(WorkspaceTie.revoked_at).is_(None),
                    )
                )
                sealed = ties.first()
        return self._keys.open(sealed) if sealed is not None else None

    async def record(self, entry: AuditEntry) -> None:
        """Add a row to the audit."""
        async with self._store.writing() as session:
            await audit.write(session, self._keys, entry, self._clock())

    async def note(self, session: AsyncSession, entries: Iterable[AuditEntry]) -> None:
        """Add rows to the audit in the caller's transaction."""
        now = self._clock()
        for entry in entries:
            await audit.write(session, self._keys, entry, now)

    def notes(self, entries: Iterable[AuditEntry]) -> list[Write]:
        """The same as writes, for a transaction of nothing else (`Store.write`)."""
        now = self._clock()
        return [audit.added(self._keys, entry, now) for entry in entries]

    async def import_companies(
        self, rows: Iterable[CompanyRow], *, region: str = "", replace: bool = False
    ) -> Imported:
        """Add companies and contacts or bring them up to date: all rows, or ImportRefused and none.

        `region` is the country of phone numbers that are written without one. With `replace`, contacts that
        no row names are removed.
        """
        return await import_companies(self._store, self._keys, rows, self._clock(), region, replace=replace)


async def _branch_of(session: AsyncSession, company_id: int, branch_key: str) -> int:
    found = await session.exec(
        select(Company.id).where(
            col(Company.parent_id) == company_id,
            col(Company.erp_key) == branch_key,
            col(Company.state) == "active",
        )
    )
    branch_id = found.first()
    if branch_id is None:
        raise CompanyUnknown(f"The company has no active branch with key {branch_key}")
    return branch_id
