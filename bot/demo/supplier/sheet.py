"""The supplier's letter paper."""

from datetime import datetime

from fpdf import FPDF

from bot.demo.supplier.catalogue import SUPPLIER, SUPPLIER_EMAIL, SUPPLIER_SITE

BLUE, PALE = (24, 62, 110), (228, 235, 244)
_GREY = 90


def sheet(title: str, dated: datetime) -> FPDF:
    """An empty A4 document on the letter paper, dated so that the same content gives the same bytes."""
    pdf = _Sheet(unit="mm", format="A4")
    pdf.core_fonts_encoding = "cp1252"
    pdf.set_creation_date(dated)
    pdf.set_title(title)
    pdf.set_author(SUPPLIER)
    pdf.set_margins(16, 14, 16)
    pdf.set_auto_page_break(True, 18)
    return pdf


class _Sheet(FPDF):
    def header(self) -> None:
        self.set_fill_color(*BLUE)
        self.rect(0, 0, self.w, 5, "F")
        self.set_xy(16, 11)
        self.set_font("Helvetica", "B", 13)
        self.set_text_color(*BLUE)
        self.cell(110, 7, SUPPLIER)
        self.set_font("Helvetica", "", 8.5)
        self.set_text_color(_GREY)
        self.cell(0, 7, f"{SUPPLIER_SITE}  |  {SUPPLIER_EMAIL}", align="R")
        self.set_text_color(0)
        self.set_xy(16, 24)

    def footer(self) -> None:
        self.set_y(-13)
        self.set_font("Helvetica", "", 8)
        self.set_text_color(_GREY)
        self.cell(140, 5, "Documento de demonstração; empresas e números fictícios.")
        self.cell(0, 5, f"Página {self.page_no()}", align="R")
        self.set_text_color(0)
