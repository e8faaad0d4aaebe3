"""List of the serial numbers delivered with an invoice, as PDF."""

import hashlib

from fpdf import FPDF
from stdnum.br import cnpj

from bot.demo.supplier.papers import BilledLine, Invoice
from bot.demo.supplier.sheet import PALE, sheet
from bot.demo.supplier.words import day, quantity

_COLUMNS = 4


def serials_pdf(invoice: Invoice) -> bytes:
    """The list as PDF; the same bytes for the same invoice."""
    pdf = sheet(f"Números de série NF-e {invoice.number:09d}", invoice.issued_at)
    pdf.add_page()
    _facts(pdf, invoice)
    for line in invoice.lines:
        if numbers := serial_numbers(invoice, line):
            _group(pdf, line, numbers)
    return bytes(pdf.output())


def serial_numbers(invoice: Invoice, line: BilledLine) -> tuple[str, ...]:
    """The serial number of each piece on the line; none for goods that have none."""
    prefix = line.product.serial_prefix
    if not prefix:
        return ()
    made = f"{invoice.issued_at:%y}"
    return tuple(
        f"{prefix}-{made}{hashlib.sha256(f'{invoice.number}/{line.position}/{piece}'.encode()).hexdigest()[:7].upper()}"
        for piece in range(int(line.quantity))
    )


def _facts(pdf: FPDF, invoice: Invoice) -> None:
    pdf.set_font("Helvetica", "B", 16)
    pdf.cell(0, 9, "Relação de números de série", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(1)
    for label, text in (
        ("Nota fiscal", f"{invoice.number:09d}  série {invoice.series}, de {day(invoice.issued_at)}"),
        ("Chave de acesso", " ".join(invoice.access_key[i : i + 4] for i in range(0, 44, 4))),
        ("Cliente", f"{invoice.customer.name}  CNPJ {cnpj.format(invoice.customer.cnpj)}"),
        ("Nosso pedido", invoice.order_number),
        ("Seu pedido", invoice.customer_reference or "-"),
        ("Expedição", invoice.centre.name),
    ):
        pdf.set_font("Helvetica", "", 9)
        pdf.set_text_color(90)
        pdf.cell(32, 5.4, label)
        pdf.set_text_color(0)
        pdf.set_font("Helvetica", "", 10)
        pdf.cell(0, 5.4, text, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(4)


def _group(pdf: FPDF, line: BilledLine, numbers: tuple[str, ...]) -> None:
    if pdf.will_page_break(20):
        pdf.add_page()
    pdf.set_fill_color(*PALE)
    pdf.set_font("Helvetica", "B", 9.5)
    pdf.cell(28, 7, line.product.part_number, fill=True)
    pdf.set_font("Helvetica", "", 9.5)
    pdf.cell(pdf.epw - 28 - 24, 7, line.description, fill=True)
    pieces = f"{quantity(line.quantity)} {line.product.unit}"
    pdf.cell(24, 7, pieces, fill=True, align="R", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Courier", "", 10)
    width = pdf.epw / _COLUMNS
    for start in range(0, len(numbers), _COLUMNS):
        for number in numbers[start : start + _COLUMNS]:
            pdf.cell(width, 6.2, number)
        pdf.ln(6.2)
        pdf.set_draw_color(*PALE)
        pdf.line(pdf.l_margin, pdf.y, pdf.l_margin + pdf.epw, pdf.y)
    pdf.ln(4)
