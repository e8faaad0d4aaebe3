"""Every person in every place of Telegram doing everything: what they and all others there read.

`docs/telegram.md` holds the table; `outcome` plays a cell and says what the table must say. Of everything
that anybody sees meanwhile `leaks` tells what they may not.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from telegram.constants import ChatID

from bot.demo.events import ANA, BRUNO, CARLA, SOFIA, Person, StageEvent
from bot.demo.supplier.known import NAMESAKE, STAR
from tests.sharing import hidden
from tests.sharing.group import user
from tests.sharing.hidden import Secrets
from tests.sharing.telegram_stage import CHAT, EVA, NOBODY, PERSONS, Stage, keys, links
from tests.sharing.world import DAVI

ACTS = ("ask", "file", "share", "old button", "link")
_ARTICLE = "EL-INV75"
"""On the lines of Northwind's order."""
_POSTS = ("Post it", "Post number and status only")


async def secrets(stage: Stage) -> Sequence[Secrets]:
    """Of the order that Northwind and Southgate both call PO-7782."""
    return await hidden.secrets(
        stage.group.core,
        user(ANA),
        user(CARLA),
        insiders=frozenset({ANA.id, BRUNO.id, SOFIA.id, EVA.id}),
        others=frozenset({CARLA.id}),
    )


async def outcome(stage: Stage, person: str, place: str, act: str) -> str:
    """Play a cell; raises AssertionError where the bot says something in another place or topic."""
    who = PERSONS[person]
    if not _is_there(stage, person, place, act) or (act == "link" and place not in stage.links):
        return "not there"
    begun = len(stage.events)
    if place == "other chat":
        if act == "old button":
            return "not there"
        if act != "link":
            return await _typed(stage, who, act)
    match act:
        case "link":
            await stage.group.telegram.start(who.id, stage.links[place])
            await stage.group.settle()
            if who is DAVI:
                await stage.group.telegram.block(who.id)
                await stage.group.settle()
        case "old button":
            await _forge(stage, who, place)
        case "share":
            await _share(stage, person, place)
        case "file":
            await _say(stage, person, place, "invoice of PO-7782")
        case _:
            await _say(stage, person, place, "where is PO-7782?")
    came = _seen(stage, who, place, begun, sharing=act == "share")
    return "asked where, alone" if place == "direct chat" and came == "preview, alone" else came


def _is_there(stage: Stage, person: str, place: str, act: str) -> bool:
    if place == "direct chat":
        # Writing to the bot would take the block back, and who is nobody has no chat of their own.
        return person not in ("has blocked", NOBODY)
    if person == NOBODY:
        # Buttons are pressed, links followed and results posted in one's own name.
        return place != "other chat" and act in ("ask", "file", "share")
    where = stage.group.telegram._world.chats[stage.chats[place]]
    return PERSONS[person].id in {one.id for one in where.members}


async def _say(stage: Stage, person: str, place: str, text: str) -> None:
    who, made = PERSONS[person], stage.group
    text = f"for Northwind: {text}" if who is SOFIA else text
    chat, topic = stage.chats.get(place), stage.topics.get(place)
    if person != NOBODY:
        await made.ask(who, text, chat=chat, topic=topic)
        return
    # What an anonymous admin writes comes in the group's name.
    assert chat is not None
    message = made.telegram._world.said(who, made.telegram._world.chats[chat], "x", topic=topic)
    shown = f"@{made.telegram.username} {text}"
    mention = {"type": "mention", "offset": 0, "length": len(made.telegram.username) + 1}
    anonymous = {"id": int(ChatID.ANONYMOUS_ADMIN), "is_bot": True, "first_name": "Group"}
    message |= {"from": anonymous, "sender_chat": message["chat"], "text": shown, "entities": [mention]}
    assert await made.telegram.send_update(str(chat), {"message": message}) == 200
    await made.settle()


async def _share(stage: Stage, person: str, place: str) -> None:
    who, made = PERSONS[person], stage.group
    before = {message["message_id"] for message in made.telegram.sees(who.id)}
    await _say(stage, person, place, "share PO-7782")
    for labels in (("Show the preview",), _POSTS):
        for message in reversed(made.telegram.sees(who.id)):
            shown = [key for key in keys(message) if key["text"] in labels and "callback_data" in key]
            if shown and message["message_id"] not in before:
                await made.telegram.press(who.id, message["message_id"], shown[0]["callback_data"])
                await made.settle()
                break


async def _forge(stage: Stage, who: Person, place: str) -> None:
    """Press a button that was made for Ana, as if it had been shown here."""
    made, chat, topic = stage.group, stage.chats.get(place), stage.topics.get(place)
    mine = [
        message["message_id"]
        for message in made.telegram.sees(who.id, chat=chat)
        if message["from"]["is_bot"] and message.get("message_thread_id") == topic and "text" in message
    ]
    if not mine:
        # Nothing of the bot's is there to carry a button.
        return
    assert await made.telegram.press(who.id, mine[-1], stage.lines, chat=chat, forged=True) == 200
    await made.settle()


