"""The kit's data set, told in Tryton's terms: parties, sales, shipments, invoices and the bot's user.

Everything is done as people do it in the client (proteus presses the same buttons), dated back from
the day of building: `facts.json` says which day that was.
"""

import runpy
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from proteus import Model, Wizard
from proteus import config as proteus_config

ROLE_SCRIPT = Path(__file__).parents[3] / "docs" / "erp" / "tryton_role.py"
# Genshi's text syntax; trytond turns it into a PDF with the converter of `building.py`.
_INVOICE_PAPER = """\
{% for invoice in records %}\
${invoice.company.party.name}
Invoice ${invoice.number or 'DRAFT'} of ${invoice.invoice_date or '-'}
To ${invoice.party.name}
{% for line in invoice.lines %}\
${line.quantity} x ${line.product.name if line.product else ''} ${line.amount}
{% end %}\
Total ${invoice.total_amount} ${invoice.currency.code}
{% end %}\
"""
BULK = 40
_DRIVE, _SEAL, _PUMP, _SERVICE = range(4)


@dataclass
class Books:
    """What the chapters of the story share."""

    config: Any
    today: date
    products: list[Any] = field(default_factory=list)
    payment_term: Any = None
    payment_method: Any = None

    def day(self, ago: int) -> date:
        return self.today - timedelta(days=ago)


def tell(database: str, config_file: str) -> dict[str, Any]:
    """Tell the whole story; returns what tests must know."""
    config = proteus_config.set_trytond(database, user="admin", config_file=config_file)
    config.skip_warning = True
    books = Books(config=config, today=date.today())
    _company(books)
    _accounts(books)
    _numbers()
    _print_invoices_as_pdf()
    _goods(books)
    parties = _customers()
    orders = _sales(books, parties)
    _deliver_and_invoice(books, orders)
    return {
        "today": books.today.isoformat(),
        "parties": {name: party.id for name, party in parties.items()},
        "orders": {name: sale.number for name, sale in orders.items()},
        **_users(books),
    }


def _company(books: Books) -> None:
    from trytond.modules.company.tests.tools import create_company
    from trytond.modules.currency.tests.tools import get_currency

    Party = Model.get("party.party")
    acme = Party(name="Acme Supply Ltda")
    acme.save()
    create_company(acme, get_currency("BRL"))
    Company = Model.get("company.company")
    company = Company.find([])[0]
    company.timezone = "America/Sao_Paulo"
    company.save()
    User = Model.get("res.user")
    employee_party = Party(name="Sofia Mendes")
    employee_party.save()
    employee = Model.get("company.employee")(party=employee_party, company=company)
    employee.save()
    user = User(books.config.user)
    user.employees.append(employee)
    user.employee = employee
    user.save()
    books.config._context = User.get_preferences(True, {})


def _accounts(books: Books) -> None:
    from trytond.modules.account.tests.tools import create_chart, create_fiscalyear, get_accounts
    from trytond.modules.account_invoice.tests.tools import (
        create_payment_term,
        set_fiscalyear_invoice_sequences,
    )

    create_chart()
    year = set_fiscalyear_invoice_sequences(create_fiscalyear(today=(books.day(150), books.today)))
    year.click("create_period")
    accounts = get_accounts()
    journal = Model.get("account.journal").find([("type", "=", "cash")])[0]
    method = Model.get("account.invoice.payment.method")(
        name="Bank", journal=journal, credit_account=accounts["cash"], debit_account=accounts["cash"]
    )
    method.save()
    books.payment_method = method
    term = create_payment_term()
    term.lines[0].relativedeltas[0].days = 28
    term.save()
    books.payment_term = term
    category = Model.get("product.category")(name="Goods", accounting=True)
    category.account_expense = accounts["expense"]
    category.account_revenue = accounts["revenue"]
    category.save()


def _numbers() -> None:
    """Numbers that tell a sale from an invoice and a shipment, as suppliers have them."""
    for kind, sequence_type, prefix in (
        ("ir.sequence", "Sale", "SO-"),
        ("ir.sequence", "Customer Shipment", "CS-"),
        ("ir.sequence.strict", "Invoice", "INV-"),
    ):
        for sequence in Model.get(kind).find([("sequence_type.name", "=", sequence_type)]):
            sequence.prefix, sequence.padding = prefix, 5
            sequence.save()


def _print_invoices_as_pdf() -> None:
    Report = Model.get("ir.action.report")
    for report in Report.find([("report_name", "=", "account.invoice")]):
        report.template_extension = "txt"
        report.report_content_custom = _INVOICE_PAPER.encode()
        report.extension = "pdf"
        report.save()


