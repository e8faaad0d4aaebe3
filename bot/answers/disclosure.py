"""What of an answer its reader may see: the last look at every reply, whatever composed it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.chat.people import Audience
from bot.chat.replies import Choice, Files, Made, OrderCard, OrderLines, OrderTable, PageLink, Part
from bot.linking import LinkedCompany, Permission
from bot.orders import BillingState, Document, DocumentGroup, DocumentKind, Order, OrderStatus

_PERMISSION = {
    DocumentGroup.FISCAL: Permission.DOCUMENTS_FISCAL,
    DocumentGroup.PAYMENT: Permission.DOCUMENTS_PAYMENT,
    DocumentGroup.OTHER: Permission.DOCUMENTS_OTHER,
}
_REACHES_SOMEBODY = re.compile(r"[^\s@<>]+@[^\s@<>]+|\+\d[\d\s().\-]{6,}\d")
"""An e-mail address, or a phone number in full, within a text of an ERP."""
_PRICED = frozenset({DocumentKind.ORDER_CONFIRMATION, DocumentKind.STATEMENT})
"""Documents that hold amounts, whatever group they are of."""

_INVOICES = frozenset({DocumentKind.INVOICE_PDF, DocumentKind.DANFE, DocumentKind.NFSE_PDF})
_AFTER_INVOICES = {DocumentGroup.FISCAL: 1, DocumentGroup.PAYMENT: 2, DocumentGroup.OTHER: 3}


def may_have(company: LinkedCompany | None, document: Document) -> bool:
    """Whether somebody with this right to a company may be handed a document."""
    if company is None or not company.may(_PERMISSION[document.kind.group]):
        return False
    return document.kind not in _PRICED or company.may(Permission.AMOUNTS_READ)


def to_have(company: LinkedCompany | None, documents: Sequence[Document]) -> tuple[Document, ...]:
    """Those of an order's documents that somebody may be handed, in the order in which they are wanted.

    The invoice first, then its tax documents, what is paid by, and the rest.
    """
    return tuple(sorted((one for one in documents if may_have(company, one)), key=_wanted))


def _wanted(document: Document) -> int:
    return 0 if document.kind in _INVOICES else _AFTER_INVOICES[document.kind.group]


def disclosed(parts: Sequence[Part], company: LinkedCompany | None, audience: Audience) -> tuple[Part, ...]:
    """The parts as this audience may see them.

    Amounts need the permission, and nobody beside the person hears them. Where somebody may be who may
    not see the company, no address, person, invoice, article or tracking number is left either. Files are
    for the person alone. Without a company, nothing that holds an order is left.
    """
    alone = audience is Audience.PERSON
    amounts = alone and company is not None and company.may(Permission.AMOUNTS_READ)

    def of(order: Order) -> Order:
        if audience is Audience.EXTERNAL:
            return redacted(order)
        return order if amounts else without_amounts(order)

    shown = (_shown(part, company, of, alone=alone) for part in parts)
    return tuple(part for part in shown if part is not None)


def redacted(order: Order) -> Order:
    """What of an order may be posted where not everybody may see its company: its state and its dates.

    Left out are amounts, people and places, articles, invoices (an access key opens a tax document to
    anybody), tracking (a carrier's page shows the address), holds and billing.
    """
    return Order(
        erp=order.erp,
        company_key=order.company_key,
        order_number=order.order_number,
        customer_reference=_impersonal(order.customer_reference),
        status=order.status,
        status_since=order.status_since,
        billing=BillingState.UNKNOWN,
        placed_on=order.placed_on,
        promised_on=order.promised_on,
        shipments=tuple(
            replace(
                shipment,
                number=_impersonal(shipment.number) or "",
                warehouse=None,
                carrier=_impersonal(shipment.carrier),
                packages=(),
                lines=(),
            )
            for shipment in order.shipments
        ),
        complete=order.complete,
        as_of=order.as_of,
        stale=order.stale,
    )


def least(order: Order) -> tuple[str, OrderStatus]:
    """The least that can be said of an order: its number and its status."""
    return order.order_number, order.status


def _impersonal(text: str | None) -> str | None:
    return _REACHES_SOMEBODY.sub("…", text) if text else text


def _shown(
    part: Part, company: LinkedCompany | None, of: Callable[[Order], Order], *, alone: bool
) -> Part | None:
    match part:
        case OrderCard() | OrderLines():
            return None if company is None else replace(part, order=of(part.order))
        case OrderTable() | Choice():
            if company is None:
                return None
            return replace(part, orders=tuple(of(order) for order in part.orders))
        case Files():
            allowed = tuple(file for file in part.files if alone and may_have(company, file.document))
            return replace(part, files=allowed) if allowed else None
        case Made(file):
            # Whoever makes it decides what goes into it.
            return part if alone and company is not None and company.company_id == file.company_id else None
        case PageLink():
            # Whoever follows it first is taken for the person it was made for.
            return part if alone else None
    return part


def without_amounts(order: Order) -> Order:
    return replace(
        order,
        freight=None,
        total=None,
        lines=tuple(replace(line, unit_price=None, total=None) for line in order.lines),
        invoices=tuple(replace(invoice, total=None, open_amount=None) for invoice in order.invoices),
    )
