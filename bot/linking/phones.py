"""Linking by phone: the platform vouches that the number is the sender's, the ERP that it is a contact's."""

from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import col, select

from bot.chat.messages import SharedContact
from bot.chat.people import ChatUser
from bot.erp.protocol import CompanyContact, ContactDirectory
from bot.linking.budgets import spend
from bot.linking.companies import keep_company
from bot.linking.errors import PhoneNotUsable
from bot.linking.links import Proof
from bot.linking.numbers import e164
from bot.linking.roles import role_named
from bot.linking.service import Linking
from bot.linking.tables import Company
from bot.linking.values import LinkedCompany, VerifiedBy

PER_HOUR = 5


class Phones:
    """Links people by the phone their platform vouches for.

    `region` is the country (ISO 3166) of numbers the ERP writes without one.
    """

    def __init__(self, linking: Linking, directories: Sequence[ContactDirectory], *, region: str) -> None:
        self._linking = linking
        self._books = linking.books
        self._directories = tuple(directories)
        self._region = region

    async def link(self, user: ChatUser, contact: SharedContact) -> LinkedCompany:
        """Link the sender to the one company whose contact has this number, five tries an hour.

        Raises PhoneNotUsable: somebody else's card, no number, no contact, or contacts of several
        companies; TooMuch; ErpError when a directory cannot be asked.
        """
        async with self._books.writing_about(user) as session:
            await spend(
                session,
                self._books.keys,
                "phone",
                user.key,
                most=PER_HOUR,
                window=timedelta(hours=1),
                now=self._books.clock(),
            )
        # Telegram sends the number with its country code, often without the plus before it.
        phone = e164("+" + contact.phone.strip(), "") if contact.own else None
        contacts = await self._contacts(phone) if phone else []
        async with self._books.writing_about(user) as session:
            ids: dict[int, CompanyContact] = {}
            for one in contacts:
                company_id = await keep_company(
                    session, one.erp, one.company_key, one.company_name, one.tax_id
                )
                ids.setdefault(company_id, one)
            found = await session.exec(
                select(Company.id).where(col(Company.id).in_(ids), col(Company.state) == "active")
            )
            active = [company_id for company_id in found.all() if company_id is not None]
            linked: tuple[LinkedCompany, ...] = ()
            if len(active) == 1 and phone is not None:
                known = ids[active[0]]
                proof = Proof(
                    verified_by=VerifiedBy.PHONE,
                    phone=phone,
                    contact_name=known.contact_name,
                    first_role=role_named(known.role),
                )
                await self._books.link(session, user, active[0], proof)
                linked = await self._books.made_current(session, user, active)
            if linked:
                await self._books.note(session, user, "link", VerifiedBy.PHONE.value, active[0])
            else:
                await self._books.note(session, user, "phone", _why(contact, phone, active))
        if not linked:
            raise PhoneNotUsable
        return linked[0]

    async def _contacts(self, phone: str) -> list[CompanyContact]:
        found = [one for directory in self._directories for one in await directory.contacts_by_phone(phone)]
        # A directory may be lenient in how it searches: only this very number counts.
        return [one for one in found if one.phone and e164(one.phone, self._region) == phone]


def _why(contact: SharedContact, phone: str | None, active: Sequence[int]) -> str:
    if not contact.own:
        return "not_own"
    if phone is None:
        return "no_number"
    return "several_companies" if active else "no_contact"
