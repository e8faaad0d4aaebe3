"""The database read into the JSON of the ERP interface. Blocking; every query names the company."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.demo.supplier.catalogue import CENTRES, COMPANIES
from bot.demo.supplier.schema import reading

Json = dict[str, Any]

_COMPANIES = {company.id: company for company in COMPANIES}
_CENTRE_NAMES = {centre.prefix: centre.name for centre in CENTRES}

_ROW = """
SELECT o.*, (SELECT min(number) FROM invoices i WHERE i.order_number = o.number) AS invoice
FROM orders o WHERE o.company_id = :company
"""

_CONTACT = """
SELECT c.id, c.name AS company, c.cnpj, p.name, p.email, p.phone
FROM contacts p JOIN companies c ON c.id = p.company_id
"""
_SHORTEST_PHONE = 10


@dataclass(frozen=True)
class ByNumber:
    """`field` is a column of orders: number, web_number or customer_reference."""

    field: str
    value: str


@dataclass(frozen=True)
class ByInvoice:
    number: str
    series: str | None


@dataclass(frozen=True)
class ByPeriod:
    """Both ends included, in UTC."""

    first: datetime
    last: datetime


def search(database: Path, company: int, by: ByNumber | ByInvoice | ByPeriod) -> Json:
    """The rows of a search, oldest first; none for an unknown company."""
    values: Json = {"company": company}
    if isinstance(by, ByNumber):
        if not by.value:
            return {"itens": []}
        # Columns compare without case (NOCASE) and exactly.
        condition = {
            "number": " AND o.number = :value",
            "web_number": " AND o.web_number = :value",
            "customer_reference": " AND o.customer_reference = :value",
        }[by.field]
        values["value"] = by.value
    elif isinstance(by, ByInvoice):
        if not (by.number.isascii() and by.number.isdigit() and len(by.number) <= 15):
            return {"itens": []}
        condition = """ AND EXISTS (
            SELECT 1 FROM invoices i WHERE i.order_number = o.number
            AND i.number = :invoice AND (:series IS NULL OR i.series = :series))"""
        values |= {"invoice": int(by.number), "series": by.series}
    else:
        condition = " AND o.placed_at BETWEEN :first AND :last"
        values |= {"first": _text(by.first), "last": _text(by.last)}
    with reading(database) as connection:
        found = connection.execute(_ROW + condition + " ORDER BY o.number", values).fetchall()
    return {"itens": [_head(row) for row in found]}


def details(database: Path, company: int, number: str) -> Json | None:
    """Everything about one order of the company, or None."""
    with reading(database) as connection:
        order = connection.execute(
            _ROW + " AND o.number = :number", {"company": company, "number": number}
        ).fetchone()
        if order is None:
            return None
        lines = _children(
            connection, "SELECT * FROM order_lines WHERE order_number = ? ORDER BY position", order
        )
        shipments = _children(
            connection, "SELECT * FROM shipments WHERE order_number = ? ORDER BY centre", order
        )
        invoices = _children(
            connection, "SELECT * FROM invoices WHERE order_number = ? ORDER BY centre", order
        )
    buyer = _COMPANIES[order["company_id"]]
    address = buyer.address
    despatched = [shipment for shipment in shipments if shipment["tracking_url"]]
    person = {"clienteFinalCpf": order["end_customer_cpf"]} if order["end_customer_cpf"] else {}
    return {
        **_head(order),
        **person,
        "itens": [_line(line) for line in lines],
        "clienteFinalId": f"{buyer.id}001",
        "clienteFinalNome": buyer.name,
        "clienteFinalCnpj": buyer.cnpj,
        "valorFrete": _money(order["freight"]),
        "valorTotalPedido": _money(order["total"]),
        "linkTransportadora": despatched[0]["tracking_url"] if despatched else "",
        "formattedAddres": f"{address.street}, {address.number} - {address.district}",
        "zipcode": f"{address.zip[:5]}-{address.zip[5:]}",
        "cityState": f"{address.city}{address.state}",
        "methodPayment": order["payment_method"],
        "methodPaymentInfo": order["payment_terms"],
        "corpname": buyer.name,
        "corpemail": buyer.email,
        "statusDesde": order["status_since"],
        "compradorNome": order["buyer"],
        "centrosDeDistribuicao": [
            {
                "distributionCenterPrefix": shipment["centre"],
                "nome": _CENTRE_NAMES[shipment["centre"]],
                "status": shipment["status"],
                "itens": [_line(line) for line in lines if line["centre"] == shipment["centre"]],
                "valorFrete": _money(shipment["freight"]),
                "valorTotalCD": _money(shipment["total"]),
                "transportadora": shipment["carrier"],
                "codigoRastreamento": shipment["tracking_number"],
                "linkTransportadora": shipment["tracking_url"],
                "dataDespacho": shipment["despatched_at"],
                "dataPrevisaoEntrega": shipment["estimated_on"],
                "dataEntrega": shipment["delivered_at"],
            }
            for shipment in shipments
        ],
        "notasFiscais": [
            {
                "numero": f"{invoice['number']:09d}",
                "serie": invoice["series"],
                "chaveAcesso": invoice["access_key"],
                "dataEmissao": invoice["issued_at"],
                "dataVencimento": invoice["due_on"],
                "valorTotal": _money(invoice["total"]),
                "valorEmAberto": _money(invoice["open"]),
                "situacao": invoice["situation"],
            }
            for invoice in invoices
        ],
    }


def documents(
    database: Path, company: int, number: str, address_of: Callable[[str, str], str]
) -> Json | None:
    """The documents of one order of the company, or None when it has no such order.

    `address_of` makes the URL from a document's id and file name.
    """
    with reading(database) as connection:
        order = connection.execute(
            "SELECT number FROM orders WHERE company_id = ? AND number = ?", (company, number)
        ).fetchone()
        if order is None:
            return None
        found = _children(connection, "SELECT * FROM documents WHERE order_number = ? ORDER BY rowid", order)
    return {
        "pedidoErpId": order["number"],
        "itens": [
            {
                "tipoArquivo": document["kind"],
                "descricao": document["title"],
                "url": address_of(document["id"], document["filename"]),
                "tipoMime": document["media_type"],
                # Documents are made when fetched; only the size of what is made to measure is known before.
                **({"tamanho": document["size"]} if document["size"] is not None else {}),
                **({"notaFiscal": f"{document['invoice']:09d}"} if document["invoice"] is not None else {}),
            }
            for document in found
        ],
    }


def contacts(database: Path, email: str) -> Json:
    """Who has exactly this address, compared without case."""
    return _contacts(database, " WHERE p.email = ? ORDER BY c.id", email)


def contacts_by_phone(database: Path, phone: str) -> Json:
    """Who has exactly this number, however it is written."""
    digits = national_digits(phone)
    if len(digits) < _SHORTEST_PHONE:
        return {"itens": []}
    return _contacts(database, " WHERE p.phone_digits = ? ORDER BY c.id", digits)


def national_digits(phone: str) -> str:
    """Area code and number of a Brazilian phone, as digits."""
    digits = "".join(sign for sign in phone if sign.isascii() and sign.isdigit())
    return digits.removeprefix("55") if phone.strip().startswith("+") or len(digits) > 11 else digits


def _contacts(database: Path, condition: str, value: str) -> Json:
    with reading(database) as connection:
        found = connection.execute(_CONTACT + condition, (value,)).fetchall()
    return {
        "itens": [
            {
                "revendaId": row["id"],
                "razaoSocial": row["company"],
                "cnpj": row["cnpj"],
                "nome": row["name"],
                "email": row["email"],
                **({"telefone": row["phone"]} if row["phone"] else {}),
            }
            for row in found
        ]
    }


def _head(order: sqlite3.Row) -> Json:
    invoice = order["invoice"]
    head: Json = {
        "pedidoErpId": order["number"],
        "pedidoClienteId": order["customer_reference"],
        "revendaId": order["company_id"],
        "totalPedido": _money(order["total"]),
        "moeda": "BRL",
        "canal": order["channel"],
        "status": order["status"],
        "dataPedido": order["placed_at"],
        "dataPrevisaoEntrega": order["promised_on"],
        "observacao": order["note"],
        "notaFiscal": "" if invoice is None else f"{invoice:09d}",
        "serieNotaFiscal": "" if invoice is None else "1",
    }
    if order["web_number"] is not None:
        head["pedidoId"] = order["web_number"]
    return head


def _line(line: sqlite3.Row) -> Json:
    return {
        "partNumber": line["part_number"],
        "descricaoDoProduto": line["description"],
        "quantidade": line["quantity"] / 1000,
        "quantidadeEnviada": line["shipped"] / 1000,
        "quantidadePendente": line["backordered"] / 1000,
        "previsaoReposicao": line["restock_on"],
        "valorUnitario": _money(line["unit_price"]),
        "valorTotal": _money(line["total"]),
        "comissao": _money(line["commission"]),
    }


def _children(connection: sqlite3.Connection, query: str, order: sqlite3.Row) -> list[sqlite3.Row]:
    return connection.execute(query, (order["number"],)).fetchall()


def _money(cents: int) -> float:
    return cents / 100


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
