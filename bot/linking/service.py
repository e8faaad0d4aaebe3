"""Linking as the rest of the bot uses it."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.chat import ChatUser
from bot.erp.protocol import CompanyContact, ContactDirectory
from bot.keys import Keys
from bot.linking import audit, codes, links
from bot.linking.access import access_of
from bot.linking.addresses import address_digests, normal_address, same_address
from bot.linking.companies import import_companies, keep_company
from bot.linking.errors import CodeNotAccepted, CompanyUnknown, EmailUnusable, NotLinked
from bot.linking.tables import Company
from bot.linking.values import (
    Access,
    AuditEntry,
    CompanyRow,
    Imported,
    IssuedCode,
    LinkedCompany,
    VerifiedBy,
)
from bot.store import Store, utc_now


class Linking:
    """Who may see which company's orders. Holds no state; everything is in the store.

    `directories` are asked who has an address: the ERP where it serves contacts, and
    `StoredContacts` for imported ones. A link lasts `reverify_after`.
    """

    def __init__(
        self,
        store: Store,
        keys: Keys,
        directories: Sequence[ContactDirectory],
        *,
        clock: Callable[[], datetime] = utc_now,
        reverify_after: timedelta = timedelta(days=90),
    ) -> None:
        self._store = store
        self._keys = keys
        self._directories = tuple(directories)
        self._clock = clock
        self._reverify_after = reverify_after

    async def access(self, user: ChatUser) -> Access:
        """What this person may see at this moment, in one SQL statement."""
        async with self._store.reading() as session:
            return await access_of(session, user, self._clock())

    async def request_code(self, user: ChatUser, email: str, *, conversation: str = "") -> IssuedCode | None:
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
        async with self._writing_about(user, f"address:{digests[0]}") as session:
            now = self._clock()
            if await codes.is_exhausted(session, user, digests, now):
                await self._note(session, user, "code_request", "exhausted", None, conversation)
                return None
            companies = await _active_companies(session, contacts)
            code_id, code = await codes.keep_code(
                session,
                self._keys,
                user,
                email_digest=digests[0],
                company_ids=[company_id for company_id, _ in companies],
                now=now,
            )
            outcome = "issued" if companies else "unknown_address"
            await self._note(session, user, "code_request", outcome, None, conversation)
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

    async def redeem(self, user: ChatUser, code: str, *, conversation: str = "") -> tuple[LinkedCompany, ...]:
        """Link the person to every company the code was issued for; the first one becomes current.

        Raises CodeNotAccepted: CodeWrong (with `tries_left`), CodeExpired or NoCodePending.
        """
        async with self._writing_about(user) as session:
            now = self._clock()
            redeemed = await codes.redeem(session, self._keys, user, code, now)
            if isinstance(redeemed, CodeNotAccepted):
                await self._note(session, user, "code_fail", redeemed.reason, None, conversation)
            else:
                for company_id in redeemed.company_ids:
                    await self._link(
                        session, user, company_id, VerifiedBy.EMAIL_CODE, redeemed.email_digest, now
                    )
                    await self._note(
                        session, user, "link", VerifiedBy.EMAIL_CODE.value, company_id, conversation
                    )
                access = await access_of(session, user, now)
                linked = tuple(one for one in access.companies if one.company_id in redeemed.company_ids)
                if linked:
                    await links.choose(session, user, linked[0].company_id)
        if isinstance(redeemed, CodeNotAccepted):
            raise redeemed
        return linked

    async def pending_code(self, user: ChatUser) -> bool:
        """Whether six digits from this person are meant as a code rather than an order number."""
        async with self._store.reading() as session:
            return await codes.is_pending(session, user, self._clock())

    async def use_company(self, user: ChatUser, company_id: int, *, conversation: str = "") -> LinkedCompany:
        """Make one of the person's companies the current one; raises NotLinked."""
        async with self._writing_about(user) as session:
            access = await access_of(session, user, self._clock())
            company = next((one for one in access.companies if one.company_id == company_id), None)
            if company is not None:
                await links.choose(session, user, company_id)
            outcome = "chosen" if company else NotLinked.reason
            await self._note(session, user, "use_company", outcome, company_id, conversation)
        if company is None:
            raise NotLinked
        return company

    async def unlink(self, user: ChatUser, *, conversation: str = "") -> int:
        """End all links of a person, and void a code on its way; how many links were ended."""
        async with self._writing_about(user) as session:
            ended = await links.end_links(session, user, self._clock())
            for company_id in ended:
                await self._note(session, user, "unlink", "ended", company_id, conversation)
        return len(ended)

    async def link_directly(self, user: ChatUser, erp: str, erp_key: str) -> LinkedCompany:
        """Link somebody on the operator's word, as `orderbot` on the command line does.

        The company becomes current. Raises CompanyUnknown when it is not stored or not active.
        """
        async with self._writing_about(user) as session:
            now = self._clock()
            found = await session.exec(
                select(Company.id).where(col(Company.erp) == erp, col(Company.erp_key) == erp_key)
            )
            company_id = found.first()
            if company_id is None:
                raise CompanyUnknown(f"{erp} has no company with key {erp_key}; import it first")
            await self._link(session, user, company_id, VerifiedBy.OPERATOR, None, now)
            access = await access_of(session, user, now)
            linked = next((one for one in access.companies if one.company_id == company_id), None)
            if linked is None:
                raise CompanyUnknown(f"The company with key {erp_key} is not active")
            await links.choose(session, user, company_id)
            await self._note(session, user, "link", VerifiedBy.OPERATOR.value, company_id, "")
        return linked

    async def record(self, entry: AuditEntry) -> None:
        """Add a row to the audit."""
        async with self._store.writing() as session:
            await audit.write(session, self._keys, entry, self._clock())

    async def note(self, session: AsyncSession, entries: Iterable[AuditEntry]) -> None:
        """Add rows to the audit in the caller's transaction."""
        now = self._clock()
        for entry in entries:
            await audit.write(session, self._keys, entry, now)

    async def import_companies(self, rows: Iterable[CompanyRow]) -> Imported:
        """Add companies and contacts or bring them up to date: all rows, or ImportRefused and none."""
        return await import_companies(self._store, self._keys, rows)

    @asynccontextmanager
    async def _writing_about(self, user: ChatUser, *others: str) -> AsyncIterator[AsyncSession]:
        """A transaction in which nothing else about this person is decided meanwhile."""
        async with self._store.writing() as session:
            await self._store.lock(session, f"person:{user.key}", *others)
            yield session

    async def _contacts(self, email: str) -> list[CompanyContact]:
        contacts = [
            contact for directory in self._directories for contact in await directory.contacts_by_email(email)
        ]
        # An ERP that ignores its filter answers with everybody: only this very address counts.
        return [contact for contact in contacts if same_address(contact.email, email)]

    async def _link(
        self,
        session: AsyncSession,
        user: ChatUser,
        company_id: int,
        verified_by: VerifiedBy,
        email_digest: str | None,
        now: datetime,
    ) -> None:
        await links.keep_link(
            session,
            user,
            company_id,
            verified_by=verified_by,
            email_digest=email_digest,
            now=now,
            reverify_by=now + self._reverify_after,
        )

    async def _note(
        self,
        session: AsyncSession,
        user: ChatUser,
        act: str,
        outcome: str,
        company_id: int | None,
        conversation: str,
    ) -> None:
        entry = AuditEntry(
            user=user, act=act, outcome=outcome, company_id=company_id, conversation=conversation
        )
        await audit.write(session, self._keys, entry, self._clock())


def _address_or_none(text: str) -> str | None:
    try:
        return normal_address(text)
    except EmailUnusable:
        return None


async def _active_companies(
    session: AsyncSession, contacts: Sequence[CompanyContact]
) -> list[tuple[int, str]]:
    """Our ids and names of the companies of these contacts, by name, without inactive ones."""
    ids = {
        await keep_company(session, contact.erp, contact.company_key, contact.company_name, contact.tax_id)
        for contact in contacts
    }
    found = await session.exec(
        select(Company).where(col(Company.id).in_(ids), col(Company.state) == "active")
    )
    companies = [(company.id, company.name) for company in found if company.id is not None]
    return sorted(companies, key=lambda one: (one[1].casefold(), one[0]))
