"""Companies and their contacts: imported, or learned from an ERP that serves contacts."""

from collections.abc import Iterable, Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.erp.protocol import CompanyContact
from bot.keys import Keys
from bot.linking.addresses import address_digests, normal_address
from bot.linking.errors import EmailUnusable, ImportRefused
from bot.linking.tables import Company, Contact
from bot.linking.values import CompanyRow, Imported
from bot.store import Store, upsert


class StoredContacts:
    """The contact directory of imported contacts (`bot.erp.protocol.ContactDirectory`)."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store = store
        self._keys = keys

    async def contacts_by_email(self, email: str) -> Sequence[CompanyContact]:
        statement = (
            select(Company, Contact)
            .join(Contact, col(Contact.company_id) == col(Company.id))
            .where(col(Contact.email_digest).in_(address_digests(self._keys, normal_address(email))))
        )
        async with self._store.reading() as session:
            rows = (await session.exec(statement)).all()
        return [
            CompanyContact(
                erp=company.erp,
                company_key=company.erp_key,
                company_name=company.name,
                email=self._keys.open(contact.email),
                tax_id=company.tax_id,
                contact_name=self._keys.open(contact.name) if contact.name else None,
            )
            for company, contact in rows
        ]


async def import_companies(store: Store, keys: Keys, rows: Iterable[CompanyRow]) -> Imported:
    """Add companies and contacts, or bring them up to date; nobody is removed.

    All rows or none: raises ImportRefused for the first that cannot be used.
    """
    checked = [(row, _checked(row, number)) for number, row in enumerate(rows, start=1)]
    ids: dict[tuple[str, str], int] = {}
    contacts: set[tuple[int, str]] = set()
    async with store.writing() as session:
        for row, email in checked:
            company_id = await keep_company(session, row.erp, row.erp_key, row.name, row.tax_id)
            ids[(row.erp, row.erp_key)] = company_id
            if email is not None:
                contacts.add((company_id, await _keep_contact(session, keys, company_id, email, row)))
    return Imported(companies=len(ids), contacts=len(contacts))


async def keep_company(session: AsyncSession, erp: str, erp_key: str, name: str, tax_id: str | None) -> int:
    """Our id of a company; added when new, its name brought up to date, its state left alone."""
    known = {"tax_id": tax_id} if tax_id else {}
    company_id: int = await upsert(
        session,
        Company,
        {"erp": erp, "erp_key": erp_key, "name": name, "state": "active", **known},
        unique=("erp", "erp_key"),
        change=("name", *known),
        returning="id",
    )
    return company_id


async def _keep_contact(
    session: AsyncSession, keys: Keys, company_id: int, email: str, row: CompanyRow
) -> str:
    digests = address_digests(keys, email)
    found = select(Contact).where(
        col(Contact.company_id) == company_id, col(Contact.email_digest).in_(digests)
    )
    contact = (await session.exec(found)).first()
    if contact is None:
        contact = Contact(company_id=company_id, email_digest=digests[0], email=keys.seal(email))
    contact.email_digest = digests[0]
    contact.email = keys.seal(email)
    if row.contact_name:
        contact.name = keys.seal(row.contact_name)
    session.add(contact)
    await session.flush()
    return digests[0]


def _checked(row: CompanyRow, number: int) -> str | None:
    for name, value in (("erp", row.erp), ("erp_key", row.erp_key), ("name", row.name)):
        if not value.strip():
            raise ImportRefused(number, f"{name} is empty")
    if not row.email:
        return None
    try:
        return normal_address(row.email)
    except EmailUnusable as error:
        raise ImportRefused(number, "the e-mail address is not one") from error
