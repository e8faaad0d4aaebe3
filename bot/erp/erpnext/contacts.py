"""People at customers: who may be mailed a code, or be known by their phone."""

import re
from collections.abc import Iterable, Sequence

from bot.erp import fields
from bot.erp.erpnext.frappe import Condition, Frappe, Query, Row
from bot.erp.erpnext.rows import name_of
from bot.erp.protocol import CompanyContact

_BY_NAME = (("name", "asc"),)
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
# Country and area codes are written, or not, in any way; the last digits always are.
_SURE_DIGITS = 8


def people(found_by: Condition, value: str) -> Query:
    """Contacts of customers by a row of a child table, with that row's `value` and the customers."""
    return Query(
        doctype="Contact",
        fields=(
            "name",
            "salutation",
            "first_name",
            "last_name",
            value,
            "links.link_doctype",
            "links.link_name",
        ),
        filters=(found_by, ("Dynamic Link", "link_doctype", "=", "Customer")),
        order=_BY_NAME,
    )


def customers(names: Sequence[str]) -> Query:
    return Query(
        doctype="Customer",
        fields=("name", "customer_name", "tax_id", "disabled"),
        filters=(("Customer", "name", "in", list(names)),),
        order=_BY_NAME,
    )


class Directory:
    """The contacts of one site that stand for customers of it."""

    def __init__(self, frappe: Frappe, *, erp: str) -> None:
        self._frappe = frappe
        self._erp = erp

    async def by_email(self, email: str) -> list[CompanyContact]:
        """Contacts with exactly this address, case aside."""
        wanted = email.strip()
        if not 3 <= len(wanted) <= 140 or "@" not in wanted or fields.plain(wanted) != wanted:
            return []
        # MariaDB compares without case, PostgreSQL does not.
        spelled = list(dict.fromkeys((wanted, wanted.lower())))
        rows = await self._rows(("Contact Email", "email_id", "in", spelled), "email_ids.email_id")
        mine = [row for row in rows if str(row.get("email_id", "")).casefold() == wanted.casefold()]
        return await self._of_customers(mine, email="email_id")

    async def by_phone(self, phone: str) -> list[CompanyContact]:
        """Contacts whose number ends like this one (E.164); whoever asks compares the whole of it."""
        if not _E164.fullmatch(phone):
            return []
        sure = phone[-_SURE_DIGITS:]
        # A pattern of digits we made: whatever stands between them as people write it.
        pattern = f"%{'%'.join(sure)}%"
        rows = await self._rows(("Contact Phone", "phone", "like", pattern), "phone_nos.phone")
        mine = [row for row in rows if _digits(row.get("phone")).endswith(sure)]
        return await self._of_customers(mine, phone="phone")

    async def _rows(self, found_by: Condition, value: str) -> list[Row]:
        rows = await self._frappe.whole(people(found_by, value))
        return [row for row in rows if row.get("link_doctype") == "Customer"]

    async def _of_customers(
        self, rows: Sequence[Row], *, email: str | None = None, phone: str | None = None
    ) -> list[CompanyContact]:
        keys = list(dict.fromkeys(key for row in rows if (key := name_of(row, "link_name")) is not None))
        if not keys:
            return []
        known = await self._customers(keys)
        found: dict[CompanyContact, None] = {}
        for row in rows:
            key = name_of(row, "link_name")
            customer = known.get(key) if key else None
            if key is None or customer is None:
                continue
            contact = CompanyContact(
                erp=self._erp,
                company_key=key,
                company_name=fields.text(customer, "customer_name", longest=200) or key,
                email=(fields.text(row, email, longest=254) or "") if email else "",
                phone=fields.text(row, phone, longest=40) if phone else None,
                tax_id=fields.text(customer, "tax_id", longest=30),
                contact_name=_display(row),
            )
            found[contact] = None
        return list(found)

    async def _customers(self, keys: Sequence[str]) -> dict[str, Row]:
        """Customers by exact name; one that is disabled is a customer no more."""
        rows = await self._frappe.whole(customers(keys))
        return {
            name: row
            for row in rows
            if (name := name_of(row)) is not None and not fields.whole(row, "disabled")
        }


def _display(row: Row) -> str | None:
    """The name as orders show it in `contact_display`."""
    parts: Iterable[str | None] = (
        fields.text(row, part, longest=120) for part in ("salutation", "first_name", "last_name")
    )
    return " ".join(filter(None, parts)) or None


def _digits(value: object) -> str:
    return re.sub(r"\D", "", value) if isinstance(value, str) else ""
