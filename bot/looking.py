"""Looks at what people send: fetched from their platform, read in a process of its own."""

from collections.abc import Mapping

from bot.chat.messages import Shown
from bot.chat.people import Platform
from bot.delivery import Fetcher, NotFetched
from bot.reading.found import Seen
from bot.reading.outside import Glasses


class Looker:
    """Eyes of the desk (`answers.desk.Eyes`)."""

    def __init__(self, fetchers: Mapping[Platform, Fetcher]) -> None:
        self._fetchers = fetchers
        self._glasses = Glasses()

    async def look(self, platform: Platform, shown: Shown) -> Seen:
        """The numbers on what was sent, or why there are none."""
        fetcher = self._fetchers.get(platform)
        if fetcher is None:
            return Seen(problem="not_fetched")
        try:
            content = await fetcher.fetch(shown)
        except NotFetched as failure:
            return Seen(problem="too_large" if failure.reason == "too_large" else "not_fetched")
        return await self._glasses.read(content)
