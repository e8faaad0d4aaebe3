"""What the supplier's own people looked up today, for those who stand in for one another."""

from bot.answers import acts
from bot.answers.desk import Answer, Desk, Turn, say
from bot.answers.naming import act_of
from bot.chat.buttons import Offer
from bot.chat.phrases import Moment, Phrase, Value
from bot.chat.replies import Actions, Part, Say
from bot.linking.errors import NotAllowed
from bot.linking.staff import TeamLookup
from bot.memory import Act

ROWS_SHOWN = 10


async def recent(desk: Desk, turn: Turn, act: Act | None) -> Answer:
    """Answer "recent": who of the team looked up what for whom, newest first; older ones by a button.

    In a channel the answer is for the person alone, or there is none: it names customers.
    """
    before = int(act.values["before"]) if act else None
    try:
        rows = await desk.staff.recent(turn.message.sender, limit=ROWS_SHOWN, before=before)
    except NotAllowed:
        return say("staff_only")
    if not rows:
        return say("team_recent_none")
    parts: list[Part] = [Say(Phrase("team_recent")), *(Say(_line(row)) for row in rows)]
    if len(rows) == ROWS_SHOWN:
        older = Offer(Phrase("button_older"), acts.RECENT, {"before": str(rows[-1].id)})
        parts.append(Actions(desk.buttons(turn, [older])))
    return Answer(tuple(parts))


def _line(row: TeamLookup) -> Phrase:
    values: dict[str, Value] = {
        "at": Moment(row.at),
        "who": row.name,
        "company": row.company,
        "act": act_of(row.act, row.outcome),
        "numbers": ", ".join(row.subject) or "–",
    }
    return Phrase("team_recent_line", values)
