"""Contacts that an import no longer names."""

from collections.abc import Collection

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.keys import Keys, NotOurs, Sealed
from bot.linking.contacts import ProvedContact, forget_answers
from bot.linking.tables import Company, Contact


async def remove_contacts(
    session: AsyncSession, keys: Keys, erps: Collection[str], keep: Collection[int]
) -> int:
    """Remove the contacts of these ERPs' companies but for some; how many went.

    Links and ties that rest on them end when the directories are asked next, which they are again at once.
    """
    found = await session.exec(
        select(Contact)
        .join(Company, col(Company.id) == col(Contact.company_id))
        .where(col(Company.erp).in_(erps), col(Contact.id).not_in(keep))
    )
    contacts = found.all()
    for contact in contacts:
        email, phone = _opened(keys, contact.email), _opened(keys, contact.phone)
        for proved in {(email, None), (None, phone), (email, phone)} - {(None, None)}:
            await forget_answers(session, keys, ProvedContact(contact.company_id, frozenset(), *proved))
        await session.exec(delete(Contact).where(col(Contact.id) == contact.id))
    return len(contacts)


def _opened(keys: Keys, sealed: Sealed | None) -> str | None:
    try:
        return keys.open(sealed) if sealed is not None else None
    except NotOurs:
        return None
