"""The contract's JSON as orders, invoices, shipments and contacts.

Fields are read by an allow-list: commissions and personal tax ids (`comissao`, `clienteFinalCpf`)
are never looked at. All fields are optional; both spellings in use are read. `Read` holds what the
JSON leaves open.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.erp import fields
from bot.erp.errors import ErpBadAnswer
from bot.erp.matching import same_number
from bot.erp.protocol import CompanyContact
from bot.orders import (
    BillingState,
    Hold,
    HoldKind,
    Invoice,
    InvoiceState,
    Money,
    Order,
    OrderLine,
    OrderStatus,
    Package,
    Shipment,
    ShipmentStatus,
)

# react/utils/order.ts of the app; the guide does not list them.
_STATUS = {
    -1: OrderStatus.CANCELLED,
    0: OrderStatus.RECEIVED,
    1: OrderStatus.AWAITING_APPROVAL,
    2: OrderStatus.AWAITING_APPROVAL,
    3: OrderStatus.IN_PREPARATION,
    4: OrderStatus.SHIPPED,
    5: OrderStatus.DELIVERED,
}
_HOLD = {1: HoldKind.COMMERCIAL, 2: HoldKind.CREDIT}
_SHIPMENT = {
    0: ShipmentStatus.PLANNED,
    1: ShipmentStatus.PLANNED,
    2: ShipmentStatus.PLANNED,
    3: ShipmentStatus.IN_PREPARATION,
    4: ShipmentStatus.SHIPPED,
    5: ShipmentStatus.DELIVERED,
}
_DESPATCHED = frozenset({ShipmentStatus.SHIPPED, ShipmentStatus.DELIVERED})
_INVOICE = {
    0: InvoiceState.OPEN,
    1: InvoiceState.PARTIALLY_PAID,
    2: InvoiceState.PAID,
    3: InvoiceState.CANCELLED,
}
_CHANNEL = {"web": "web", "televendas": "telesales"}


@dataclass(frozen=True, kw_only=True)
class Read:
    """How to read one reply: whose question it answers and what the contract leaves open."""

    erp: str
    key: str
    """The customer key that was asked for, in the scope's spelling."""
    currency: str
    zone: ZoneInfo
    today: date
    """In `zone`; an open invoice due before it is overdue."""
    tracking_hosts: frozenset[str] = frozenset()


def search_rows(body: object) -> Sequence[Mapping[str, object]]:
    """The rows of `{"itens": […]}`; ErpBadAnswer for any other shape, an error object for instance."""
    if not isinstance(body, dict) or "itens" not in body:
        raise ErpBadAnswer("no list of items")
    if body["itens"] is not None and not isinstance(body["itens"], list):
        raise ErpBadAnswer("items are not a list")
    return fields.records(body, "itens", most=20_000)


def order_row(row: Mapping[str, object], read: Read) -> Order | None:
    """One row of a search; None without an order number, which nobody could ask about again."""
    number = fields.text(row, "pedidoErpId", "pedidoErp", longest=60)
    if number is None:
        return None
    code = fields.whole(row, "status")
    return Order(
        erp=read.erp,
        company_key=_company(row, read),
        order_number=number,
        customer_reference=fields.text(row, "pedidoClienteId", "meuPedido", longest=60),
        web_number=fields.text(row, "pedidoId", longest=60),
        status=_status(code),
        status_raw=fields.text(row, "status", longest=40) or "",
        holds=_holds(code, row, read),
        placed_on=fields.moment(row, "dataPedido", read.zone),
        channel=_CHANNEL.get((fields.text(row, "canal") or "").lower()),
        promised_on=fields.day(row, "dataPrevisaoEntrega", read.zone),
        total=_money(row, read, "totalPedido", "valorTotalPedido"),
        invoices=_invoices(row, read),
    )


