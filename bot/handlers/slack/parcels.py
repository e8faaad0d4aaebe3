"""Single sends: a message or a file, each to be done again on its own after a failure."""

import time
from dataclasses import dataclass

import structlog

from bot.chat import Message, OrderFile, Phrase, Reader
from bot.delivery import DeliveryImpossible, FileNotAvailable, FileOpener
from bot.handlers.slack.blocks import saying
from bot.handlers.slack.client import SlackApi
from bot.handlers.slack.failures import ResponseUrlSpent
from bot.handlers.slack.places import Place
from bot.handlers.slack.sheet import Post
from bot.handlers.slack.text import mrkdwn, one_line
from bot.wording import Wording


@dataclass(frozen=True)
class PostParcel:
    """A message for the person; with `replaces`, in place of the one whose button was pressed."""

    api: SlackApi
    place: Place
    post: Post
    replaces: bool = False

    async def send(self) -> None:
        await send_privately(self.api, self.place, self.post, replaces=self.replaces)


@dataclass(frozen=True, kw_only=True)
class FileParcel:
    """A document, always to the person's direct chat: Slack has no ephemeral files."""

    api: SlackApi
    place: Place
    file: OrderFile
    message: Message
    opener: FileOpener
    reader: Reader
    wording: Wording

    async def send(self) -> None:
        """Where the document or the workspace forbids it, the person is told so instead."""
        kind = self.file.name
        try:
            await self._upload(kind)
        except FileNotAvailable as unavailable:
            await self._say(unavailable.phrase)
        except DeliveryImpossible as refused:
            structlog.get_logger().warning("slack_file_refused", reason=refused.reason)
            await self._say(Phrase("file_platform_refused", {"kind": kind, "reason": refused.reason}))

    async def _upload(self, kind: Phrase) -> None:
        channel, thread_ts = self.place.channel, self.place.thread_ts
        if not self.place.bot_is_here:
            channel, thread_ts = await self.api.open_direct(self.place.user), ""
        caption = Phrase("file_caption", {"kind": kind, "number": self.file.document.order_number})
        comment = mrkdwn(one_line(self.wording.say(caption, self.reader)))
        async with self.opener.open(self.message, self.file) as opened:
            await self.api.upload(channel, opened, comment=comment, thread_ts=thread_ts)

    async def _say(self, phrase: Phrase) -> None:
        await send_privately(self.api, self.place, saying(phrase, self.reader, self.wording))


async def send_privately(api: SlackApi, place: Place, post: Post, *, replaces: bool = False) -> None:
    """Show a post to the person of a place and to nobody else.

    In the direct chat that is a plain message (Slack draws no ephemeral ones there). Elsewhere the
    response_url comes first, since it works where the bot is no member; then an ephemeral message;
    and where the channel does not take that, the direct chat. A message that others see is never
    replaced, as the answer is for the person who pressed.
    """
    if place.bot_is_here:
        if replaces and place.pressed_ts and await _updated(api, place, post):
            return
        await api.post(place.channel, post, thread_ts=place.thread_ts)
        return
    if place.response_url and time.time() < place.response_until:
        try:
            await api.respond(
                place.response_url,
                post,
                replace=replaces and place.ephemeral,
                thread_ts=place.thread_ts,
            )
            return
        except ResponseUrlSpent as spent:
            structlog.get_logger().info("slack_response_url_spent", reason=str(spent))
    if not place.private:
        try:
            await api.post_ephemeral(place.channel, place.user, post, thread_ts=place.thread_ts)
            return
        except DeliveryImpossible as error:
            structlog.get_logger().info("slack_not_in_channel", reason=error.reason)
    await api.post(await api.open_direct(place.user), post)


async def _updated(api: SlackApi, place: Place, post: Post) -> bool:
    try:
        await api.update(place.channel, place.pressed_ts, post)
    except DeliveryImpossible as error:
        structlog.get_logger().info("slack_message_not_updated", reason=error.reason)
        return False
    return True
