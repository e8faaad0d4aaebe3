"""Whether a contact that proved something is still one, by every directory there is."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.erp.errors import ErpError
from bot.erp.protocol import CompanyContact, ContactDirectory
from bot.keys import Keys, NotOurs
from bot.linking.addresses import same_address
from bot.linking.numbers import e164
from bot.linking.tables import Spending

ASKED = "contact_asked"
"""The kind of spending that remembers when the directories last answered for a contact."""


@dataclass(frozen=True)
class ProvedContact:
    """What a link or a workspace's tie rests on: a company's contact, by mailbox or phone (E.164)."""

    company_id: int
    keys: frozenset[tuple[str, str]]
    """Every key of the company, each with its ERP: a contact at any of them is the company's."""
    email: str | None
    phone: str | None

    @property
    def name(self) -> str:
        return f"{self.company_id}|{(self.email or '').casefold()}|{self.phone or ''}"

    def __repr__(self) -> str:
        return f"ProvedContact(company_id={self.company_id})"


def answer_digests(keys: Keys, contact: ProvedContact) -> tuple[str, ...]:
    """What a directories' answer for a contact is remembered by, newest key first."""
    return keys.digests("budget", f"{ASKED}|{contact.name}")


async def forget_answers(session: AsyncSession, keys: Keys, contact: ProvedContact) -> None:
    """Have the directories asked for a contact at the next sweep, however lately they answered."""
    await session.exec(
        delete(Spending).where(
            col(Spending.kind) == ASKED, col(Spending.who).in_(answer_digests(keys, contact))
        )
    )


async def is_known(
    directories: Sequence[ContactDirectory], contact: ProvedContact, region: str
) -> bool | None:
    """Whether some directory has the contact at its company; None while that cannot be told.

    It can be told only when all directories answer. `region` (ISO 3166, may be empty) is the country
    of phones they write without one.
    """
    certain = bool(directories)
    for directory in directories:
        try:
            if contact.email is not None:
                mailed = _at_company(contact, await directory.contacts_by_email(contact.email))
                if any(same_address(one.email, contact.email) for one in mailed):
                    return True
            if contact.phone is not None:
                called = _at_company(contact, await directory.contacts_by_phone(contact.phone))
                phones = [e164(one.phone, region) for one in called if one.phone]
                if contact.phone in phones:
                    return True
                # Without its country, which nobody told us, a number may well be this one.
                certain = certain and None not in phones
        except (ErpError, NotOurs) as failure:
            structlog.get_logger().info("contacts_unknown", reason=type(failure).__name__)
            certain = False
    return False if certain else None


def _at_company(contact: ProvedContact, found: Sequence[CompanyContact]) -> Sequence[CompanyContact]:
    return [one for one in found if (one.erp, one.company_key) in contact.keys]
