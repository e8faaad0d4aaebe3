"""Who the ERP knows at its customers, by e-mail address or phone. Asked before anybody is linked."""

import re
from collections.abc import Callable, Mapping, Sequence

from bot.erp import fields
from bot.erp.bodies import records
from bot.erp.odoo.connection import Connection
from bot.erp.odoo.domains import Domain, any_of, leaf, literal
from bot.erp.odoo.layout import PARTNER, Layout, Layouts
from bot.erp.odoo.values import linking, whole_id
from bot.erp.protocol import CompanyContact

_MOST = 50
_PHONES = ("phone", "mobile")
_COMPANY = "commercial_partner_id"
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
# Numbers are written with and without country and area codes; their ends agree.
_SAME_END = 8


class Contacts:
    """Partners with an address or a number, each with the company (commercial entity) it is of."""

    def __init__(self, connection: Connection, layouts: Layouts, erp: str) -> None:
        self._connection = connection
        self._layouts = layouts
        self._erp = erp

    async def by_email(self, email: str) -> Sequence[CompanyContact]:
        """Contacts with exactly this address, compared without case."""
        wanted = email.strip()
        if not 3 <= len(wanted) <= 254 or "@" not in wanted or fields.plain(wanted) != wanted:
            return []

        def condition(layout: Layout) -> Domain:
            # `=ilike` compares without case, and takes `%` and `_` for wildcards unless they are escaped.
            written = leaf("email", "=ilike", literal(wanted))
            if not layout.has(PARTNER, "email_normalized"):
                return written
            return any_of((written, leaf("email_normalized", "=", wanted.lower())))

        found = await self._partners(condition)
        return [one for one in found if one.email.casefold() == wanted.casefold()]

    async def by_phone(self, phone: str) -> Sequence[CompanyContact]:
        """Contacts whose number ends like this one, as Odoo writes it; whoever asks compares again."""
        if not _E164.fullmatch(phone):
            return []
        end = phone[1:][-_SAME_END:]
        # Only digits, and wildcards of ours between them: people write spaces, dashes and brackets.
        spread = "%" + "%".join(end) + "%"

        def condition(layout: Layout) -> Domain:
            conditions = [leaf(name, "=like", spread) for name in layout.some(PARTNER, *_PHONES)]
            if layout.has(PARTNER, "phone_sanitized"):
                conditions.append(leaf("phone_sanitized", "=", phone))
            return any_of(conditions)

        found = await self._partners(condition, _PHONES)
        return [one for one in found if _digits(one.phone or "").endswith(end)]

    async def _partners(
        self, condition: Callable[[Layout], Domain], phones: Sequence[str] = ()
    ) -> list[CompanyContact]:
        async def ask(layout: Layout) -> object:
            names = layout.some(PARTNER, "name", "email", "email_normalized", *_PHONES, "vat", _COMPANY)
            domain = condition(layout)
            return await self._connection.call(
                PARTNER, "search_read", domain=domain, fields=names, limit=_MOST, order="id"
            )

        told = await self._layouts.asking(ask)
        found = []
        for record in records(told):
            linked = {name: linking(value) for name, value in record.items()}
            for phone in phones or (None,):
                contact = self._contact(linked, phone)
                if contact is not None:
                    found.append(contact)
        return found

    def _contact(self, record: Mapping[str, object], phone: str | None) -> CompanyContact | None:
        """A partner as a contact; None without a company or any way to reach it."""
        company = record.get(_COMPANY)
        key = whole_id(company)
        number = fields.text(record, phone, longest=40) if phone else None
        email = fields.text(record, "email_normalized", "email", longest=254) or ""
        if key is None or not (number if phone else email):
            return None
        named = fields.text(company, "display_name", longest=200) if isinstance(company, dict) else None
        return CompanyContact(
            erp=self._erp,
            company_key=str(key),
            company_name=named or str(key),
            email=email,
            phone=number or fields.text(record, "phone", "mobile", longest=40),
            tax_id=fields.text(record, "vat", longest=30),
            contact_name=fields.text(record, "name", longest=120),
        )


def _digits(text: str) -> str:
    return "".join(char for char in text if char in "0123456789")
