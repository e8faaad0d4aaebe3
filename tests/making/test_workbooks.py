"""Lists and statements as workbooks: asked for in words or by a button, opened as bytes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from bot.answers.owed import Statement, owed_of
from bot.chat.messages import Asked, Message, Pressed
from bot.chat.people import Audience, ChatUser, Conversation, Platform, Reader
from bot.chat.phrases import Phrase
from bot.chat.replies import Made, OrderTable, Reply
from bot.delivery import FileNotAvailable
from bot.linking import Role
from bot.making.maker import Maker
from bot.making.sheets import Sheet
from bot.making.statement_sheet import COLUMNS, write_statement
from bot.orders import Invoice, InvoiceKind, InvoiceState, Money, Order
from bot.store import utc_now
from tests.answers.conftest import ANA, Office, in_locale
from tests.making.workbook import Cell, rows_of, texts

EVA = ChatUser(Platform.SLACK, "U0EVA", "T1")
EPOCH = date(1899, 12, 30)
TODAY = date(2026, 11, 20)


async def opened(
    office: Office, reply: Reply, *, who: ChatUser = ANA, by: Maker | None = None
) -> tuple[str, Phrase, Any]:
    """Name, caption and rows of the file a reply hands over, as the courier would open it."""
    [file] = [part.file for part in reply.parts if isinstance(part, Made)]
    message = Message(
        id="test:open",
        sender=who,
        conversation=Conversation(Platform.SLACK, f"D{who.user_id}", "T1"),
        content=Pressed(""),
        received_at=datetime.now(UTC),
    )
    async with (by or office.core.files).open(message, file) as found:
        content = found.content.read()
        assert len(content) == found.size
        return found.name, found.caption, rows_of(BytesIO(content))


def kinds(rows: Sequence[Sequence[Cell | None]], title: str) -> set[str]:
    """The kinds of cell below a title."""
    column = texts(list(rows[0])).index(title)
    return {cell.kind for row in rows[1:] if len(row) > column and (cell := row[column]) is not None}


@pytest.mark.parametrize(
    ("text", "titles", "total"),
    [
        ("orders of this year as excel", ["Order", "Your reference"], "Total"),
        ("planilha deste ano", ["Pedido", "Sua referência"], "Total"),
        ("excel de los pedidos de este año", ["Pedido", "Su referencia"], "Total"),
    ],
)
async def test_a_periods_orders_come_as_a_workbook_in_the_readers_language(
    office: Office, text: str, titles: list[str], total: str
) -> None:
    name, caption, rows = await opened(office, await office.ask(text))
    assert name.endswith(f"-{datetime.now(UTC):%Y}" + name[-11:])
    assert name.endswith(".xlsx")
    assert texts(rows[0])[:2] == titles
    assert len(rows) - 1 == caption.values["count"]
    assert len(rows) > 10
    assert kinds(rows, total) == {"number"}
    assert kinds(rows, texts(rows[0])[3]) == {"date"}


async def test_the_button_below_a_list_brings_all_of_it(office: Office) -> None:
    listed = await office.ask("what is still open?")
    [table] = [part for part in listed.parts if isinstance(part, OrderTable)]
    reply = await office.press(office.labels(listed)["As Excel"])
    _, _, rows = await opened(office, reply)
    numbers = {texts(row)[0] for row in rows[1:]}
    assert {order.order_number for order in table.orders} < numbers


async def test_amounts_are_for_those_who_may_see_them_when_the_file_is_sent(office: Office) -> None:
    await office.core.linking.link_directly(EVA, "erp", "55", role=Role.BUYER)
    reply = await office.ask("orders of this year as excel", who=EVA)
    _, _, rows = await opened(office, reply, who=EVA)
    assert "Total" in texts(rows[0])
    await office.core.linking.unlink(EVA)
    await office.core.linking.link_directly(EVA, "erp", "55", role=Role.LOGISTICS)
    _, _, rows = await opened(office, reply, who=EVA)
    assert "Total" not in texts(rows[0])
    assert "Currency" not in texts(rows[0])


async def test_whoever_lost_the_right_meanwhile_is_sent_nothing(office: Office) -> None:
    await office.core.linking.link_directly(EVA, "erp", "55", role=Role.BUYER)
    reply = await office.ask("orders of this year as excel", who=EVA)
    await office.core.linking.unlink(EVA)
    with pytest.raises(FileNotAvailable) as refused:
        await opened(office, reply, who=EVA)
    assert refused.value.phrase.key == "made_not_allowed"


async def test_a_file_made_for_one_holds_nothing_for_another(office: Office) -> None:
    reply = await office.ask("orders of this year as excel")
    with pytest.raises(FileNotAvailable):
        await opened(office, reply, who=ChatUser(Platform.SLACK, "U0MALLORY", "T1"))


async def test_where_others_read_along_no_list_offers_a_file(office: Office) -> None:
    listed = await office.ask("what is still open?")
    assert "As Excel" in office.labels(listed)
    pressed = Pressed(office.labels(listed)["As Excel"].action)
    told = await office.say(pressed, private=False, seen_by=Audience.COMPANY)
    assert not any(isinstance(part, Made) for part in told.parts)


def test_what_comes_from_outside_is_text_and_never_a_formula() -> None:
    hostile = ['=HYPERLINK("http://evil.example","x")', "+1", "-1", "@SUM(A1)", "http://evil.example", "\t=1"]
    content = BytesIO()
    sheet = Sheet(content, "[a]:*?/\\", ["a"], [10])
    for text in hostile:
        sheet.add([text])
    sheet.close()
    content.seek(0)
    rows = rows_of(content)
    assert [row[0] for row in rows[1:]] == [Cell("text", text) for text in hostile]


def invoice(number: str, amount: str, due: int, **more: Any) -> Invoice:
    money = Money(Decimal(amount), "BRL")
    due_on = TODAY + timedelta(days=due)
    told = Invoice(number=number, state=InvoiceState.OPEN, due_on=due_on, total=money, open_amount=money)
    return replace(told, **more)


ORDER = Order(
    erp="erp",
    company_key="55",
    order_number="SO-1",
    customer_reference="=PO-1",
    invoices=(
        invoice("1", "100.00", -3),
        invoice("2", "50.00", 0, open_amount=Money(Decimal("20.00"), "BRL")),
        invoice("3", "70.00", 9, total=Money(Decimal("70.00"), "USD"), open_amount=None),
        invoice("4", "99.00", -9, state=InvoiceState.PAID),
        invoice("5", "30.00", 0, kind=InvoiceKind.CREDIT_NOTE),
        invoice("6", "31.00", 0, kind=InvoiceKind.CREDIT_NOTE, state=InvoiceState.PAID),
        invoice("7", "1.00", 1, total=None, open_amount=None),
    ),
)


def test_a_statement_adds_up_by_currency_and_counts_credit_against_what_is_owed() -> None:
    found = Statement(tuple(owed_of([ORDER], TODAY)), 1, True)
    assert [row.invoice.number for row in found.rows] == ["1", "2", "3", "5", "7"]
    brl, usd = found.totals["BRL"], found.totals["USD"]
    assert (brl.open, brl.overdue, brl.credit, brl.balance) == tuple(map(Decimal, (120, 100, 30, 90)))
    assert (usd.open, usd.overdue, usd.balance) == tuple(map(Decimal, (70, 0, 70)))
    assert found.untold == 1


async def test_a_statement_as_a_workbook_has_days_amounts_and_totals(office: Office) -> None:
    found = Statement(tuple(owed_of([ORDER], TODAY)), 1, True)
    content = BytesIO()
    sheet = Sheet(content, "x", [title for title, _ in COLUMNS], [width for _, width in COLUMNS])
    write_statement(sheet, found, office.core.wording, Reader("en"), TODAY)
    sheet.close()
    content.seek(0)
    first, *_ = rows = rows_of(content)[1:]
    assert first[3] == Cell("text", "=PO-1")
    assert first[5] == Cell("date", str((TODAY - timedelta(days=3) - EPOCH).days))
    assert first[6] == Cell("number", "3")
    assert first[9] == Cell("number", "100")
    credit = rows[3]
    assert (credit[0], credit[9]) == (Cell("text", "Credit note"), Cell("number", "-30"))
    totals = {(texts(row)[0], texts(row)[10]): texts(row)[9] for row in rows[5:]}
    assert totals["Open", "BRL"] == "120"
    assert totals["Balance", "BRL"] == "90"
    assert totals["Open", "USD"] == "70"


@pytest.mark.parametrize(
    ("text", "locale", "heading"),
    [
        ("statement of open invoices", "en", "Open invoices of Northwind"),
        ("which invoices are overdue?", "en", "Open invoices of Northwind"),
        ("extrato das notas em aberto", "pt-BR", "Notas em aberto de Northwind"),
        ("facturas pendientes de pago", "es", "Facturas pendientes de Northwind"),
    ],
)
async def test_open_invoices_are_told_with_their_totals_and_come_as_a_workbook(
    office: Office, text: str, locale: str, heading: str
) -> None:
    reply = await office.say(Asked(text), reader=in_locale(locale))
    words = office.words(reply)
    assert words[0].startswith(heading)
    assert any(currency in " ".join(words) for currency in ("R$", "BRL"))
    button = next(button for label, button in office.labels(reply).items() if "Excel" in label)
    _, caption, _ = await opened(office, await office.press(button))
    assert caption.key == "sheet_caption_statement"
    assert int(str(caption.values["count"])) >= len(words) - 3


async def test_what_is_owed_is_not_told_to_those_who_may_see_no_amounts(office: Office) -> None:
    lea = ChatUser(Platform.SLACK, "U0LEA", "T1")
    await office.core.linking.link_directly(lea, "erp", "55", role=Role.LOGISTICS)
    words = office.words(await office.ask("statement of open invoices", who=lea))
    assert words == [office.core.wording.say(Phrase("statement_not_for_role"), Reader("en"))]


async def test_a_list_with_more_orders_than_are_looked_through_says_so(office: Office) -> None:
    reply = await office.ask("orders of this year as excel")
    core = office.core
    maker = Maker(core.gateway, core.linking, core.wording, clock=utc_now, most_orders=50)
    _, caption, rows = await opened(office, reply, by=maker)
    assert caption.key == "sheet_caption_orders_cut"
    assert texts(rows[-1])[0].startswith("Not all")


async def test_while_the_erp_is_down_what_it_said_last_is_sent_and_says_so(office: Office) -> None:
    known = await office.ask("orders of this year as excel")
    await opened(office, known)
    unknown = await office.ask("orders of the last 17 days as excel")
    office.faults.mode = "down"
    try:
        _, _, rows = await opened(office, known)
        with pytest.raises(FileNotAvailable) as refused:
            await opened(office, unknown)
    finally:
        office.faults.mode = "ok"
    assert "does not answer" in texts(rows[-1])[0]
    assert refused.value.phrase.key == "made_erp_down"
