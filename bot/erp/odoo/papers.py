"""Which documents a posted invoice has: its legal PDF, e-invoices in XML, a pro forma where allowed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.erp import fields
from bot.erp.odoo.layout import MOVE, Layout
from bot.erp.odoo.values import UTC_ZONE, Record, whole_id
from bot.orders import Document, DocumentKind

PDF, EINVOICE = "invoice_pdf_report", "ubl_cii_xml"
"""Files Odoo keeps in a field of the invoice (since 17): `<name>_id` is the attachment, `<name>_file` it."""
# What is attached to an invoice may be anybody's notes: only files named as e-invoices are handed over.
# By name, since Odoo calls XML "text/plain" when somebody without administrator's rights brought it.
_NFE = re.compile(r"(?:.*(?<![a-z])nf-?e(?![a-z]).*|.*\d{6}[0-9A-Z]{12}\d{26}.*)\.xml", re.IGNORECASE)
_EINVOICES = re.compile(
    r".*(?<![a-z])(?:factur-?x|zugferd|xrechnung|ubl|cii|peppol|facturae|fattura|cfdi|mx-invoice|e-?invoice)"
    r"(?![a-z]).*\.xml|IT[0-9A-Z]{11,16}_[0-9A-Z]{1,5}\.xml",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Listed:
    """A document and where its bytes are: a field of the invoice, an attachment, or a rendering."""

    document: Document
    move: int
    field: str = ""
    attachment: int = 0


def papers(
    layout: Layout, move: Record, attached: Mapping[int, Record], order_number: str, *, proforma: bool
) -> list[Listed]:
    """The documents of one posted invoice. `attached` are files of invoices by id, newest first."""
    number, key = fields.text(move, "name", longest=60), whole_id(move.get("id"))
    if number is None or key is None:
        return []
    found = []
    kind = _kind(move)

    def add(kind: DocumentKind, file: Record, *, field: str = "", attachment: int = 0) -> None:
        size = fields.whole(file, "file_size")
        document = Document(
            id=f"{kind}-{key}" + (f"-{attachment}" if attachment else ""),
            kind=kind,
            order_number=order_number,
            title=fields.text(file, "name", longest=120) or "",
            number=number,
            size=size if size is not None and size > 0 else None,
            issued_on=fields.day(move, "invoice_date", UTC_ZONE),
        )
        found.append(Listed(document, key, field, attachment))

    for name, what in ((PDF, kind), (EINVOICE, DocumentKind.EINVOICE_XML)):
        kept = whole_id(move.get(f"{name}_id"))
        if kept is not None and layout.has(MOVE, f"{name}_file"):
            add(what, attached.get(kept, {}), field=f"{name}_file")
    own = {one: file for one, file in attached.items() if whole_id(file.get("res_id")) == key}
    if not layout.has(MOVE, f"{PDF}_id"):
        names = _printed_names(number)
        printed = [one for one, file in own.items() if fields.text(file, "name", longest=200) in names]
        if printed:
            add(kind, own[printed[0]], attachment=printed[0])
    for one, file in own.items():
        name = fields.text(file, "name", longest=200) or ""
        if file.get("res_field"):
            continue
        if _NFE.fullmatch(name):
            add(DocumentKind.NFE_XML, file, attachment=one)
        elif _EINVOICES.fullmatch(name):
            add(DocumentKind.EINVOICE_XML, file, attachment=one)
    if proforma and not any(listed.document.kind is kind for listed in found):
        document = Document(
            id=f"proforma-{key}",
            kind=kind,
            order_number=order_number,
            number=number,
            issued_on=fields.day(move, "invoice_date", UTC_ZONE),
            legal=False,
        )
        found.append(Listed(document, key))
    return found


def _kind(move: Record) -> DocumentKind:
    if move.get("move_type") == "out_refund":
        return DocumentKind.CREDIT_NOTE
    return DocumentKind.DEBIT_NOTE if move.get("debit_origin_id") else DocumentKind.INVOICE_PDF


def _printed_names(number: str) -> tuple[str, ...]:
    """How Odoo before 17 names the PDF it keeps when an invoice is printed or sent."""
    plain = number.replace("/", "_")
    return f"{plain}.pdf", f"Invoice_{plain}.pdf"
