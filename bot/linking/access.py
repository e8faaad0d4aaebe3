"""Who may see what, now. The only place where a `CompanyScope` is granted.

What may give a person a right is gathered before (`gathering`). Rights that rest on how the person stands
with the platform count only while the platform vouches for them.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from bot.keys import Keys
from bot.linking.company_keys import ErpKey
from bot.linking.gathering import CHANNEL, LINK, PERSON, RIGHTS, STAFF, WORKSPACE, Gathered
from bot.linking.roles import Reach, Role
from bot.linking.tables import Company
from bot.linking.values import Access, LinkedCompany, VerifiedBy
from bot.membership import Standing
from bot.scope import CompanyScope


@dataclass(frozen=True)
class Vouched:
    """What is known of the person from their platform at this moment."""

    standing: Standing | None
    """None when the platform did not tell."""
    groups: frozenset[str] = frozenset()
    unsure: bool = False
    at_supplier: bool = False
    """They are of the supplier's own workspace, the only place staff can be from."""


def decide(gathered: Gathered, keys: Keys, vouched: Vouched) -> Access:
    """The access that follows. Whatever is not certain grants nothing.

    A person's own link comes before their workspace's tie, and that before their being staff: a role
    given to them by name is the one that counts.
    """
    rows = gathered.rows
    if gathered.standing is not None and gathered.standing[0] is Standing.GONE:
        return Access()
    full = vouched.standing is not None and vouched.standing.is_full
    staff_rows = [row for row in rows if row.kind == STAFF and _is_staff(row, vouched, full)]
    granted: dict[int, tuple[LinkedCompany, bool]] = {}
    # The database may find them in any order.
    for row in sorted(rows, key=_precedence):
        counts = row.kind == LINK or (row.kind == WORKSPACE and full)
        if counts or (row in staff_rows and row.company_id is not None):
            company = _linked(row, keys, gathered)
            if company is not None:
                granted.setdefault(company.company_id, (company, row.chosen == company.company_id))
    # Sorted here: databases differ in how they order names.
    ordered = sorted(granted.values(), key=lambda one: (one[0].name.casefold(), one[0].company_id))
    companies = tuple(company for company, _ in ordered)
    tied = next((row.company_id for row in rows if row.kind == CHANNEL), None)
    if tied is not None:
        current = next((one for one in companies if one.company_id == tied), None)
    else:
        own = [one for one in companies if one.verified_by is not VerifiedBy.STAFF]
        chosen = [company for company, is_chosen in ordered if is_chosen]
        current = next(iter([*chosen, *own]), None)
    return Access(
        companies,
        current,
        staff=bool(staff_rows),
        staff_admin=any(row.flag for row in staff_rows),
        unsure=vouched.unsure,
        met=any(row.flag for row in rows if row.kind == PERSON),
        tied=tied is not None,
    )


def _precedence(row: Row[Any]) -> int:
    return RIGHTS.index(row.kind) if row.kind in RIGHTS else len(RIGHTS)


def _is_staff(row: Row[Any], vouched: Vouched, full: bool) -> bool:
    return full and vouched.at_supplier and (not row.extra or row.extra in vouched.groups)


def _linked(row: Row[Any], keys: Keys, gathered: Gathered) -> LinkedCompany | None:
    reach, contact = Reach(row.reach), None
    contact_name = keys.open(row.contact) if row.contact is not None else None
    reached: list[ErpKey] = [(row.erp, row.erp_key), *gathered.further.get(row.company_id, ())]
    if reach is Reach.OWN:
        contact = contact_name
        if not contact or not contact.strip():
            return None
    elif reach is Reach.UNIT:
        if row.unit_key is None:
            return None
        reached = [(row.unit_erp, row.unit_key), *gathered.further.get(row.unit_id, ())]
    elif reach is Reach.COMPANY_TREE:
        reached += gathered.branches.get(row.company_id, ())
    by_erp: dict[str, list[str]] = {}
    for erp, key in dict.fromkeys(reached):
        by_erp.setdefault(erp, []).append(key)
    home = reached[0][0]
    keys_there = tuple(by_erp.pop(home))
    return LinkedCompany(
        company_id=row.company_id,
        name=row.name,
        verified_by=VerifiedBy(row.verified_by),
        verified_at=row.since,
        reverify_by=row.until,
        role=Role(row.role),
        reach=reach,
        contact_name=contact_name,
        scope=CompanyScope._grant(
            company_id=row.company_id,
            company_name=row.name,
            erp=home,
            keys=keys_there,
            placed_by=contact,
            further={erp: tuple(known) for erp, known in by_erp.items()},
        ),
    )


def scope_of_key(company: Company, erp: str, erp_key: str) -> CompanyScope:
    """All of one company under one of its keys, for work in the background (`bot.linking.housekeeping`)."""
    return CompanyScope._grant(
        company_id=company.id or 0, company_name=company.name, erp=erp, keys=(erp_key,)
    )