def order_details(body: object, read: Read) -> Order | None:
    """A complete order; None for an empty reply. The caller compares what it echoes."""
    if body is None or body in ({}, []):
        return None
    if not isinstance(body, dict):
        raise ErpBadAnswer("an order that is no object")
    row = order_row(body, read)
    if row is None:
        return None
    code = fields.whole(body, "status")
    money = _with_currency(body, read)
    shipments = _shipments(body, code, money)
    invoices = row.invoices
    return Order(
        erp=row.erp,
        company_key=row.company_key,
        order_number=row.order_number,
        customer_reference=row.customer_reference,
        web_number=row.web_number,
        status=_headline(row.status, shipments),
        status_raw=row.status_raw,
        status_since=fields.moment(body, "statusDesde", read.zone),
        billing=_billing(body, invoices, row.total),
        holds=row.holds,
        placed_on=row.placed_on,
        placed_by=fields.text(body, "compradorNome", longest=120),
        channel=row.channel,
        promised_on=row.promised_on,
        delivers_to=fields.text(body, "cityState", longest=120),
        freight=_money(body, read, "valorFrete"),
        total=row.total,
        lines=_lines(body, money),
        shipments=shipments,
        invoices=invoices,
        carrier_url=fields.https_url(body, "linkTransportadora", read.tracking_hosts),
        complete=True,
    )


def contacts(body: object, erp: str) -> list[CompanyContact]:
    """The contacts of the extension endpoint; one without a company, or any way to reach it, is left out."""
    found = []
    for item in search_rows(body):
        key, email = fields.whole(item, "revendaId"), fields.text(item, "email", longest=254)
        phone = fields.text(item, "telefone", longest=40)
        if key is None or not (email or phone):
            continue
        found.append(
            CompanyContact(
                erp=erp,
                company_key=str(key),
                company_name=fields.text(item, "razaoSocial", longest=200) or str(key),
                email=email or "",
                phone=phone,
                tax_id=fields.text(item, "cnpj", longest=30),
                contact_name=fields.text(item, "nome", longest=120),
            )
        )
    return found


def _company(record: Mapping[str, object], read: Read) -> str | None:
    told = fields.whole(record, "revendaId")
    if told is None:
        return None
    return read.key if told == int(read.key) else str(told)


def _status(code: int | None) -> OrderStatus:
    return OrderStatus.UNKNOWN if code is None else _STATUS.get(code, OrderStatus.UNKNOWN)


def _holds(code: int | None, record: Mapping[str, object], read: Read) -> tuple[Hold, ...]:
    kind = None if code is None else _HOLD.get(code)
    return (Hold(kind=kind, since=fields.moment(record, "statusDesde", read.zone)),) if kind else ()


def _headline(status: OrderStatus, shipments: Sequence[Shipment]) -> OrderStatus:
    """Split over centres of which some have despatched and others not, it is partially shipped."""
    told = [s.status for s in shipments if s.status is not ShipmentStatus.UNKNOWN]
    gone = sum(1 for state in told if state in _DESPATCHED)
    if status in (OrderStatus.CANCELLED, OrderStatus.DELIVERED) or not 0 < gone < len(told):
        return status
    return OrderStatus.PARTIALLY_SHIPPED


def _with_currency(record: Mapping[str, object], read: Read) -> Read:
    return Read(
        erp=read.erp,
        key=read.key,
        currency=fields.currency(record, "moeda", read.currency),
        zone=read.zone,
        today=read.today,
        tracking_hosts=read.tracking_hosts,
    )


def _money(record: Mapping[str, object], read: Read, *names: str) -> Money | None:
    return fields.money(record, *names, currency=fields.currency(record, "moeda", read.currency))


def _lines(record: Mapping[str, object], read: Read) -> tuple[OrderLine, ...]:
    return tuple(
        OrderLine(
            line_id=str(place),
            sku=fields.text(item, "partNumber", longest=80) or "",
            description=fields.text(item, "descricaoDoProduto") or "",
            ordered=fields.decimal(item, "quantidade") or Decimal(0),
            shipped=fields.decimal(item, "quantidadeEnviada"),
            backordered=fields.decimal(item, "quantidadePendente"),
            backorder_expected_on=fields.day(item, "previsaoReposicao", read.zone),
            unit_price=_money(item, read, "valorUnitario"),
            total=_money(item, read, "valorTotal"),
        )
        for place, item in enumerate(fields.records(record, "itens"), start=1)
    )


