"""One order on its way: what was ordered, at what price, and when things happened to it."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.demo.supplier.catalogue import CENTRES, COMPANIES
from bot.demo.supplier.plans import CANCELLED, DELIVERED, PICKING, Ordered, Plan, age_in_days
from bot.demo.supplier.products import PRODUCTS
from bot.demo.supplier.timeline import placed_at, steps_of

_PRODUCTS = {product.part_number: product for product in PRODUCTS}
_FREIGHT_SHARES = {centre.prefix: centre.freight_share for centre in CENTRES}
_COMPANIES = {company.id: company for company in COMPANIES}
_TERMS = {"Boleto": (28, 30, 45), "Transferência": (21, 30), "PIX": (5,)}


@dataclass(frozen=True, kw_only=True)
class Line:
    position: int
    ordered: Ordered
    quantity: int
    backordered: int
    price: int
    total: int
    available: int
    """What the quantity that is not backordered costs."""


@dataclass(frozen=True, kw_only=True)
class Story:
    """What all parts of the books need to know of an order; dates are UTC, amounts cents."""

    plan: Plan
    seed: int
    today: date
    latest: datetime
    placed: datetime
    steps: dict[int, datetime]
    restock: date
    promised: date
    lines: list[Line]
    method: str
    days: int
    """Days from the invoice to its due date."""

    def at(self, centre: str) -> list[Line]:
        return [line for line in self.lines if line.ordered.centre == centre]

    def freight(self, centre: str) -> int:
        goods = sum(line.total for line in self.at(centre))
        return round(goods * _FREIGHT_SHARES[centre] / 10) * 10


def story_of(plan: Plan, today: date, seed: int, rng: random.Random) -> Story:
    """Work out the order's story; the same for the same arguments and state of `rng`."""
    latest = datetime.combine(today - timedelta(days=1), time(20, 45), UTC)
    placed = placed_at(plan, today, rng)
    lines = _lines(plan, rng)
    restock = today + timedelta(days=rng.randint(6, 24))
    promised = placed.date() + timedelta(days=rng.randint(8, 14))
    if DELIVERED > plan.status > CANCELLED and promised <= today and rng.random() < 0.8:
        promised = today + timedelta(days=rng.randint(1, 6))
    if any(line.backordered for line in lines):
        promised = max(promised, restock + timedelta(days=4))
    method = "Boleto" if plan.payments else rng.choices(tuple(_TERMS), (70, 20, 10))[0]
    return Story(
        plan=plan,
        seed=seed,
        today=today,
        latest=latest,
        placed=placed,
        steps=steps_of(plan, placed, latest, rng),
        restock=restock,
        promised=promised,
        lines=lines,
        method=method,
        days=28 if plan.payments else rng.choice(_TERMS[method]),
    )


def _lines(plan: Plan, rng: random.Random) -> list[Line]:
    ordered = plan.ordered or _drawn(plan, rng)
    lines = []
    for position, item in enumerate(ordered, 1):
        product = _PRODUCTS[item.part_number]
        # Prices rose 0.6 % a month; what is old was cheaper.
        price = round(product.cents * (1 - 0.006 * age_in_days(plan.slot) / 30))
        quantity, backordered = round(item.quantity * 1000), round(item.backordered * 1000)
        lines.append(
            Line(
                position=position,
                ordered=item,
                quantity=quantity,
                backordered=backordered,
                price=price,
                total=_cents(quantity, price),
                available=_cents(quantity - backordered, price),
            )
        )
    return lines


def _drawn(plan: Plan, rng: random.Random) -> tuple[Ordered, ...]:
    wants = _COMPANIES[plan.company].wants
    offered = [product for product in PRODUCTS if set(product.ranges) & set(wants)]
    rng.shuffle(offered)
    picked = [offered[index % len(offered)] for index in range(plan.lines)]
    centres = tuple(plan.centres)
    ordered = []
    for index, product in enumerate(picked):
        quantity: float = max(1, round(rng.choice((1, 2, 4, 5, 10, 20)) * min(6, 60000 / product.cents) / 2))
        if product.unit in ("M", "KG"):
            quantity = quantity * 5 + rng.choice((0, 0, 2.5))
        centre = centres[index % len(centres)]
        waits = plan.centres[centre] == PICKING and rng.random() < 0.35
        backordered = quantity if rng.random() < 0.6 else float(quantity // 2)
        ordered.append(Ordered(product.part_number, quantity, centre, backordered if waits else 0))
    return tuple(ordered)


def _cents(quantity: int, price: int) -> int:
    return (quantity * price + 500) // 1000
