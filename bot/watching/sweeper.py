"""Looks at what is watched, and says what changed: one question a company for all who watch there.

What is to be said is written down together with the state that counts as told, and handed over after
that under an id of its own: a process killed in between hands it over again, and it is kept once.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from secrets import token_hex
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from bot.chat import ChatUser, Day, Fired, Phrase, Value
from bot.erp.errors import ErpError
from bot.erp.gateway import Gateway
from bot.linking import Access, Linking, Permission
from bot.orders import Document, Order, OrderEvent
from bot.scope import CompanyScope
from bot.watching.changes import Change, Seen, changes, is_over, seen_of
from bot.watching.watches import OVERLAP, Digest, LiveWatch, Outgoing, Watched, Watches

LOOK_SECONDS = 2.0
"""How often the store is asked what is due."""
_COMPANIES_AT_ONCE = 8
_CHANGES_A_PAGE = 100
_PAGES_MAX = 50
_ASKED_AT_ONCE = 20
_RIGHTS_TRIED = 20
_NIGHT = (time(21, 0), time(7, 0))
_RETRY = timedelta(minutes=1)


class Say(Protocol):
    """Says something to a person who has not asked, in their direct chat."""

    async def tell(self, id: str, user: ChatUser, told: Fired) -> None:
        """Kept durably and said once per id; raises bot.delivery.NotKept."""


@dataclass(frozen=True, kw_only=True)
class Sweeper:
    """Sweeps each company every `every`; any number of processes may, each company is one's at a time."""

    watches: Watches
    linking: Linking
    gateway: Gateway
    say: Say
    every: timedelta
    clock: Callable[[], datetime]

    async def run(self) -> None:
        """For as long as the process lives; what fails is tried again."""
        woken_at: datetime | None = None
        while True:
            try:
                if woken_at is None or self.clock() - woken_at >= self.every:
                    woken_at = self.clock()
                    await self.wake()
                await self.hand_over()
                await self.tell_due()
                await self.sweep_due()
            except Exception as error:
                structlog.get_logger().warning("watching_failed", reason=type(error).__name__)
            await asyncio.sleep(LOOK_SECONDS)

    async def hand_over(self) -> int:
        """Say what waits in the outbox: what a process left there that ended before it was kept."""
        waiting = await self.watches.outgoing()
        for watch in waiting:
            await self._hand_over(watch)
        return len(waiting)

    async def wake(self) -> int:
        """Begin again what rests of people who may hear of it again; how many watches."""
        woken = 0
        for user, company_id in await self.watches.sleepers():
            access = await self.linking.access(user, concerning=company_id)
            if access.may(Permission.WATCH, company_id):
                woken += await self.watches.wake(user, company_id)
        return woken

    async def sweep_due(self) -> int:
        """Sweep the companies that are due; how many."""
        claimed = await self.watches.claim(most=_COMPANIES_AT_ONCE)
        await asyncio.gather(*(self._sweep(company_id, since) for company_id, since in claimed))
        return len(claimed)

    async def tell_due(self) -> int:
        """Tell the lists whose hour has come, and what stirred at night; how many."""
        due = await self.watches.due()
        for watch in due:
            if watch.digest is not None:
                await self._tell_list(watch, watch.digest)
            else:
                await self._look_again(watch)
        return len(due)

    async def _sweep(self, company_id: int, since: datetime) -> None:
        begun = self.clock()
        log = structlog.get_logger().bind(company_id=company_id)
        try:
            watched = await self.watches.of_company(company_id)
            if not watched:
                await self.watches.forget_sweep(company_id)
                return
            scope, without = await self._widest_scope(company_id, watched)
            if scope is not None:
                with_right = [watch for watch in watched if watch.user not in without]
                await self._compare(scope, with_right, since)
        except ErpError as error:
            log.warning("sweep_failed", reason=error.reason)
            await self.watches.swept(company_id, since, begun + _RETRY)
        except Exception as error:
            log.error("sweep_failed", reason=type(error).__name__)
            await self.watches.swept(company_id, since, begun + _RETRY)
        else:
            await self.watches.swept(company_id, begun - OVERLAP, begun + self.every)

    async def _compare(self, scope: CompanyScope, watched: Sequence[LiveWatch], since: datetime) -> None:
        by_order: dict[Watched, list[LiveWatch]] = {}
        for watch in watched:
            if watch.order is not None:
                by_order.setdefault(_bare(watch.order), []).append(watch)
        changed = await self._changed(scope, since)
        candidates = [one for one in by_order if changed is None or one.number in changed]
        for start in range(0, len(candidates), _ASKED_AT_ONCE):
            some = candidates[start : start + _ASKED_AT_ONCE]
            orders = await self.gateway.details(scope, list(dict.fromkeys(one.number for one in some)))
            for order in orders:
                await self._hear(scope, order, by_order.get(_bare(Watched.of(order)), ()))

    async def _changed(self, scope: CompanyScope, since: datetime) -> frozenset[str] | None:
        """Numbers of the orders that changed; None where the ERP cannot tell, and all must be looked at."""
        if not self.gateway.tells_changes(scope):
            return None
        numbers: set[str] = set()
        after = None
        for _ in range(_PAGES_MAX):
            page = await self.gateway.changed(scope, since, after=after, limit=_CHANGES_A_PAGE)
            numbers.update(order.order_number for order in page.orders)
            after = page.next
            if after is None:
                return frozenset(numbers)
        return None

    async def _hear(self, scope: CompanyScope, order: Order, watches: Sequence[LiveWatch]) -> None:
        """Tell those who watch an order what is new to them."""
        documents: Sequence[Document] | None = None
        if any(_wants_documents(watch) for watch in watches):
            documents = await self.gateway.documents(scope, order.order_number)
        for watch in watches:
            now = seen_of(order, documents if _wants_documents(watch) else None)
            if watch.seen is None:
                await self.watches.note(watch.id, now)
                continue
            news = changes(watch.seen, now, watch.events)
            if not news:
                if now != watch.seen or watch.due_at is not None:
                    await self.watches.note(watch.id, now)
            elif watch.outbox is not None:
                await self.watches.put_off(watch.id, self.clock() + _RETRY)
            elif (morning := _morning(self.clock(), watch.time_zone)) is not None:
                await self.watches.put_off(watch.id, morning)
            else:
                await self._tell(watch, order, now, news)

    async def _tell(self, watch: LiveWatch, order: Order, now: Seen, news: Sequence[Change]) -> None:
        phrases = tuple(_phrase(order, change) for change in news)
        fired = Fired(watch.id, watch.company_id, phrases, last=is_over(order, watch.events))
        outgoing = Outgoing(f"watch:{watch.id}:{token_hex(8)}", fired)
        await self.watches.say(watch.id, outgoing, seen=now)
        await self._hand_over(replace(watch, outbox=outgoing))

    async def _tell_list(self, watch: LiveWatch, digest: Digest) -> None:
        hour = f"{watch.due_at:%Y-%m-%dT%H:%M}"
        outgoing = Outgoing(f"watch:{watch.id}:{hour}", Fired(watch.id, watch.company_id))
        await self.watches.say(watch.id, outgoing, due_at=digest.next_after(self.clock()))
        await self._hand_over(replace(watch, outbox=outgoing))

    async def _hand_over(self, watch: LiveWatch) -> None:
        if watch.outbox is not None:
            await self.say.tell(watch.outbox.id, watch.user, watch.outbox.fired)
            await self.watches.kept(watch)

    async def _look_again(self, watch: LiveWatch) -> None:
        """In the morning: one message about all that changed since, or none if it changed back."""
        scope = (await self._access(watch)).scope_of(watch.company_id)
        if watch.order is None or scope is None:
            await self.watches.stop(watch.id, "no_right")
            return
        try:
            orders = await self.gateway.details(scope, [watch.order.number])
            own = [order for order in orders if _bare(Watched.of(order)) == _bare(watch.order)]
            for order in own:
                await self._hear(scope, order, [watch])
            if not own:
                await self.watches.stop(watch.id, "gone")
        except ErpError as error:
            structlog.get_logger().warning("watch_put_off", reason=error.reason)
            await self.watches.put_off(watch.id, self.clock() + _RETRY)

    async def _widest_scope(
        self, company_id: int, watched: Sequence[LiveWatch]
    ) -> tuple[CompanyScope | None, frozenset[ChatUser]]:
        """The scope of one who watches there and may see most; and who has no right there any more.

        It only decides what is looked at. Nobody is told anything but within their own right, which is
        decided when it is said; what those without a right watch ends here.
        """
        found: CompanyScope | None = None
        without = set()
        for user in list(dict.fromkeys(watch.user for watch in watched))[:_RIGHTS_TRIED]:
            access = await self.linking.access(user, concerning=company_id)
            scope = access.scope_of(company_id)
            if scope is None or not access.may(Permission.WATCH, company_id):
                without.add(user)
                if not access.unsure:
                    for watch in watched:
                        if watch.user == user:
                            await self.watches.stop(watch.id, "no_right")
            elif found is None or _reaches_further(scope, found):
                found = scope
        return found, frozenset(without)

    async def _access(self, watch: LiveWatch) -> Access:
        return await self.linking.access(watch.user, concerning=watch.company_id)


def _reaches_further(scope: CompanyScope, other: CompanyScope) -> bool:
    return (scope.placed_by is None, len(scope.keys)) > (other.placed_by is None, len(other.keys))


def _bare(order: Watched) -> Watched:
    return Watched(order.erp, order.company_key, order.number)


def _wants_documents(watch: LiveWatch) -> bool:
    return OrderEvent.DOCUMENT in watch.events


def _morning(now: datetime, time_zone: str) -> datetime | None:
    """When the night ends where the reader is, aware UTC; None while it is day."""
    begins, ends = _NIGHT
    local = now.astimezone(ZoneInfo(time_zone))
    if ends <= local.time() < begins:
        return None
    day = local.date() + timedelta(days=1 if local.time() >= begins else 0)
    return datetime.combine(day, ends, local.tzinfo).astimezone(now.tzinfo)


def _phrase(order: Order, change: Change) -> Phrase:
    number = order.customer_reference or order.order_number
    values: dict[str, Value] = {"number": number, "status": Phrase(f"status_{order.status}")}
    if change.number:
        values["which"] = change.number
    if change.day is not None:
        values["day"] = Day(change.day)
    return Phrase(f"changed_{change.kind}", values)
