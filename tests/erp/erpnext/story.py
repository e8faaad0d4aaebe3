"""What the double's supplier, Acme Supply Ltda, keeps of its customers."""

from collections.abc import Sequence
from datetime import date, timedelta

from tests.erp.erpnext.site import Site, pdf

NORTHWIND = "Northwind Industrial"
BRANCH = "Northwind Branch"
SOUTHGATE = "Southgate Parts"
EMPTY = "Empty Shell"

NFE = b'<?xml version="1.0" encoding="UTF-8"?>\n<nfeProc versao="4.00"><NFe/></nfeProc>'

TODAY = date(2026, 11, 20)

Row = dict[str, object]


def order(
    name: str,
    customer: str,
    po_no: str,
    *,
    placed: str = "2026-11-10",
    lines: Sequence[Row] = (),
    state: Row | None = None,
    **more: object,
) -> Row:
    """A submitted order to deliver and to bill, unless told otherwise."""
    items = [
        {"idx": place, "name": f"{name}-{place}", "parent": name, "description": "<p>Valve</p>", **line}
        for place, line in enumerate(lines or (line(),), start=1)
    ]
    total = sum(float(str(item["amount"])) for item in items)
    return {
        "name": name,
        "docstatus": 1,
        "customer": customer,
        "customer_name": customer,
        "po_no": po_no,
        "order_type": "Sales",
        "status": "To Deliver and Bill",
        "delivery_status": "Not Delivered",
        "billing_status": "Not Billed",
        "per_delivered": 0.0,
        "per_billed": 0.0,
        "transaction_date": placed,
        "delivery_date": _after(placed, 20),
        "grand_total": total,
        "rounded_total": total,
        "currency": "BRL",
        "amended_from": None,
        "contact_display": "Ana Prado" if customer == NORTHWIND else "",
        "web_order": None,
        "creation": f"{placed} 09:00:00.000000",
        "modified": f"{placed} 09:30:00.000000",
        "items": items,
        **(state or {}),
        **more,
    }


def line(
    sku: str = "VAL-100", qty: float = 10.0, delivered: float = 0.0, rate: float = 31.0, **more: object
) -> Row:
    return {
        "item_code": sku,
        "item_name": f"{sku} valve",
        "qty": qty,
        "delivered_qty": delivered,
        "uom": "Nos",
        "rate": rate,
        "amount": qty * rate,
        "delivery_date": "2026-12-01",
        **more,
    }


def delivery(name: str, sale: Row, *, qty: float = 10.0, **more: object) -> Row:
    """A delivery note submitted the day after its order, one line for each of the order's."""
    posted = _after(str(sale["transaction_date"]), 1)
    return {
        "name": name,
        "docstatus": 1,
        "customer": sale["customer"],
        "status": "Completed",
        "posting_date": posted,
        "posting_time": "9:05:01",
        "is_return": 0,
        "lr_no": None,
        "transporter_name": None,
        "creation": f"{posted} 09:00:00.000000",
        "modified": f"{posted} 09:05:01.000000",
        "amended_from": None,
        "items": [
            {
                "idx": item["idx"],
                "item_code": item["item_code"],
                "item_name": item["item_name"],
                "qty": qty,
                "uom": "Nos",
                "rate": item["rate"],
                "amount": qty * float(str(item["rate"])),
                "against_sales_order": sale["name"],
                "so_detail": item["name"],
            }
            for item in _items(sale)
        ],
        **more,
    }


def invoice(name: str, sale: Row, **more: object) -> Row:
    """An unpaid invoice of a whole order, submitted two days after it."""
    posted = _after(str(sale["transaction_date"]), 2)
    return {
        "name": name,
        "docstatus": 1,
        "customer": sale["customer"],
        "status": "Unpaid",
        "posting_date": posted,
        "posting_time": "10:36:09.123456",
        "due_date": _after(posted, 30),
        "is_return": 0,
        "return_against": None,
        "grand_total": sale["grand_total"],
        "rounded_total": sale["rounded_total"],
        "outstanding_amount": sale["rounded_total"],
        "currency": "BRL",
        "party_account_currency": "BRL",
        "creation": f"{posted} 10:30:00.000000",
        "modified": f"{posted} 10:36:09.000000",
        "amended_from": None,
        "items": [
            {
                "idx": item["idx"],
                "item_code": item["item_code"],
                "qty": item["qty"],
                "amount": item["amount"],
                "sales_order": sale["name"],
            }
            for item in _items(sale)
        ],
        **more,
    }


