"""Single sends: a message or a file, each to be done again on its own after a failure."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import structlog

from bot.chat.files import MadeFile, OrderFile
from bot.chat.messages import Message
from bot.chat.people import Reader
from bot.chat.phrases import Phrase
from bot.delivery import DeliveryImpossible, FileNotAvailable, FileOpener, FilePlaces
from bot.handlers.slack.blocks import saying
from bot.handlers.slack.client import SlackApi
from bot.handlers.slack.failures import ResponseUrlSpent
from bot.handlers.slack.places import Place
from bot.handlers.slack.progress import Progress
from bot.handlers.slack.reasons import elsewhere, no_file
from bot.handlers.slack.sheet import Post, packed
from bot.handlers.slack.text import mrkdwn, one_line
from bot.handlers.slack.traces import Trace, holds_file, is_there
from bot.wording import Wording

_UPLOAD_HOLDS_SECONDS = 60.0
"""For so long a file that was handed over may be shown without asking anew who may have it."""
_WORKBOOK_WAITS_SECONDS = 2.0
"""Most workbooks are there sooner, without a word of how far they are."""


@dataclass(frozen=True)
class PostParcel:
    """A message for the person; with `replaces`, in place of the one whose button was pressed."""

    api: SlackApi
    place: Place
    post: Post
    reader: Reader
    wording: Wording
    trace: Trace
    replaces: bool = False

    async def send(self) -> None:
        def explained(why: Phrase) -> Post:
            return saying(why, self.reader, self.wording)

        await send_privately(
            self.api,
            self.place,
            self.post,
            replaces=self.replaces,
            explained=explained,
            trace=self.trace,
        )

    async def arrived(self) -> bool:
        """Only of the direct chat can be told: nobody can ask for ephemeral messages, and an edit that
        is made again changes nothing."""
        place, trace = self.place, self.trace
        if self.replaces and place.pressed_ts:
            return False
        if place.bot_is_here:
            if await is_there(self.api, place.channel, place.thread_ts, trace.since, trace.is_on):
                return True
            # In its thread or, where that is gone, in the chat.
            return bool(place.thread_ts) and await is_there(
                self.api, place.channel, "", trace.since, trace.is_on
            )
        if not place.private or place.response_url:
            return False
        direct = await _direct_chat(self.api, place.user)
        return direct != place.user and await is_there(self.api, direct, "", trace.since, trace.is_on)


@dataclass(frozen=True, kw_only=True)
class Uploaded:
    """A file that Slack holds and nobody sees yet: how it is shown, where, and since when it is there."""

    file: str
    title: str
    comment: str
    channel: str
    thread_ts: str
    at_home: bool
    """In the person's own workspace."""
    at: float
    """Unix time."""
    openly: bool = False
    """To be shown to everybody in the channel it was asked in."""


@dataclass(frozen=True, kw_only=True)
class FileParcel:
    """A document, to the person's direct chat: Slack has no ephemeral files.

    Where `openly` allows it, to the channel it was asked in, for everybody there.
    """

    api: SlackApi
    home: SlackApi
    """Of the person's own workspace, which is another one in a channel that is shared."""
    place: Place
    file: OrderFile | MadeFile
    message: Message
    opener: FileOpener
    reader: Reader
    wording: Wording
    number: int = 0
    """Of the files of one answer."""
    openly: FilePlaces | None = None
    resumed: bool = False
    """An earlier try may have shown how far it was."""

    def again(self) -> "FileParcel":
        return replace(self, resumed=True)

    async def send(self) -> None:
        if note := await self.stage():
            await self.staged(note).send()

    async def stage(self) -> str:
        """Hand it over unseen. Where document or workspace forbid it, the person is told so instead."""
        try:
            return json.dumps(asdict(await self._upload()))
        except FileNotAvailable as unavailable:
            await self._say(unavailable.phrase)
        except DeliveryImpossible as refused:
            await self.refused(refused)
        return ""

    def staged(self, note: str) -> "ShareParcel":
        return ShareParcel(self, Uploaded(**json.loads(note)))

    async def refused(self, refused: DeliveryImpossible) -> None:
        structlog.get_logger().warning("slack_file_refused", reason=refused.reason)
        await self._say(no_file(refused.reason, self.file.name))

    async def _upload(self) -> Uploaded:
        channel, thread_ts = self.place.channel, self.place.thread_ts
        api, openly = self.api, await self.may_be_posted()
        if not self.place.bot_is_here and not openly:
            api, channel = await self._direct()
            thread_ts = ""
        show = None
        if isinstance(self.file, MadeFile):
            trace = Trace.of(self.message, self.number, "progress")
            patience = 0.0 if self.file.takes_long else _WORKBOOK_WAITS_SECONDS
            show = Progress(api, channel, thread_ts, self.reader, self.wording, trace, patience=patience)
            if self.resumed:
                await show.resume()
        try:
            async with self.opener.open(self.message, self.file, show) as opened:
                return Uploaded(
                    file=await api.upload(opened),
                    title=opened.name,
                    comment=mrkdwn(one_line(self.wording.say(opened.caption, self.reader))),
                    channel=channel,
                    thread_ts=thread_ts,
                    at_home=api is self.home,
                    at=time.time(),
                    openly=openly,
                )
        except FileNotAvailable:
            if show is not None:
                await show.end()
            raise

    async def may_be_posted(self) -> bool:
        """Whether it may be shown to everybody where it was asked, at this moment."""
        if self.openly is None or isinstance(self.file, MadeFile) or self.place.private:
            return False
        return bool(self.place.channel) and await self.openly.may_be_posted(self.message, self.file)

    async def was_posted(self) -> None:
        if self.openly is not None and isinstance(self.file, OrderFile):
            await self.openly.posted(self.message, self.file)

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


