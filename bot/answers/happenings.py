"""What platforms report and what the bot itself has to say: messages that nobody asked."""

from dataclasses import replace

import structlog

from bot.answers.desk import Answer, Desk, Turn
from bot.chat.messages import Happened
from bot.chat.replies import Actions, Part, Say
from bot.chat.unasked import Told
from bot.linking import Permission
from bot.linking.departures import REMOVED, Departures
from bot.membership import Seen, Standing

SILENCE = Answer(())
"""Nothing is said; nothing is sent."""


async def note(desk: Desk, turn: Turn, happened: Happened) -> Answer:
    """Act on a platform's report: rights end at once, a tie follows its group. Nobody is answered."""
    message = turn.message
    match happened.event:
        case "seen":
            standing = Standing(happened.values["standing"])
            await desk.linking.standings.heard_of(
                Seen(message.sender, standing, happened.values.get("name", ""))
            )
        case "blocked":
            # Before the right to hear of anything ends, which would end them for good.
            await desk.watches.sleep(message.sender)
            await desk.linking.unlink(message.sender, why="blocked")
        case "moved":
            await desk.services.channels.moved(message.conversation, happened.values["to"])
            await desk.watches.moved(message.conversation, happened.values["to"])
        case "removed":
            place = message.conversation
            await Departures(desk.linking).workspace(place.platform, place.workspace)
            await desk.watches.end_of_workspace(place.platform, place.workspace, REMOVED)
        case "joined":
            # Who is in a channel is looked at anew for every answer there; this is for the log.
            structlog.get_logger().info("channel_joined")
    return SILENCE


async def tell(desk: Desk, turn: Turn, told: Told) -> Answer:
    """Say what was to be told, if the person may still hear it."""
    if told.company_id:
        access = await desk.linking.access(turn.message.sender, concerning=told.company_id)
        if not access.may(Permission(told.permission), told.company_id):
            desk.record(turn, "told", "not_allowed")
            return SILENCE
    parts: list[Part] = [Say(phrase) for phrase in told.phrases]
    if told.offers:
        wanted = [replace(one, company_id=one.company_id or told.company_id) for one in told.offers]
        parts.append(Actions(desk.buttons(turn, wanted)))
    return Answer(tuple(parts))
