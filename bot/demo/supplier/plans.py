"""What every order of the demo supplier is to become, before its lines, invoices and dates are worked out.

A slot is a place in the 18 months, 0 being yesterday. Every number of an order follows from its slot,
so that numbers never change while dates follow the day the data is made for.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.demo.supplier import known
from bot.demo.supplier.catalogue import COMPANIES, Company
from bot.demo.supplier.known import KnownOrder

SLOTS = 1400
DAYS = 547
_BUSY = 48
"""So many of the newest slots are all taken, for a demo is about what is still under way."""

_NEWEST_ORDER = 104273
_NEWEST_WEB_NUMBER = 1423560012465
_NEWEST_INVOICE = {"CD1": 120000, "CD2": 48000}

CANCELLED, RECEIVED, COMMERCIAL_RELEASE, CREDIT_RELEASE, PICKING, DESPATCHED, DELIVERED = range(-1, 6)

# Whatever the seed, there is an order in each of the early statuses.
_NEWEST_STATUSES = (RECEIVED, COMMERCIAL_RELEASE, CREDIT_RELEASE, RECEIVED)

Payment = Literal["usual", "paid", "open", "overdue", "part", "cancelled"]


@dataclass(frozen=True)
class Ordered:
    part_number: str
    quantity: float
    centre: str = "CD1"
    backordered: float = 0


@dataclass(frozen=True, kw_only=True)
class Plan:
    slot: int
    company: int
    status: int
    customer_reference: str
    by_web: bool
    centres: Mapping[str, int]
    """Status of each distribution centre that takes part."""
    ordered: tuple[Ordered, ...] = ()
    """Empty: drawn from what the company buys."""
    lines: int = 0
    payments: Mapping[str, Payment] = field(default_factory=dict)
    invoiced: frozenset[str] = frozenset()
    """Centres that have invoiced though they have not despatched yet."""
    note: str = ""
    markup: bool = False
    dossier: bool = False
    whole_dossier: bool = False

    @property
    def order_number(self) -> str:
        return str(_NEWEST_ORDER - self.slot)

    @property
    def web_number(self) -> str | None:
        return f"{_NEWEST_WEB_NUMBER - 3 * self.slot}-01" if self.by_web else None

    def invoice_number(self, centre: str) -> int:
        return _NEWEST_INVOICE[centre] - 2 * self.slot


def age_in_days(slot: int) -> float:
    """Days between the order of this slot and the end of yesterday."""
    return slot * DAYS / SLOTS


def plans(seed: int) -> Iterator[Plan]:
    """Every order, the well-known ones first; the same for the same seed."""
    stars = tuple(_stars())
    yield from stars
    taken = {plan.slot for plan in stars}
    rng = random.Random(seed)
    recent = [slot for slot in range(_BUSY) if slot not in taken]
    older = [slot for slot in range(_BUSY, SLOTS - 1) if slot not in taken]
    companies = [company for company in COMPANIES for _ in range(company.orders)]
    rng.shuffle(companies)
    slots = [*recent, SLOTS - 1, *rng.sample(older, len(companies) - len(recent) - 1)]
    for slot, company in zip(slots, companies, strict=True):
        yield _drawn(slot, company, random.Random(f"{seed}/{slot}"))


def _drawn(slot: int, company: Company, rng: random.Random) -> Plan:
    age = age_in_days(slot)
    status = _NEWEST_STATUSES[slot] if slot < len(_NEWEST_STATUSES) else rng.choices(*_statuses(age))[0]
    lines = rng.choices((1, 2, 3, 4, 5, 6, 8, 11), (14, 17, 19, 16, 12, 10, 8, 4))[0]
    split = lines >= 3 and rng.random() < 0.34
    home = "CD2" if company.address.state == "PE" else "CD1"
    other = "CD1" if home == "CD2" else "CD2"
    centres = {home: status}
    if split:
        centres[other] = status
        if status in (PICKING, DESPATCHED) and rng.random() < 0.6:
            # One centre is a step ahead of the other; the order as a whole is as far as the last.
            ahead, behind = rng.sample((home, other), 2)
            centres = {ahead: DESPATCHED, behind: PICKING}
            status = PICKING
    return Plan(
        slot=slot,
        company=company.id,
        status=status,
        customer_reference=_reference(company.id, slot, rng),
        by_web=rng.random() < (0.66 if company.id != known.PAMPA else 0.35),
        centres=dict(sorted(centres.items())),
        lines=lines,
        note=rng.choice(_NOTES) if rng.random() < 0.3 else "",
    )


def _statuses(age: float) -> tuple[tuple[int, ...], tuple[float, ...]]:
    every = (CANCELLED, RECEIVED, COMMERCIAL_RELEASE, CREDIT_RELEASE, PICKING, DESPATCHED, DELIVERED)
    if age < 2:
        return every, (2, 45, 20, 15, 18, 0, 0)
    if age < 6:
        return every, (5, 8, 12, 18, 42, 15, 0)
    if age < 14:
        return every, (6, 1, 3, 7, 25, 40, 18)
    if age < 30:
        return every, (6, 0, 1, 3, 8, 22, 60)
    if age < 75:
        return every, (6, 0, 0, 0.5, 2, 3, 88.5)
    return every, (6, 0, 0, 0, 0, 0, 94)


def _reference(company: int, slot: int, rng: random.Random) -> str:
    """Every company numbers its purchase orders its own way."""
    if company == known.NORTHWIND:
        return f"PO-{7822 - slot}"
    if company == known.SOUTHGATE:
        return f"45000{22872 - 7 * slot:05d}"
    if company == known.MERIDIAN:
        return f"OC {2266 - slot}/%y"  # the year of the order takes the place of %y
    # Pampa rings up, and often gives no number.
    return f"Safra {4150 - 2 * slot}" if rng.random() < 0.7 else ""


_NOTES = (
    "Entregar das 8h às 11h, portaria 2.",
    "Favor enviar o XML para o e-mail fiscal.",
    "Material para parada programada.",
    "Agendar a descarga com 24 h de antecedência.",
    "Conferir o lote antes do embarque.",
    "Cliente retira o saldo se o prazo passar.",
)


def _known(order: KnownOrder, status: int, **rest: object) -> Plan:
    return Plan(
        slot=_NEWEST_ORDER - int(order.order_number),
        company=order.company,
        status=status,
        customer_reference=order.customer_reference,
        by_web=order.web_number is not None,
        **rest,  # type: ignore[arg-type]
    )


def _stars() -> Iterator[Plan]:
    yield _known(
        known.STAR,
        PICKING,
        centres={"CD1": DESPATCHED, "CD2": PICKING},
        invoiced=frozenset({"CD2"}),
        payments={"CD1": "paid", "CD2": "open"},
        ordered=(
            Ordered("EL-INV75", 4),
            Ordered("MT-5CV", 2),
            Ordered("CB-PP4", 150),
            Ordered("PN-CIL32", 12, "CD2"),
            Ordered("BM-CENT3", 2, "CD2"),
            Ordered("SN-FOTO", 20, "CD2", backordered=20),
        ),
        note="Entrega parcial autorizada por Ana Souza.",
    )
    yield _known(
        known.NAMESAKE,
        DESPATCHED,
        centres={"CD2": DESPATCHED},
        payments={"CD2": "open"},
        ordered=(
            Ordered("EP-LUVA", 120, "CD2"),
            Ordered("IL-LED100", 36, "CD2"),
            Ordered("BM-CENT3", 1, "CD2"),
        ),
        note="Loja Imbiribeira, doca 3.",
    )
    delivered, despatched, picking = known.SPLIT
    yield _known(
        delivered, DELIVERED, centres={"CD1": DELIVERED}, payments={"CD1": "open"}, ordered=(
            Ordered("RL-6205", 60), Ordered("RL-6308", 24),
        ),
    )  # fmt: skip
    yield _known(
        despatched, DESPATCHED, centres={"CD1": DESPATCHED}, payments={"CD1": "open"}, ordered=(
            Ordered("CR-HTD8", 10), Ordered("MT-RED60", 1),
        ),
    )  # fmt: skip
    yield _known(
        picking, PICKING, centres={"CD1": PICKING}, ordered=(
            Ordered("EL-SOFT", 2), Ordered("EL-IHM7", 3, backordered=1),
        ),
    )  # fmt: skip
    yield _known(
        known.MARKUP,
        DELIVERED,
        centres={"CD1": DELIVERED},
        payments={"CD1": "paid"},
        ordered=(Ordered("PF-M12", 5), Ordered("PC-M12", 5)),
        note=f"{known.MARKUP_TEXT} <https://evil.example|click> &lt;ok&gt; @here `code` _it_ ~no~",
        markup=True,
        whole_dossier=True,
    )
    yield _known(
        known.LONG,
        DELIVERED,
        centres={"CD1": DELIVERED, "CD2": DELIVERED},
        payments={"CD1": "overdue", "CD2": "part"},
        lines=60,
    )
    yield _known(
        known.DOSSIER,
        DELIVERED,
        centres={"CD1": DELIVERED},
        payments={"CD1": "paid"},
        ordered=(Ordered("EL-INV75", 6), Ordered("EL-SOFT", 2), Ordered("BM-CENT3", 3)),
        dossier=True,
    )
    yield _known(
        known.CANCELLED,
        CANCELLED,
        centres={"CD1": CANCELLED},
        payments={"CD1": "cancelled"},
        invoiced=frozenset({"CD1"}),
        ordered=(Ordered("HD-CIL50", 4),),
        note="Cancelado a pedido do cliente.",
    )
    yield _known(
        known.WAITING,
        CREDIT_RELEASE,
        centres={"CD1": CREDIT_RELEASE},
        ordered=(Ordered("HD-OLEO46", 8), Ordered("LB-GRAXA2", 4)),
    )
    yield _known(
        known.LOOKALIKE,
        DESPATCHED,
        centres={"CD1": DESPATCHED},
        payments={"CD1": "open"},
        ordered=(Ordered("AG-DISCO", 40), Ordered("AG-BICO", 12)),
    )
    yield _known(
        known.SOUTHGATE_SHIPPED,
        DESPATCHED,
        centres={"CD1": DESPATCHED, "CD2": DESPATCHED},
        payments={"CD1": "paid", "CD2": "open"},
        ordered=(Ordered("EL-DJ63", 80), Ordered("CB-FLX25", 40, "CD2"), Ordered("EP-OCULOS", 300, "CD2")),
    )
    yield _known(
        known.MERIDIAN_SHIPPED,
        DESPATCHED,
        centres={"CD1": DESPATCHED},
        payments={"CD1": "open"},
        ordered=(Ordered("HP-HEPA", 8), Ordered("HP-FLTG4", 40), Ordered("HP-MANO", 4)),
    )
