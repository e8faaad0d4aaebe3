"""What of an order only its company's people and the supplier's staff may read, as the bot would write it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answers.disclosure import redacted
from bot.building.built import Core
from bot.chat.people import ChatUser, Reader
from bot.chat.replies import OrderCard
from bot.demo.supplier.known import NAMESAKE, STAR
from bot.orders import Order


@dataclass(frozen=True)
class Secrets:
    """What of a company's order only its people and staff may read."""

    insiders: frozenset[str]
    number: str
    details: frozenset[str]
    amounts: frozenset[str]
    """In a channel these are for nobody to read."""


async def secrets(
    core: Core, ours: ChatUser, theirs: ChatUser, *, insiders: frozenset[str], others: frozenset[str]
) -> Sequence[Secrets]:
    """Of Northwind's order and of Southgate's, which the same number is quoted for.

    `ours` and `theirs` may see one of them whole; `insiders` and `others` are the ids of everybody who may
    see anything of it.
    """
    northwind = await _order(core, ours, STAR.order_number)
    southgate = await _order(core, theirs, NAMESAKE.order_number)
    of_ours, of_theirs = _details(core, northwind), _details(core, southgate)
    return (
        Secrets(insiders, STAR.order_number, of_ours - of_theirs, _amounts(northwind)),
        Secrets(others, NAMESAKE.order_number, of_theirs - of_ours, _amounts(southgate)),
    )


async def _order(core: Core, who: ChatUser, number: str) -> Order:
    scope = (await core.linking.access(who)).scope
    assert scope is not None
    (order,) = await core.gateway.details(scope, [number])
    return order


def _details(core: Core, order: Order) -> frozenset[str]:
    """As a card and the lines would show them, but for what a redacted card shows too."""
    shown = _texts(core, order) - _texts(core, redacted(order))
    numbers = {line.sku for line in order.lines} | {line.description for line in order.lines}
    numbers |= {invoice.number for invoice in order.invoices}
    numbers |= {one.access_key for one in order.invoices if one.access_key}
    packages = [package for shipment in order.shipments for package in shipment.packages]
    numbers |= {package.tracking_number for package in packages if package.tracking_number}
    return frozenset(text for text in shown | numbers if len(text) > 3)


def _amounts(order: Order) -> frozenset[str]:
    known = [order.total, *(line.total for line in order.lines), *(one.total for one in order.invoices)]
    return frozenset(f"{one.amount:,.2f}" for one in known if one is not None)


def _texts(core: Core, order: Order) -> set[str]:
    card = core.wording.card(OrderCard(order=order, company_name=""), Reader("en", "America/Sao_Paulo"))
    found = {fact.value for fact in card.facts} | set(card.invoices)
    for shipment in card.shipments:
        found |= {shipment.title, *shipment.facts, *(link.url for link in shipment.links)}
    return found
