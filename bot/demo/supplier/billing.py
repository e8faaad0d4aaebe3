"""The invoices of an order, and the documents that come with each."""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.demo.supplier.catalogue import CENTRES
from bot.demo.supplier.nfe_key import access_key
from bot.demo.supplier.plans import CANCELLED, DESPATCHED, PICKING, Payment
from bot.demo.supplier.products import PRODUCTS
from bot.demo.supplier.story import Line, Story
from bot.demo.supplier.timeline import utc_text

Row = dict[str, object]
"""A row of a table of `schema`, by the names of its columns."""

OPEN, PARTLY_PAID, PAID, INVOICE_CANCELLED = range(4)
"""`situacao` of an invoice."""

SLIP, XML, DANFE, SERIALS, OTHER = 0, 2, 3, 4, 7
"""`tipoArquivo` of a document."""

_SERIES = "1"
_NUMBERED = {product.part_number for product in PRODUCTS if product.serial_prefix}
_CENTRES = {centre.prefix: centre for centre in CENTRES}


@dataclass(frozen=True)
class Invoiced:
    invoice: Row
    lines: list[Row]
    documents: list[Row]


def invoiced(story: Story, centre: str, sold: list[Line]) -> Invoiced:
    """Invoice what a distribution centre sold; dates follow from the story, payment from the plan."""
    plan, number = story.plan, story.plan.invoice_number(centre)
    rng = random.Random(f"{story.seed}/{number}")
    issued = _issued(story, centre)
    due = issued.date() + timedelta(days=story.days)
    goods, freight = sum(line.available for line in sold), story.freight(centre)
    situation, owed = _owed(plan.payments.get(centre, "usual"), goods + freight, due, story.today, rng)
    key = access_key(
        state_code=_CENTRES[centre].state_code,
        issued=(issued - timedelta(hours=3)).date(),
        cnpj=_CENTRES[centre].cnpj,
        series=_SERIES,
        number=number,
        code=rng.randrange(10**8),
    )
    invoice: Row = {
        "number": number,
        "series": _SERIES,
        "order_number": plan.order_number,
        "company_id": plan.company,
        "centre": centre,
        "access_key": key,
        "issued_at": utc_text(issued),
        "due_on": due.isoformat(),
        "goods": goods,
        "freight": freight,
        "total": goods + freight,
        "open": owed,
        "situation": situation,
    }
    lines: list[Row] = [
        {
            "invoice": number,
            "position": line.position,
            "quantity": line.quantity - line.backordered,
            "total": line.available,
        }
        for line in sold
    ]
    pdf = "application/pdf"
    papers = [
        (DANFE, f"DANFE NF-e {number:09d}", f"danfe-{number:09d}.pdf", pdf),
        (XML, f"XML NF-e {number:09d}", f"{key}-procNFe.xml", "application/xml"),
    ]
    if owed and story.method == "Boleto":
        papers.append((SLIP, f"Boleto NF-e {number:09d}", f"boleto-{number:09d}.pdf", pdf))
    numbered = any(line.ordered.part_number in _NUMBERED for line in sold)
    if numbered and situation != INVOICE_CANCELLED:
        title = f"Números de série NF-e {number:09d}"
        papers.append((SERIALS, title, f"numeros-de-serie-{number:09d}.pdf", pdf))
    documents: list[Row] = [
        {
            "id": document_id(story.seed, plan.order_number, kind, number),
            "order_number": plan.order_number,
            "company_id": plan.company,
            "invoice": number,
            "kind": kind,
            "title": title,
            "filename": filename,
            "media_type": media_type,
            "size": None,
        }
        for kind, title, filename, media_type in papers
    ]
    return Invoiced(invoice, lines, documents)


def document_id(seed: int, order_number: str, kind: int, invoice: int | None) -> str:
    """Unguessable enough for a demo, and the same for the same seed."""
    return random.Random(f"{seed}/{order_number}/{kind}/{invoice}").randbytes(10).hex()


def _issued(story: Story, centre: str) -> datetime:
    """Just before the carrier takes the goods; where they still wait for it, yesterday."""
    if story.plan.status == CANCELLED:
        return story.steps[PICKING]
    if story.plan.centres[centre] >= DESPATCHED:
        return story.steps[DESPATCHED] - timedelta(minutes=20)
    return story.latest - timedelta(hours=4)


def _owed(payment: Payment, total: int, due: date, today: date, rng: random.Random) -> tuple[int, int]:
    if payment == "usual":
        usual: tuple[Payment, ...] = ("paid", "open", "part")
        payment = rng.choices(usual, (88, 8, 4) if due < today else (22, 70, 8))[0]
    if payment == "cancelled":
        return INVOICE_CANCELLED, 0
    if payment == "paid":
        return PAID, 0
    if payment == "part":
        return PARTLY_PAID, total - round(total * rng.choice((0.3, 0.4, 0.5)))
    return OPEN, total
