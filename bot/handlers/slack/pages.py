"""Sends to where nothing is posted: an open modal, the App Home, suggested prompts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from bot.chat.people import Reader
from bot.chat.replies import Prompts
from bot.delivery import DeliveryImpossible
from bot.handlers.slack.client import SlackApi
from bot.handlers.slack.parcels import send_privately
from bot.handlers.slack.places import Place
from bot.handlers.slack.sheet import Post
from bot.handlers.slack.text import cut, one_line
from bot.wording import Wording

PROMPTS = 4
PROMPT_TITLE = 75
_CLOSED = frozenset({"not_found", "view_not_found"})


@dataclass(frozen=True)
class ViewParcel:
    """An answer in the modal that was opened for it; in the direct chat where that was closed meanwhile."""

    api: SlackApi
    place: Place
    view: Mapping[str, Any]
    posts: Sequence[Post]

    async def send(self) -> None:
        try:
            await self.api.update_view(self.place.view, self.view)
        except DeliveryImpossible as error:
            log = structlog.get_logger()
            (log.info if error.reason in _CLOSED else log.warning)("slack_view_gone", reason=error.reason)
            for post in self.posts:
                await send_privately(self.api, self.place, post)


@dataclass(frozen=True)
class HomeParcel:
    """A person's App Home. One that changed since they opened it is newer than this, and stays."""

    api: SlackApi
    place: Place
    view: Mapping[str, Any]

    async def send(self) -> None:
        try:
            await self.api.publish_home(self.place.user, self.view, hash=self.place.hash)
        except DeliveryImpossible as error:
            # Nobody asked a question here, and the home still shows what it did.
            log = structlog.get_logger()
            if error.reason == "hash_conflict":
                log.info("slack_home_newer", reason=error.reason)
            else:
                log.warning("slack_home_not_published", reason=error.reason)


@dataclass(frozen=True)
class PromptsParcel:
    """What to ask, where the direct chat with the bot was opened."""

    api: SlackApi
    place: Place
    prompts: Prompts
    reader: Reader
    wording: Wording

    async def send(self) -> None:
        questions = [one_line(self.wording.say(one, self.reader)) for one in self.prompts.questions[:PROMPTS]]
        title = one_line(self.wording.say(self.prompts.title, self.reader))
        prompts = [{"title": cut(question, PROMPT_TITLE), "message": question} for question in questions]
        try:
            await self.api.suggest_prompts(self.place.channel, title, prompts)
        except DeliveryImpossible as error:
            structlog.get_logger().warning("slack_prompts_not_offered", reason=error.reason)
