"""People at customers: contact mechanisms of parties, by exact address or number."""

import re
from collections.abc import Sequence

import phonenumbers

from bot.erp import fields
from bot.erp.protocol import CompanyContact
from bot.erp.tryton import parsing
from bot.erp.tryton.connection import Connection
from bot.erp.tryton.domains import Clause, both
from bot.erp.tryton.schema import CONTACT_FIELDS, MECHANISM

_FOUND_MAX = 50
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_FORMATS = (
    phonenumbers.PhoneNumberFormat.E164,
    phonenumbers.PhoneNumberFormat.INTERNATIONAL,
    phonenumbers.PhoneNumberFormat.NATIONAL,
)


async def by_email(connection: Connection, email: str, erp: str) -> Sequence[CompanyContact]:
    """Contacts with this address. Tryton compares letter by letter, so the usual writings are asked for."""
    wanted = email.strip()
    if not 3 <= len(wanted) <= 254 or "@" not in wanted or fields.plain(wanted) != wanted:
        return []
    spellings = list(dict.fromkeys((wanted, wanted.lower(), wanted.upper())))
    found = await _found(connection, both(["type", "=", "email"], ["value", "in", spellings]), erp)
    return [contact for contact in found if contact.email.casefold() == wanted.casefold()]


async def by_phone(connection: Connection, phone: str, erp: str) -> Sequence[CompanyContact]:
    """Contacts with this number (E.164), as Tryton writes numbers; whoever asks compares again."""
    if not _E164.fullmatch(phone):
        return []
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return []
    spellings = list(dict.fromkeys(phonenumbers.format_number(number, form) for form in _FORMATS))
    clause: Clause = ["OR", ["value_compact", "in", spellings], ["value", "in", spellings]]
    return await _found(connection, both(["type", "in", ["phone", "mobile"]], clause), erp)


async def _found(connection: Connection, clause: Clause, erp: str) -> list[CompanyContact]:
    connected = await connection.open()
    wanted = connected.schema.only(CONTACT_FIELDS, MECHANISM)
    rows = await connected.dialect.search(MECHANISM, clause, wanted, limit=_FOUND_MAX)
    return [contact for record in rows if (contact := parsing.contact(record, erp)) is not None]
