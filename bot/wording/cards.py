"""An order as a card, a row, or a list of lines, in words."""

from urllib.parse import urlsplit

from bot.chat.phrases import Day, Moment, Phrase
from bot.chat.replies import OrderCard
from bot.orders import (
    Invoice,
    InvoiceKind,
    Order,
    OrderLine,
    OrderStatus,
    Package,
    Shipment,
)
from bot.wording.speaker import Speaker
from bot.wording.texts import CardText, Fact, RowText, ShipmentText, TrackingLink

_STEPS = {
    OrderStatus.RECEIVED: 1,
    OrderStatus.AWAITING_APPROVAL: 1,
    OrderStatus.CONFIRMED: 2,
    OrderStatus.IN_PREPARATION: 3,
    OrderStatus.PARTIALLY_SHIPPED: 4,
    OrderStatus.SHIPPED: 4,
    OrderStatus.DELIVERED: 5,
    OrderStatus.COMPLETED: 5,
}
_LAST_STEP = 5
_BACKORDERS_SHOWN = 5


def card_text(card: OrderCard, speak: Speaker) -> CardText:
    """A card in the order of importance: headline, dates, shipments, invoices."""
    order = card.order
    company = card.company_name
    if card.matched is not None:
        company = speak("card_matched", company=company, kind=Phrase(f"kind_{card.matched}"))
    return CardText(
        title=_title(order, speak),
        company=company,
        status=_status_since(order, speak),
        progress=_progress(order.status),
        facts=tuple(_facts(order, speak)),
        shipments=tuple(_shipment(shipment, speak) for shipment in order.shipments)
        + tuple(_order_tracking(order, speak)),
        invoices=tuple(_invoice(invoice, speak) for invoice in order.invoices),
        footer=_freshness(order, speak),
    )


def _freshness(order: Order, speak: Speaker) -> str:
    if order.as_of is None:
        return ""
    if order.stale:
        return speak("last_known", at=Moment(order.as_of))
    return speak("as_of", time=speak.clock(order.as_of))


def row_text(order: Order, speak: Speaker) -> RowText:
    """A row: number and reference, status, then date and total."""
    detail = [speak.local_day(order.placed_on)] if order.placed_on else []
    if order.total:
        detail.append(speak.money(order.total))
    return RowText(
        title=_title(order, speak),
        status=speak(f"status_{order.status}"),
        detail=" · ".join(detail),
    )


def line_texts(order: Order, speak: Speaker) -> tuple[str, ...]:
    """The title, then one text a line with what shipped and what is backordered."""
    if not order.lines:
        return (speak("lines_none", number=order.order_number),)
    return (
        speak("lines_title", number=order.order_number),
        *(_line(line, speak) for line in order.lines),
    )


def _title(order: Order, speak: Speaker) -> str:
    if order.customer_reference:
        return speak("card_title_reference", number=order.order_number, reference=order.customer_reference)
    return speak("card_title", number=order.order_number)


def _status_since(order: Order, speak: Speaker) -> str:
    status = speak(f"status_{order.status}")
    if order.status_since is None:
        return status
    return speak("status_since", status=status, since=speak.local_day(order.status_since))


def _progress(status: OrderStatus) -> str:
    step = _STEPS.get(status)
    if step is None:
        return ""
    return "●" * step + "○" * (_LAST_STEP - step) + f" {step}/{_LAST_STEP}"


def _facts(order: Order, speak: Speaker) -> list[Fact]:
    facts: list[Fact] = []

    def add(label: str, value: str | None) -> None:
        if value:
            facts.append(Fact(speak(label), value))

    add("fact_hold", ", ".join(speak(f"hold_{hold.kind}") for hold in order.holds))
    if order.promised_on and order.status.is_open:
        add("fact_promised", speak.day(order.promised_on))
    if order.lines_shipped is not None and order.status is not OrderStatus.CANCELLED:
        add("fact_lines", speak("lines_shipped", shipped=order.lines_shipped, lines=len(order.lines)))
    add("fact_backorder", "\n".join(_backorders(order, speak)))
    add("fact_total", speak.money(order.total) if order.total else None)
    add("fact_placed", _placed(order, speak))
    add("fact_web_number", order.web_number)
    return facts


def _placed(order: Order, speak: Speaker) -> str | None:
    if order.placed_on is None:
        return None
    day = speak.local_day(order.placed_on)
    if order.channel not in ("web", "telesales"):
        return day
    channel = Phrase(f"channel_{order.channel}")
    if order.placed_by:
        return speak("placed_via_by", day=day, channel=channel, person=order.placed_by)
    return speak("placed_via", day=day, channel=channel)


