"""Payment slip (boleto) as PDF: the payer's receipt and the slip proper with its barcode.

The bank is invented and its code not in use, so no bank would take it; the slip says so too.
"""

from datetime import date
from decimal import Decimal

from fpdf import FPDF
from stdnum.br import cnpj

from bot.demo.supplier.boleto_code import barcode, modulo_10, readable, typed_line
from bot.demo.supplier.catalogue import SUPPLIER, Address
from bot.demo.supplier.papers import Invoice
from bot.demo.supplier.words import day, money

BANK, BANK_CHECK_DIGIT = "999", "7"
BANK_NAME = "Banco Demonstração"
_BRANCH, _ACCOUNT, _WALLET = "0001", "0417260", "09"
_NOTICE = "DEMONSTRAÇÃO - NÃO PAGAR"

_LEFT, _WIDTH, _SIDE = 14.0, 182.0, 46.0
_ROW = 7.6
_MAIN = _WIDTH - _SIDE

# FEBRABAN: the barcode is 103 mm wide and 13 mm high; 405 narrow bars make it up, wide ones being three.
_BARCODE_WIDTH, _BARCODE_HEIGHT, _NARROW_BARS = 103.0, 13.0, 405


def boleto_pdf(invoice: Invoice) -> bytes:
    """The slip for what is still owed on the invoice; the same bytes for the same invoice."""
    our_number = f"{invoice.number:011d}"
    code = barcode(
        bank=BANK,
        due_on=invoice.due_on,
        amount=invoice.open,
        free_field=f"{_BRANCH}{_WALLET}{our_number}{_ACCOUNT}0",
    )
    line = readable(typed_line(code))
    pdf = FPDF(unit="mm", format="A4")
    pdf.core_fonts_encoding = "cp1252"
    pdf.set_creation_date(invoice.issued_at)
    pdf.set_title(f"Boleto NF-e {invoice.number:09d}")
    pdf.set_author(SUPPLIER)
    pdf.set_auto_page_break(False)
    pdf.set_margins(_LEFT, 12, _LEFT)
    pdf.set_line_width(0.2)
    pdf.add_page()

    y = _letterhead(pdf, invoice)
    y = _head(pdf, y, line, "Recibo do Pagador")
    y = _receipt(pdf, y, invoice, our_number)
    y = _cut(pdf, y + 12)
    y = _head(pdf, y, line, "")
    y = _slip(pdf, y, invoice, our_number)
    pdf.set_fill_color(0)
    pdf.interleaved2of5(code, _LEFT, y + 3, w=3 * _BARCODE_WIDTH / _NARROW_BARS, h=_BARCODE_HEIGHT)
    _cut(pdf, y + 3 + _BARCODE_HEIGHT + 8)
    return bytes(pdf.output())


def _letterhead(pdf: FPDF, invoice: Invoice) -> float:
    pdf.set_xy(_LEFT, 12)
    pdf.set_font("Helvetica", "B", 14)
    pdf.cell(_MAIN, 7, SUPPLIER)
    pdf.set_font("Helvetica", "B", 9)
    pdf.set_text_color(170, 30, 30)
    pdf.cell(_SIDE, 7, _NOTICE, align="R")
    pdf.set_text_color(0)
    pdf.set_xy(_LEFT, 19)
    pdf.set_font("Helvetica", "", 9)
    yours = f"   |   Seu pedido {invoice.customer_reference}" if invoice.customer_reference else ""
    text = (
        f"NF-e {invoice.number:09d} série {invoice.series}   |   Nosso pedido {invoice.order_number}{yours}"
    )
    pdf.cell(_WIDTH, 5, text)
    return 32


