"""One-time codes: issued to an address a company's contact has, redeemed by the chat that asked.

A guess succeeds with 1 in 10**6. Five tries a code and ten codes a day leave 50 guesses a day for a
chat account, and as many for an address however many accounts try it: 5 in 100 000 a day, with ten
mails in the contact's mailbox to notice it by.
"""

import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, func, insert, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.chat.people import ChatUser
from bot.keys import Keys
from bot.linking.errors import CodeExpired, CodeNotAccepted, CodeWrong, NoCodePending
from bot.linking.links import close_codes, is_person, person
from bot.linking.roles import Role
from bot.linking.tables import LinkCode, LinkCodeCompany

LIFETIME = timedelta(minutes=10)
TRIES = 5
PER_PERSON = 3
PER_ADDRESS = 5
PER_DAY = 10
WINDOW = timedelta(hours=1)
DAY = timedelta(days=1)
_NO_DIGEST = "0" * 64


@dataclass(frozen=True)
class Redemption:
    """A right code: what it proved."""

    companies: tuple["Provable", ...]
    email: str
    """As the ERP has it."""


@dataclass(frozen=True)
class Provable:
    """A company that a code proves a contact of."""

    company_id: int
    contact_name: str | None = None
    role: Role | None = None
    """The role the contact's link begins with, where the import says."""


async def is_exhausted(
    session: AsyncSession, user: ChatUser, email_digests: Sequence[str], now: datetime
) -> bool:
    """Whether this person or this address has had all the codes of the hour, or of the day."""
    of_person = and_(*is_person(LinkCode, user))
    of_address = col(LinkCode.email_digest).in_(email_digests)
    this_hour = col(LinkCode.requested_at) > now - WINDOW
    counted = await session.exec(
        select(
            func.count().filter(of_person, this_hour),
            func.count().filter(of_address, this_hour),
            func.count().filter(of_person),
            func.count().filter(of_address),
        ).where(col(LinkCode.requested_at) > now - DAY)
    )
    person_hour, address_hour, person_day, address_day = counted.one()
    return bool(
        person_hour >= PER_PERSON
        or address_hour >= PER_ADDRESS
        or person_day >= PER_DAY
        or address_day >= PER_DAY
    )


async def keep_code(
    session: AsyncSession,
    keys: Keys,
    user: ChatUser,
    *,
    purpose: str,
    email_digest: str,
    email: str | None,
    companies: Sequence[Provable],
    now: datetime,
) -> tuple[int, str]:
    """Store a code in place of any older one of this person; its id and the code itself.

    Without companies the row is a decoy: it counts, expires and takes tries like a code, but its
    digest is of nothing that can be typed.
    """
    await session.exec(delete(LinkCode).where(col(LinkCode.requested_at) < now - DAY))
    await close_codes(session, user, now)
    code = f"{secrets.randbelow(10**6):06d}"
    kept = await session.exec(
        insert(LinkCode)
        .values(
            **person(user),
            email_digest=email_digest,
            purpose=purpose,
            email=keys.seal(email) if email and companies else None,
            code_digest=keys.digest("code", _bound(user, code if companies else secrets.token_hex())),
            requested_at=now,
            expires_at=now + LIFETIME,
            tries_left=TRIES,
        )
        .returning(col(LinkCode.id))
    )
    code_id = int(kept.scalar_one())
    session.add_all(
        LinkCodeCompany(
            code_id=code_id,
            company_id=one.company_id,
            contact_name=keys.seal(one.contact_name) if one.contact_name else None,
            role=one.role.value if one.role else None,
        )
        for one in companies
    )
    return code_id, code


async def redeem(
    session: AsyncSession, keys: Keys, user: ChatUser, typed: str, now: datetime, *, purpose: str
) -> Redemption | CodeNotAccepted:
    """Spend a try, then compare; a failure is returned, so that the spent try is committed.

    Taking the try is one conditional UPDATE, which also locks the row: of two attempts at once the
    second sees what the first has done.
    """
    is_open = [
        col(LinkCode.purpose) == purpose,
        col(LinkCode.used_at).is_(None),
        col(LinkCode.replaced_at).is_(None),
    ]
    taken = await session.exec(
        update(LinkCode)
        .where(
            *is_person(LinkCode, user), *is_open, col(LinkCode.expires_at) > now, col(LinkCode.tries_left) > 0
        )
        .values(tries_left=col(LinkCode.tries_left) - 1)
        .returning(col(LinkCode.id), col(LinkCode.code_digest), col(LinkCode.tries_left), col(LinkCode.email))
    )
    row = taken.one_or_none()
    right = keys.matches("code", _bound(user, _digits(typed)), row.code_digest if row else _NO_DIGEST)
    if row is None:
        latest = await session.exec(
            select(col(LinkCode.expires_at)).where(*is_person(LinkCode, user), *is_open)
        )
        expires_at = latest.one_or_none()
        if expires_at is None:
            return NoCodePending()
        return CodeExpired() if expires_at <= now else CodeWrong(0)
    if not right:
        return CodeWrong(row.tries_left)
    await session.exec(update(LinkCode).where(col(LinkCode.id) == row.id).values(used_at=now))
    found = await session.exec(
        select(LinkCodeCompany)
        .where(col(LinkCodeCompany.code_id) == row.id)
        .order_by(col(LinkCodeCompany.company_id))
    )
    companies = tuple(
        Provable(
            one.company_id,
            keys.open(one.contact_name) if one.contact_name else None,
            Role(one.role) if one.role else None,
        )
        for one in found
    )
    return Redemption(companies, keys.open(row.email))


async def pending_purpose(session: AsyncSession, user: ChatUser, now: datetime) -> str | None:
    """What six digits from this person are meant for, `link` or `workspace`; None: for no code.

    Also for a while after it ran out: somebody who types an old code wants to hear about the code.
    """
    found = await session.exec(
        select(col(LinkCode.purpose)).where(
            *is_person(LinkCode, user),
            col(LinkCode.used_at).is_(None),
            col(LinkCode.replaced_at).is_(None),
            col(LinkCode.expires_at) > now - LIFETIME,
        )
    )
    return found.first()


async def withdraw(session: AsyncSession, code_id: int) -> None:
    """Forget an unused code, so that it neither works nor counts."""
    await session.exec(delete(LinkCode).where(col(LinkCode.id) == code_id, col(LinkCode.used_at).is_(None)))


def _bound(user: ChatUser, code: str) -> str:
    """A code is worth something only together with the person it was made for."""
    return f"{user.key}|{code}"


def _digits(typed: str) -> str:
    """What was typed, without the spaces and dashes mail programs and people put in."""
    return "".join(str(unicodedata.decimal(one)) for one in typed[:64] if one.isdecimal())