def _goods(books: Books) -> None:
    unit = Model.get("product.uom").find([("name", "=", "Unit")])[0]
    category = Model.get("product.category").find([("name", "=", "Goods")])[0]
    Template = Model.get("product.template")
    for code, name, kind, price in (
        ("DRV-22", "Drive 22 kW", "goods", "341.00"),
        ("SEAL-7", "Seal kit 7", "goods", "12.50"),
        ("PMP-90", "Pump 90 l/min", "goods", "1290.00"),
        ("SRV-1", "Commissioning", "service", "800.00"),
    ):
        template = Template(
            name=name,
            default_uom=unit,
            type=kind,
            salable=True,
            list_price=Decimal(price),
            account_category=category,
        )
        template.code = code
        template.save()
        books.products.append(template.products[0])
    storage = Model.get("stock.location").find([("code", "=", "STO")])[0]
    inventory = Model.get("stock.inventory")(location=storage, date=books.day(90))
    for product in books.products[: _SEAL + 1]:
        line = inventory.lines.new(product=product)
        line.quantity, line.expected_quantity = 1000.0, 0.0
    inventory.click("confirm")


def _customers() -> dict[str, Any]:
    Party = Model.get("party.party")
    people: dict[str, tuple[str, Sequence[tuple[str, str, str]]]] = {
        "northwind": (
            "Northwind Industrial",
            [
                ("email", "ana@northwind.example", "Ana Prado"),
                ("mobile", "+55 11 98765-4321", "Ana Prado"),
            ],
        ),
        "branch": ("Northwind Branch", [("email", "bruno@northwind.example", "Bruno Lima")]),
        "southgate": ("Southgate Parts", [("email", "carol@southgate.example", "Carol Dias")]),
        "empty": ("Empty Shell", [("email", "eve@empty.example", "Eve")]),
    }
    parties = {}
    for key, (name, mechanisms) in people.items():
        party = Party(name=name)
        party.addresses[0].city = "São Paulo"
        for kind, value, person in mechanisms:
            mechanism = party.contact_mechanisms.new()
            mechanism.type, mechanism.value, mechanism.name = kind, value, person
        party.save()
        parties[key] = party
    return parties


@dataclass(frozen=True)
class Wanted:
    """A sale to make: `key` is what tests call it, `ago` how many days before the day of building."""

    key: str
    party: str
    ago: int
    lines: tuple[tuple[int, float], ...]
    reference: str = ""
    method: str = "fulfillment"
    until: str = "confirm"
    shipping_in: int | None = None