def _head(pdf: FPDF, y: float, line: str, right: str) -> float:
    if right:
        pdf.set_xy(_LEFT, y - 5)
        pdf.set_font("Helvetica", "B", 8)
        pdf.cell(_WIDTH, 4, right, align="R")
    pdf.set_xy(_LEFT, y)
    pdf.set_font("Helvetica", "B", 12)
    pdf.cell(46, 8, BANK_NAME)
    pdf.set_font("Helvetica", "B", 15)
    pdf.cell(20, 8, f"{BANK}-{BANK_CHECK_DIGIT}", align="C")
    pdf.set_font("Helvetica", "B", 11.5)
    pdf.cell(_WIDTH - 66, 8, line, align="R")
    pdf.set_line_width(0.5)
    pdf.line(_LEFT + 46, y + 1, _LEFT + 46, y + 8.4)
    pdf.line(_LEFT + 66, y + 1, _LEFT + 66, y + 8.4)
    pdf.line(_LEFT, y + 8.4, _LEFT + _WIDTH, y + 8.4)
    pdf.set_line_width(0.2)
    return y + 8.4


def _receipt(pdf: FPDF, y: float, invoice: Invoice, our_number: str) -> float:
    centre = invoice.centre
    half = _MAIN / 2
    _box(pdf, _LEFT, y, _MAIN, "Beneficiário", f"{SUPPLIER}   CNPJ {cnpj.format(centre.cnpj)}")
    _box(pdf, _LEFT + _MAIN, y, _SIDE, "Vencimento", day(invoice.due_on), bold=True, right=True)
    y += _ROW
    _box(pdf, _LEFT, y, _MAIN, "Endereço do beneficiário", _one_line(centre.address))
    _box(pdf, _LEFT + _MAIN, y, _SIDE, "Agência / Código do beneficiário", _account(), right=True)
    y += _ROW
    _box(
        pdf,
        _LEFT,
        y,
        _MAIN,
        "Pagador",
        f"{invoice.customer.name}   CNPJ {cnpj.format(invoice.customer.cnpj)}",
    )
    _box(pdf, _LEFT + _MAIN, y, _SIDE, "Nosso número", _shown(our_number), right=True)
    y += _ROW
    _box(pdf, _LEFT, y, half, "Número do documento", f"{invoice.number:09d}/001")
    _box(pdf, _LEFT + half, y, half, "Data do documento", day(_issued(invoice)))
    _box(pdf, _LEFT + _MAIN, y, _SIDE, "Valor do documento", money(invoice.open), bold=True, right=True)
    y += _ROW + 1
    pdf.set_font("Helvetica", "", 6.5)
    pdf.set_xy(_LEFT, y)
    pdf.cell(_WIDTH, 3, "Autenticação mecânica", align="R")
    return y


