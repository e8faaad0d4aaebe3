"""DANFE: the invoice on paper, drawn from the NF-e XML by brazilfiscalreport."""

import warnings

from brazilfiscalreport.danfe import Danfe, DanfeConfig
from brazilfiscalreport.danfe.config import DecimalConfig, FooterStamp, Margins

from bot.demo.supplier.nfe import nfe_xml
from bot.demo.supplier.papers import Invoice


def danfe_pdf(invoice: Invoice) -> bytes:
    """The invoice as PDF; the same bytes for the same invoice."""
    config = DanfeConfig(
        margins=Margins(top=7, right=7, bottom=7, left=7),
        decimal_config=DecimalConfig(price_precision=2, quantity_precision=2),
        watermark_cancelled=invoice.cancelled,
        footer_stamp=FooterStamp(text="Documento de demonstração, sem valor fiscal", height=4, spacing=1),
    )
    with warnings.catch_warnings():
        # Its own logo-less layout warns about an SVG it draws; that is nothing to a person at a terminal.
        warnings.simplefilter("ignore")
        pdf = Danfe(xml=nfe_xml(invoice).decode(), config=config)
    pdf.set_title(f"DANFE NF-e {invoice.number:09d}")
    pdf.set_creation_date(invoice.issued_at)
    return bytes(pdf.output())
