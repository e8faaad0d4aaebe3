"""The statement of open invoices as a workbook: a row an invoice, then the totals of each currency."""

from datetime import date

from bot.answers.owed import Owed, Statement
from bot.chat.people import Reader
from bot.chat.phrases import Phrase
from bot.making.sheets import Cell, Sheet
from bot.wording import Wording

COLUMNS = (
    ("column_document", 14),
    ("column_invoice", 14),
    ("column_order", 14),
    ("column_reference", 18),
    ("column_issued_on", 12),
    ("column_due_on", 12),
    ("column_days_overdue", 10),
    ("column_state", 16),
    ("column_total", 14),
    ("column_balance", 14),
    ("column_currency", 8),
)


def write_statement(sheet: Sheet, found: Statement, wording: Wording, reader: Reader, today: date) -> None:
    """Write the rows and the totals."""
    for row in found.rows:
        sheet.add(_cells(row, wording, reader, today))
    for currency, total in found.totals.items():
        for key, amount in (
            ("total_open", total.open),
            ("total_overdue", total.overdue),
            ("total_credit", -total.credit),
            ("total_balance", total.balance),
        ):
            label: list[Cell] = [wording.say(Phrase(key), reader)]
            sheet.add([*label, *[None] * 8, amount, currency], bold=True)


def _cells(row: Owed, wording: Wording, reader: Reader, today: date) -> list[Cell]:
    invoice, balance = row.invoice, row.balance
    kind = Phrase("sheet_credit_note" if row.is_credit else "sheet_invoice")
    late = (today - invoice.due_on).days if row.overdue and invoice.due_on else None
    state = "overdue" if row.overdue else invoice.state.value
    total = invoice.total
    signed = None if total is None else (-abs(total.amount) if row.is_credit else total.amount)
    return [
        wording.say(kind, reader),
        f"{invoice.number}/{invoice.series}" if invoice.series else invoice.number,
        row.order_number,
        row.customer_reference,
        invoice.issued_on,
        None if row.is_credit else invoice.due_on,
        late,
        None if row.is_credit else wording.say(Phrase(f"invoice_{state}"), reader),
        signed,
        balance.amount if balance else None,
        balance.currency if balance else total.currency if total else None,
    ]