@dataclass(frozen=True)
class ShareParcel:
    """The second half of a file: showing what was handed over."""

    whole: FileParcel
    uploaded: Uploaded

    async def send(self) -> None:
        uploaded = self.uploaded
        if not 0 <= time.time() - uploaded.at < _UPLOAD_HOLDS_SECONDS:
            # The person's rights may have changed meanwhile: all of it anew.
            await self.whole.send()
            return
        if uploaded.openly and not await self.whole.may_be_posted():
            # Somebody came meanwhile who may not have it.
            await self._privately()
            return
        try:
            await self._api.share(
                uploaded.channel,
                uploaded.file,
                uploaded.title,
                comment=uploaded.comment,
                thread_ts=uploaded.thread_ts,
            )
        except DeliveryImpossible as refused:
            if uploaded.openly:
                structlog.get_logger().warning("slack_file_not_posted", reason=refused.reason)
                await self._privately()
                return
            await self.whole.refused(refused)
            return
        if uploaded.openly:
            await self.whole.was_posted()

    async def _privately(self) -> None:
        await replace(self.whole, openly=None).send()

    async def arrived(self) -> bool:
        """Of a channel it cannot be told: what is said there is not ours to read."""
        uploaded = self.uploaded
        if uploaded.openly:
            return False
        since = Trace.of(self.whole.message, 0).since
        return await is_there(
            self._api, uploaded.channel, uploaded.thread_ts, since, holds_file(uploaded.file)
        )

    @property
    def _api(self) -> SlackApi:
        return self.whole.home if self.uploaded.at_home else self.whole.api


async def send_privately(
    api: SlackApi,
    place: Place,
    post: Post,
    *,
    replaces: bool = False,
    explained: Callable[[Phrase], Post] | None = None,
    trace: Trace | None = None,
) -> None:
    """Show a post to the person of a place and to nobody else; in the direct chat `trace` finds it again.

    In the direct chat that is a plain message (Slack draws no ephemeral ones there). Elsewhere the
    response_url comes first, since it works where the bot is no member; then an ephemeral message;
    and where the channel does not take that, the direct chat, with the reason before it where
    `explained` puts one into words. A message that others see is never replaced, as the answer is for
    the person who pressed.
    """
    metadata = trace.metadata if trace is not None else None
    if place.bot_is_here:
        if replaces and place.pressed_ts and await _updated(api, place, post):
            return
        await _post_here(api, place, post, metadata)
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
        await api.post(direct, one, metadata=metadata)


async def _post_here(api: SlackApi, place: Place, post: Post, metadata: Mapping[str, Any] | None) -> None:
    try:
        await api.post(place.channel, post, thread_ts=place.thread_ts, metadata=metadata)
    except DeliveryImpossible as refused:
        # Its thread may be deleted or locked, or the chat closed: once more, in the chat as it is now.
        structlog.get_logger().warning("slack_post_refused", reason=refused.reason)
        await api.post(await _direct_chat(api, place.user), post, metadata=metadata)


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
