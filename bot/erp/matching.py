"""Which numbers may be asked for, and which number of an order somebody quoted."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.orders import Invoice, Order, Reference, ReferenceKind

# What an order number may look like before it is sent anywhere. Everything else finds nothing.
_GRAMMAR = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/\-#]{0,39}")
_NOT_ALNUM = re.compile(r"[^A-Z0-9]+")
_ZEROS_AFTER_PREFIX = re.compile(r"^([A-Z]*)0+(?=[0-9])")
# UF, year and month, CNPJ (alphanumeric since 2026), model, series, number, issue type, code, digit.
_ACCESS_KEY = re.compile(r"[0-9]{6}[0-9A-Z]{12}[0-9]{26}")


def sendable(text: str) -> str | None:
    """The spelling of a number as it may be sent to an ERP, or None when it is no such number."""
    number = unicodedata.normalize("NFKC", text).strip()
    return number if _GRAMMAR.fullmatch(number) else None


def normal_form(text: str | None) -> str:
    """One spelling for all spellings of a number: case, width, separators and leading zeros aside.

    "po 0007782", "PO-7782" and "ＰＯ7782" are all "PO7782". Empty when nothing is left.
    """
    if not text:
        return ""
    plain = _NOT_ALNUM.sub("", unicodedata.normalize("NFKC", text).upper())
    return _ZEROS_AFTER_PREFIX.sub(r"\1", plain)


def same_number(one: str | None, other: str | None) -> bool:
    """Whether two spellings are the same number; nothing is never the same as nothing."""
    form = normal_form(one)
    return bool(form) and form == normal_form(other)


@dataclass(frozen=True)
class AccessKey:
    """The invoice that the 44 characters of a Brazilian access key name. Zeros are stripped."""

    value: str
    number: str
    series: str


def read_access_key(text: str) -> AccessKey | None:
    """Read an NF-e access key, printed in groups or not; None when its check digit is wrong.

    Source: NF-e "Manual de Orientação do Contribuinte", modulo 11 with weights 2 to 9 from the
    right; letters of an alphanumeric CNPJ count as their ASCII code less 48.
    """
    key = _NOT_ALNUM.sub("", unicodedata.normalize("NFKC", text).upper())
    if not _ACCESS_KEY.fullmatch(key):
        return None
    rest = sum((ord(char) - 48) * (2 + place % 8) for place, char in enumerate(reversed(key[:-1]))) % 11
    if key[-1] != str(0 if rest < 2 else 11 - rest):
        return None
    return AccessKey(value=key, number=str(int(key[25:34])), series=str(int(key[22:25])))


def matched_kind(order: Order, reference: Reference) -> ReferenceKind | None:
    """Which number of the order was quoted; None when it is none of those the order tells.

    The spelling quoted counts before its alternatives; where one number stands in two places, the
    order number counts before the customer's, the web shop's and the invoice's.
    """
    for spelling in (reference.value, *reference.alternatives):
        for kind, numbers in _numbers(order):
            if reference.kind in (ReferenceKind.ANY, kind) and any(same_number(n, spelling) for n in numbers):
                return kind
        if reference.kind in (ReferenceKind.ANY, ReferenceKind.ACCESS_KEY):
            key = read_access_key(spelling)
            if key is not None and any(invoice_has_key(invoice, key) for invoice in order.invoices):
                return ReferenceKind.ACCESS_KEY
    return None


def invoice_has_key(invoice: Invoice, key: AccessKey) -> bool:
    """Whether the key names this invoice: by the key itself, or by number and series without one."""
    if invoice.access_key is not None:
        return same_number(invoice.access_key, key.value)
    return same_number(invoice.number, key.number) and (
        invoice.series is None or same_number(invoice.series, key.series)
    )


def completed(row: Order, full: Order) -> Order:
    """The full order, with what only the row of the search told (such as the number quoted)."""
    known = {normal_form(invoice.number) for invoice in full.invoices}
    return replace(
        full,
        customer_reference=full.customer_reference or row.customer_reference,
        web_number=full.web_number or row.web_number,
        placed_on=full.placed_on or row.placed_on,
        placed_by=full.placed_by or row.placed_by,
        channel=full.channel or row.channel,
        promised_on=full.promised_on or row.promised_on,
        total=full.total or row.total,
        invoices=full.invoices + tuple(i for i in row.invoices if normal_form(i.number) not in known),
    )


def _numbers(order: Order) -> Iterable[tuple[ReferenceKind, tuple[str | None, ...]]]:
    yield ReferenceKind.ORDER_NUMBER, (order.order_number,)
    yield ReferenceKind.CUSTOMER_REFERENCE, (order.customer_reference,)
    yield ReferenceKind.WEB_NUMBER, (order.web_number,)
    yield ReferenceKind.INVOICE_NUMBER, tuple(invoice.number for invoice in order.invoices)
    yield (
        ReferenceKind.TRACKING_NUMBER,
        tuple(package.tracking_number for shipment in order.shipments for package in shipment.packages),
    )
