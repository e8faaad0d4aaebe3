"""Companies and their contacts: imported, or learned from an ERP that serves contacts."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.erp.protocol import CompanyContact
from bot.keys import Keys
from bot.linking.addresses import address_digests, normal_address
from bot.linking.books import OPERATOR, Books
from bot.linking.company_keys import KeyInUse, company_of_further_key, company_of_key, give_key, take_key
from bot.linking.errors import CompanyUnknown, EmailUnusable, ImportRefused
from bot.linking.numbers import e164
from bot.linking.replacing import remove_contacts
from bot.linking.roles import MEMBER_ROLES, Reach, Role
from bot.linking.tables import Company, Contact
from bot.linking.values import CompanyRow, Imported
from bot.store import Store, upsert

STATES = ("active", "on_hold", "closed")
"""Unless it is active, nobody sees a company's orders."""


class StoredContacts:
    """The contact directory of imported contacts (`bot.erp.protocol.ContactDirectory`)."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store = store
        self._keys = keys

    async def contacts_by_email(self, email: str) -> Sequence[CompanyContact]:
        digests = address_digests(self._keys, normal_address(email))
        return await self._contacts(col(Contact.email_digest).in_(digests))

    async def contacts_by_phone(self, phone: str) -> Sequence[CompanyContact]:
        return await self._contacts(col(Contact.phone_digest).in_(self._keys.digests("phone", phone)))

    async def _contacts(self, wanted: ColumnElement[bool]) -> Sequence[CompanyContact]:
        statement = (
            select(Company, Contact)
            .join(Contact, col(Contact.company_id) == col(Company.id))
            .where(wanted)
            .order_by(col(Contact.id))
        )
        async with self._store.reading() as session:
            rows = (await session.exec(statement)).all()
        return [
            CompanyContact(
                erp=company.erp,
                company_key=company.erp_key,
                company_name=company.name,
                email=self._keys.open(contact.email) if contact.email else "",
                tax_id=company.tax_id,
                contact_name=self._keys.open(contact.name) if contact.name else None,
                phone=self._keys.open(contact.phone) if contact.phone else None,
                role=contact.role,
            )
            for company, contact in rows
        ]


@dataclass(frozen=True)
class _Reachable:
    """How a contact of an import can be reached; at least one of the two, or there is no contact."""

    email: str | None
    phone: str | None


async def import_companies(
    store: Store,
    keys: Keys,
    rows: Iterable[CompanyRow],
    now: datetime,
    region: str,
    *,
    replace: bool,
) -> Imported:
    """Add companies and contacts, or bring them up to date; with `replace`, other contacts are removed.

    A row that says `same_as` adds a key to that company. All rows or none: raises ImportRefused for the
    first that cannot be used, and where `replace` would leave nobody. `region` (ISO 3166) is the country of
    phone numbers written without one.
    """
    checked = [(row, _checked(row, number, region), number) for number, row in enumerate(rows, start=1)]
    # What others are said to be the same as is there before them.
    checked.sort(key=lambda one: one[0].same_as is not None)
    ids: dict[tuple[str, str], int] = {}
    contacts: set[int] = set()
    async with store.writing() as session:
        for row, reachable, number in checked:
            await _keep_same(session, row, number, now)
            company_id = await keep_company(session, row.erp, row.erp_key, row.name, row.tax_id)
            ids[(row.erp, row.erp_key)] = company_id
            if reachable.email or reachable.phone:
                await _keep_contact(session, keys, company_id, reachable, row, contacts)
        for row, _, number in checked:
            if row.parent_key:
                await _keep_parent(session, row.erp, row.parent_key, ids[(row.erp, row.erp_key)], number)
        if replace and not contacts:
            raise ImportRefused(len(checked), "there is no contact, so nothing to replace the others by")
        erps = {erp for erp, _ in ids}
        removed = await remove_contacts(session, keys, erps, contacts) if replace else 0
        for row, reachable, _ in checked:
            # The phone of somebody who has just gone is free for whoever has it now.
            if removed and reachable.phone:
                await _keep_contact(session, keys, ids[(row.erp, row.erp_key)], reachable, row, contacts)
    return Imported(companies=len(set(ids.values())), contacts=len(contacts), removed=removed)


async def set_state(books: Books, erp: str, erp_key: str, state: str) -> str:
    """Open or close a company, on the operator's word; its name.

    Raises CompanyUnknown, and ValueError for a state there is not.
    """
    if state not in STATES:
        raise ValueError(f"a state is one of {', '.join(STATES)}")
    async with books.writing_about(None) as session:
        company_id = await company_of_key(session, erp, erp_key)
        company = await session.get(Company, company_id) if company_id is not None else None
        if company is None:
            raise CompanyUnknown(f"{erp} has no company with key {erp_key}")
        company.state, name = state, company.name
        await books.note(session, OPERATOR, "company_state", state, company.id)
    return name


async def keep_company(session: AsyncSession, erp: str, erp_key: str, name: str, tax_id: str | None) -> int:
    """Our id of a company; added when new, its name brought up to date, its state left alone.

    By a further key it is found as it is: it goes by the name it has where it was first known.
    """
    if (owner := await company_of_further_key(session, erp, erp_key)) is not None:
        return owner
    known = {"tax_id": tax_id} if tax_id else {}
    company_id: int = await upsert(
        session,
        Company,
        {
            "erp": erp,
            "erp_key": erp_key,
            "name": name,
            "name_folded": folded(name),
            "state": "active",
            "default_role": Role.BUYER.value,
            "default_reach": Reach.COMPANY.value,
            **known,
        },
        unique=("erp", "erp_key"),
        change=("name", "name_folded", *known),
        returning="id",
    )
    return company_id


def folded(name: str) -> str:
    """A name without case, accents and spare spaces, as it is searched by."""
    spelled = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(one for one in spelled if not unicodedata.combining(one)).split())


async def _keep_contact(
    session: AsyncSession,
    keys: Keys,
    company_id: int,
    reachable: _Reachable,
    row: CompanyRow,
    contacts: set[int],
) -> None:
    """Keep a contact, found by its address or else by its phone; `contacts` are those of the import.

    A phone that a contact with another address has stays with that one: colleagues may share it.
    """
    email_digests = address_digests(keys, reachable.email) if reachable.email else ()
    phone_digests = keys.digests("phone", reachable.phone) if reachable.phone else ()
    mailed = await _contact(session, company_id, col(Contact.email_digest).in_(email_digests))
    called = await _contact(session, company_id, col(Contact.phone_digest).in_(phone_digests))
    if called is not None and called is not mailed and reachable.email:
        if called.email_digest is not None:
            called, phone_digests = None, ()
        elif mailed is not None:
            # One contact, told by its address and by its phone before.
            contacts.discard(called.id or 0)
            await session.delete(called)
            await session.flush()
    contact = mailed or called or Contact(company_id=company_id)
    if reachable.email:
        contact.email_digest, contact.email = email_digests[0], keys.seal(reachable.email)
    if reachable.phone and phone_digests:
        contact.phone_digest, contact.phone = phone_digests[0], keys.seal(reachable.phone)
    if row.contact_name:
        contact.name = keys.seal(row.contact_name)
    if row.role:
        contact.role = row.role
    session.add(contact)
    await session.flush()
    contacts.add(contact.id or 0)


async def _contact(session: AsyncSession, company_id: int, found_by: ColumnElement[bool]) -> Contact | None:
    return (
        await session.exec(select(Contact).where(col(Contact.company_id) == company_id, found_by))
    ).first()


async def _keep_same(session: AsyncSession, row: CompanyRow, number: int, now: datetime) -> None:
    """Do as the row says about whose key it is."""
    if row.apart:
        await take_key(session, row.erp, row.erp_key)
    if row.same_as is None:
        return
    company_id = await company_of_key(session, *row.same_as)
    if company_id is None:
        raise ImportRefused(number, "same_as is the key of no company")
    try:
        await give_key(session, row.erp, row.erp_key, company_id, now)
    except KeyInUse as refused:
        raise ImportRefused(number, refused.why) from refused


async def _keep_parent(
    session: AsyncSession, erp: str, parent_key: str, company_id: int, number: int
) -> None:
    """Make a company a branch of another, which must not be below it."""
    parent = await company_of_key(session, erp, parent_key)
    if parent is None:
        raise ImportRefused(number, "parent_key is the key of no company")
    above: int | None = parent
    while above is not None:
        if above == company_id:
            raise ImportRefused(number, "the company would be a branch of itself")
        above = (await session.exec(select(Company.parent_id).where(col(Company.id) == above))).first()
    await session.exec(update(Company).where(col(Company.id) == company_id).values(parent_id=parent))


def _checked(row: CompanyRow, number: int, region: str) -> _Reachable:
    for name, value in (("erp", row.erp), ("erp_key", row.erp_key), ("name", row.name)):
        if not value.strip():
            raise ImportRefused(number, f"{name} is empty")
    if row.role and row.role not in {role.value for role in MEMBER_ROLES}:
        raise ImportRefused(number, f"role is none of {', '.join(MEMBER_ROLES)}")
    if row.same_as is not None and (row.parent_key or row.apart):
        raise ImportRefused(number, "a further key has no parent of its own")
    phone = e164(row.phone, region) if row.phone else None
    if row.phone and phone is None:
        raise ImportRefused(number, "the phone number is not one")
    try:
        return _Reachable(normal_address(row.email) if row.email else None, phone)
    except EmailUnusable as error:
        raise ImportRefused(number, "the e-mail address is not one") from error
