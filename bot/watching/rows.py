"""Rows of watches, opened and sealed."""

import json
from dataclasses import replace
from datetime import time

from pydantic import TypeAdapter

from bot.chat.people import ChatUser, Conversation, Platform
from bot.keys import Keys, Sealed
from bot.orders import OrderEvent
from bot.watching.changes import Seen
from bot.watching.tables import Watch
from bot.watching.values import Digest, LiveWatch, Outgoing, Watched

_OUTGOING = TypeAdapter(Outgoing)


def opened(row: Watch, keys: Keys) -> LiveWatch:
    """A watch as it is now; raises bot.keys.NotOurs where the key it is sealed with is gone."""
    live = LiveWatch(
        id=row.id or 0,
        user=ChatUser(Platform(row.platform), row.user_id, row.workspace),
        company_id=row.company_id,
        place=place_of_lane(row.place),
        time_zone=row.time_zone,
        due_at=row.due_at,
        outbox=_OUTGOING.validate_json(keys.open(row.outbox)) if row.outbox else None,
        started_at=row.started_at,
        was=(row.seen, row.outbox),
    )
    if row.order is None:
        at = time.fromisoformat(row.at)
        return replace(live, digest=Digest(row.listed, row.weekday, at, row.time_zone))
    return replace(
        live,
        order=Watched(*json.loads(keys.open(row.order))),
        events=frozenset(OrderEvent(event) for event in row.events.split(",")),
        seen=Seen.of_text(keys.open(row.seen)) if row.seen is not None else None,
    )


def sealed_outgoing(outgoing: Outgoing, keys: Keys) -> Sealed:
    """What is being said, as its row keeps it."""
    return keys.seal(_OUTGOING.dump_json(outgoing).decode())


def place_of_lane(lane: str) -> Conversation | None:
    """The channel or group of a lane; None for a watch that is told to the person."""
    if not lane:
        return None
    platform, workspace, id = lane.split(":", 2)
    return Conversation(Platform(platform), id, workspace, private=False)
