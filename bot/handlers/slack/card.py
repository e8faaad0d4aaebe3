"""The order card: header, company, status, facts, shipments, invoices, freshness, buttons."""

from collections.abc import Callable, Iterator, Sequence

from bot.chat.buttons import Button
from bot.handlers.slack.sheet import (
    FIELDS,
    Block,
    Post,
    Sheet,
    actions,
    context,
    divider,
    header,
    marked_text,
    plain_text,
    section,
)
from bot.handlers.slack.text import cut, link, mrkdwn, one_line
from bot.wording import CardText, Fact, ShipmentText

FACT_LIMIT = 600
FACT_LINE_LIMIT = 110
FACTS_LIMIT = 15
SHIPMENT_LIMIT = 600
INVOICE_LIMIT = 200
INVOICES_ROOM = 800
"""Characters kept for invoices however many shipments there are."""
INVOICES_IN_SECTION = 10
LINKS_SHOWN = 4


def card_post(card: CardText, buttons: Sequence[tuple[Button, str]], left_out: Callable[[int], str]) -> Post:
    """Lay out a card within the limits, cutting by priority: headline, dates, shipments, invoices."""
    sheet = Sheet()
    tail = (*([context(card.footer)] if card.footer else []), *actions(buttons))
    notes = (context(left_out(len(card.shipments))), context(left_out(len(card.invoices))))
    sheet.reserve((*tail, *notes))
    _headline(sheet, card)
    if card.shipments or card.invoices:
        sheet.add(divider())
    kept_for_invoices = section("x" * INVOICES_ROOM)
    if card.invoices:
        sheet.reserve((kept_for_invoices,))
    # A tracking link breaks in the half width of a field. With many shipments that is better than fewer.
    lined = 2 * len(card.shipments) + len(card.invoices) // INVOICES_IN_SECTION <= sheet.blocks_left
    shipments = [_shipment(shipment, lined=lined) for shipment in card.shipments]
    _as_many(sheet, shipments, notes[0], left_out)
    if card.invoices:
        sheet.release((kept_for_invoices,))
    _invoices(sheet, card.invoices, notes[1], left_out)
    sheet.release(tail)
    for block in tail:
        sheet.add(block)
    sheet.lines.append(one_line(card.footer))
    return sheet.post()


def _headline(sheet: Sheet, card: CardText) -> None:
    sheet.add(header(card.title), one_line(card.title))
    sheet.add(context(card.company), one_line(card.company))
    status, progress = cut(one_line(card.status), 200), one_line(card.progress)
    shown = " ".join(text for text in (f"*{mrkdwn(status)}*" if status else "", mrkdwn(progress)) if text)
    if shown:
        sheet.add(
            {"type": "section", "text": marked_text(shown)},
            " ".join(text for text in (status, progress) if text),
        )
    for block, lines in _facts(card.facts[:FACTS_LIMIT]):
        sheet.add(block, *lines)


def _facts(facts: Sequence[Fact]) -> Iterator[tuple[Block, list[str]]]:
    """Two columns: our label in bold on the left, the value as it is on the right."""
    pairs = [(one_line(fact.label), _fact_value(fact.value)) for fact in facts]
    filled = [(label, value) for label, value in pairs if label and value]
    for start in range(0, len(filled), FIELDS // 2):
        rows = filled[start : start + FIELDS // 2]
        fields = [
            text
            for label, value in rows
            for text in (marked_text(f"*{mrkdwn(cut(label, 60))}*"), plain_text(value))
        ]
        yield {"type": "section", "fields": fields}, [f"{label}: {value}" for label, value in rows]


def _fact_value(value: str) -> str:
    lines = (cut(one_line(line), FACT_LINE_LIMIT) for line in value.split("\n"))
    return cut("\n".join(line for line in lines if line), FACT_LIMIT)


def _shipment(shipment: ShipmentText, *, lined: bool) -> tuple[tuple[Block, ...], list[str]]:
    """What was despatched and, in a line of its own or beside it, where it can be followed."""
    facts = " · ".join(fact for fact in map(one_line, shipment.facts) if fact)
    title = one_line(shipment.title)
    words = cut("\n".join(text for text in (title, facts) if text), SHIPMENT_LIMIT)
    shown = shipment.links[:LINKS_SHOWN]
    links = [marked_text(link(cut(tracking.text, 120), tracking.url)) for tracking in shown]
    lines = [words, *(one_line(tracking.text) for tracking in shown)]
    if not links:
        return (section(words),), lines
    if lined:
        said = (section(words),) if words else ()
        return (*said, {"type": "context", "elements": links}), lines
    return ({**(section(words) if words else {"type": "section"}), "fields": links},), lines


def _invoices(sheet: Sheet, invoices: Sequence[str], note: Block, left_out: Callable[[int], str]) -> None:
    """One line an invoice, as many a section as are read with ease."""
    texts = [cut(one_line(text), INVOICE_LIMIT) for text in invoices]
    sheet.release((note,))
    shown = 0
    for start in range(0, len(texts), INVOICES_IN_SECTION):
        lines = texts[start : start + INVOICES_IN_SECTION]
        while lines and not sheet.add(section("\n".join(lines)), *lines):
            lines = lines[:-1]
        shown += len(lines)
        if len(lines) < min(INVOICES_IN_SECTION, len(texts) - start):
            break
    if shown < len(texts):
        _say_left_out(sheet, left_out(len(texts) - shown))


def _as_many(
    sheet: Sheet,
    entries: Sequence[tuple[Sequence[Block], list[str]]],
    note: Block,
    left_out: Callable[[int], str],
) -> None:
    shown = 0
    for blocks, lines in entries:
        if not sheet.add_together(blocks, *lines):
            break
        shown += 1
    sheet.release((note,))
    if shown < len(entries):
        _say_left_out(sheet, left_out(len(entries) - shown))


def _say_left_out(sheet: Sheet, text: str) -> None:
    sheet.add(context(text), one_line(text))
