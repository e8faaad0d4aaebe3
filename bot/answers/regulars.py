"""For which company people asked last, as far as this process has seen: so that turns are given fairly."""

from collections import OrderedDict

from bot.chat.messages import Message

_MOST = 10_000


class Regulars:
    """Remembers the latest few thousand people. A hint: it lets nobody see anything."""

    def __init__(self) -> None:
        self._companies: OrderedDict[str, int] = OrderedDict()

    def saw(self, message: Message, company_id: int) -> None:
        """Somebody's message was understood to be about this company."""
        person = message.sender.key
        self._companies[person] = company_id
        self._companies.move_to_end(person)
        if len(self._companies) > _MOST:
            self._companies.popitem(last=False)

    def group(self, message: Message) -> str:
        """Whose turn it takes: the company's. All who are not known yet share one, strangers too."""
        return str(self._companies.get(message.sender.key, ""))