def shipment(name: str, note: Row, **more: object) -> Row:
    return {
        "name": name,
        "docstatus": 1,
        "delivery_customer": note["customer"],
        "delivery_to_type": "Customer",
        "status": "Booked",
        "service_provider": "LetMeShip",
        "carrier": "UPS",
        "awb_number": None,
        "tracking_url": None,
        "tracking_status": "In Progress",
        "creation": "2026-11-12 09:30:00.000000",
        "modified": "2026-11-12 09:30:00.000000",
        "shipment_delivery_note": [{"idx": 1, "delivery_note": note["name"], "grand_total": 1.0}],
        **more,
    }


def attachment(name: str, url: str, to: Row, doctype: str = "Sales Invoice", **more: object) -> Row:
    return {
        "name": name,
        "file_name": url.rpartition("/")[2],
        "file_url": url,
        "file_size": 77,
        "is_private": int(url.startswith("/private/")),
        "attached_to_doctype": doctype,
        "attached_to_name": to["name"],
        "owner": "Administrator",
        "creation": "2026-11-13 10:37:00.000000",
        "modified": "2026-11-13 10:37:00.000000",
        **more,
    }


def contact(name: str, customer: str, *, email: str, phone: str = "") -> Row:
    first, _, last = name.partition(" ")
    return {
        "name": f"{name}-{customer}",
        "first_name": first,
        "last_name": last,
        "full_name": name,
        "salutation": None,
        "modified": "2026-01-01 00:00:00",
        "email_ids": [{"idx": 1, "email_id": email}, {"idx": 2, "email_id": f"private-{email}"}],
        "phone_nos": [{"idx": 1, "phone": phone}] if phone else [],
        "links": [
            {"idx": 1, "link_doctype": "Customer", "link_name": customer},
            {"idx": 2, "link_doctype": "Supplier", "link_name": f"{customer} (supplier)"},
        ],
    }


def customer(name: str, **more: object) -> Row:
    row = {
        "name": name,
        "customer_name": name,
        "tax_id": None,
        "disabled": 0,
        "modified": "2026-01-01 00:00:00",
    }
    return {**row, **more}


