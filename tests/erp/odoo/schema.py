"""Models and fields of the double, with the versions and modules that have them.

Source: Odoo 14 to 19 source, modules base, sale, sale_stock, delivery and stock_delivery, account,
account_edi_ubl_cii, website_sale, mail, phone_validation.
"""

from dataclasses import dataclass

NEWEST = 99


@dataclass(frozen=True)
class Field:
    """A field: its type, what it links to, and where it is."""

    type: str
    comodel: str = ""
    inverse: str = ""
    """For one2many: the many2one that points back; for a many2many the other side of which is stored."""
    since: int = 14
    until: int = NEWEST
    module: str = "base"
    stored: bool = True


def char(**where: object) -> Field:
    return Field("char", **where)  # type: ignore[arg-type]


def link(comodel: str, **where: object) -> Field:
    return Field("many2one", comodel, **where)  # type: ignore[arg-type]


def links(comodel: str, inverse: str = "", **where: object) -> Field:
    kind = "one2many" if inverse else "many2many"
    return Field(kind, comodel, inverse, **where)  # type: ignore[arg-type]


def _plain(kind: str) -> Field:
    return Field(kind)


DATE, DATETIME, NUMBER, FLAG, TEXT = (
    _plain("date"),
    _plain("datetime"),
    _plain("float"),
    _plain("boolean"),
    _plain("char"),
)
WRITTEN = {"create_date": DATETIME, "write_date": DATETIME}

MODELS: dict[str, dict[str, Field]] = {
    "res.partner": {
        "name": TEXT,
        "display_name": TEXT,
        "parent_id": link("res.partner"),
        "child_ids": links("res.partner", "parent_id"),
        "commercial_partner_id": link("res.partner"),
        "is_company": FLAG,
        "active": FLAG,
        "email": TEXT,
        "email_normalized": char(module="mail"),
        "phone": TEXT,
        "mobile": char(until=18),
        "phone_sanitized": char(module="phone_validation"),
        "vat": TEXT,
        **WRITTEN,
    },
    "res.users": {"name": TEXT, "login": TEXT, "partner_id": link("res.partner")},
    "res.users.apikeys": {
        "name": TEXT,
        "user_id": link("res.users"),
        "scope": TEXT,
        "create_date": DATETIME,
        "expiration_date": Field("datetime", since=18),
    },
    "res.company": {"name": TEXT},
    "res.currency": {"name": TEXT, "display_name": TEXT},
    "product.product": {"name": TEXT, "default_code": TEXT, "display_name": TEXT},
    "sale.order": {
        "name": TEXT,
        "client_order_ref": TEXT,
        "origin": TEXT,
        "x_web_number": TEXT,
        "state": Field("selection"),
        "locked": Field("boolean", since=17),
        "delivery_status": Field("selection", since=16, module="sale_stock"),
        "invoice_status": Field("selection"),
        "date_order": DATETIME,
        "commitment_date": DATETIME,
        "amount_total": NUMBER,
        "currency_id": link("res.currency"),
        "partner_id": link("res.partner"),
        "company_id": link("res.company"),
        "website_id": link("website", module="website_sale"),
        "order_line": links("sale.order.line", "order_id"),
        "picking_ids": links("stock.picking", "sale_id", module="sale_stock"),
        "invoice_ids": Field("many2many", "account.move", stored=False),
        **WRITTEN,
    },
    "sale.order.line": {
        "name": TEXT,
        "sequence": NUMBER,
        "order_id": link("sale.order"),
        "product_id": link("product.product"),
        "product_uom_qty": NUMBER,
        "qty_delivered": NUMBER,
        "qty_invoiced": NUMBER,
        "price_unit": NUMBER,
        "price_subtotal": NUMBER,
        "display_type": Field("selection"),
        "is_delivery": Field("boolean", module="delivery"),
        "is_downpayment": FLAG,
        "invoice_lines": links("account.move.line"),
        **WRITTEN,
    },
    "stock.picking": {
        "name": TEXT,
        "state": Field("selection"),
        "sale_id": link("sale.order", module="sale_stock"),
        "picking_type_code": Field("selection"),
        "carrier_id": link("delivery.carrier", module="delivery"),
        "carrier_tracking_ref": char(module="delivery"),
        "carrier_tracking_url": char(module="delivery", stored=False),
        "date_done": DATETIME,
        "scheduled_date": DATETIME,
        "backorder_id": link("stock.picking"),
        **WRITTEN,
    },
    "delivery.carrier": {"name": TEXT, "display_name": TEXT},
    "website": {"name": TEXT, "display_name": TEXT},
    "account.move": {
        "name": TEXT,
        "state": Field("selection"),
        "move_type": Field("selection"),
        "payment_state": Field("selection"),
        "invoice_date": DATE,
        "invoice_date_due": DATE,
        "amount_total": NUMBER,
        "amount_residual": NUMBER,
        "currency_id": link("res.currency"),
        "partner_id": link("res.partner"),
        "commercial_partner_id": link("res.partner"),
        "company_id": link("res.company"),
        "debit_origin_id": link("account.move", module="account_debit_note"),
        "invoice_line_ids": links("account.move.line", "move_id"),
        "invoice_pdf_report_id": link("ir.attachment", since=17, stored=False),
        "invoice_pdf_report_file": Field("binary", since=17, stored=False),
        "ubl_cii_xml_id": link("ir.attachment", since=17, module="account_edi_ubl_cii", stored=False),
        "ubl_cii_xml_file": Field("binary", since=17, module="account_edi_ubl_cii", stored=False),
        **WRITTEN,
    },
    "account.move.line": {
        "name": TEXT,
        "move_id": link("account.move"),
        "sale_line_ids": links("sale.order.line"),
    },
    "ir.attachment": {
        "name": TEXT,
        "mimetype": TEXT,
        "file_size": Field("integer"),
        "checksum": TEXT,
        "res_model": TEXT,
        "res_id": Field("integer"),
        "res_field": TEXT,
        "datas": Field("binary"),
        "create_date": DATETIME,
    },
}
MODULE_OF = {
    "stock.picking": "sale_stock",
    "delivery.carrier": "delivery",
    "website": "website_sale",
}
ALL_MODULES = frozenset(
    [
        "base",
        "mail",
        "phone_validation",
        "sale_stock",
        "delivery",
        "website_sale",
        "account_debit_note",
        "account_edi_ubl_cii",
    ]
)
