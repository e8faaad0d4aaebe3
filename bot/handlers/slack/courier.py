"""Delivers replies in Slack: to the person alone, plainly in direct chats, ephemerally elsewhere."""

from collections import OrderedDict
from collections.abc import Sequence

import structlog

from bot.chat.messages import Message, Opened, Posted
from bot.chat.people import Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import LinkPreview, OrderCard, Part, Prompts, Reply, Say
from bot.chat.unasked import Fired, Resumed, Shared, Told
from bot.delivery import DeliveryDelayed, DeliveryImpossible, FileOpener, FilePlaces, Parcel, PostLog
from bot.handlers.slack.apis import SlackApis
from bot.handlers.slack.blocks import posts, saying
from bot.handlers.slack.client import SlackApi
from bot.handlers.slack.entities import DetailsParcel, UnfurlParcel, order_pane, sorry_pane
from bot.handlers.slack.pages import HomeParcel, PromptsParcel, ViewParcel
from bot.handlers.slack.parcels import FileParcel, PostParcel, send_privately
from bot.handlers.slack.people import People
from bot.handlers.slack.places import Place
from bot.handlers.slack.public import PublicParcel, RetractParcel
from bot.handlers.slack.sheet import Post
from bot.handlers.slack.traces import Trace
from bot.handlers.slack.windows import answer_view, home_view
from bot.wording import Wording

_NOTED_LIMIT = 2048
_UNASKED = Resumed | Shared | Opened | Posted | Fired | Told
"""Nobody waits for an answer to it."""
_SAYS_SO_ALREADY = frozenset({"view", "details"})
"""A modal was opened with these words in it; Slack itself shows that a pane is being filled."""


class SlackCourier:
    """A `delivery.Courier`.

    Args:
        files: opens a document at the moment it is sent; its bytes go from disk to Slack.
        posts: remembers what was posted for everybody; without it nothing is.
        openly: decides which documents may be posted in channels; without it none may.
        fallback: language and time zone where Slack does not tell the person's.
    """

    def __init__(
        self,
        apis: SlackApis,
        wording: Wording,
        files: FileOpener,
        *,
        fallback: Reader,
        posts: PostLog | None = None,
        openly: FilePlaces | None = None,
    ) -> None:
        self._apis = apis
        self._wording = wording
        self._files = files
        self._posts = posts
        self._openly = openly
        self._people = People(apis, fallback=fallback)
        self._noted: OrderedDict[str, None] = OrderedDict()

    async def reader(self, message: Message) -> Reader:
        return await self._people.reader(message.sender)

    async def working(self, message: Message) -> None:
        """Once per message: Slack keeps a status for two minutes, and a second note would be noise.

        Never for a question of long ago: nobody waits for its answer just now.
        """
        if message.id in self._noted or isinstance(message.content, _UNASKED):
            return
        if Place.of(message).kind in _SAYS_SO_ALREADY:
            return
        self._noted[message.id] = None
        if len(self._noted) > _NOTED_LIMIT:
            self._noted.popitem(last=False)
        try:
            await self._show_working(message)
        except (DeliveryDelayed, DeliveryImpossible) as error:
            structlog.get_logger().info("slack_note_not_shown", reason=error.reason)
        except Exception as error:
            structlog.get_logger().warning("slack_note_failed", reason=type(error).__name__, exc_info=error)

    def parcels(self, message: Message, reply: Reply) -> Sequence[Parcel]:
        """Messages first, then each file on its own; the first message may take a pressed one's place."""
        place, api = Place.of(message), self._apis.of(message.conversation.workspace)
        texts = posts(_not_announcing(reply.parts, place), reply.reader, self._wording)
        if reply.to_all:
            if self._posts is None:
                raise RuntimeError("nobody remembers what is posted for everybody")
            return (
                PublicParcel(
                    api=api,
                    place=place,
                    posts=texts,
                    message=message,
                    log=self._posts,
                    reader=reply.reader,
                    wording=self._wording,
                ),
            )
        retracted = (
            RetractParcel(
                api=self._apis.of(posted.conversation.workspace),
                posted=posted,
                answering=api,
                place=place,
                reader=reply.reader,
                wording=self._wording,
            )
            for posted in reply.retracts
        )
        paged = self._on_a_page(api, place, reply, texts)
        return (
            *retracted,
            *(
                paged
                if paged is not None
                else (
                    PostParcel(
                        api,
                        place,
                        post,
                        reply.reader,
                        self._wording,
                        Trace.of(message, index),
                        replaces=reply.replaces and index == 0,
                    )
                    for index, post in enumerate(texts)
                )
            ),
            *(
                FileParcel(
                    api=api,
                    home=self._apis.of(message.sender.workspace),
                    place=place,
                    file=file,
                    message=message,
                    opener=self._files,
                    reader=reply.reader,
                    wording=self._wording,
                    number=number,
                    openly=self._openly,
                )
                for number, file in enumerate(reply.files)
            ),
        )

    def _on_a_page(
        self, api: SlackApi, place: Place, reply: Reply, texts: Sequence[Post]
    ) -> Sequence[Parcel] | None:
        """What is shown in a view of ours, or beside an address; None where messages are posted."""
        reader, wording = reply.reader, self._wording
        match place.kind:
            case "view" if texts:
                blocks = [block for post in texts for block in post.blocks]
                return (ViewParcel(api, place, answer_view(blocks, reader, wording), texts),)
            case "home" if texts:
                return (HomeParcel(api, place, home_view(texts)),)
            case "chat":
                asked = [part for part in reply.parts if isinstance(part, Prompts)]
                return [PromptsParcel(api, place, one, reader, wording) for one in asked]
            case "link":
                previews = [part for part in reply.parts if isinstance(part, LinkPreview)]
                return (UnfurlParcel(api, place, previews, reader, wording),) if previews else ()
            case "details" if texts:
                card = next((part for part in reply.parts if isinstance(part, OrderCard)), None)
                plain = "\n".join(post.plain for post in texts)
                shown = (
                    order_pane(place, card, reader, wording) if card else sorry_pane(plain, reader, wording)
                )
                return (DetailsParcel(api=api, place=place, shown=shown, posts=texts),)
        return None

    async def _show_working(self, message: Message) -> None:
        place, api = Place.of(message), self._apis.of(message.conversation.workspace)
        note = saying(Phrase("looking"), await self.reader(message), self._wording)
        if place.bot_is_here and place.thread_ts:
            try:
                await api.set_status(place.channel, place.thread_ts, note.plain)
                return
            except DeliveryImpossible as error:
                structlog.get_logger().info("slack_status_not_set", reason=error.reason)
        await send_privately(api, place, note)


def _not_announcing(parts: Sequence[Part], place: Place) -> Sequence[Part]:
    """What is said beside a file in the very chat: the file has its own words."""
    return [one for one in parts if not (place.bot_is_here and isinstance(one, Say) and one.announces)]
