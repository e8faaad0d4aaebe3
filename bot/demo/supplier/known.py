"""Orders of the demo supplier that scripts, tests and the README may rely on, whatever the day.

Their numbers never change; their dates follow `today`, the day the data was made for.
"""

from collections.abc import Mapping
from dataclasses import dataclass

NORTHWIND, SOUTHGATE, MERIDIAN, PAMPA = 55, 56, 57, 58

SHARED_REFERENCE = "PO-7782"
"""On one order of Northwind and on one of Southgate."""

SPLIT_REFERENCE = "PO-7800"
"""Of Northwind, over three orders in three statuses."""

MARKUP_TEXT = "<b>Fixture & bolts</b> *bold* <!channel>"
"""What an ERP text looks like to a chat that would interpret it."""

DOSSIER_TITLE = "Technical dossier"
DOSSIER_BYTES = 40 * 1024 * 1024

WHOLE_DOSSIER_TITLE = "Technical dossier, whole"
WHOLE_DOSSIER_BYTES = 60_000_000
"""Larger than what Telegram takes from a bot."""


@dataclass(frozen=True, kw_only=True)
class KnownOrder:
    company: int
    order_number: str
    customer_reference: str
    web_number: str | None
    """None for an order taken by telesales."""
    invoices: tuple[str, ...] = ()
    """Nine digits each, series 1, in the order of the distribution centres."""


STAR = KnownOrder(
    company=NORTHWIND,
    order_number="104233",
    customer_reference=SHARED_REFERENCE,
    web_number="1423560012345-01",
    invoices=("000119920", "000047920"),
)
"""Partially shipped from two centres; one line backordered; one invoice paid, one open."""

NAMESAKE = KnownOrder(
    company=SOUTHGATE,
    order_number="104218",
    customer_reference=SHARED_REFERENCE,
    web_number="1423560012300-01",
    invoices=("000047890",),
)
"""Southgate's own PO-7782: what Northwind must never see, and the other way round."""

SPLIT = (
    KnownOrder(
        company=NORTHWIND,
        order_number="104251",
        customer_reference=SPLIT_REFERENCE,
        web_number="1423560012399-01",
        invoices=("000119956",),
    ),
    KnownOrder(
        company=NORTHWIND,
        order_number="104256",
        customer_reference=SPLIT_REFERENCE,
        web_number=None,
        invoices=("000119966",),
    ),
    KnownOrder(
        company=NORTHWIND,
        order_number="104264",
        customer_reference=SPLIT_REFERENCE,
        web_number="1423560012438-01",
    ),
)
"""Delivered, despatched and being picked."""

MARKUP = KnownOrder(
    company=NORTHWIND,
    order_number="104227",
    customer_reference="PO-7776",
    web_number="1423560012327-01",
    invoices=("000119908",),
)
"""Delivered; its remark and one of its lines read like markup; has the 60 MB technical dossier."""

LONG = KnownOrder(
    company=NORTHWIND,
    order_number="104143",
    customer_reference="PO-7692",
    web_number="1423560012075-01",
    invoices=("000119740", "000047740"),
)
"""Sixty lines; one invoice overdue, one partly paid."""

DOSSIER = KnownOrder(
    company=NORTHWIND,
    order_number="104203",
    customer_reference="PO-7752",
    web_number="1423560012255-01",
    invoices=("000119860",),
)
"""Delivered; has the 40 MB technical dossier."""

CANCELLED = KnownOrder(
    company=NORTHWIND,
    order_number="104214",
    customer_reference="PO-7763",
    web_number="1423560012288-01",
    invoices=("000119882",),
)
"""Cancelled after invoicing, so its invoice is cancelled too."""

WAITING = KnownOrder(
    company=NORTHWIND,
    order_number="104269",
    customer_reference="PO-7818",
    web_number=None,
)
"""Held for credit; nothing invoiced yet."""

LOOKALIKE = KnownOrder(
    company=PAMPA,
    order_number="104240",
    customer_reference=STAR.order_number,
    web_number="1423560012366-01",
    invoices=("000119934",),
)
"""Pampa's own reference on it reads like Northwind's ERP order number."""

SOUTHGATE_SHIPPED = KnownOrder(
    company=SOUTHGATE,
    order_number="104230",
    customer_reference="4500022571",
    web_number=None,
    invoices=("000119914", "000047914"),
)
MERIDIAN_SHIPPED = KnownOrder(
    company=MERIDIAN,
    order_number="104238",
    customer_reference="OC 2231/26",
    web_number="1423560012360-01",
    invoices=("000119930",),
)

ALL = (
    STAR,
    NAMESAKE,
    *SPLIT,
    MARKUP,
    LONG,
    DOSSIER,
    CANCELLED,
    WAITING,
    LOOKALIKE,
    SOUTHGATE_SHIPPED,
    MERIDIAN_SHIPPED,
)

FOREIGN = (NAMESAKE, SOUTHGATE_SHIPPED)
"""Orders a person of Northwind must not be able to find by any of their numbers."""


def stars() -> Mapping[str, KnownOrder]:
    """The well-known orders that stand alone, by a short name, for a page or a script to offer."""
    return {
        "star": STAR,
        "namesake": NAMESAKE,
        "markup": MARKUP,
        "long": LONG,
        "dossier": DOSSIER,
        "cancelled": CANCELLED,
        "waiting": WAITING,
        "lookalike": LOOKALIKE,
    }