def _slip(pdf: FPDF, y: float, invoice: Invoice, our_number: str) -> float:
    where = "Pagável em qualquer banco até o vencimento"
    _box(pdf, _LEFT, y, _MAIN, "Local de pagamento", where)
    _box(pdf, _LEFT + _MAIN, y, _SIDE, "Vencimento", day(invoice.due_on), bold=True, right=True)
    y += _ROW
    _box(pdf, _LEFT, y, _MAIN, "Beneficiário", f"{SUPPLIER}   CNPJ {cnpj.format(invoice.centre.cnpj)}")
    _box(pdf, _LEFT + _MAIN, y, _SIDE, "Agência / Código do beneficiário", _account(), right=True)
    y += _ROW
    x = _LEFT
    for width, label, text in (
        (27.0, "Data do documento", day(_issued(invoice))),
        (38.0, "Número do documento", f"{invoice.number:09d}/001"),
        (22.0, "Espécie doc.", "DM"),
        (16.0, "Aceite", "N"),
        (33.0, "Data do processamento", day(_issued(invoice))),
    ):
        _box(pdf, x, y, width, label, text)
        x += width
    _box(pdf, x, y, _SIDE, "Nosso número", _shown(our_number), right=True)
    y += _ROW
    x = _LEFT
    for width, label, text in (
        (27.0, "Uso do banco", ""),
        (19.0, "Carteira", _WALLET),
        (19.0, "Espécie", "R$"),
        (38.0, "Quantidade", ""),
        (33.0, "Valor", ""),
    ):
        _box(pdf, x, y, width, label, text)
        x += width
    _box(pdf, x, y, _SIDE, "(=) Valor do documento", money(invoice.open), bold=True, right=True)
    y += _ROW
    for index, label in enumerate(
        ("(-) Desconto / Abatimento", "(-) Outras deduções", "(+) Mora / Multa", "(+) Outros acréscimos",
         "(=) Valor cobrado")
    ):  # fmt: skip
        _box(pdf, _LEFT + _MAIN, y + index * _ROW, _SIDE, label, "")
    pdf.rect(_LEFT, y, _MAIN, 5 * _ROW)
    _label(pdf, _LEFT, y, "Instruções (texto de responsabilidade do beneficiário)")
    fine = invoice.open * Decimal("0.02")
    daily = invoice.open * Decimal("0.01") / 30
    pdf.set_font("Helvetica", "", 8.5)
    pdf.set_xy(_LEFT, y + 4)
    pdf.multi_cell(
        _MAIN,
        4.4,
        f"Após o vencimento, multa de {money(fine)} (2%) e juros de {money(daily)} por dia de atraso.\n"
        f"Referente à NF-e {invoice.number:09d}, série {invoice.series}, de {day(_issued(invoice))}.\n"
        f"Chave de acesso {invoice.access_key}.\n"
        f"Não receber após 30 dias do vencimento.\n",
    )
    pdf.set_font("Helvetica", "B", 8.5)
    pdf.set_xy(_LEFT, y + 5 * _ROW - 7)
    pdf.cell(_MAIN, 5, f"{_NOTICE}: documento sem valor, banco e empresas fictícios.")
    y += 5 * _ROW
    pdf.rect(_LEFT, y, _WIDTH, 15)
    _label(pdf, _LEFT, y, "Pagador")
    pdf.set_font("Helvetica", "", 9)
    customer = invoice.customer
    pdf.set_xy(_LEFT + 12, y + 1)
    pdf.multi_cell(
        _WIDTH - 14,
        4.4,
        f"{customer.name}   CNPJ {cnpj.format(customer.cnpj)}\n{_one_line(customer.address)}",
    )
    _label(pdf, _LEFT, y + 11.4, "Sacador/Avalista")
    y += 15
    pdf.set_font("Helvetica", "", 6.5)
    pdf.set_xy(_LEFT, y + 0.5)
    pdf.cell(_WIDTH, 3, "Autenticação mecânica - Ficha de Compensação", align="R")
    return y + 1.5


def _box(
    pdf: FPDF,
    x: float,
    y: float,
    width: float,
    label: str,
    text: str,
    *,
    bold: bool = False,
    right: bool = False,
) -> None:
    pdf.rect(x, y, width, _ROW)
    _label(pdf, x, y, label)
    size = 9.0
    pdf.set_font("Helvetica", "B" if bold else "", size)
    while pdf.get_string_width(text) > width - 2.5 and size > 6:
        size -= 0.25
        pdf.set_font("Helvetica", "B" if bold else "", size)
    pdf.set_xy(x, y + 3)
    pdf.cell(width, 4, text, align="R" if right else "L")


def _label(pdf: FPDF, x: float, y: float, text: str) -> None:
    pdf.set_font("Helvetica", "", 6)
    pdf.set_xy(x, y + 0.4)
    pdf.cell(0, 2.6, text)


def _cut(pdf: FPDF, y: float) -> float:
    pdf.set_dash_pattern(dash=1.2, gap=1.2)
    pdf.line(_LEFT, y, _LEFT + _WIDTH, y)
    pdf.set_dash_pattern()
    return y + 6


def _account() -> str:
    return f"{_BRANCH} / {_ACCOUNT[:-1]}-{_ACCOUNT[-1]}"


def _shown(our_number: str) -> str:
    return f"{_WALLET}/{our_number}-{modulo_10(_WALLET + our_number)}"


def _one_line(address: Address) -> str:
    return (
        f"{address.street}, {address.number} - {address.district} - {address.city}/{address.state}"
        f" - CEP {address.zip[:5]}-{address.zip[5:]}"
    )


def _issued(invoice: Invoice) -> date:
    return invoice.issued_at.date()
