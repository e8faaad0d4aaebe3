"""What of an answer its reader may see: the last look at every reply, whatever composed it."""

from collections.abc import Sequence
from dataclasses import replace

from bot.chat import Audience, Choice, Files, OrderCard, OrderLines, OrderTable, Part
from bot.linking import LinkedCompany, Permission
from bot.orders import Document, DocumentGroup, DocumentKind, Order

_PERMISSION = {
    DocumentGroup.FISCAL: Permission.DOCUMENTS_FISCAL,
    DocumentGroup.PAYMENT: Permission.DOCUMENTS_PAYMENT,
    DocumentGroup.OTHER: Permission.DOCUMENTS_OTHER,
}
_PRICED = frozenset({DocumentKind.ORDER_CONFIRMATION, DocumentKind.STATEMENT})
"""Documents that hold amounts, whatever group they are of."""


def may_have(company: LinkedCompany | None, document: Document) -> bool:
    """Whether somebody with this right to a company may be handed a document."""
    if company is None or not company.may(_PERMISSION[document.kind.group]):
        return False
    return document.kind not in _PRICED or company.may(Permission.AMOUNTS_READ)


def disclosed(parts: Sequence[Part], company: LinkedCompany | None, audience: Audience) -> tuple[Part, ...]:
    """The parts as this audience may see them.

    Amounts need the permission, and nobody beside the person hears them. Files are for the person
    alone. Without a company, nothing that holds an order is left.
    """
    alone = audience is Audience.PERSON
    amounts = alone and company is not None and company.may(Permission.AMOUNTS_READ)
    shown = (_shown(part, company, alone=alone, amounts=amounts) for part in parts)
    return tuple(part for part in shown if part is not None)


def _shown(part: Part, company: LinkedCompany | None, *, alone: bool, amounts: bool) -> Part | None:
    match part:
        case OrderCard() | OrderLines():
            if company is None:
                return None
            return part if amounts else replace(part, order=_without_amounts(part.order))
        case OrderTable() | Choice():
            if company is None:
                return None
            if amounts:
                return part
            return replace(part, orders=tuple(_without_amounts(order) for order in part.orders))
        case Files():
            allowed = tuple(file for file in part.files if alone and may_have(company, file.document))
            return replace(part, files=allowed) if allowed else None
    return part


def _without_amounts(order: Order) -> Order:
    return replace(
        order,
        freight=None,
        total=None,
        lines=tuple(replace(line, unit_price=None, total=None) for line in order.lines),
        invoices=tuple(replace(invoice, total=None, open_amount=None) for invoice in order.invoices),
    )
