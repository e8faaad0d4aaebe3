"""Telegram with everybody in their places: chats, groups of every kind, and what Ana asked before."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.demo.events import ANA, BRUNO, CARLA, DIEGO, GUSTAVO, PAULA, SOFIA, Person, StageEvent
from bot.demo.supplier.known import NORTHWIND
from bot.linking import Role
from tests.sharing.group import Group, group, user
from tests.sharing.world import DAVI

EVA = Person(
    id="eva",
    name="Eva Prado",
    email="eva.prado@northwind.example",
    slack_user="U0EVA",
    slack_team=ANA.slack_team,
    telegram_id=700009,
)
"""Linked to the company; was in all of the groups and has left them."""
PERSONS: Mapping[str, Person] = {
    "linked": ANA,
    "without amounts": BRUNO,
    "other company": CARLA,
    "unlinked": DIEGO,
    "stranger": PAULA,
    "staff": SOFIA,
    "link ended": GUSTAVO,
    "has blocked": DAVI,
    "left the groups": EVA,
    "as the group": ANA,
}
NOBODY = "as the group"
GROUP, TIED, MIXED, FORUM, TIED_FORUM, SMALL, CHAT = (-1001000000000 - number for number in range(1, 8))
PLACES = (
    "direct chat",
    "group",
    "tied group",
    "tied, others in it",
    "topic",
    "tied, topic",
    "tied, promoted",
    "other chat",
)
_EVERYBODY = ("ana", "bruno", "carla", "diego", "paula", "sofia", "gustavo", "davi", "eva")
_INSIDERS = ("ana", "bruno", "sofia", "eva")


@dataclass
class Stage:
    """The groups that stand around the bot, and where in the events each cell begins."""

    group: Group
    chats: dict[str, int]
    topics: dict[str, int]
    links: dict[str, str] = field(default_factory=dict)
    """By place: the link to go on with in private that was made there for Ana."""
    lines: str = ""
    """A button of Ana's own chat, from before."""

    @property
    def tied(self) -> frozenset[str]:
        """The groups that are Northwind's, and in which all may see it."""
        return frozenset(str(self.chats[place]) for place in ("tied group", "tied, topic", "tied, promoted"))

    @property
    def events(self) -> list[StageEvent]:
        return self.group.events


@asynccontextmanager
async def stage(folder: Path) -> AsyncIterator[Stage]:
    """Everybody in their places, and what Ana has asked before anybody else does anything."""
    people = (ANA, BRUNO, CARLA, DIEGO, SOFIA, GUSTAVO, DAVI, EVA)
    async with group(folder, people=people, strangers=(PAULA,)) as made:
        telegram, linking = made.telegram, made.core.linking
        # Everybody has been greeted, with a number for an example.
        made.events.clear()
        telegram.groups.add(GROUP, "Buyers", _EVERYBODY)
        telegram.groups.add(FORUM, "Buyers' forum", _EVERYBODY)
        telegram.groups.add(CHAT, "Weekend", _EVERYBODY, has_bot=False)
        for chat in (TIED, MIXED, TIED_FORUM, SMALL):
            telegram.groups.add(
                chat, f"Northwind {chat}", _INSIDERS, admins=["ana"], supergroup=chat != SMALL
            )
        for who, role in ((EVA, Role.ADMIN), (GUSTAVO, Role.ADMIN), (DAVI, Role.ADMIN)):
            await linking.link_directly(user(who), "demo", str(NORTHWIND), role=role)
        topics = {
            "topic": await telegram.groups.open_topic("ana", FORUM, "Orders"),
            "tied, topic": await telegram.groups.open_topic("ana", TIED_FORUM, "Orders"),
        }
        for chat in (TIED, MIXED, TIED_FORUM, SMALL):
            await made.tie(chat)
        promoted = await telegram.groups.migrate(SMALL)
        for newcomer in ("carla", "diego", "paula", "gustavo", "davi"):
            await telegram.groups.join(newcomer, MIXED)
        for chat in (GROUP, TIED, MIXED, FORUM, TIED_FORUM, promoted):
            await telegram.groups.leave("eva", chat)
        await linking.unlink(user(GUSTAVO))
        await telegram.block("davi")
        await made.settle()
        chats = dict(zip(PLACES[1:], (GROUP, TIED, MIXED, FORUM, TIED_FORUM, promoted, CHAT), strict=True))
        found = Stage(made, chats, topics)
        await _prepare(found)
        yield found


async def _prepare(stage: Stage) -> None:
    made = stage.group
    await made.ask(ANA, "where is PO-7782?", chat=None)
    _, stage.lines = made.button(ANA, "Order lines")
    for place in PLACES[1:-1]:
        begun = len(stage.events)
        await made.ask(ANA, "where is PO-7782?", chat=stage.chats[place], topic=stage.topics.get(place))
        if made_there := links(event.payload for event in stage.events[begun:]):
            stage.links[place] = made_there[-1]
    stage.links["direct chat"] = stage.links["group"]
    # As the worker does when nobody waits: numbers are known while somebody types.
    await made.core.filler.round()
    typed = await made.telegram.types("ana", "PO-7782")
    stage.links["other chat"] = links([await made.telegram.posts(typed, CHAT)])[-1]


def keys(message: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for row in message.get("reply_markup", {}).get("inline_keyboard", ()):
        yield from row


def links(messages: Iterable[Mapping[str, Any]]) -> list[str]:
    """What the links into the chat with the bot carry."""
    urls = [key.get("url", "") for message in messages for key in keys(message)]
    return [url.partition("?start=")[2] for url in urls if "?start=go-" in url]
