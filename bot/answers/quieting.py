"""A person's quiet hours: chosen in words or by a button, shown, and turned off."""

from collections.abc import Sequence
from datetime import time

from bot.answers import acts
from bot.answers.desk import Answer, Desk, Turn
from bot.chat.buttons import Offer
from bot.chat.phrases import Hour, Phrase, Value
from bot.chat.replies import Actions, Part, Say
from bot.memory import Act
from bot.questions import QuietWish
from bot.watching.quiet import NEVER, NIGHT, Chosen, Quiet

_OFFERED = (NIGHT, Quiet(time(20, 0), time(7, 0)), Quiet(time(19, 0), time(8, 0)))


async def asked(desk: Desk, turn: Turn, wish: QuietWish) -> Answer:
    """Answer "don't disturb me between 20:00 and 7:00" and what else is wanted of quiet hours."""
    match wish.what:
        case "set":
            return await _choose(desk, turn, Quiet(wish.begins, wish.ends))
        case "off":
            return await _choose(desk, turn, NEVER)
        case "show":
            return Answer(await shown(desk, turn))


async def pressed(desk: Desk, turn: Turn, act: Act) -> Answer:
    """The button for hours, or for none."""
    values = act.values
    hours = Quiet(time.fromisoformat(values["begins"]), time.fromisoformat(values["ends"]))
    return await _choose(desk, turn, hours)


async def shown(desk: Desk, turn: Turn) -> tuple[Part, ...]:
    """The person's quiet hours, with what else they may choose."""
    chosen = await desk.watches.quiet.of(turn.message.sender)
    quiet = chosen.quiet if chosen else NIGHT
    return (
        Say(_sentence("quiet_hours" if chosen else "quiet_hours_usual", quiet)),
        _offers(desk, turn, quiet),
    )


async def _choose(desk: Desk, turn: Turn, quiet: Quiet) -> Answer:
    await desk.watches.quiet.choose(turn.message.sender, Chosen(quiet, turn.reader.zone.key))
    desk.record(turn, "quiet", "off" if quiet.is_never else "chosen")
    return Answer((Say(_sentence("quiet_hours_set", quiet)), _offers(desk, turn, quiet)))


def _sentence(key: str, quiet: Quiet) -> Phrase:
    if quiet.is_never:
        return Phrase("quiet_hours_none")
    values: dict[str, Value] = {"begins": Hour(quiet.begins), "ends": Hour(quiet.ends)}
    return Phrase(key, values)


def _offers(desk: Desk, turn: Turn, now: Quiet) -> Part:
    """What else may be chosen by a press; any other hours in words."""
    wanted: Sequence[Offer] = [
        Offer(
            Phrase("button_quiet_hours", {"begins": Hour(one.begins), "ends": Hour(one.ends)}),
            acts.QUIET,
            _values(one),
        )
        for one in _OFFERED
        if one != now
    ]
    if not now.is_never:
        wanted = [*wanted, Offer(Phrase("button_quiet_never"), acts.QUIET, _values(NEVER))]
    return Actions(desk.buttons(turn, wanted))


def _values(quiet: Quiet) -> dict[str, str]:
    return {"begins": f"{quiet.begins:%H:%M}", "ends": f"{quiet.ends:%H:%M}"}
