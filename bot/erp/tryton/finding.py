"""Which numbers to ask for, and which order answers to which reference."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.erp.matching import matched_kind, read_access_key, sendable
from bot.orders import Order, Reference, ReferenceKind

_SPELLINGS_MAX = 6
_NUMBERS = (
    ReferenceKind.CUSTOMER_REFERENCE,
    ReferenceKind.ORDER_NUMBER,
    ReferenceKind.WEB_NUMBER,
    ReferenceKind.INVOICE_NUMBER,
    ReferenceKind.TRACKING_NUMBER,
)


@dataclass(frozen=True)
class Sought:
    """A reference as it may be asked for: its spellings, and the kinds they may be."""

    reference: Reference
    spellings: tuple[str, ...]
    kinds: tuple[ReferenceKind, ...]


def sought(references: Iterable[Reference], kinds: frozenset[ReferenceKind]) -> list[Sought]:
    """The references that can be asked for at all, of those kinds the installation has."""
    found = []
    for reference in references:
        spellings = _spellings(reference)
        if reference.kind is ReferenceKind.ANY:
            may_be = [kind for kind in _NUMBERS if kind in kinds]
            if read_access_key(reference.value) is not None and ReferenceKind.ACCESS_KEY in kinds:
                may_be = [ReferenceKind.ACCESS_KEY]
        else:
            may_be = [reference.kind] if reference.kind in kinds else []
        if ReferenceKind.ACCESS_KEY in may_be:
            key = read_access_key(reference.value)
            spellings = (key.value,) if key else ()
        if spellings and may_be:
            found.append(Sought(reference, spellings, tuple(may_be)))
    return found


def numbers_by_kind(asked: Iterable[Sought]) -> dict[ReferenceKind, list[str]]:
    """All spellings of each kind, each once, for one question to the server."""
    numbers: dict[ReferenceKind, dict[str, None]] = {}
    for one in asked:
        for kind in one.kinds:
            numbers.setdefault(kind, {}).update(dict.fromkeys(_cases(one.spellings)))
    return {kind: list(spelled) for kind, spelled in numbers.items()}


def answered(asked: Sequence[Sought], orders: Sequence[Order]) -> Mapping[Reference, tuple[Order, ...]]:
    """The orders of each reference, in the order they came; of its spellings the first that finds any."""
    return {one.reference: _of(one, orders) for one in asked}


def _of(one: Sought, orders: Sequence[Order]) -> tuple[Order, ...]:
    for spelling in one.spellings:
        found = tuple(
            order
            for order in orders
            if any(matched_kind(order, Reference(spelling, kind)) is not None for kind in one.kinds)
        )
        if found:
            return found
    return ()


def _spellings(reference: Reference) -> tuple[str, ...]:
    """The spelling quoted, then its alternatives, as they may be sent; none when the first may not."""
    first = sendable(reference.value)
    if first is None:
        return ()
    others = (sendable(text) for text in reference.alternatives[:_SPELLINGS_MAX])
    return tuple(dict.fromkeys([first, *(text for text in others if text is not None)]))


def _cases(spellings: Iterable[str]) -> Iterable[str]:
    """Tryton compares letter by letter; people write "po-7782"."""
    for text in spellings:
        yield text
        yield text.upper()
