"""The neutral data set in Odoo's words: a supplier, three customers and a branch, and their orders."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from tests.erp.odoo.orm import Books, User

KEY, SALES_KEY, BLIND_KEY = "k" * 40, "s" * 40, "b" * 40
LOGIN = "orderbot@acme.example"
READABLE = frozenset(
    [
        "res.partner",
        "res.users",
        "res.users.apikeys",
        "res.company",
        "res.currency",
        "product.product",
        "sale.order",
        "sale.order.line",
        "stock.picking",
        "delivery.carrier",
        "website",
        "account.move",
        "account.move.line",
        "ir.attachment",
    ]
)
PDF = b"%PDF-1.7\n" + b"invoice of the tests\n" * 9000
XML = b'<?xml version="1.0" encoding="UTF-8"?>\n<Invoice xmlns="urn:oasis:names"><ID>1</ID></Invoice>\n'
TRACKING, TRACKING_2 = "1Z999AA10123456784", "1Z999AA10123456785"
PRICE = 341.1


@dataclass
class Seeded:
    """The books, and the ids of what the tests speak of, by name."""

    books: Books
    ids: dict[str, int] = field(default_factory=dict)

    @property
    def users(self) -> list[User]:
        """The bot's read-only user, a salesperson, and one who may read orders and nothing else."""
        return [
            User(7, LOGIN, KEY, reads=READABLE),
            User(8, "sales@acme.example", SALES_KEY, reads=READABLE, writes=frozenset({"sale.order"})),
            User(
                9,
                "blind@acme.example",
                BLIND_KEY,
                reads=frozenset({"sale.order", "res.partner", "res.users"}),
            ),
        ]

    def order(self, name: str, partner: str, reference: str = "", **told: Any) -> int:
        """An order of one line of 2 pieces, at `placed`."""
        quantity = told.pop("ordered", 2.0)
        shipped, invoiced = told.pop("shipped", 0.0), told.pop("invoiced", 0.0)
        values = {
            "name": name,
            "partner_id": self.ids[partner],
            "client_order_ref": reference or None,
            "state": "sale",
            "delivery_status": "pending",
            "invoice_status": "no",
            "date_order": "2026-11-02 10:36:09",
            "amount_total": quantity * PRICE,
            "currency_id": 1,
            "company_id": 1,
        }
        row = self.books.add("sale.order", **(values | told))
        self.ids[name] = row
        self.ids[f"{name}/line"] = self.books.add(
            "sale.order.line",
            order_id=row,
            name="[GASKET-8] Gasket, 8 bolts",
            product_id=1,
            product_uom_qty=quantity,
            qty_delivered=shipped,
            qty_invoiced=invoiced,
            price_unit=PRICE,
            price_subtotal=quantity * PRICE,
        )
        return row

    def picking(self, name: str, order: str, state: str, tracking: str = "", **told: Any) -> int:
        values = {
            "name": name,
            "sale_id": self.ids[order],
            "state": state,
            "picking_type_code": "outgoing",
            "scheduled_date": "2026-11-05 09:00:00",
            "date_done": "2026-11-04 15:20:00" if state == "done" else None,
            "carrier_id": 1 if tracking else None,
            "carrier_tracking_ref": tracking or None,
            "carrier_tracking_url": f"https://track.example/{tracking}" if tracking else None,
        }
        row = self.books.add("stock.picking", **(values | told))
        self.ids[name] = row
        return row

    def move(self, name: str, order: str, partner: str, **told: Any) -> int:
        """A posted invoice of an order's line, open; `pdf` when it was sent or printed."""
        pdf, quantity = told.pop("pdf", True), told.pop("quantity", 2.0)
        values = {
            "name": name,
            "partner_id": self.ids[partner],
            "state": "posted",
            "move_type": "out_invoice",
            "payment_state": "not_paid",
            "invoice_date": "2026-11-04",
            "invoice_date_due": "2026-12-04",
            "amount_total": quantity * PRICE,
            "amount_residual": quantity * PRICE,
            "currency_id": 1,
            "company_id": 1,
        }
        row = self.books.add("account.move", **(values | told))
        self.ids[name] = row
        line = self.books.add("account.move.line", move_id=row, sale_line_ids=[self.ids[f"{order}/line"]])
        self.ids[f"{name}/line"] = line
        if pdf:
            self.attach(f"{name.replace('/', '_')}.pdf", row, PDF, field="invoice_pdf_report_file")
        return row

    def attach(
        self, name: str, move: int, content: bytes, *, field: str | None = None, mimetype: str = ""
    ) -> int:
        old = self.books.version < 17 and field == "invoice_pdf_report_file"
        row = self.books.add(
            "ir.attachment",
            name=name,
            mimetype=mimetype or ("application/pdf" if name.endswith("pdf") else "text/plain"),
            file_size=len(content),
            checksum=hashlib.sha1(content, usedforsecurity=False).hexdigest(),
            res_model="account.move",
            res_id=move,
            # Before 17 a printed invoice is an attachment like any other.
            res_field=None if old else field,
        )
        self.books.files[row] = content
        return row


def seeded(version: int = 19, modules: frozenset[str] | None = None) -> Seeded:
    """The whole data set, fresh."""
    books = Books(version=version) if modules is None else Books(version=version, modules=modules)
    world = Seeded(books)
    _parties(world)
    _northwind(world)
    _others(world)
    return world


