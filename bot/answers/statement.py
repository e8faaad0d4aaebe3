"""The statement of a company's open invoices, in chat; as a workbook it is made by `bot.making`."""

from bot.answers import acts
from bot.answers.desk import Answer, Desk, Turn, say
from bot.answers.exporting import OVERDUE, send_statement
from bot.answers.listing import Position, values_of
from bot.answers.owed import Owed, Statement, look_for_owed
from bot.answers.whereabouts import left_out
from bot.chat.buttons import Offer
from bot.chat.people import Audience
from bot.chat.phrases import Day, Moment, Phrase, Value
from bot.chat.replies import Actions, Part, Say
from bot.erp.protocol import OrderFilter
from bot.linking import Permission
from bot.orders import Money
from bot.questions import Question
from bot.scope import CompanyScope

SHOWN = 15


async def statement(desk: Desk, turn: Turn, scope: CompanyScope, question: Question) -> Answer:
    """Answer "which invoices are open?", "statement", "extrato das faturas vencidas"."""
    if turn.message.seen_by is not Audience.PERSON:
        return say("ask_in_private")
    if turn.about is None or not turn.about.may(Permission.AMOUNTS_READ):
        desk.record(turn, "statement", "not_allowed")
        return say("statement_not_for_role")
    overdue_only, period = question.filters.overdue, question.period
    wanted = OrderFilter(since=period.since if period else None, until=period.until if period else None)
    values = {**values_of(Position(wanted=wanted)), OVERDUE: "yes" if overdue_only else ""}
    if question.sheet:
        return await send_statement(desk, turn, scope, values)
    today = turn.now.astimezone(turn.reader.zone).date()
    found = await look_for_owed(desk.gateway, scope, wanted, today, overdue_only=overdue_only)
    desk.record(turn, "statement", "found" if found.rows else "nothing_open")
    if not found.rows:
        return Answer((Say(Phrase("statement_nothing", {"company": scope.company_name})), *_cut(desk, found)))
    heading = Phrase("statement_heading", {"company": scope.company_name, "count": len(found.rows)})
    parts: list[Part] = [Say(heading)]
    parts += [Say(_row(row)) for row in found.rows[:SHOWN]]
    if len(found.rows) > SHOWN:
        parts.append(Say(Phrase("statement_more", {"count": len(found.rows) - SHOWN})))
    parts += totals(found)
    parts += _cut(desk, found)
    offer = Offer(Phrase("button_as_excel"), acts.STATEMENT_SHEET, values)
    parts.append(Actions(desk.buttons(turn, [offer])))
    return Answer(tuple(parts))


def totals(found: Statement) -> list[Part]:
    """One sentence a currency."""
    told: list[Part] = []
    for currency, total in found.totals.items():
        values: dict[str, Value] = {
            "open": Money(total.open, currency),
            "overdue": Money(total.overdue, currency),
            "credit": Money(total.credit, currency),
            "balance": Money(total.balance, currency),
        }
        told.append(Say(Phrase("statement_total_credit" if total.credit else "statement_total", values)))
    if found.untold:
        told.append(Say(Phrase("statement_untold", {"count": found.untold})))
    return told


def _cut(desk: Desk, found: Statement) -> tuple[Part, ...]:
    missing = left_out(desk, found.missing)
    if found.last_known is not None:
        missing = (*missing, Say(Phrase("last_known", {"at": Moment(found.last_known)})))
    if found.whole:
        return missing
    return (*missing, Say(Phrase("list_looked_through", {"count": found.looked_through})))


def _row(row: Owed) -> Phrase:
    invoice, balance = row.invoice, row.balance
    values: dict[str, Value] = {
        "number": f"{invoice.number}/{invoice.series}" if invoice.series else invoice.number,
        "order": row.customer_reference or row.order_number,
        "amount": balance if balance is not None else Phrase("amount_not_told"),
    }
    if row.is_credit:
        return Phrase("statement_credit", values)
    if invoice.due_on is None:
        return Phrase("statement_row", values)
    return Phrase(
        "statement_overdue" if row.overdue else "statement_due", values | {"day": Day(invoice.due_on)}
    )
