"""Single sends: a message or a file, each to be done again on its own after a failure."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot.chat import MadeFile, Message, OrderFile, Phrase, Reader
from bot.delivery import DeliveryImpossible, FileNotAvailable, FileOpener
from bot.handlers.slack.blocks import saying
from bot.handlers.slack.client import SlackApi
from bot.handlers.slack.failures import ResponseUrlSpent
from bot.handlers.slack.places import Place
from bot.handlers.slack.progress import Progress
from bot.handlers.slack.reasons import elsewhere, no_file
from bot.handlers.slack.sheet import Post, packed
from bot.handlers.slack.text import mrkdwn, one_line
from bot.wording import Wording


@dataclass(frozen=True)
class PostParcel:
    """A message for the person; with `replaces`, in place of the one whose button was pressed."""

    api: SlackApi
    place: Place
    post: Post
    reader: Reader
    wording: Wording
    replaces: bool = False

    async def send(self) -> None:
        def explained(why: Phrase) -> Post:
            return saying(why, self.reader, self.wording)

        await send_privately(self.api, self.place, self.post, replaces=self.replaces, explained=explained)


@dataclass(frozen=True, kw_only=True)
class FileParcel:
    """A document, always to the person's direct chat: Slack has no ephemeral files."""

    api: SlackApi
    home: SlackApi
    """Of the person's own workspace, which is another one in a channel that is shared."""
    place: Place
    file: OrderFile | MadeFile
    message: Message
    opener: FileOpener
    reader: Reader
    wording: Wording

    async def send(self) -> None:
        """Where the document or the workspace forbids it, the person is told so instead."""
        kind = self.file.name
        try:
            await self._upload()
        except FileNotAvailable as unavailable:
            await self._say(unavailable.phrase)
        except DeliveryImpossible as refused:
            structlog.get_logger().warning("slack_file_refused", reason=refused.reason)
            await self._say(no_file(refused.reason, kind))

    async def _upload(self) -> None:
        channel, thread_ts = self.place.channel, self.place.thread_ts
        api = self.api
        if not self.place.bot_is_here:
            api, channel = await self._direct()
            thread_ts = ""
        show = None
        if isinstance(self.file, MadeFile) and self.file.takes_long:
            show = Progress(api, channel, thread_ts, self.reader, self.wording)
        async with self.opener.open(self.message, self.file, show) as opened:
            comment = mrkdwn(one_line(self.wording.say(opened.caption, self.reader)))
            await api.upload(channel, opened, comment=comment, thread_ts=thread_ts)

    async def _direct(self) -> tuple[SlackApi, str]:
        """The direct chat with the person: with the bot of their own workspace, where it is installed."""
        try:
            return self.home, await self.home.open_direct(self.place.user)
        except DeliveryImpossible:
            if self.home is self.api:
                raise
            return self.api, await self.api.open_direct(self.place.user)

    async def _say(self, phrase: Phrase) -> None:
        await send_privately(self.api, self.place, saying(phrase, self.reader, self.wording))


async def send_privately(
    api: SlackApi,
    place: Place,
    post: Post,
    *,
    replaces: bool = False,
    explained: Callable[[Phrase], Post] | None = None,
) -> None:
    """Show a post to the person of a place and to nobody else.

    In the direct chat that is a plain message (Slack draws no ephemeral ones there). Elsewhere the
    response_url comes first, since it works where the bot is no member; then an ephemeral message;
    and where the channel does not take that, the direct chat, with the reason before it where
    `explained` puts one into words. A message that others see is never replaced, as the answer is for
    the person who pressed.
    """
    if place.bot_is_here:
        if replaces and place.pressed_ts and await _updated(api, place, post):
            return
        await _post_here(api, place, post)
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
    posts: tuple[Post, ...] = (post,)
    if not place.private:
        try:
            await api.post_ephemeral(place.channel, place.user, post, thread_ts=place.thread_ts)
            return
        except DeliveryImpossible as refused:
            structlog.get_logger().warning("slack_answered_elsewhere", reason=refused.reason)
            if explained is not None:
                posts = packed([explained(elsewhere(refused.reason)), post])
    direct = await _direct_chat(api, place.user)
    for one in posts:
        await api.post(direct, one)


async def _post_here(api: SlackApi, place: Place, post: Post) -> None:
    try:
        await api.post(place.channel, post, thread_ts=place.thread_ts)
    except DeliveryImpossible as refused:
        # Its thread may be deleted or locked, or the chat closed: once more, in the chat as it is now.
        structlog.get_logger().warning("slack_post_refused", reason=refused.reason)
        await api.post(await _direct_chat(api, place.user), post)


async def _direct_chat(api: SlackApi, user: str) -> str:
    """The id of the direct chat; where Slack does not open it the person's, to which it takes posts too.

    Source: https://docs.slack.dev/reference/methods/chat.postMessage, "Post to a DM"
    """
    try:
        return await api.open_direct(user)
    except DeliveryImpossible as refused:
        structlog.get_logger().warning("slack_direct_chat_not_opened", reason=refused.reason)
        return user


async def _updated(api: SlackApi, place: Place, post: Post) -> bool:
    try:
        await api.update(place.channel, place.pressed_ts, post)
    except DeliveryImpossible as error:
        structlog.get_logger().info("slack_message_not_updated", reason=error.reason)
        return False
    return True
