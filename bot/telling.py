"""What the bot says without having been asked: kept like any message, delivered once, decided when said."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.chat.messages import Content, Message, Opened
from bot.chat.people import Audience, ChatUser, Conversation, Platform
from bot.chat.unasked import Collect, Fired, Shared, Told
from bot.delivery import Receiver
from bot.store import utc_now

Direct = Callable[[ChatUser], tuple[Conversation, Mapping[str, str]]]
"""Where a platform's people are spoken to when they have not spoken first, and the note for delivery."""
Openly = Callable[[ChatUser, Conversation], Mapping[str, str]]
"""The note by which something is delivered for everybody in a place to read."""


class Teller:
    """Hands the bot's own words to the inbox (`bot.answers.desk.Teller`)."""

    def __init__(
        self,
        receiver: Receiver,
        places: Mapping[Platform, Direct],
        openly: Mapping[Platform, Openly] | None = None,
    ) -> None:
        self._receiver = receiver
        self._places = dict(places)
        self._openly = dict(openly or {})

    async def tell(self, id: str, user: ChatUser, told: Told | Fired) -> None:
        """Say something to a person in their direct chat; the same id is said once.

        Somebody on a platform that is not set up is not told. Raises NotKept.
        """
        direct = self._places.get(user.platform)
        if direct is not None:
            await self._receiver.receive(_addressed(f"told:{id}", user, direct, told))

    async def collect(
        self, id: str, user: ChatUser, asked: Collect, place: tuple[Conversation, Mapping[str, str]] | None
    ) -> None:
        """Do what takes long, for a person who asked for it in a place of theirs; the same id once.

        In their direct chat without a place. Raises NotKept.
        """
        direct = self._places.get(user.platform)
        if place is None and direct is not None:
            place = direct(user)
        if place is not None:
            conversation, handle = place
            # It must not keep what they ask meanwhile waiting.
            apart = replace(conversation, apart="collect")
            await self._receiver.receive(
                Message(
                    id=f"told:{id}",
                    sender=user,
                    conversation=apart,
                    content=asked,
                    received_at=utc_now(),
                    handle=handle,
                )
            )

    async def share(self, id: str, user: ChatUser, shared: Shared, place: Conversation) -> None:
        """Post for everybody in a place, on behalf of a person; the same id is posted once.

        On a platform that is not set up nothing is posted. Raises NotKept.
        """
        await self._openly_say(id, user, shared, place)

    async def post(self, id: str, user: ChatUser, told: Fired, place: Conversation) -> None:
        """Say news for everybody in a place, on behalf of a person; as `share`."""
        await self._openly_say(f"told:{id}", user, told, place)

    async def _openly_say(
        self, id: str, user: ChatUser, content: Shared | Fired, place: Conversation
    ) -> None:
        openly = self._openly.get(place.platform)
        if openly is None:
            return
        await self._receiver.receive(
            Message(
                id=id,
                sender=user,
                conversation=place,
                content=content,
                received_at=utc_now(),
                seen_by=Audience.EXTERNAL,
                handle=openly(user, place),
            )
        )


class HomePages:
    """Shows people their home anew (`bot.answers.desk.Homes`): as if they had just opened it."""

    def __init__(self, receiver: Receiver, places: Mapping[Platform, Direct]) -> None:
        self._receiver = receiver
        self._places = dict(places)

    def has_home(self, user: ChatUser) -> bool:
        """Whether the person's platform has such a page and is set up."""
        return user.platform in self._places

    async def show(self, id: str, user: ChatUser) -> None:
        """Once per id. Raises NotKept."""
        place = self._places.get(user.platform)
        if place is not None:
            await self._receiver.receive(_addressed(f"home:{id}", user, place, Opened("home")))


def _addressed(id: str, user: ChatUser, place: Direct, content: Content) -> Message:
    conversation, handle = place(user)
    return Message(
        id=id,
        sender=user,
        conversation=conversation,
        content=content,
        received_at=utc_now(),
        handle=handle,
    )
