"""List orders: open ones, the latest, those of a period; page by page."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from pydantic import TypeAdapter

from bot.answers import acts
from bot.answers.desk import Answer, Desk, Turn, say
from bot.answers.exporting import POSITION, send_orders
from bot.answers.find import table
from bot.answers.selecting import Selection, select, selection_of
from bot.answers.whereabouts import last_known, left_out
from bot.chat.buttons import Button, Offer
from bot.chat.people import Audience
from bot.chat.phrases import Day, Phrase
from bot.chat.replies import Part, Say
from bot.erp.protocol import OrderFilter, Page
from bot.questions import ME, Question
from bot.scope import CompanyScope

PAGE_SIZE = 5
LONGEST_PAGE = 10


@dataclass(frozen=True, kw_only=True)
class Position:
    """A page of a list: what was asked for, and the cursors that led here."""

    wanted: OrderFilter
    selection: Selection = field(default_factory=Selection)
    """What is chosen among those; where there is any, `offset` counts instead of cursors."""
    offset: int = 0
    size: int = PAGE_SIZE
    trail: tuple[str, ...] = ()
    """The cursors of the pages before, the one of this page last; empty on the first page."""


_POSITION = TypeAdapter(Position)


def position_of(text: str) -> Position:
    """A position as a button or a file carries it."""
    return _POSITION.validate_json(text)


async def list_orders(desk: Desk, turn: Turn, scope: CompanyScope, question: Question) -> Answer:
    """Answer "what is still open?", "last 5 orders", "orders since 1 June"."""
    period, filters = question.period, question.filters
    wanted = OrderFilter(
        since=period.since if period else None,
        until=period.until if period else None,
        open_only=question.open_only or filters.late or filters.backordered or filters.on_hold,
        statuses=frozenset(filters.statuses),
    )
    size = min(question.limit or PAGE_SIZE, LONGEST_PAGE)
    selection = selection_of(question.filters)
    if selection.placed_by == ME and (turn.about is None or turn.about.contact_name is None):
        return say("list_who_are_you")
    position = Position(wanted=wanted, selection=selection, size=size)
    if question.sheet:
        return await send_orders(desk, turn, scope, values_of(position))
    return await show_page(desk, turn, scope, position)


async def turn_page(desk: Desk, turn: Turn, scope: CompanyScope, values: Mapping[str, str]) -> Answer:
    """Answer the buttons below a list; the page takes the place of the one before."""
    position = position_of(values[POSITION])
    return replace(await show_page(desk, turn, scope, position), replaces=True)


async def show_page(desk: Desk, turn: Turn, scope: CompanyScope, position: Position) -> Answer:
    if position.selection:
        return await _show_selected(desk, turn, scope, position)
    page = await desk.gateway.page(
        scope, position.wanted, after=position.trail[-1] if position.trail else None, limit=position.size
    )
    desk.numbers.saw(page.orders)
    desk.record(turn, "list", "found" if page.orders else "not_found")
    if not page.orders:
        empty = "list_empty_open" if position.wanted.open_only else "list_empty"
        nothing = say(empty, company=scope.company_name)
        return replace(nothing, parts=nothing.parts + left_out(desk, page.missing))
    listed = table(desk, turn, scope, _heading(turn, position, page), page.orders)
    parts: tuple[Part, ...] = (replace(listed, buttons=_paging(desk, turn, position, page)),)
    return Answer(parts + last_known(page.orders) + left_out(desk, page.missing))


async def _show_selected(desk: Desk, turn: Turn, scope: CompanyScope, position: Position) -> Answer:
    """A page of the orders that were looked for one by one."""
    selected = await select(desk, turn, scope, position.wanted, position.selection)
    if position.selection.place and selected.looked_through and not selected.places_told:
        desk.record(turn, "list", "not_told")
        return say("list_place_not_told")
    shown = selected.orders[position.offset :][: position.size]
    desk.record(turn, "list", "found" if shown else "not_found")
    criteria = position.selection.criteria
    parts: list[Part] = []
    if not shown:
        parts.append(Say(Phrase("list_none_of_those", {"company": scope.company_name})))
    if len(criteria) > 1 or not shown:
        parts += [Say(Phrase("list_criterion", {"criterion": criterion})) for criterion in criteria]
    if shown:
        heading = criteria[0] if len(criteria) == 1 else Phrase("list_matching")
        counted = Phrase("list_selected", {"heading": heading, "count": len(selected.orders)})
        buttons = _paging_selected(desk, turn, position, len(selected.orders))
        parts.append(replace(table(desk, turn, scope, counted, shown), buttons=buttons))
    if not selected.whole:
        parts.append(Say(Phrase("list_looked_through", {"count": selected.looked_through})))
    return Answer(tuple(parts))


def _paging_selected(desk: Desk, turn: Turn, position: Position, count: int) -> tuple[Button, ...]:
    wanted = []
    if position.offset:
        before = replace(position, offset=max(0, position.offset - position.size))
        wanted.append(Offer(Phrase("button_previous"), acts.PAGE, values_of(before)))
    if position.offset + position.size < count:
        after = replace(position, offset=position.offset + position.size)
        wanted.append(Offer(Phrase("button_next"), acts.PAGE, values_of(after), primary=True))
    return desk.buttons(turn, wanted + _as_sheet(turn, position))


def _paging(desk: Desk, turn: Turn, position: Position, page: Page) -> tuple[Button, ...]:
    wanted = []
    if position.trail:
        before = replace(position, trail=position.trail[:-1])
        wanted.append(Offer(Phrase("button_previous"), acts.PAGE, values_of(before)))
    if page.next:
        after = replace(position, trail=(*position.trail, page.next))
        wanted.append(Offer(Phrase("button_next"), acts.PAGE, values_of(after), primary=True))
    return desk.buttons(turn, wanted + _as_sheet(turn, position))


def _as_sheet(turn: Turn, position: Position) -> list[Offer]:
    """The whole list as a workbook; files are for the person alone."""
    if turn.message.seen_by is not Audience.PERSON:
        return []
    first = replace(position, offset=0, trail=())
    return [Offer(Phrase("button_as_excel"), acts.SHEET, values_of(first))]


def values_of(position: Position) -> dict[str, str]:
    """What a button carries that turns to a page."""
    return {POSITION: json.dumps(_POSITION.dump_python(position, mode="json"))}


def _heading(turn: Turn, position: Position, page: Page) -> Phrase:
    heading = _what(turn, position.wanted)
    if not position.trail and not page.next:
        return heading
    number = len(position.trail) + 1
    if page.total is None:
        return Phrase("list_page", {"heading": heading, "page": number})
    pages = -(-page.total // position.size)
    return Phrase("list_page_of", {"heading": heading, "page": number, "pages": pages})


def _what(turn: Turn, wanted: OrderFilter) -> Phrase:
    if wanted.since is None:
        return Phrase("list_open" if wanted.open_only else "list_latest")
    zone = turn.reader.zone
    since = wanted.since.astimezone(zone).date()
    # `until` is exclusive: the last day is the one just before it.
    end = wanted.until or turn.now
    last = min((end - timedelta(microseconds=1)).astimezone(zone).date(), turn.now.astimezone(zone).date())
    days: dict[str, str | Day] = {"since": Day(since), "last": Day(max(last, since))}
    if wanted.open_only:
        return Phrase("list_open_between", days)
    return Phrase("list_on" if last <= since else "list_between", days)
