"""What everybody in a channel reads: made once, remembered, taken back."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from bot.chat.messages import Message
from bot.chat.people import PostedAt, Reader
from bot.chat.phrases import Phrase
from bot.delivery import DeliveryImpossible, PostLog
from bot.handlers.slack.blocks import saying
from bot.handlers.slack.client import SlackApi
from bot.handlers.slack.parcels import send_privately
from bot.handlers.slack.places import Place
from bot.handlers.slack.sheet import Post
from bot.wording import Wording

_NOT_INVITED = frozenset({"not_in_channel", "channel_not_found"})
_GONE = frozenset({"message_not_found", "channel_not_found", "is_archived"})


@dataclass(frozen=True, kw_only=True)
class PublicParcel:
    """A post for everybody. Where the channel does not take it, the sharer alone is told why."""

    api: SlackApi
    place: Place
    posts: Sequence[Post]
    message: Message
    log: PostLog
    reader: Reader
    wording: Wording

    async def send(self) -> None:
        if await self.log.where(self.message) is not None:
            return
        made: list[str] = []
        try:
            for post in self.posts:
                made.append(await self.api.post(self.place.channel, post, thread_ts=self.place.thread_ts))
        except DeliveryImpossible as refused:
            structlog.get_logger().warning("slack_share_refused", reason=refused.reason)
            key = "share_invite_me" if refused.reason in _NOT_INVITED else "share_place_refused"
            await send_privately(self.api, self.place, saying(Phrase(key), self.reader, self.wording))
        if made:
            await self.log.posted(self.message, " ".join(made))


@dataclass(frozen=True, kw_only=True)
class RetractParcel:
    """A post that is deleted; one that is not there any more is as good as deleted."""

    api: SlackApi
    posted: PostedAt
    answering: SlackApi
    place: Place
    reader: Reader
    wording: Wording

    async def send(self) -> None:
        for ts in self.posted.message.split():
            try:
                await self.api.delete(self.posted.conversation.id, ts)
            except DeliveryImpossible as refused:
                if refused.reason in _GONE:
                    continue
                structlog.get_logger().warning("slack_share_not_deleted", reason=refused.reason)
                sorry = saying(Phrase("share_undo_refused"), self.reader, self.wording)
                await send_privately(self.answering, self.place, sorry)
                return
