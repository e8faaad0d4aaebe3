"""What is decided at the door, while somebody waits: from the store alone, in the right they have now."""

from collections.abc import Sequence

from bot.answers.suggesting import label_of
from bot.chat.people import ChatUser, Reader
from bot.delivery import Completion
from bot.linking import Linking
from bot.numbers.completing import Completer


class Doorkeeping:
    """A `delivery.Doorkeeper` over linking and the index of numbers."""

    def __init__(self, linking: Linking, completer: Completer) -> None:
        self._linking = linking
        self._completer = completer

    async def is_linked(self, user: ChatUser) -> bool:
        """Whether there is a company whose orders this person may see."""
        return (await self._linking.access(user)).scope is not None

    async def complete(
        self, user: ChatUser, typed: str, *, reader: Reader, limit: int
    ) -> Sequence[Completion]:
        """Of the company asked about now, as an answer would be."""
        scope = (await self._linking.access(user)).scope
        if scope is None:
            return ()
        known = await self._completer.complete(scope, typed, limit)
        return [Completion(one.order_number, label_of(one, reader.zone)) for one in known]
