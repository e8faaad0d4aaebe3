"""The way in by a code that is mailed to an address which some company's contact has."""

from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.chat.people import ChatUser
from bot.erp.protocol import CompanyContact, ContactDirectory
from bot.linking import codes, links
from bot.linking.addresses import address_digests, normal_address, same_address
from bot.linking.books import Books
from bot.linking.companies import keep_company
from bot.linking.errors import CodeNotAccepted, CompanyNotActive, EmailUnusable
from bot.linking.roles import role_named
from bot.linking.tables import Company
from bot.linking.values import IssuedCode, LinkedCompany, VerifiedBy

LINK, WORKSPACE = "link", "workspace"
"""What a mailed code may be for."""


class MailedCodes:
    """Issues codes and takes them. The `directories` are asked who has an address."""

    def __init__(self, books: Books, directories: Sequence[ContactDirectory]) -> None:
        self._books = books
        self._directories = tuple(directories)

    async def request(self, user: ChatUser, email: str, *, purpose: str = LINK) -> IssuedCode | None:
        """Issue a code to an address some company's contact has, in place of an older one.

        None when there is nothing to mail: an unknown address, one that is none, or the limits of
        the hour (3 codes a person, 5 an address). Tell the person the same in every case; what is
        stored, and what a typed code then does, is the same too. Raises ErpError when a directory
        cannot be asked; nothing has been counted then.
        """
        address = _address_or_none(email)
        digests = address_digests(self._books.keys, address or email.strip())
        async with self._books.reading() as session:
            exhausted = await codes.is_exhausted(session, user, digests, self._books.clock())
        contacts = await self._contacts(address) if address and not exhausted else []
        async with self._books.writing_about(user, f"address:{digests[0]}") as session:
            now = self._books.clock()
            if await codes.is_exhausted(session, user, digests, now):
                await self._books.note(session, user, "code_request", "exhausted")
                return None
            companies = await _active_companies(session, contacts)
            code_id, code = await codes.keep_code(
                session,
                self._books.keys,
                user,
                purpose=purpose,
                email_digest=digests[0],
                email=normal_address(contacts[0].email) if contacts else None,
                companies=[provable for provable, _ in companies],
                now=now,
            )
            outcome = "issued" if companies else "unknown_address"
            await self._books.note(session, user, "code_request", outcome)
        if not companies:
            return None
        return IssuedCode(
            id=code_id,
            code=code,
            email=normal_address(contacts[0].email),
            companies=tuple(name for _, name in companies),
            expires_at=now + codes.LIFETIME,
        )

    async def withdraw(self, issued: IssuedCode) -> None:
        """Forget a code whose mail could not be sent, so that it does not count against anybody."""
        async with self._books.store.writing() as session:
            await codes.withdraw(session, issued.id)

    async def redeem(self, user: ChatUser, code: str) -> tuple[LinkedCompany, ...]:
        """Link the person to every company the code was issued for; the first one becomes current.

        Raises CodeNotAccepted: CodeWrong (with `tries_left`), CodeExpired or NoCodePending.
        """
        async with self._books.writing_about(user) as session:
            now = self._books.clock()
            redeemed = await codes.redeem(session, self._books.keys, user, code, now, purpose=LINK)
            if isinstance(redeemed, CodeNotAccepted):
                await self._books.note(session, user, "code_fail", redeemed.reason)
            else:
                linked = await self._link_all(session, user, redeemed)
        if isinstance(redeemed, CodeNotAccepted):
            raise redeemed
        if not linked:
            raise CompanyNotActive
        return linked

    async def pending(self, user: ChatUser) -> str | None:
        """What six digits from this person are meant for: `link`, `workspace`, or None: a number."""
        async with self._books.reading() as session:
            return await codes.pending_purpose(session, user, self._books.clock())

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
            await self._books.link(session, user, one.company_id, proof)
            await self._books.note(session, user, "link", VerifiedBy.EMAIL_CODE.value, one.company_id)
        return await self._books.made_current(session, user, ids)

    async def _contacts(self, email: str) -> list[CompanyContact]:
        contacts = [
            contact for directory in self._directories for contact in await directory.contacts_by_email(email)
        ]
        # An ERP that ignores its filter answers with everybody: only this very address counts.
        return [contact for contact in contacts if same_address(contact.email, email)]


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
