"""A question that another release kept, in a way this one cannot read."""

import json

from sqlmodel import col, update

from bot.kept.rows import KeptRow
from tests.kept.room import BRUNO, Room


async def test_a_question_only_a_newer_release_can_read_is_left_to_it_and_lets_others_pass(
    room: Room,
) -> None:
    room.faults.mode = "down"
    await room.ask("where is PO-7782?")
    await room.ask("where is PO-7782?", who=BRUNO)
    theirs, _ = await room.rows()
    keys = room.core.linking.books.keys
    newer = {**json.loads(keys.open(theirs.question)), "spoken": True}
    async with room.core.store.writing() as session:
        sealed = keys.seal(json.dumps(newer))
        await session.exec(update(KeptRow).where(col(KeptRow.id) == theirs.id).values(question=sealed))

    ((message, _),) = await room.come_back()
    assert message.sender == BRUNO
    assert [row.outcome for row in await room.rows()] == [None, "answered"]

    await room.later(seconds=121 * 60)
    assert await room.let_go() == []
    assert [row.outcome for row in await room.rows()] == ["lost", "answered"]
