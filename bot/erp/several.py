"""Several ERPs asked side by side, and their lists as one.

A cursor over several lists keeps, for each ERP, the cursor of its page at hand and the last order taken
from that page. An ERP that failed is left out for the rest of the list, and each page says so.
"""

import json
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Generic, TypeVar

import structlog

from bot.erp.errors import ErpError
from bot.erp.protocol import Page
from bot.erp.together import together
from bot.orders import Order, Reference

T = TypeVar("T")
Fetch = Callable[[str, str | None], Awaitable[Page]]
"""A page of one ERP, by the ERP's name and its own cursor."""
Moment = Callable[[Order], datetime | None]

_FETCHES_MAX = 10
_GOING, _DONE, _MISSING = "going", "done", "missing"
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, eq=False)
class Found(Mapping[Reference, Sequence[Order]]):
    """Orders by reference. `missing` names the ERPs that may have more and did not answer."""

    orders: Mapping[Reference, Sequence[Order]]
    missing: tuple[str, ...] = ()

    def __getitem__(self, reference: Reference) -> Sequence[Order]:
        return self.orders[reference]

    def __iter__(self) -> Iterator[Reference]:
        return iter(self.orders)

    def __len__(self) -> int:
        return len(self.orders)


@dataclass(frozen=True)
class Asked(Generic[T]):
    """What each ERP answered, and why others did not."""

    answers: Mapping[str, T]
    failures: Mapping[str, ErpError]

    @property
    def first_failure(self) -> ErpError:
        return next(iter(self.failures.values()))


async def ask_each(erps: Sequence[str], ask: Callable[[str], Awaitable[T]]) -> Asked[T]:
    """Ask side by side; raises the first failure only where nobody answered."""
    if len(erps) == 1:
        return Asked({erps[0]: await ask(erps[0])}, {})

    async def attempt(erp: str) -> T | ErpError:
        try:
            return await ask(erp)
        except ErpError as failure:
            structlog.get_logger().warning("erp_left_out", erp=erp, reason=failure.reason)
            return failure

    outcomes = dict(zip(erps, await together(attempt(erp) for erp in erps), strict=True))
    failures = {erp: one for erp, one in outcomes.items() if isinstance(one, ErpError)}
    answers = {erp: one for erp, one in outcomes.items() if not isinstance(one, ErpError)}
    asked = Asked(answers, failures)
    if not answers:
        raise asked.first_failure
    return asked


def newest_first(orders: Iterable[Order]) -> tuple[Order, ...]:
    """Orders of several ERPs, each in the order its ERP gave them where dates are equal."""
    return tuple(sorted(orders, key=lambda order: order.placed_on or _LONG_AGO, reverse=True))


@dataclass
class _Stream:
    """One ERP's list, read as far as it has been needed."""

    erp: str
    after: str | None = None
    last: tuple[str, str, str] | None = None
    """Company, number and moment (ISO) of the last order taken from the page at hand."""
    state: str = _GOING
    rows: list[Order] = field(default_factory=list)
    page: Page | None = None
    fetches: int = 0


async def merged_page(
    erps: Sequence[str], position: str | None, limit: int, fetch: Fetch, moment: Moment, *, newest: bool
) -> tuple[Page, str | None]:
    """The next `limit` orders of all lists, and the position after them; None at the end.

    Raises the first failure where no ERP could be asked.
    """
    reading = _Reading(_streams(erps, position), fetch, moment, newest)
    return await reading.page(limit), reading.position


class _Reading:
    def __init__(self, streams: list[_Stream], fetch: Fetch, moment: Moment, newest: bool) -> None:
        self._streams = streams
        self._fetch = fetch
        self._moment = moment
        self._newest = newest
        self._failure: ErpError | None = None

    async def page(self, limit: int) -> Page:
        await together(self._fill(stream) for stream in self._streams)
        if self._failure is not None and all(stream.state == _MISSING for stream in self._streams):
            raise self._failure
        totals = [stream.page.total if stream.page else None for stream in self._streams]
        taken: list[Order] = []
        while len(taken) < limit and (ahead := [one for one in self._streams if one.rows]):
            stream = self._first(ahead)
            order = stream.rows.pop(0)
            taken.append(order)
            at = self._moment(order)
            stream.last = (order.company_key or "", order.order_number, at.isoformat() if at else "")
            await self._fill(stream)
        missing = tuple(stream.erp for stream in self._streams if stream.state == _MISSING)
        known = [total for total in totals if total is not None]
        total = sum(known) if len(known) == len(totals) and not missing else None
        return Page(tuple(taken), total=total, missing=missing)

    @property
    def position(self) -> str | None:
        if not any(stream.state == _GOING for stream in self._streams):
            return None
        return json.dumps([[one.erp, one.state, one.after, one.last] for one in self._streams])

    def _first(self, streams: Sequence[_Stream]) -> _Stream:
        def at(stream: _Stream) -> datetime:
            return self._moment(stream.rows[0]) or _LONG_AGO

        return max(streams, key=at) if self._newest else min(streams, key=at)

    async def _fill(self, stream: _Stream) -> None:
        """Have a row at hand, unless the list is at its end or its ERP does not answer."""
        while stream.state == _GOING and not stream.rows:
            if stream.page is not None:
                stream.after, stream.last = stream.page.next, None
                if stream.after is None or stream.fetches >= _FETCHES_MAX:
                    stream.state = _DONE if stream.after is None else _GOING
                    return
            try:
                stream.page = await self._fetch(stream.erp, stream.after)
            except ErpError as failure:
                structlog.get_logger().warning("erp_left_out", erp=stream.erp, reason=failure.reason)
                self._failure = self._failure or failure
                stream.state = _MISSING
                return
            stream.fetches += 1
            stream.rows = self._not_taken(stream, stream.page.orders)

    def _not_taken(self, stream: _Stream, rows: Sequence[Order]) -> list[Order]:
        """The rows after the last one taken; where that one is gone, those that are not before it."""
        if stream.last is None:
            return list(rows)
        key, number, moment = stream.last
        for place, row in enumerate(rows):
            if (row.company_key or "", row.order_number) == (key, number):
                return list(rows[place + 1 :])
        if not moment:
            return []
        last = datetime.fromisoformat(moment)

        def is_before(row: Order) -> bool:
            at = self._moment(row) or _LONG_AGO
            return at > last if self._newest else at < last

        return [row for row in rows if not is_before(row)]


def _streams(erps: Sequence[str], position: str | None) -> list[_Stream]:
    if position is None:
        return [_Stream(erp) for erp in erps]
    return [
        _Stream(erp, after=after, last=tuple(last) if last else None, state=state)
        for erp, state, after, last in json.loads(position)
    ]
