"""Hands over what the bot makes itself: a list of orders as a workbook, a statement, a bundle of documents.

Nothing is looked up here: the file is made when it is sent, in the person's right at that moment.
"""

from collections.abc import Mapping

from bot.answers.desk import Answer, Desk, Turn
from bot.chat.files import MadeFile
from bot.chat.phrases import Phrase
from bot.chat.replies import Made, Say
from bot.scope import CompanyScope

POSITION, OVERDUE = "position", "overdue"


def orders_file(turn: Turn, scope: CompanyScope, position: str) -> MadeFile:
    """The orders of a list (`bot.answers.listing.Position` as JSON), as a workbook."""
    return MadeFile(scope.company_id, "orders", turn.reader, {POSITION: position})


def statement_file(turn: Turn, scope: CompanyScope, values: Mapping[str, str]) -> MadeFile:
    """The open invoices of the orders of a list, as a workbook."""
    kept = {name: values.get(name, "") for name in (POSITION, OVERDUE)}
    return MadeFile(scope.company_id, "statement", turn.reader, kept)


async def send_orders(desk: Desk, turn: Turn, scope: CompanyScope, values: Mapping[str, str]) -> Answer:
    """Answer the button below a list, and "orders of October as excel"."""
    desk.record(turn, "sheet", "made")
    return _sending(turn, orders_file(turn, scope, values[POSITION]))


async def send_statement(desk: Desk, turn: Turn, scope: CompanyScope, values: Mapping[str, str]) -> Answer:
    """Answer the button below a statement."""
    desk.record(turn, "statement", "made")
    return _sending(turn, statement_file(turn, scope, values))


def _sending(turn: Turn, file: MadeFile) -> Answer:
    # In the direct chat itself nobody is told that it comes to the direct chat.
    here = turn.message.conversation.private
    return Answer((Say(Phrase("made_sending_here" if here else "made_sending")), Made(file)))
