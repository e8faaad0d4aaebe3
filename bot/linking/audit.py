"""The audit: one row for everything somebody did, asked or failed at. Rows are only ever added."""

import json
from datetime import datetime

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.keys import Keys
from bot.linking.links import person
from bot.linking.tables import Audit
from bot.linking.values import AuditEntry
from bot.store import Write, adding


async def write(session: AsyncSession, keys: Keys, entry: AuditEntry, now: datetime) -> None:
    """Add a row in the caller's transaction."""
    statement, rows = added(keys, entry, now)
    await session.exec(statement, params=rows)


def added(keys: Keys, entry: AuditEntry, now: datetime) -> Write:
    """The write that adds a row; the numbers asked for are sealed, how many there were is not."""
    row = {
        "at": now,
        **person(entry.user),
        "company_id": entry.company_id,
        "act": entry.act,
        "outcome": entry.outcome,
        "subject": keys.seal(json.dumps(entry.subject)) if entry.subject else None,
        "subjects": len(entry.subject),
        "conversation": entry.conversation,
    }
    structlog.get_logger().info("audited", act=entry.act, outcome=entry.outcome)
    return adding(Audit, [row])
