"""The technical dossier of an order: a large PDF, a few pages and an attached recording.

The recording stands for what makes such files large (scans, measurements). It is sent as it is made,
so a dossier of any size takes no more memory than one block.
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime, time

from fpdf import FPDF

from bot.demo.supplier.catalogue import SUPPLIER
from bot.demo.supplier.papers import BilledLine, Dossier
from bot.demo.supplier.sheet import sheet
from bot.demo.supplier.words import day, quantity

_BLOCK = 64 * 1024
_GREY = (90, 90, 90)


def dossier_pdf(dossier: Dossier, size: int) -> Iterator[bytes]:
    """The dossier padded to exactly `size` bytes, 10 to 99 million, block by block."""
    return _with_recording(_pages(dossier), size)


def _with_recording(pages: bytes, size: int) -> Iterator[bytes]:
    """Replace the empty attachment by the recording, in an incremental update (ISO 32000-1, 7.5.6)."""
    attachment = re.search(rb"/EF <</F (\d+) 0 R>>", pages)
    trailer = re.search(rb"trailer\s*<<(.*?)>>\s*startxref\s+(\d+)", pages, re.DOTALL)
    if attachment is None or trailer is None:
        raise ValueError("The pages have no attachment or no classic trailer.")
    number, entries, previous = int(attachment[1]), trailer[1].strip(), trailer[2]

    def update(length: int) -> tuple[bytes, bytes]:
        head = b"%d 0 obj\n<< /Type /EmbeddedFile /Length %d >>\nstream\n" % (number, length)
        end = b"\nendstream\nendobj\n"
        table = b"xref\n0 1\n0000000000 65535 f \n%d 1\n%010d 00000 n \ntrailer\n<< %s /Prev %s >>\n" % (
            number,
            len(pages),
            entries,
            previous,
        )
        return head, end + table + b"startxref\n%d\n%%%%EOF\n" % (len(pages) + len(head) + length + len(end))

    # The lengths written inside have eight digits either way, so the update's own length is known.
    head, end = update(size - 2 * len(pages))
    length = size - len(pages) - len(head) - len(end)
    head, end = update(length)
    yield pages + head
    block = _noise()
    for _ in range(length // _BLOCK):
        yield block
    yield block[: length % _BLOCK] + end


def _noise() -> bytes:
    """A block that does not compress, always the same."""
    return hashlib.shake_128(b"recording").digest(_BLOCK)


def _pages(dossier: Dossier) -> bytes:
    dated = datetime.combine(dossier.dated, time(12), UTC)
    pdf = sheet(f"Technical dossier {dossier.order_number}", dated)
    _cover(pdf, dossier)
    for number, line in enumerate(dossier.lines, 1):
        _certificate(pdf, dossier, number, line)
    pdf.embed_file(
        bytes=b"\0",
        basename="medicoes.bin",
        desc="Registro bruto das medições",
        creation_date=dated,
        modification_date=dated,
    )
    return bytes(pdf.output())


def _cover(pdf: FPDF, dossier: Dossier) -> None:
    pdf.add_page()
    pdf.set_y(78)
    pdf.set_font("Helvetica", "B", 28)
    pdf.multi_cell(0, 12, "Technical dossier\nDossiê técnico", align="L")
    pdf.ln(6)
    pdf.set_font("Helvetica", "", 12)
    reference = f" (seu pedido {dossier.customer_reference})" if dossier.customer_reference else ""
    for text in (
        f"Pedido {dossier.order_number}{reference}",
        dossier.customer.name,
        f"{SUPPLIER}, {day(dossier.dated)}",
    ):
        pdf.cell(0, 7, text, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(10)
    pdf.set_font("Helvetica", "B", 11)
    pdf.cell(0, 7, "Conteúdo", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Helvetica", "", 10)
    for number, line in enumerate(dossier.lines, 1):
        text = f"{number}. {line.product.part_number}  {line.description}"
        pdf.cell(pdf.epw - 12, 6, text)
        pdf.cell(12, 6, str(number + 1), align="R", new_x="LMARGIN", new_y="NEXT")
    pdf.set_y(-40)
    pdf.set_font("Helvetica", "", 9)
    pdf.set_text_color(*_GREY)
    pdf.multi_cell(
        0, 5, "Documento de demonstração. O registro bruto das medições está anexado a este arquivo."
    )
    pdf.set_text_color(0)


def _certificate(pdf: FPDF, dossier: Dossier, number: int, line: BilledLine) -> None:
    pdf.add_page()
    pdf.set_font("Helvetica", "B", 15)
    pdf.multi_cell(0, 8, f"{number}. Certificado de ensaio - {line.product.part_number}", align="L")
    pdf.ln(1)
    pdf.set_font("Helvetica", "", 10)
    amount = f"{quantity(line.quantity)} {line.product.unit}"
    pdf.multi_cell(0, 5.5, f"{line.description}\nPedido {dossier.order_number}, {amount}", align="L")
    pdf.ln(4)
    pdf.set_font("Helvetica", "", 9.5)
    with pdf.table(
        (("Peça", "Ensaio", "Limite", "Medido", "Resultado"), *_measurements(dossier, line)),
        col_widths=(12, 82, 28, 30, 28),
        text_align=("CENTER", "LEFT", "RIGHT", "RIGHT", "CENTER"),
        line_height=6,
        borders_layout="HORIZONTAL_LINES",
    ):
        pass


_TESTS = (
    ("Resistência de isolamento a 500 Vcc", "> 50 MOhm", 80, 400, "MOhm"),
    ("Corrente de fuga", "< 3,5 mA", 1, 3, "mA"),
    ("Elevação de temperatura em carga nominal", "< 60 K", 30, 55, "K"),
    ("Nível de vibração", "< 2,8 mm/s", 1, 2, "mm/s"),
)


def _measurements(dossier: Dossier, line: BilledLine) -> Iterator[tuple[str, ...]]:
    for piece in range(1, int(line.quantity) + 1):
        for name, limit, low, high, unit in _TESTS:
            digest = hashlib.sha256(
                f"{dossier.order_number}/{line.position}/{piece}/{name}".encode()
            ).digest()
            value = low + (high - low) * digest[0] / 256
            yield str(piece), name, limit, f"{value:.1f} {unit}".replace(".", ","), "Aprovado"