def story(today: date = TODAY) -> Site:
    """The whole data set on a fresh site, as it stands on a day."""

    def ago(days: int) -> str:
        return (today - timedelta(days=days)).isoformat()

    draft = order("SAL-ORD-2026-00001", NORTHWIND, "PO-7781", docstatus=0, status="Draft")
    confirmed = order("SAL-ORD-2026-00002", NORTHWIND, "PO-7782", placed=ago(4))
    shipped = order(
        "SAL-ORD-2026-00003",
        NORTHWIND,
        "PO-7783",
        placed=ago(9),
        lines=(line(delivered=10.0), line("GSK-20", 12.0, 12.0, 31.0)),
        web_order="WEB-1003",
        state=_all_of("Completed"),
    )
    done = order(
        "SAL-ORD-2026-00004",
        NORTHWIND,
        "PO-7784",
        placed=ago(50),
        lines=(line(delivered=10.0),),
        state=_all_of("Completed"),
    )
    partly = order(
        "SAL-ORD-2026-00005",
        NORTHWIND,
        "PO-7785",
        placed=ago(15),
        lines=(line(delivered=10.0), line("GSK-20", 12.0, 0.0, 31.0, delivery_date="2026-12-20")),
        delivery_status="Partly Delivered",
        billing_status="Partly Billed",
        per_delivered=45.454545,
        per_billed=45.45,
    )
    cancelled = order(
        "SAL-ORD-2026-00006", NORTHWIND, "PO-7786", placed=ago(72), docstatus=2, status="Cancelled"
    )
    reused = [
        order("SAL-ORD-2025-00007", NORTHWIND, "PO-7787", placed=ago(384), state=_all_of("Completed")),
        order("SAL-ORD-2026-00008", NORTHWIND, "PO-7787", placed=ago(17)),
    ]
    unreleased = order("SAL-ORD-2026-00009", NORTHWIND, "PO-7789", placed=ago(18))
    patterned = order("SAL-ORD-2026-00010", NORTHWIND, "PO_77%9", placed=ago(19))
    branch = order("SAL-ORD-2026-00011", BRANCH, "PO-7788", placed=ago(6))
    southgate = order(
        "SAL-ORD-2026-00012",
        SOUTHGATE,
        "PO-7782",
        placed=ago(5),
        per_billed=100.0,
        billing_status="Fully Billed",
        status="To Deliver",
    )
    without_stock = order(
        "SAL-ORD-2026-00013", SOUTHGATE, "PO-8001", placed=ago(11), lines=(line("GSK-99", 5.0),)
    )
    bulk = [
        order(
            f"SAL-ORD-2026-{100 + number:05}",
            SOUTHGATE,
            f"BULK-{number:03}",
            # Eight to a day, all created in the same second of it.
            placed=ago(111 - number // 8),
        )
        for number in range(1, 41)
    ]
    notes = [
        delivery(
            "MAT-DN-2026-00001", shipped, lr_no="1Z999AA10123456784", transporter_name="UPS Brasil", qty=10.0
        ),
        delivery("MAT-DN-2026-00002", done),
        delivery("MAT-DN-2026-00003", partly, lr_no="1Z999AA10123456785", transporter_name="UPS Brasil"),
        delivery("MAT-DN-2026-00004", partly, docstatus=0, status="Draft", posting_date=ago(1)),
    ]
    notes[2]["items"] = _items(notes[2])[:1]
    notes[3]["items"] = _items(notes[3])[1:]
    bills = [
        invoice("ACC-SINV-2026-00001", shipped),
        invoice("ACC-SINV-2026-00002", done, status="Credit Note Issued", outstanding_amount=0.0),
        invoice(
            "ACC-SINV-2026-00003",
            done,
            status="Return",
            is_return=1,
            return_against="ACC-SINV-2026-00002",
            grand_total=-31.0,
            rounded_total=-31.0,
            outstanding_amount=0.0,
            posting_date=ago(40),
        ),
        invoice(
            "ACC-SINV-2026-00004", partly, grand_total=310.0, rounded_total=310.0, outstanding_amount=310.0
        ),
        invoice("ACC-SINV-2026-00005", unreleased, docstatus=0, status="Draft"),
        invoice("ACC-SINV-2026-00006", southgate),
    ]
    orders = [
        draft,
        confirmed,
        shipped,
        done,
        partly,
        cancelled,
        *reused,
        unreleased,
        patterned,
        branch,
        southgate,
        without_stock,
        *bulk,
    ]
    xml, paper = "/private/files/NFe-35.xml", "/private/files/DANFE 35.pdf"
    return Site(
        documents={
            "Sales Order": orders,
            "Delivery Note": notes,
            "Sales Invoice": bills,
            "Shipment": [],
            "File": [attachment("f11e000001", xml, bills[1]), attachment("f11e000002", paper, bills[1])],
            "Customer": [
                customer(NORTHWIND, tax_id="11.222.333/0001-81"),
                customer(BRANCH),
                customer(SOUTHGATE),
                customer(EMPTY),
            ],
            "Contact": [
                contact("Ana Prado", NORTHWIND, email="ana@northwind.example", phone="+55 11 98765-4321"),
                contact("Carol Reis", SOUTHGATE, email="carol@southgate.example"),
            ],
        },
        files={xml: NFE, paper: pdf("DANFE 35")},
    )


def _after(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def _all_of(status: str) -> Row:
    return {
        "status": status,
        "delivery_status": "Fully Delivered",
        "billing_status": "Fully Billed",
        "per_delivered": 100.0,
        "per_billed": 100.0,
    }


def _items(row: Row) -> list[Row]:
    items = row["items"]
    assert isinstance(items, list)
    return items
