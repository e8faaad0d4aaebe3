"""What happened to one order, as rows for the tables: order, lines, shipments, invoices, documents."""

import random
from dataclasses import dataclass, field
from datetime import date

from bot.demo.supplier import known
from bot.demo.supplier.billing import OTHER, Row, document_id, invoiced
from bot.demo.supplier.catalogue import CARRIERS, CONTACTS
from bot.demo.supplier.plans import CANCELLED, COMMERCIAL_RELEASE, DELIVERED, DESPATCHED, Plan
from bot.demo.supplier.products import PRODUCTS
from bot.demo.supplier.story import Line, Story, story_of
from bot.demo.supplier.timeline import estimated, utc_text

_DESCRIPTIONS = {product.part_number: product.description for product in PRODUCTS}
_COMMISSION = 0.02


@dataclass(frozen=True)
class Books:
    """Rows for the tables of `schema`, by the names of their columns."""

    orders: list[Row] = field(default_factory=list)
    order_lines: list[Row] = field(default_factory=list)
    shipments: list[Row] = field(default_factory=list)
    invoices: list[Row] = field(default_factory=list)
    invoice_lines: list[Row] = field(default_factory=list)
    documents: list[Row] = field(default_factory=list)


def book(books: Books, plan: Plan, *, today: date, seed: int) -> None:
    """Add everything about the planned order to the books. Nothing happens later than yesterday."""
    rng = random.Random(f"{seed}/{plan.slot}/books")
    story = story_of(plan, today, seed, rng)
    _book_order(books, story, rng)
    _book_lines(books, story)
    for centre, status in plan.centres.items():
        _book_shipment(books, story, centre, rng)
        sold = [line for line in story.at(centre) if line.quantity > line.backordered]
        if sold and (status >= DESPATCHED or centre in plan.invoiced):
            made = invoiced(story, centre, sold)
            books.invoices.append(made.invoice)
            books.invoice_lines.extend(made.lines)
            books.documents.extend(made.documents)
    if plan.dossier:
        books.documents.append(_large(plan, seed, known.DOSSIER_TITLE, known.DOSSIER_BYTES))
    if plan.whole_dossier:
        books.documents.append(_large(plan, seed, known.WHOLE_DOSSIER_TITLE, known.WHOLE_DOSSIER_BYTES))


def _large(plan: Plan, seed: int, title: str, size: int) -> Row:
    """A document of the order itself that is as large as such documents are."""
    return {
        "id": document_id(seed, plan.order_number, OTHER, None),
        "order_number": plan.order_number,
        "company_id": plan.company,
        "invoice": None,
        "kind": OTHER,
        "title": title,
        "filename": f"{title.lower().replace(',', '').replace(' ', '-')}-{plan.order_number}.pdf",
        "media_type": "application/pdf",
        "size": size,
    }


def _book_order(books: Books, story: Story, rng: random.Random) -> None:
    plan = story.plan
    freight = sum(story.freight(centre) for centre in plan.centres)
    if plan.status == CANCELLED:
        since = story.steps[DESPATCHED if plan.invoiced else COMMERCIAL_RELEASE]
    else:
        since = story.steps[plan.status]
    for_farmer = plan.company == known.PAMPA and rng.random() < 0.2
    buyers = [contact.name for contact in CONTACTS if contact.company == plan.company]
    books.orders.append(
        {
            "number": plan.order_number,
            "company_id": plan.company,
            "web_number": plan.web_number,
            "customer_reference": plan.customer_reference.replace("%y", f"{story.placed:%y}"),
            "channel": "web" if plan.by_web else "televendas",
            "status": plan.status,
            "status_since": utc_text(since),
            "placed_at": utc_text(story.placed),
            "promised_on": story.promised.isoformat(),
            "buyer": rng.choice(buyers) if plan.by_web else "",
            "end_customer_cpf": _farmer_cpf(rng) if for_farmer else None,
            "note": plan.note,
            "payment_method": story.method,
            "payment_terms": "À vista" if story.method == "PIX" else f"{story.days} DDL",
            "freight": freight,
            "total": sum(line.total for line in story.lines) + freight,
        }
    )


def _book_lines(books: Books, story: Story) -> None:
    for line in story.lines:
        gone = story.plan.centres[line.ordered.centre] >= DESPATCHED
        books.order_lines.append(
            {
                "order_number": story.plan.order_number,
                "position": line.position,
                "centre": line.ordered.centre,
                "part_number": line.ordered.part_number,
                "description": _description(story.plan, line),
                "quantity": line.quantity,
                "unit_price": line.price,
                "total": line.total,
                "commission": round(line.total * _COMMISSION),
                "shipped": line.quantity - line.backordered if gone else 0,
                "backordered": line.backordered,
                "restock_on": story.restock.isoformat() if line.backordered else None,
            }
        )


def _book_shipment(books: Books, story: Story, centre: str, rng: random.Random) -> None:
    plan, steps = story.plan, story.steps
    status, freight = plan.centres[centre], story.freight(centre)
    # A stream of its own, so that tracking numbers do not change from one day to the next.
    parcel = random.Random(f"{story.seed}/{plan.slot}/{centre}")
    carrier = parcel.choice(CARRIERS[centre])
    gone = status >= DESPATCHED
    tracking = f"{carrier.tracking_prefix}{parcel.randrange(10**9):09d}BR" if gone else None
    books.shipments.append(
        {
            "order_number": plan.order_number,
            "centre": centre,
            "status": status,
            "carrier": carrier.name if gone else None,
            "tracking_number": tracking,
            "tracking_url": carrier.tracking_url.format(tracking) if gone else None,
            "despatched_at": utc_text(steps[DESPATCHED]) if gone else None,
            "estimated_on": estimated(status, steps, story.promised, story.today, rng),
            "delivered_at": utc_text(steps[DELIVERED]) if status == DELIVERED else None,
            "freight": freight,
            "total": sum(line.total for line in story.at(centre)) + freight,
        }
    )


def _description(plan: Plan, line: Line) -> str:
    if plan.markup and line.position == 1:
        return known.MARKUP_TEXT
    return _DESCRIPTIONS[line.ordered.part_number]


def _farmer_cpf(rng: random.Random) -> str:
    """A made-up personal tax number with right check digits."""
    digits = [0, 0, 0, *(rng.randrange(10) for _ in range(6))]
    for _ in range(2):
        weights = range(len(digits) + 1, 1, -1)
        digits.append(sum(w * d for w, d in zip(weights, digits, strict=True)) * 10 % 11 % 10)
    return "".join(map(str, digits))