def _backorders(order: Order, speak: Speaker) -> list[str]:
    waiting = [line for line in order.lines if line.backordered]
    texts = [_backorder(line, speak) for line in waiting[:_BACKORDERS_SHOWN]]
    if len(waiting) > _BACKORDERS_SHOWN:
        texts.append(speak("more_left_out", count=len(waiting) - _BACKORDERS_SHOWN))
    return texts


def _backorder(line: OrderLine, speak: Speaker) -> str:
    quantity = speak.quantity(line.backordered or line.ordered)
    if line.backorder_expected_on:
        return speak(
            "backorder_line_expected",
            quantity=quantity,
            description=line.description,
            day=Day(line.backorder_expected_on),
        )
    return speak("backorder_line", quantity=quantity, description=line.description)


def _shipment(shipment: Shipment, speak: Speaker) -> ShipmentText:
    status = Phrase(f"shipment_{shipment.status}")
    if shipment.warehouse and shipment.warehouse.startswith(shipment.number):
        # "CD1 São Paulo" already says that it is shipment CD1.
        title = speak("shipment_title", number=shipment.warehouse, status=status)
    elif shipment.warehouse:
        title = speak(
            "shipment_title_warehouse",
            number=shipment.number,
            warehouse=shipment.warehouse,
            status=status,
        )
    else:
        title = speak("shipment_title", number=shipment.number, status=status)
    facts: list[str] = []
    if shipment.delivered_on:
        facts.append(speak("shipment_delivered_on", day=speak.local_day(shipment.delivered_on)))
    elif shipment.despatched_on:
        facts.append(speak("shipment_despatched", day=speak.local_day(shipment.despatched_on)))
    if shipment.estimated_on and not shipment.delivered_on:
        facts.append(speak("shipment_estimated", day=Day(shipment.estimated_on)))
    if shipment.carrier:
        facts.append(speak("shipment_carrier", carrier=shipment.carrier))
    if shipment.lines:
        facts.append(speak("shipment_lines", count=len(shipment.lines)))
    facts += [
        package.tracking_number
        for package in shipment.packages
        if package.tracking_number and not package.tracking_url
    ]
    links = tuple(_tracking(package, speak) for package in shipment.packages if package.tracking_url)
    return ShipmentText(title=title, facts=tuple(facts), links=links)


def _tracking(package: Package, speak: Speaker) -> TrackingLink:
    url = package.tracking_url or ""
    text = speak("track", number=package.tracking_number) if package.tracking_number else speak("track_order")
    return TrackingLink(f"{text} ({urlsplit(url).hostname})", url)


def _order_tracking(order: Order, speak: Speaker) -> list[ShipmentText]:
    """The one tracking page of the whole order, where shipments bring none of their own."""
    if not order.carrier_url or any(
        package.tracking_url for shipment in order.shipments for package in shipment.packages
    ):
        return []
    host = urlsplit(order.carrier_url).hostname
    link = TrackingLink(f"{speak('track_order')} ({host})", order.carrier_url)
    return [ShipmentText(title="", facts=(), links=(link,))]


def _invoice(invoice: Invoice, speak: Speaker) -> str:
    number = f"{invoice.number}/{invoice.series}" if invoice.series else invoice.number
    # A credit note is nothing the customer owes: neither "open" nor "due" is said of it.
    is_credit = invoice.kind is InvoiceKind.CREDIT_NOTE
    if is_credit:
        parts = [speak("credit_note_title", number=number)]
    else:
        parts = [speak("invoice_title", number=number, state=Phrase(f"invoice_{invoice.state}"))]
    if invoice.total:
        parts.append(speak.money(invoice.total))
    if is_credit:
        return " · ".join(parts)
    owed = invoice.state.is_owed
    if owed and invoice.open_amount and invoice.open_amount != invoice.total:
        parts.append(speak("invoice_left", amount=invoice.open_amount))
    if owed and invoice.due_on:
        parts.append(speak("invoice_due", day=Day(invoice.due_on)))
    return " · ".join(parts)


def _line(line: OrderLine, speak: Speaker) -> str:
    parts = [speak("line", quantity=speak.quantity(line.ordered), description=line.description, sku=line.sku)]
    if line.shipped is not None:
        parts.append(speak("line_shipped", shipped=speak.quantity(line.shipped)))
    if line.backordered:
        parts.append(speak("line_backordered", quantity=speak.quantity(line.backordered)))
    if line.backorder_expected_on and line.backordered:
        parts.append(speak("line_expected", day=Day(line.backorder_expected_on)))
    if line.total:
        parts.append(speak.money(line.total))
    return " · ".join(parts)
