"""One-time codes: issued to an address a company's contact has, redeemed by the chat that asked.

A guess succeeds with 1 in 10**6; three codes an hour with five tries each leave 15 guesses an hour
and person, so 1.5 in 100 000 of being right within an hour.
"""

import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.chat import ChatUser
from bot.keys import Keys
from bot.linking.errors import CodeExpired, CodeNotAccepted, CodeWrong, NoCodePending
from bot.linking.links import close_codes, is_person, person
from bot.linking.tables import LinkCode, LinkCodeCompany

LIFETIME = timedelta(minutes=10)
TRIES = 5
PER_PERSON = 3
PER_ADDRESS = 5
WINDOW = timedelta(hours=1)
_KEPT = timedelta(days=1)
_NO_DIGEST = "0" * 64


@dataclass(frozen=True)
class Redemption:
    """A right code: what it proved."""

    company_ids: tuple[int, ...]
    email_digest: str


async def is_exhausted(
    session: AsyncSession, user: ChatUser, email_digests: Sequence[str], now: datetime
) -> bool:
    """Whether this person or this address has had all the codes of the hour."""
    by_person = func.count().filter(*is_person(LinkCode, user))
    by_address = func.count().filter(col(LinkCode.email_digest).in_(email_digests))
    counted = await session.exec(
        select(by_person, by_address).where(col(LinkCode.requested_at) > now - WINDOW)
    )
    person_has, address_has = counted.one()
    return bool(person_has >= PER_PERSON or address_has >= PER_ADDRESS)


async def keep_code(
    session: AsyncSession,
    keys: Keys,
    user: ChatUser,
    *,
    email_digest: str,
    company_ids: Sequence[int],
    now: datetime,
) -> tuple[int, str]:
    """Store a code in place of any older one of this person; its id and the code itself.

    Without companies the row is a decoy: it counts, expires and takes tries like a code, but its
    digest is of nothing that can be typed.
    """
    await session.exec(delete(LinkCode).where(col(LinkCode.requested_at) < now - _KEPT))
    await close_codes(session, user, now)
    code = f"{secrets.randbelow(10**6):06d}"
    kept = await session.exec(
        insert(LinkCode)
        .values(
            **person(user),
            email_digest=email_digest,
            code_digest=keys.digest("code", _bound(user, code if company_ids else secrets.token_hex())),
            requested_at=now,
            expires_at=now + LIFETIME,
            tries_left=TRIES,
        )
        .returning(col(LinkCode.id))
    )
    code_id = int(kept.scalar_one())
    session.add_all(LinkCodeCompany(code_id=code_id, company_id=one) for one in company_ids)
    return code_id, code


async def redeem(
    session: AsyncSession, keys: Keys, user: ChatUser, typed: str, now: datetime
) -> Redemption | CodeNotAccepted:
    """Spend a try, then compare; a failure is returned, so that the spent try is committed.

    Taking the try is one conditional UPDATE, which also locks the row: of two attempts at once the
    second sees what the first has done.
    """
    is_open = [col(LinkCode.used_at).is_(None), col(LinkCode.replaced_at).is_(None)]
    taken = await session.exec(
        update(LinkCode)
        .where(
            *is_person(LinkCode, user), *is_open, col(LinkCode.expires_at) > now, col(LinkCode.tries_left) > 0
        )
        .values(tries_left=col(LinkCode.tries_left) - 1)
        .returning(
            col(LinkCode.id), col(LinkCode.code_digest), col(LinkCode.tries_left), col(LinkCode.email_digest)
        )
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
    companies = await session.exec(
        select(col(LinkCodeCompany.company_id)).where(col(LinkCodeCompany.code_id) == row.id)
    )
    return Redemption(tuple(companies), row.email_digest)


async def is_pending(session: AsyncSession, user: ChatUser, now: datetime) -> bool:
    """Whether six digits from this person are meant as a code.

    Also for a while after it ran out: somebody who types an old code wants to hear about the code.
    """
    found = await session.exec(
        select(col(LinkCode.id)).where(
            *is_person(LinkCode, user),
            col(LinkCode.used_at).is_(None),
            col(LinkCode.replaced_at).is_(None),
            col(LinkCode.expires_at) > now - LIFETIME,
        )
    )
    return found.first() is not None


async def withdraw(session: AsyncSession, code_id: int) -> None:
    """Forget an unused code, so that it neither works nor counts."""
    await session.exec(delete(LinkCode).where(col(LinkCode.id) == code_id, col(LinkCode.used_at).is_(None)))


def _bound(user: ChatUser, code: str) -> str:
    """A code is worth something only together with the person it was made for."""
    return f"{user.key}|{code}"


def _digits(typed: str) -> str:
    """What was typed, without the spaces and dashes mail programs and people put in."""
    return "".join(str(unicodedata.decimal(one)) for one in typed[:64] if one.isdecimal())
