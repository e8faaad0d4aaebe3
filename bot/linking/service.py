"""Linking as the rest of the bot uses it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.chat.people import ChatUser, Conversation, Platform
from bot.erp.protocol import CompanyContact, ContactDirectory
from bot.keys import Keys
from bot.linking import audit, codes, links
from bot.linking.access import decide
from bot.linking.addresses import address_digests, normal_address, same_address
from bot.linking.books import Books
from bot.linking.companies import import_companies, keep_company
from bot.linking.company_keys import company_of_key
from bot.linking.errors import CodeNotAccepted, CompanyNotActive, CompanyUnknown, EmailUnusable, NotLinked
from bot.linking.gathering import gather, look
from bot.linking.roles import Reach, Role, role_named
from bot.linking.standings import Standings
from bot.linking.tables import Company, Link, WorkspaceTie
from bot.linking.values import (
    Access,
    AuditEntry,
    CompanyRow,
    Imported,
    IssuedCode,
    LinkedCompany,
    VerifiedBy,
)
from bot.membership import Membership
from bot.store import Store, Write, utc_now

LINK, WORKSPACE = "link", "workspace"
"""What a mailed code may be for."""


class Linking:
    """Who may see which company's orders. Holds no state; everything is in the store.

    `directories` are asked who has an address: the ERP where it serves contacts, and
    `StoredContacts` for imported ones. A link lasts `reverify_after`. Rights of the `closed` kinds
    (`workspace`, `staff`, `channel`) do not count, whatever is stored.
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
        self._directories = self.directories = tuple(directories)
        self._clock = clock
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

    async def request_code(self, user: ChatUser, email: str, *, purpose: str = LINK) -> IssuedCode | None:
        """Issue a code to an address some company's contact has, in place of an older one.

        None when there is nothing to mail: an unknown address, one that is none, or the limits of
        the hour (3 codes a person, 5 an address). Tell the person the same in every case; what is
        stored, and what a typed code then does, is the same too. Raises ErpError when a directory
        cannot be asked; nothing has been counted then.
        """
        address = _address_or_none(email)
        digests = address_digests(self._keys, address or email.strip())
        async with self._store.reading() as session:
            exhausted = await codes.is_exhausted(session, user, digests, self._clock())
        contacts = await self._contacts(address) if address and not exhausted else []
        async with self.books.writing_about(user, f"address:{digests[0]}") as session:
            now = self._clock()
            if await codes.is_exhausted(session, user, digests, now):
                await self.books.note(session, user, "code_request", "exhausted")
                return None
            companies = await _active_companies(session, contacts)
            code_id, code = await codes.keep_code(
                session,
                self._keys,
                user,
                purpose=purpose,
                email_digest=digests[0],
                email=normal_address(contacts[0].email) if contacts else None,
                companies=[provable for provable, _ in companies],
                now=now,
            )
            outcome = "issued" if companies else "unknown_address"
            await self.books.note(session, user, "code_request", outcome)
        if not companies:
            return None
        return IssuedCode(
            id=code_id,
            code=code,
            email=normal_address(contacts[0].email),
            companies=tuple(name for _, name in companies),
            expires_at=now + codes.LIFETIME,
        )

    async def withdraw_code(self, issued: IssuedCode) -> None:
        """Forget a code whose mail could not be sent, so that it does not count against anybody."""
        async with self._store.writing() as session:
            await codes.withdraw(session, issued.id)

    async def redeem(self, user: ChatUser, code: str) -> tuple[LinkedCompany, ...]:
        """Link the person to every company the code was issued for; the first one becomes current.

        Raises CodeNotAccepted: CodeWrong (with `tries_left`), CodeExpired or NoCodePending.
        """
        async with self.books.writing_about(user) as session:
            now = self._clock()
            redeemed = await codes.redeem(session, self._keys, user, code, now, purpose=LINK)
            if isinstance(redeemed, CodeNotAccepted):
                await self.books.note(session, user, "code_fail", redeemed.reason)
            else:
                linked = await self._link_all(session, user, redeemed)
        if isinstance(redeemed, CodeNotAccepted):
            raise redeemed
        if not linked:
            raise CompanyNotActive
        return linked

    async def _link_all(
        self, session: AsyncSession, user: ChatUser, proved: codes.Redemption
    ) -> tuple[LinkedCompany, ...]:
        ids = [one.company_id for one in proved.companies]
        found = await session.exec(
            select(Company.id).where(col(Company.id).in_(ids), col(Company.state) == "active")
        )
        active = set(found)
        for one in (company for company in proved.companies if company.company_id in active):
            proof = links.Proof(
                verified_by=VerifiedBy.EMAIL_CODE,
                email=proved.email,
                contact_name=one.contact_name,
                first_role=one.role,
            )
            await self.books.link(session, user, one.company_id, proof)
            await self.books.note(session, user, "link", VerifiedBy.EMAIL_CODE.value, one.company_id)
        return await self.books.made_current(session, user, ids)

    async def pending_code(self, user: ChatUser) -> str | None:
        """What six digits from this person are meant for: `link`, `workspace`, or None: a number."""
        async with self._store.reading() as session:
            return await codes.pending_purpose(session, user, self._clock())

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

    async def _contacts(self, email: str) -> list[CompanyContact]:
        contacts = [
            contact for directory in self._directories for contact in await directory.contacts_by_email(email)
        ]
        # An ERP that ignores its filter answers with everybody: only this very address counts.
        return [contact for contact in contacts if same_address(contact.email, email)]


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


def _address_or_none(text: str) -> str | None:
    try:
        return normal_address(text)
    except EmailUnusable:
        return None


async def _active_companies(
    session: AsyncSession, contacts: Sequence[CompanyContact]
) -> list[tuple[codes.Provable, str]]:
    """The companies of these contacts, with their names, by name; without inactive ones."""
    by_id: dict[int, CompanyContact] = {}
    for contact in contacts:
        company_id = await keep_company(
            session, contact.erp, contact.company_key, contact.company_name, contact.tax_id
        )
        by_id.setdefault(company_id, contact)
    found = await session.exec(
        select(Company).where(col(Company.id).in_(by_id), col(Company.state) == "active")
    )
    companies = [
        (codes.Provable(company.id, contact.contact_name, role_named(contact.role)), company.name)
        for company in found
        if company.id is not None and (contact := by_id[company.id])
    ]
    return sorted(companies, key=lambda one: (one[1].casefold(), one[0].company_id))
