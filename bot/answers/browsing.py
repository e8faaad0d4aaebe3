"""The company's orders as a page shows them: a list to search in, and one order with its documents.

Composed of what a chat's answers are made of, in the same right and with the same limits.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.answers import announcing
from bot.answers.desk import Desk, Turn
from bot.answers.disclosure import disclosed, may_have, to_have
from bot.answers.failures import erp_failure
from bot.answers.hurry import in_time
from bot.answers.selecting import Selection, select, selection_of
from bot.answers.suggesting import spelt_otherwise
from bot.answers.whereabouts import last_known, left_out, part_of
from bot.chat.buttons import Button
from bot.chat.people import Audience
from bot.chat.phrases import Phrase
from bot.chat.replies import OrderCard, OrderTable, Part, Say
from bot.erp.errors import ErpError
from bot.erp.protocol import OrderFilter
from bot.linking import LinkedCompany
from bot.orders import Document, Order, OrderStatus
from bot.questions import Filters, Question, understand

PAGE_SIZE = 20
LONGEST_SEARCH = 200
STATES = {
    "open": OrderFilter(open_only=True),
    "shipped": OrderFilter(statuses=frozenset({OrderStatus.SHIPPED, OrderStatus.PARTIALLY_SHIPPED})),
    "delivered": OrderFilter(statuses=frozenset({OrderStatus.DELIVERED, OrderStatus.COMPLETED})),
    "cancelled": OrderFilter(statuses=frozenset({OrderStatus.CANCELLED, OrderStatus.RETURNED})),
}
"""What a list can be narrowed to, by the name a page uses."""


@dataclass(frozen=True, kw_only=True)
class Search:
    """What a list shall show. `state` is a key of STATES, or empty."""

    text: str = ""
    state: str = ""
    days: int = 0
    """How far back orders were placed; 0 for any time."""
    after: str = ""
    """The cursor of the list before this part; of a list looked through one by one, a number."""


@dataclass(frozen=True)
class Listed:
    """Part of a list, disclosed. `after` asks for the next part."""

    orders: tuple[Order, ...]
    after: str = ""
    notices: tuple[Phrase, ...] = ()


@dataclass(frozen=True)
class Looked:
    """One order in full, disclosed, with the documents its reader may have."""

    order: Order
    documents: tuple[Document, ...]
    notices: tuple[Phrase, ...] = ()


async def browse(desk: Desk, turn: Turn, company: LinkedCompany, search: Search) -> Listed:
    """The orders a search means, newest first; raises ErpError and Hurried."""
    await in_time(desk, turn)
    question = _understood(search.text, turn) if search.text.strip() else None
    if question is not None and question.references:
        return await _found(desk, turn, company, question)
    wanted = _narrowed(STATES.get(search.state, OrderFilter()), question, search, turn.now)
    selection = _selection(search.text, question)
    if selection:
        return await _selected(desk, turn, company, wanted, selection, search.after)
    page = await desk.gateway.page(company.scope, wanted, after=search.after or None, limit=PAGE_SIZE)
    desk.numbers.saw(page.orders)
    desk.record(turn, "list", "found" if page.orders else "empty")
    notices = _said(last_known(page.orders) + left_out(desk, page.missing))
    return Listed(_disclosed(page.orders, company), page.next or "", notices)


async def look_at(
    desk: Desk, turn: Turn, company: LinkedCompany, erp: str, company_key: str, order_number: str
) -> Looked | None:
    """One order with its documents; None where it is not there, or not theirs. Raises ErpError, Hurried."""
    await in_time(desk, turn)
    scope = part_of(company.scope, {"erp": erp, "company_key": company_key})
    orders = await desk.gateway.details(scope, [order_number]) if scope else ()
    desk.record(turn, "lookup", "found" if orders else "not_found", [order_number])
    if not orders or scope is None:
        return None
    notices: tuple[Phrase, ...] = ()
    documents: Sequence[Document] = ()
    try:
        documents = await desk.gateway.documents(scope, order_number)
    except ErpError as failure:
        notices = _said(erp_failure(failure).parts)
    desk.record(turn, "documents", "found" if documents else "empty", [order_number])
    return Looked(_disclosed(orders[:1], company)[0], to_have(company, documents), notices)


async def find_document(
    desk: Desk,
    turn: Turn,
    company: LinkedCompany,
    erp: str,
    company_key: str,
    order_number: str,
    document_id: str,
) -> Document | None:
    """One document this reader may have, as the ERP lists it now. Raises ErpError and Hurried."""
    await in_time(desk, turn)
    scope = part_of(company.scope, {"erp": erp, "company_key": company_key})
    documents = await desk.gateway.documents(scope, order_number) if scope else ()
    found = [one for one in documents if one.id == document_id and may_have(company, one)]
    desk.record(turn, "documents", "found" if found else "not_found", [order_number])
    return found[0] if found else None


async def write_down(desk: Desk, turn: Turn) -> None:
    """Keep what was done, and tell staff of somebody who seems to be guessing."""
    about = turn.about.company_id if turn.about else None
    stopped = await turn.notebook.write(
        desk.store, desk.linking, desk.services.budgets, turn.message.sender, about
    )
    if stopped:
        structlog.get_logger().warning("guessing_stopped", message_id=turn.message.id)
        await announcing.run_errand(desk, turn.message, announcing.guessing())


def _understood(text: str, turn: Turn) -> Question:
    return understand(
        text[:LONGEST_SEARCH], now=turn.now, time_zone=turn.reader.zone, locale=turn.reader.locale
    )


async def _found(desk: Desk, turn: Turn, company: LinkedCompany, question: Question) -> Listed:
    """Orders by the numbers in the search, also where they are spelt another way."""
    asked = await desk.gateway.find(company.scope, question.references)
    found, _ = await spelt_otherwise(desk, company.scope, asked)
    numbers = [reference.value for reference in question.references]
    orders = [order for reference in question.references for order in found[reference]]
    desk.numbers.saw(orders)
    misses = sum(not found[reference] for reference in question.references)
    desk.record(turn, "lookup", "found" if orders else "not_found", numbers, missing=misses)
    once = {(one.erp, one.company_key, one.order_number): one for one in orders}
    notices = _said(last_known(orders) + left_out(desk, found.missing))
    if not orders:
        notices = (Phrase("not_found", {"company": company.name}), *notices)
    return Listed(_disclosed(tuple(once.values()), company), "", notices)


async def _selected(
    desk: Desk,
    turn: Turn,
    company: LinkedCompany,
    wanted: OrderFilter,
    selection: Selection,
    after: str,
) -> Listed:
    """Orders that must be looked through one by one: late, unpaid, those of a product or place."""
    chosen = await select(desk, turn, company.scope, wanted, selection)
    start = int(after) if after.isascii() and after.isdigit() else 0
    shown = chosen.orders[start : start + PAGE_SIZE]
    desk.record(turn, "list", "found" if shown else "empty")
    more = str(start + PAGE_SIZE) if start + PAGE_SIZE < len(chosen.orders) else ""
    notices = [] if chosen.whole else [Phrase("list_looked_through", {"count": chosen.looked_through})]
    return Listed(_disclosed(shown, company), more, (*notices, *_said(last_known(shown))))


def _narrowed(wanted: OrderFilter, question: Question | None, search: Search, now: datetime) -> OrderFilter:
    if search.days:
        wanted = replace(wanted, since=_day_of(now) - timedelta(days=search.days))
    if question is None:
        return wanted
    if question.period is not None:
        wanted = replace(wanted, since=question.period.since, until=question.period.until)
    if question.filters.statuses:
        wanted = replace(wanted, statuses=frozenset(question.filters.statuses))
    return replace(wanted, open_only=wanted.open_only or question.open_only)


def _day_of(now: datetime) -> datetime:
    # The same for a whole day: a cursor belongs to the list it was made for.
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def _selection(text: str, question: Question | None) -> Selection:
    if question is None:
        return Selection()
    selection = selection_of(question.filters)
    told = question.period or question.open_only or question.filters != Filters()
    # What is no number and no filter is the name of something.
    return selection if told else replace(selection, product=text.strip().casefold())


def _disclosed(orders: Sequence[Order], company: LinkedCompany) -> tuple[Order, ...]:
    """The orders as this person may see them; the last look is the same as at a reply."""
    if len(orders) == 1:
        parts: tuple[Part, ...] = (OrderCard(order=orders[0], company_name=company.name),)
    else:
        nothing: tuple[Button, ...] = ()
        table = OrderTable(Phrase("page_title"), tuple(orders), company.name, nothing, nothing)
        parts = (table,)
    shown: list[Order] = []
    for part in disclosed(parts, company, Audience.PERSON):
        match part:
            case OrderCard():
                shown.append(part.order)
            case OrderTable():
                shown += part.orders
    return tuple(shown)


def _said(parts: Sequence[Part]) -> tuple[Phrase, ...]:
    return tuple(part.phrase for part in parts if isinstance(part, Say))