async def _typed(stage: Stage, who: Person, act: str) -> str:
    """Type after the bot's name where it is no member; for `share`, post what it shows."""
    text = {"ask": "PO-7782", "file": "invoice of PO-7782", "share": "PO-7782"}[act]
    typed = await stage.group.telegram.types(who.id, text)
    assert typed.personal
    assert typed.cache_seconds == 0
    shown = json.dumps([typed.results, typed.button], ensure_ascii=False)
    stage.events.append(
        StageEvent(
            platform="telegram",
            kind="message",
            person=who.id,
            conversation=f"typing {who.id}",
            payload={"from": {"is_bot": True}, "text": shown},
        )
    )
    if not typed.results:
        return "the way to link, alone" if typed.button else "nothing"
    if act != "share":
        return "number, alone"
    post = await stage.group.telegram.posts(typed, CHAT)
    assert STAR.order_number not in str(post["text"])
    return "number, alone; number, all" if "PO-7782" in str(post["text"]) else "nothing"


def leaks(events: Sequence[StageEvent], known: Sequence[Secrets], *, tied: Collection[str]) -> list[str]:
    """Everything of the bot's that somebody saw and must not have seen; `tied` are groups of insiders."""
    found = []
    for event in events:
        message = event.payload
        if event.kind not in ("message", "update") or not message["from"]["is_bot"]:
            continue
        alone = event.conversation in (_own(event.person), f"typing {event.person}")
        text = _text(message)
        for one in known:
            inside = event.person in one.insiders
            forbidden = set[str]()
            if not inside or not (alone or event.conversation in tied):
                forbidden |= one.details
            if not inside or not alone or event.person == BRUNO.id:
                forbidden |= one.amounts
            if not inside and alone:
                forbidden.add(one.number)
            found += [
                f"{event.person} in {event.conversation} saw {secret}"
                for secret in sorted(forbidden)
                if secret in text
            ]
        if "document" in message and not alone:
            found.append(f"{event.person} in {event.conversation} saw a file")
    return found


def _seen(stage: Stage, who: Person, place: str, begun: int, *, sharing: bool) -> str:
    """What came of it: for the person alone, then for all who are there."""
    chat = str(stage.chats.get(place, ""))
    alone, open_ = list[Mapping[str, Any]](), list[Mapping[str, Any]]()
    for event in stage.events[begun:]:
        message = event.payload
        if event.kind not in ("message", "update") or not message["from"]["is_bot"]:
            continue
        if event.conversation == _own(event.person):
            assert event.person == who.id, f"{event.person} was told of what {who.id} did"
            alone.append(message)
        else:
            assert event.conversation == chat, f"the bot spoke in {event.conversation} of what is in {chat}"
            assert message.get("message_thread_id") == stage.topics.get(place), "the bot left the topic"
            open_.append(message)
    parts = [
        *(f"{what}, alone" for what in [_alone(alone, sharing=sharing)] if what),
        *(f"{what}, all" for what in [_openly(open_)] if what),
    ]
    return "; ".join(parts) or "nothing"


def _alone(messages: Sequence[Mapping[str, Any]], *, sharing: bool) -> str:
    text = " ".join(_text(message) for message in messages)
    own = "own " if NAMESAKE.order_number in text or NAMESAKE.invoices[0] in text else ""
    if any(message.get("document") for message in messages):
        return f"{own}file"
    if sharing and (own or STAR.order_number in text):
        return f"{own}preview"
    if "PO-7782" in text or _ARTICLE in text:
        return f"{own}order" if "R$" in text else f"{own}order without amounts"
    return "refused" if messages else ""


def _openly(messages: Sequence[Mapping[str, Any]]) -> str:
    text = " ".join(_text(message) for message in messages)
    own = "own " if NAMESAKE.order_number in text else ""
    if any(invoice in text for invoice in (*STAR.invoices, *NAMESAKE.invoices)):
        return f"{own}order without amounts"
    if _ARTICLE in text:
        return "lines without amounts"
    if STAR.order_number in text or own:
        return f"{own}number and status"
    if links(messages):
        return "way to the direct chat"
    return "refused" if messages else ""


def _own(person: str) -> str:
    """The chat between a person and the bot."""
    return next(str(one.telegram_id) for one in PERSONS.values() if one.id == person)


def _text(message: Mapping[str, Any]) -> str:
    """All that the bot says with it; not the words of others that it answers."""
    said = {name: value for name, value in message.items() if name not in ("reply_to_message", "chat")}
    return json.dumps(said, ensure_ascii=False)
