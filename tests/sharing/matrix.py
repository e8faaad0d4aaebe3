"""Every person in every place doing everything: what came of it, in one word a cell.

`docs/slack.md` holds the table; `outcome` plays a cell and says what the table must say. Of everything
that anybody sees meanwhile `leaks` tells what they may not.
"""

import json
from collections.abc import Sequence

from bot.demo.events import ANA, BRUNO, CARLA, DIEGO, GUSTAVO, PAULA, SOFIA, Person, StageEvent
from bot.demo.slack_double import payloads
from bot.demo.supplier.known import NAMESAKE, STAR
from tests.sharing import hidden
from tests.sharing.hidden import Secrets
from tests.sharing.world import CONNECT, DAVI, DOMAIN, PRIVATE, PUBLIC, TIED, World, elements, user

PERSONS = {
    "linked": ANA,
    "other company": CARLA,
    "unlinked": BRUNO,
    "guest": GUSTAVO,
    "stranger": PAULA,
    "staff": SOFIA,
    "deactivated": DIEGO,
}
PLACES = ("direct chat", "private", "public", "shared", "tied", "thread")
_CHANNEL = {"private": PRIVATE, "public": PUBLIC, "shared": CONNECT, "tied": TIED, "thread": PUBLIC}
ACTS = ("ask", "file", "share", "old button", "unfurl")
ADDRESS = f"https://{DOMAIN}/account/orders/PO-7782"


async def secrets(world: World) -> Sequence[Secrets]:
    """Of the order that Northwind and Southgate both call PO-7782."""
    return await hidden.secrets(
        world.core,
        user(ANA),
        user(CARLA),
        insiders=frozenset({ANA.id, DAVI.id, SOFIA.id}),
        others=frozenset({CARLA.id}),
    )


async def outcome(world: World, person: str, place: str, act: str, lines: str) -> str:
    """Play a cell; `lines` is the reference of a button of Ana's, from before."""
    who = PERSONS[person]
    channel = who.slack_dm if place == "direct chat" else _CHANNEL[place]
    begun = len(world.events)
    if not _is_there(world, who, channel):
        return "not there"
    thread = world.root if place == "thread" else None
    match act:
        case "old button":
            await _forge(world, who, channel, lines)
        case "unfurl":
            return await _unfurled(world, who, channel, thread)
        case "share":
            posts = len(world.public_everywhere())
            await _share(world, who, channel, thread)
            came = _shared(world, who, begun, posts)
            return "asked where" if place == "direct chat" and came == "order, alone" else came
        case _:
            text = "where is PO-7782?" if act == "ask" else "invoice of PO-7782"
            await world.ask(who, channel, _as(who, text), thread_ts=thread)
    return _seen(world, who, begun)


def _is_there(world: World, who: Person, channel: str) -> bool:
    installed = world.slack.places.installed
    return any(
        who.id in {one.id for one in at.workspace.members(channel)}
        for at in installed
        if channel.startswith("D") or channel in at.workspace.channels
    )


def leaks(events: Sequence[StageEvent], known: Sequence[Secrets]) -> list[str]:
    """Everything of the bot's that somebody saw and must not have seen."""
    found = []
    for event in events:
        message = event.payload
        shown = message if message.get("bot_id") or event.kind == "pane" else message.get("unfurled")
        if not shown:
            continue
        text = json.dumps(shown, ensure_ascii=False)
        alone = message.get("is_ephemeral") or event.kind == "pane" or event.conversation.startswith("D")
        public = not alone
        forbidden: set[str] = set()
        for one in known:
            tied = event.conversation == TIED and event.person in one.insiders
            if event.person not in one.insiders or (public and not tied):
                forbidden |= one.details | one.amounts
            if event.person not in one.insiders and not public:
                forbidden.add(one.number)
            if public:
                forbidden |= one.amounts
        found += [f"{event.person} in {event.conversation} saw {one}" for one in forbidden if one in text]
        if message.get("files") and not event.conversation.startswith("D"):
            found.append(f"{event.person} in {event.conversation} saw a file")
    return found


def _as(who: Person, text: str) -> str:
    return f"for Northwind: {text}" if who is SOFIA else text


async def _share(world: World, who: Person, channel: str, thread: str | None) -> None:
    await world.ask(who, channel, _as(who, "share PO-7782"), thread_ts=thread)
    for label in ("Post it", "Post number and status only"):
        message = world.slack.sees(who.id, channel)[-1]
        if label in [one["text"]["text"] for one in elements(message)]:
            await world.press(who, channel, label)
            return


async def _unfurled(world: World, who: Person, channel: str, thread: str | None) -> str:
    """Post the address of an order, then open the pane beside it."""
    assert await world.slack.say(who.id, channel, f"see {ADDRESS}", thread_ts=thread) in (200, 204)
    ts = next(
        one["ts"] for one in reversed(world.slack.sees(who.id, channel)) if ADDRESS in str(one.get("text"))
    )
    await world.settle()
    posted = next(one for one in world.slack.sees(who.id, channel) if one["ts"] == ts)
    if "PO-7782" not in str(posted.get("unfurled")):
        return "an address"
    begun = len(world.events)
    assert await world.slack.doors.open_pane(who.id, channel, ts, ADDRESS) == 200
    await world.settle()
    return f"number; opened: {_seen(world, who, begun)}"


def _shared(world: World, who: Person, begun: int, posts: int) -> str:
    made = world.public_everywhere()[posts:]
    if not made:
        return _seen(world, who, begun)
    (post,) = made
    text = json.dumps(post, ensure_ascii=False)
    number = "own " if NAMESAKE.order_number in text else ""
    if STAR.invoices[0] in text or NAMESAKE.invoices[0] in text:
        return f"{number}order without amounts".strip()
    return f"{number}state and dates" if "PO-7782" in text else f"{number}number and status"


def _seen(world: World, who: Person, begun: int) -> str:
    seen = [
        event
        for event in world.events[begun:]
        if event.person == who.id
        and (event.payload.get("bot_id") or event.kind == "pane")
        and event.kind in ("message", "update", "file", "pane")
    ]
    files = [one for one in seen if one.payload.get("files")]
    if files:
        return "own file in direct chat" if who is CARLA else "file in direct chat"
    text = json.dumps([one.payload for one in seen], ensure_ascii=False)
    if STAR.order_number in text:
        return "order, alone"
    if NAMESAKE.order_number in text:
        return "own order, alone"
    return "refused" if seen else "nothing"


async def _forge(world: World, who: Person, channel: str, action: str) -> None:
    """Press a button that was made for Ana, as if it had been shown here."""
    at, presser = world.slack.places.there(who.id, channel)
    shown = [one for one in at.workspace.posted if one.channel == channel and one.message.get("bot_id")]
    posted = shown[-1] if shown else at.workspace.post(channel, {"bot_id": at.team.bot_id, "text": "earlier"})
    url = f"{world.slack.own_url}/response/{at.responses.new(presser, channel, posted)}"
    button = {"type": "button", "action_id": action, "value": action, "block_id": "old"}
    payload = payloads.block_actions(
        presser,
        posted,
        button,
        action_ts=at.workspace.next_ts(),
        channel_name=at.channel_name(channel),
        response_url=url,
        team=at.team,
    )
    assert await world.slack.send_interaction(payload) == 200
    await world.settle()