def _parties(world: Seeded) -> None:
    books, ids = world.books, world.ids

    def partner(name: str, **told: Any) -> None:
        values = {"active": True, "is_company": True, "email": None, "phone": None}
        ids[name] = books.add("res.partner", name=name, **(values | told))
        email = books.rows["res.partner"][ids[name]]["email"]
        books.rows["res.partner"][ids[name]]["email_normalized"] = email.lower() if email else None

    ids["eur"] = books.add("res.currency", name="EUR")
    books.add("product.product", name="Gasket, 8 bolts", default_code="GASKET-8")
    books.add("delivery.carrier", name="UPS")
    books.add("website", name="Shop")
    partner("Acme Supply Ltda")
    partner("Northwind Industrial", vat="BR11222333000181")
    partner("Southgate Parts")
    partner("Empty Shell")
    partner("Northwind Branch", parent_id=ids["Northwind Industrial"])
    partner(
        "Ana Prado",
        is_company=False,
        parent_id=ids["Northwind Industrial"],
        email="Ana@northwind.example",
        phone="+55 11 98765-4321",
    )
    partner("Carol Dias", is_company=False, parent_id=ids["Southgate Parts"], email="carol@southgate.example")
    partner(
        "Bea Gone",
        is_company=False,
        parent_id=ids["Northwind Industrial"],
        email="bea@northwind.example",
        active=False,
    )
    # A user the bot's key belongs to has the number 7.
    books.rows["res.users"] = {7: {"name": "Orderbot", "login": LOGIN}}
    books.add("res.users.apikeys", name="orderbot", user_id=7, expiration_date="2027-02-10 00:00:00")


def _northwind(world: Seeded) -> None:
    nw, ana = "Northwind Industrial", "Ana Prado"
    world.order("S00001", nw, "PO-7781", state="sent", date_order="2026-11-01 09:00:00")
    world.order("S00002", ana, "PO-7782", date_order="2026-11-02 09:00:00", website_id=1)
    world.picking("WH/OUT/00002", "S00002", "assigned", picking_type_code="internal")
    world.picking("WH/OUT/00002b", "S00002", "waiting")
    world.order(
        "S00003",
        nw,
        "PO-7783",
        delivery_status="full",
        invoice_status="invoiced",
        shipped=2.0,
        invoiced=2.0,
        date_order="2026-11-03 09:00:00",
        origin="WEB-7783",
        commitment_date="2026-11-10 12:00:00",
    )
    world.picking("WH/OUT/00003", "S00003", "done", TRACKING)
    world.move("INV/2026/00003", "S00003", nw)
    world.order(
        "S00004",
        nw,
        "PO-7784",
        state="sale" if world.books.version >= 17 else "done",
        locked=True,
        delivery_status="full",
        invoice_status="invoiced",
        shipped=2.0,
        invoiced=2.0,
        date_order="2026-11-04 09:00:00",
    )
    world.picking("WH/OUT/00004", "S00004", "done")
    world.move("INV/2026/00004", "S00004", nw, payment_state="paid", amount_residual=0.0)
    world.move(
        "RINV/2026/00001",
        "S00004",
        nw,
        move_type="out_refund",
        payment_state="paid",
        amount_total=PRICE,
        amount_residual=0.0,
    )
    world.order(
        "S00005",
        nw,
        "PO-7785",
        ordered=10.0,
        shipped=4.0,
        invoiced=4.0,
        delivery_status="partial",
        invoice_status="no",
        date_order="2026-11-05 09:00:00",
    )
    world.picking("WH/OUT/00005", "S00005", "done", TRACKING_2)
    world.picking("WH/OUT/00006", "S00005", "waiting", backorder_id=world.ids["WH/OUT/00005"])
    world.move("INV/2026/00005", "S00005", nw, quantity=4.0)
    world.order(
        "S00006", nw, "PO-7786", state="cancel", delivery_status=None, date_order="2026-11-06 09:00:00"
    )
    world.picking("WH/OUT/00007", "S00006", "cancel")
    world.order("S00007", nw, "PO-7787", date_order="2025-11-07 09:00:00")
    world.order("S00008", nw, "PO-7787", date_order="2026-11-07 09:00:00")
    world.order(
        "S00009",
        nw,
        "PO-7789",
        delivery_status="full",
        invoice_status="invoiced",
        shipped=2.0,
        invoiced=2.0,
        date_order="2026-11-08 09:00:00",
    )
    world.picking("WH/OUT/00008", "S00009", "done")
    world.move("INV/2026/00009", "S00009", nw, state="draft")
    world.order("S00010", nw, "PO_77%9", date_order="2026-11-09 09:00:00")
    world.order("S00011", "Northwind Branch", "PO-7788", date_order="2026-11-10 09:00:00")


def _others(world: Seeded) -> None:
    sg = "Southgate Parts"
    world.order(
        "S00020",
        sg,
        "PO-7782",
        delivery_status="full",
        invoice_status="invoiced",
        shipped=2.0,
        invoiced=2.0,
        date_order="2026-11-11 09:00:00",
    )
    world.picking("WH/OUT/00020", "S00020", "done")
    world.move("INV/2026/00020", "S00020", sg)
    world.order("S00021", sg, "PO-8001", date_order="2026-11-12 09:00:00")
    world.picking("WH/OUT/00021", "S00021", "confirmed")
    for number in range(1, 41):
        world.order(
            f"S001{number:02}",
            sg,
            f"BULK-{number:03}",
            # Several have the same date.
            date_order=f"2026-10-{1 + number // 4:02} 08:00:00",
        )
