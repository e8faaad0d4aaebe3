"""Answers "what changed?": since a day that was named, or since the person last asked."""

from datetime import timedelta

from bot.answers import find, listing
from bot.answers.desk import Answer, Desk, Turn, say
from bot.chat.phrases import Moment, Phrase
from bot.chat.replies import Part, Say
from bot.erp.protocol import OrderFilter
from bot.orders import Order
from bot.questions import Question
from bot.scope import CompanyScope

FIRST_LOOK = timedelta(days=7)
LONGEST_LOOK = timedelta(days=92)
_SHOWN_MAX = 20


async def changes(desk: Desk, turn: Turn, scope: CompanyScope, question: Question) -> Answer:
    """The company's orders that changed, the newest change first."""
    last = await desk.watches.looks.renew(turn.message.sender, scope.company_id)
    since = question.period.since if question.period else last or turn.now - FIRST_LOOK
    since = max(since, turn.now - LONGEST_LOOK)
    if not desk.gateway.tells_changes(scope):
        desk.record(turn, "changes", "not_told")
        shown = await listing.show_page(
            desk, turn, scope, listing.Position(wanted=OrderFilter(open_only=True))
        )
        return Answer((Say(Phrase("changes_not_told")), *shown.parts))
    orders: list[Order] = []
    after, cut = None, False
    while True:
        page = await desk.gateway.changed(scope, since, after=after, limit=_SHOWN_MAX * 2)
        orders += page.orders
        after = page.next
        if after is None:
            break
        if len(orders) >= _SHOWN_MAX * 5:
            cut = True
            break
    if question.period:
        until = question.period.until
        orders = [order for order in orders if order.changed_at is None or order.changed_at < until]
    desk.record(turn, "changes", "found" if orders else "not_found_there")
    if not orders:
        return say("changes_none", company=scope.company_name, since=Moment(since))
    newest = list(reversed(orders))[:_SHOWN_MAX]
    parts: list[Part] = [
        find.table(desk, turn, scope, Phrase("changes_since", {"since": Moment(since)}), newest)
    ]
    if cut or len(orders) > _SHOWN_MAX:
        parts.append(Say(Phrase("changes_more")))
    return Answer(tuple(parts))
