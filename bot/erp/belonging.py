"""Whose record it is: the last check of everything an ERP says, whatever its adapter did.

A record is a scope's when it names a company of the scope, and the scope's contact where it is bound
to one. One that names another company, or none even in full, is dropped and logged as
`foreign_record_dropped`, without its number.
"""

from collections.abc import Mapping, Sequence

import structlog

from bot.erp.matching import completed
from bot.erp.protocol import Erp
from bot.orders import Order
from bot.scope import CompanyScope

CONFIRMED_MAX = 50
"""Rows that do not name their company cost a call each: no answer needs more than this."""

Identity = tuple[str | None, str]
"""An order within one ERP: the company its record names, and its number."""


async def own_of(erp: Erp, scope: CompanyScope, rows: Sequence[Order]) -> Mapping[Identity, Sequence[Order]]:
    """Those of the rows that are the scope's, by the company and number the row had.

    Rows that name no company are asked for in full, which must name it; so are rows that do not
    tell who placed the order, where that decides. One row without a company may stand for orders of
    several companies of the scope.
    """
    named = [row for row in rows if row.company_key is not None and is_of_company(scope, row)]
    untold = [row for row in named if scope.placed_by is not None and not row.complete]
    own: dict[Identity, Sequence[Order]] = {
        identity(row): (row,) for row in named if row not in untold and is_of(scope, row)
    }
    unnamed = {identity(row): row for row in rows if row.company_key is None}
    if unnamed and erp.capabilities.echoes_company:
        _report(scope, "company_not_named")
        unnamed = {}
    unnamed |= {identity(row): row for row in untold}
    if not unnamed:
        return own
    if len(unnamed) > CONFIRMED_MAX:
        log = structlog.get_logger()
        log.warning("answer_cut", erp=scope.erp, reason="too_many_unnamed_rows")
    asked = list(unnamed.values())[:CONFIRMED_MAX]
    orders = await erp.details(scope, [row.order_number for row in asked])
    full = [order for order in orders if is_of(scope, order)]
    for row in asked:
        same = [order for order in full if _is_row_of(row, order)]
        if not same:
            _report(scope, "not_confirmed")
        else:
            own[identity(row)] = [completed(row, order) for order in same]
    return own


def kept(rows: Sequence[Order], own: Mapping[Identity, Sequence[Order]]) -> tuple[Order, ...]:
    """The rows that are among the scope's own, in their order."""
    return tuple(order for row in rows for order in own.get(identity(row), ()))


def is_of(scope: CompanyScope, order: Order) -> bool:
    """Whether a record is the scope's: of its company, and of its contact where it is bound to one."""
    if not is_of_company(scope, order):
        return False
    return scope.placed_by is None or _same_name(order.placed_by, scope.placed_by)


def is_of_company(scope: CompanyScope, order: Order) -> bool:
    """Whether a record names a company of the scope; reported where it does not."""
    if order.company_key in scope.keys:
        return True
    _report(scope, "company_not_named" if order.company_key is None else "other_company")
    return False


def identity(order: Order) -> Identity:
    """What tells two orders of one ERP apart: numbers may repeat from company to company."""
    return order.company_key, order.order_number


def _is_row_of(row: Order, order: Order) -> bool:
    return row.order_number == order.order_number and row.company_key in (None, order.company_key)


def _same_name(one: str | None, other: str) -> bool:
    """Whether two texts are one contact's name, case and spaces aside. No name is nobody's."""
    return one is not None and " ".join(one.casefold().split()) == " ".join(other.casefold().split())


def _report(scope: CompanyScope, reason: str) -> None:
    log = structlog.get_logger()
    log.warning("foreign_record_dropped", erp=scope.erp, reason=reason)