def _shipments(record: Mapping[str, object], order_code: int | None, read: Read) -> tuple[Shipment, ...]:
    return tuple(
        _shipment(place, item, order_code, read)
        for place, item in enumerate(fields.records(record, "centrosDeDistribuicao", most=100), start=1)
    )


def _shipment(place: int, item: Mapping[str, object], order_code: int | None, read: Read) -> Shipment:
    despatched = fields.moment(item, "dataDespacho", read.zone)
    delivered = fields.moment(item, "dataEntrega", read.zone)
    prefix = fields.text(item, "distributionCenterPrefix", longest=60)
    tracking = fields.text(item, "codigoRastreamento", longest=80)
    link = fields.https_url(item, "linkTransportadora", read.tracking_hosts)
    return Shipment(
        number=prefix or str(place),
        status=_shipment_status(item, order_code, despatched=bool(despatched), delivered=bool(delivered)),
        warehouse=fields.text(item, "nome", longest=120) or prefix,
        carrier=fields.text(item, "transportadora", longest=120),
        despatched_on=despatched,
        estimated_on=fields.day(item, "dataPrevisaoEntrega", read.zone),
        delivered_on=delivered,
        packages=(Package(tracking_number=tracking, tracking_url=link),) if tracking or link else (),
        lines=_lines(item, read),
    )


def _shipment_status(
    item: Mapping[str, object], order_code: int | None, *, despatched: bool, delivered: bool
) -> ShipmentStatus:
    """What the centre says of itself, else its dates, else the order's own status."""
    own = fields.whole(item, "status")
    if own is not None and own in _SHIPMENT:
        return _SHIPMENT[own]
    if delivered or despatched:
        return ShipmentStatus.DELIVERED if delivered else ShipmentStatus.SHIPPED
    if own is None and order_code is not None:
        return _SHIPMENT.get(order_code, ShipmentStatus.UNKNOWN)
    return ShipmentStatus.UNKNOWN


def _invoices(record: Mapping[str, object], read: Read) -> tuple[Invoice, ...]:
    money = _with_currency(record, read)
    listed = [
        invoice
        for item in fields.records(record, "notasFiscais", most=200)
        if (invoice := _invoice(item, money)) is not None
    ]
    number = fields.text(record, "notaFiscal", longest=60)
    if number and not any(same_number(invoice.number, number) for invoice in listed):
        listed.insert(0, Invoice(number=number, series=fields.text(record, "serieNotaFiscal", longest=10)))
    return tuple(listed)


def _invoice(item: Mapping[str, object], read: Read) -> Invoice | None:
    number = fields.text(item, "numero", longest=60)
    if number is None:
        return None
    code = fields.whole(item, "situacao")
    state = InvoiceState.UNKNOWN if code is None else _INVOICE.get(code, InvoiceState.UNKNOWN)
    due = fields.day(item, "dataVencimento", read.zone)
    return Invoice(
        number=number,
        series=fields.text(item, "serie", longest=10),
        state=state.as_of(read.today, due=due),
        issued_on=fields.day(item, "dataEmissao", read.zone),
        due_on=due,
        total=_money(item, read, "valorTotal"),
        open_amount=_money(item, read, "valorEmAberto"),
        access_key=_access_key(item),
    )


def _access_key(item: Mapping[str, object]) -> str | None:
    key = (fields.text(item, "chaveAcesso", longest=60) or "").replace(" ", "")
    return key if len(key) == 44 and key.isascii() and key.isalnum() else None


def _billing(record: Mapping[str, object], invoices: Sequence[Invoice], total: Money | None) -> BillingState:
    """From the sum of the invoices where the ERP lists them; one bare number does not tell how much."""
    if not isinstance(record.get("notasFiscais"), list):
        uninvoiced = "notaFiscal" in record and record["notaFiscal"] in ("", None)
        return BillingState.NONE if uninvoiced else BillingState.UNKNOWN
    live = [invoice for invoice in invoices if invoice.state is not InvoiceState.CANCELLED]
    if not live:
        return BillingState.NONE
    amounts = [invoice.total.amount for invoice in live if invoice.total is not None]
    if total is None or len(amounts) < len(live):
        return BillingState.UNKNOWN
    return BillingState.FULL if sum(amounts) >= total.amount else BillingState.PARTIAL