# Draft invoices come into being with the method "order"; else when goods leave.
SALES = (
    Wanted("PO-7784", "northwind", 60, ((_SEAL, 8), (_SERVICE, 1)), method="order"),
    Wanted("PO-7785", "northwind", 20, ((_SEAL, 10),)),
    Wanted("Southgate PO-7782", "southgate", 14, ((_SEAL, 20),), reference="PO-7782", method="order"),
    Wanted("PO-7783", "northwind", 12, ((_DRIVE, 2),), method="order"),
    Wanted("PO-DRAFT", "northwind", 1, ((_SEAL, 3),), until="draft"),
    Wanted("PO-7781", "northwind", 2, ((_SEAL, 4),), until="quote"),
    Wanted("PO-7782", "northwind", 3, ((_DRIVE, 2), (_SEAL, 10)), shipping_in=5),
    Wanted("PO-7786", "northwind", 25, ((_SEAL, 1),), until="quote"),
    Wanted("PO-7787 a year ago", "northwind", 380, ((_SEAL, 1),), reference="PO-7787"),
    Wanted("PO-7787", "northwind", 8, ((_SEAL, 2),)),
    Wanted("PO-7789", "northwind", 7, ((_DRIVE, 1),), method="order"),
    Wanted("PO_77%9", "northwind", 6, ((_SEAL, 5),)),
    Wanted("PO-7788", "branch", 5, ((_SEAL, 2),)),
    Wanted("PO-8001", "southgate", 4, ((_PUMP, 1),)),
    *(  # four a day, so that their dates tie
        Wanted(f"BULK-{place:03}", "southgate", 100 + place // 4, ((_SERVICE, 1),))
        for place in range(1, BULK + 1)
    ),
)


def _sales(books: Books, parties: dict[str, Any]) -> dict[str, Any]:
    """Make all sales at once: filling them in field by field, as a form does, takes a minute more."""
    Sale = Model.get("sale.sale")
    ids = Sale._proxy.create([_values(books, parties, wanted) for wanted in SALES], books.config.context)
    made = {wanted.key: Sale(id_) for wanted, id_ in zip(SALES, ids, strict=True)}
    Sale.click([made[wanted.key] for wanted in SALES if wanted.until != "draft"], "quote")
    Sale.click([made[wanted.key] for wanted in SALES if wanted.until == "confirm"], "confirm")
    made["PO-7786"].click("cancel")
    for sale in made.values():
        sale.reload()
    return made


def _values(books: Books, parties: dict[str, Any], wanted: Wanted) -> dict[str, Any]:
    party = parties[wanted.party]
    address = party.addresses[0].id
    planned = None if wanted.shipping_in is None else books.day(-wanted.shipping_in)
    return {
        "party": party.id,
        "contact": party.contact_mechanisms[0].id,
        "invoice_address": address,
        "shipment_address": address,
        "reference": wanted.reference or wanted.key,
        "sale_date": books.day(wanted.ago),
        "shipping_date": planned,
        "payment_term": books.payment_term.id,
        "invoice_method": wanted.method,
        "lines": [("create", [_line(books, *line) for line in wanted.lines])],
    }


def _line(books: Books, product: int, quantity: float) -> dict[str, Any]:
    sold = books.products[product]
    return {
        "product": sold.id,
        "quantity": float(quantity),
        "unit": sold.default_uom.id,
        "unit_price": sold.template.list_price,
    }


def _deliver_and_invoice(books: Books, sales: dict[str, Any]) -> None:
    """Oldest first: Tryton numbers invoices in the order of their dates."""
    done = sales["PO-7784"]
    _ship(done.shipments[0], books.day(55))
    _post(done.invoices[0], books.day(54))
    _pay(books, done.invoices[0], books.day(30))
    credit = Wizard("account.invoice.credit", [done.invoices[0]])
    credit.form.with_refund = False
    credit.form.invoice_date = books.day(28)
    credit.execute("credit")
    drafts = [
        ("state", "=", "draft"),
        ("lines.origin.invoice.id", "=", done.invoices[0].id, "account.invoice.line"),
    ]
    _post(Model.get("account.invoice").find(drafts)[0], books.day(28))

    partly = sales["PO-7785"]
    _ship(partly.shipments[0], books.day(15), tracking="1Z999AA10123456785", quantity=4)
    partly.reload()
    _post(partly.invoices[0], books.day(15))

    _ship(sales["Southgate PO-7782"].shipments[0], books.day(13))
    _post(sales["Southgate PO-7782"].invoices[0], books.day(13))

    shipped = sales["PO-7783"]
    _post(shipped.invoices[0], books.day(10))
    _ship(shipped.shipments[0], books.day(9), tracking="1Z999AA10123456784")


def _ship(shipment: Any, on: date, *, tracking: str = "", quantity: float | None = None) -> None:
    shipment.effective_date = on
    if tracking:
        shipment.shipping_reference = tracking
    shipment.save()
    if quantity is not None:
        for move in shipment.inventory_moves:
            move.quantity = float(quantity)
        shipment.save()
    shipment.click("assign_try")
    for step in ("pick", "pack", "ship", "do"):
        shipment.click(step)


def _post(invoice: Any, on: date) -> None:
    invoice.invoice_date = on
    invoice.save()
    invoice.click("post")


def _pay(books: Books, invoice: Any, on: date) -> None:
    pay = invoice.click("pay")
    pay.form.payment_method = books.payment_method
    pay.form.date = on
    pay.execute("choice")
    invoice.reload()


def _users(books: Books) -> dict[str, Any]:
    """The bot's user, made by the script of the docs; and a seller whose key may do more."""
    from trytond.transaction import Transaction

    pool = books.config.pool
    with Transaction().start(books.config.database_name, 0) as transaction:
        script = runpy.run_path(str(ROLE_SCRIPT), init_globals={"pool": pool, "transaction": transaction})
    sales = Model.get("res.group").find([("name", "=", "Sales")])
    seller = Model.get("res.user")(login="seller", name="Seller", password=secrets.token_urlsafe(18))
    seller.groups.extend(sales)  # the company is the only one there is: a default
    seller.save()
    key = Model.get("res.user.application")(user=seller, application="rest")
    key.save()
    return {
        "login": script["LOGIN"],
        "password": script["password"],
        "key": script["key"],
        "seller key": key.key,
    }
