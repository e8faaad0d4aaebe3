"""One person's watches: told whole, forgotten, and what has ended let go after a time."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select

from bot.chat.people import ChatUser
from bot.keys import Keys, NotOurs, Sealed
from bot.store import Store
from bot.watching.tables import LastLook, QuietRow, Watch, is_of


async def export_watches(store: Store, keys: Keys, user: ChatUser) -> dict[str, object]:
    """What a person watches and watched, when they last asked what had changed, and their quiet hours."""
    async with store.reading() as session:
        watches = (await session.exec(select(Watch).where(*is_of(Watch, user)).order_by(col(Watch.id)))).all()
        looks = (
            await session.exec(select(LastLook).where(*is_of(LastLook, user)).order_by(col(LastLook.at)))
        ).all()
        quiet = (await session.exec(select(QuietRow).where(*is_of(QuietRow, user)))).all()
    return {
        "watches": [_plain(row, keys) for row in watches],
        "last asked what had changed": [look.at.isoformat() for look in looks],
        "quiet hours": [f"{row.begins}-{row.ends} {row.time_zone}" for row in quiet],
    }


async def forget_watches(store: Store, user: ChatUser) -> None:
    """Forget all of it; nothing of it is said any more."""
    async with store.writing() as session:
        await session.exec(delete(Watch).where(*is_of(Watch, user)))
        await session.exec(delete(LastLook).where(*is_of(LastLook, user)))
        await session.exec(delete(QuietRow).where(*is_of(QuietRow, user)))


async def prune_watches(store: Store, ended_before: datetime) -> int:
    """Forget watches that ended before a moment; how many."""
    async with store.writing() as session:
        gone = await session.exec(delete(Watch).where(col(Watch.ended_at) < ended_before))
        await session.exec(delete(LastLook).where(col(LastLook.at) < ended_before))
    return int(gone.rowcount)


def _plain(row: Watch, keys: Keys) -> Mapping[str, object]:
    return {
        "order": _opened(row.order, keys),
        "events": row.events,
        "list": row.listed,
        "weekday": row.weekday,
        "at": row.at,
        "time zone": row.time_zone,
        "told in": row.place,
        "started at": row.started_at.isoformat(),
        "ended at": row.ended_at.isoformat() if row.ended_at else None,
        "ended by": row.ended_by,
    }


def _opened(sealed: Sealed | None, keys: Keys) -> str | None:
    if sealed is None:
        return None
    try:
        return keys.open(sealed)
    except NotOurs:
        return "(sealed with a key that is gone)"
