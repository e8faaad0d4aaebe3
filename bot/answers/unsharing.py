"""Take back what was shared: by whoever shared it, an admin of its company, or staff."""

import hashlib
from dataclasses import replace

from pydantic import TypeAdapter

from bot.answers import acts
from bot.answers.desk import Answer, Desk, Turn, say
from bot.chat.messages import Message
from bot.chat.people import PostedAt
from bot.chat.replies import Errand
from bot.chat.unasked import Fired, Shared
from bot.linking import Permission
from bot.memory import Act, Memory
from bot.store import Store

FORGET = "share_forget"
_POSTED = TypeAdapter(PostedAt)


class PostLog:
    """Where shares went (`delivery.PostLog`), kept with the buttons, for as long as those."""

    def __init__(self, store: Store, memory: Memory) -> None:
        self._store = store
        self._memory = memory

    async def where(self, message: Message) -> str | None:
        """The post a share, or news of a watch, has already become."""
        if not isinstance(message.content, Shared | Fired):
            return None
        posted = _posted(await self._memory.recall(_reference(message)), of=message.content)
        return posted.message if posted else None

    async def posted(self, message: Message, post: str) -> None:
        """Note where it went; a share, for undoing it."""
        content = message.content
        if not isinstance(content, Shared | Fired):
            return
        at = PostedAt(message.conversation, post)
        values = {"person": message.sender.key, "posted": _POSTED.dump_json(at).decode()}
        if isinstance(content, Shared):
            values["order"] = content.values["order"]
        act = Act(_kind(content), content.company_id, values)
        async with self._store.writing() as session:
            await self._memory.note(session, _reference(message), act)


async def undo(desk: Desk, turn: Turn, act: Act) -> Answer:
    """Delete the post of a share, whatever has become of the sharer's own right since."""
    sender = turn.message.sender
    own = act.values["person"] == sender.key
    if not (own or turn.access.staff or turn.access.may(Permission.MEMBERS_MANAGE, act.company_id)):
        desk.record(turn, "unshare", "not_allowed")
        return say("share_undo_not_yours")
    known = await desk.memory.recall(act.values["share"])
    posted = _posted(known)
    if posted is None:
        if known is None:
            # Not posted yet, or so long ago that it is forgotten: a share under way is stopped.
            await _stop(desk, act)
        desk.record(turn, "unshare", "not_there")
        return replace(say("share_undo_gone"), replaces=True)
    number = known.values.get("order", "") if known else ""
    desk.record(turn, "unshare", "undone" if own else "undone_by_other", [number])
    # Forgotten once it is deleted: until then a second try must still find it.
    forget = Errand(FORGET, {"share": act.values["share"]})
    return replace(say("share_undone", number=number), retracts=(posted,)).then(forget)


async def undo_last(desk: Desk, turn: Turn) -> Answer:
    """Answer "undo share": what this person shared last in this place; anywhere, if asked in private."""
    sender, place = turn.message.sender, turn.message.conversation
    made = await desk.memory.made((acts.POSTED_SHARE,), lambda values: values.get("person") == sender.key)
    for one in reversed(made):
        posted = _posted(await desk.memory.recall(one.reference))
        if posted is not None and (place.private or posted.conversation.lane == place.lane):
            values = {"share": one.reference, "person": sender.key}
            return await undo(desk, turn, Act(acts.UNDO_SHARE, one.company_id, values))
    desk.record(turn, "unshare", "not_there")
    return say("share_undo_none")


async def run_errand(desk: Desk, message: Message, errand: Errand) -> bool:
    """Forget a share that was taken back; True when the errand was this."""
    if errand.name != FORGET:
        return False
    await desk.memory.forget([errand.values["share"]])
    return True


async def _stop(desk: Desk, act: Act) -> None:
    async with desk.store.writing() as session:
        stopped = Act(acts.UNDO_SHARE, act.company_id, act.values)
        await desk.memory.note(session, act.values["share"], stopped)


def _posted(act: Act | None, of: Shared | Fired | None = None) -> PostedAt | None:
    if act is None or act.kind != _kind(of):
        return None
    return _POSTED.validate_json(act.values["posted"])


def _kind(content: Shared | Fired | None) -> str:
    return acts.POSTED_NEWS if isinstance(content, Fired) else acts.POSTED_SHARE


def _reference(message: Message) -> str:
    if isinstance(message.content, Shared):
        return message.content.share
    return hashlib.blake2b(message.id.encode(), digest_size=16).hexdigest()
