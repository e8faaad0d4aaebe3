"""Looks at what is watched, and says what changed: one question a company for all who watch there.

What is to be said is written down together with the state that counts as told, and handed over after
that under an id of its own: a process killed in between hands it over again, and it is kept once.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Protocol

import structlog

from bot.chat.people import ChatUser, Conversation
from bot.chat.phrases import Day, Phrase, Value
from bot.chat.unasked import Fired
from bot.erp.errors import ErpError, ErpUnavailable
from bot.erp.gateway import Gateway
from bot.linking import Linking, Permission
from bot.orders import Document, Order, OrderEvent
from bot.scope import CompanyScope
from bot.watching.changes import Change, Seen, changes, is_over, seen_of
from bot.watching.lookouts import lookouts
from bot.watching.sweeps import CLAIM_LASTS, OVERLAP
from bot.watching.values import Digest, LiveWatch, Outgoing, Watched
from bot.watching.watches import Watches

LOOK_SECONDS = 2.0
"""How often the store is asked what is due."""
_COMPANIES_AT_ONCE = 8
_CHANGES_A_PAGE = 100
_PAGES_MAX = 50
_ASKED_AT_ONCE = 20
_RETRY = timedelta(minutes=1)


class Say(Protocol):
    """Says something to a person who has not asked, in their direct chat."""

    async def tell(self, id: str, user: ChatUser, told: Fired) -> None:
        """Kept durably and said once per id; raises bot.delivery.NotKept."""

    async def post(self, id: str, user: ChatUser, told: Fired, place: Conversation) -> None:
        """Likewise, for everybody in a place, on behalf of a person."""


@dataclass(frozen=True, kw_only=True)
class Sweeper:
    """Sweeps each company every `every`; any number of processes may, each company is one's at a time."""

    watches: Watches
    linking: Linking
    gateway: Gateway
    say: Say
    every: timedelta
    clock: Callable[[], datetime]
    alone: bool = False
    """No other process sweeps: on SQLite. What one that died had in hand is taken back at once."""

    async def run(self) -> None:
        """For as long as the process lives; what fails is tried again."""
        woken_at: datetime | None = None
        free = not self.alone
        while True:
            swept = 0
            try:
                if not free:
                    await self.watches.sweeps.free_claims()
                    free = True
                if woken_at is None or self.clock() - woken_at >= self.every:
                    woken_at = self.clock()
                    await self.wake()
                if await self.watches.sweeps.anything_due():
                    await self.hand_over()
                    await self.tell_due()
                    swept = await self.sweep_due()
            except Exception as error:
                structlog.get_logger().warning("watching_failed", reason=type(error).__name__)
            if swept < _COMPANIES_AT_ONCE:
                await asyncio.sleep(LOOK_SECONDS)

    async def hand_over(self) -> int:
        """Say what waits in the outbox: what a process left there that ended before it was kept."""
        waiting = await self.watches.outbox.waiting()
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
        claimed = await self.watches.sweeps.claim(most=_COMPANIES_AT_ONCE)
        await asyncio.gather(*(self._sweep(company_id, since) for company_id, since in claimed))
        return len(claimed)

    async def tell_due(self) -> int:
        """Tell the lists whose hour has come, and what stirred in quiet hours; how many."""
        due = await self.watches.due()
        lists, stirred = dict[int, LiveWatch](), dict[int, list[LiveWatch]]()
        for watch in due:
            if watch.digest is not None:
                lists[watch.id] = watch
            else:
                stirred.setdefault(watch.company_id, []).append(watch)
        for company_id, watches in stirred.items():
            await self._look_again(company_id, watches, lists)
        for watch in lists.values():
            if watch.digest is not None:
                await self._tell_list(watch, watch.digest)
        return len(due)

    async def _sweep(self, company_id: int, since: datetime) -> None:
        begun = self.clock()
        log = structlog.get_logger().bind(company_id=company_id)
        in_hand = asyncio.create_task(self._keep_claim(company_id))
        try:
            watched = await self.watches.of_company(company_id)
            if not watched:
                await self.watches.sweeps.forget(company_id)
                return
            seen = await lookouts(self.linking, self.watches, company_id, watched)
            for scope, watches in seen.parts:
                await self._compare(scope, watches, since)
            if not seen.complete:
                raise ErpUnavailable("a platform did not tell how somebody stands")
        except ErpError as error:
            log.warning("sweep_failed", reason=error.reason)
            await self.watches.sweeps.swept(company_id, since, begun + _RETRY, begun=begun)
        except Exception as error:
            log.error("sweep_failed", reason=type(error).__name__)
            await self.watches.sweeps.swept(company_id, since, begun + _RETRY, begun=begun)
        else:
            await self.watches.sweeps.swept(company_id, begun - OVERLAP, begun + self.every, begun=begun)
        finally:
            in_hand.cancel()

    async def _keep_claim(self, company_id: int) -> None:
        while True:
            await asyncio.sleep(CLAIM_LASTS.total_seconds() / 3)
            await self.watches.sweeps.keep_claim(company_id)

    async def _compare(self, scope: CompanyScope, watched: Sequence[LiveWatch], since: datetime) -> None:
        by_order = _by_order(watched)
        changed = await self._changed(scope, since)
        candidates = [one for one in by_order if changed is None or one.number in changed]
        for order in await self._fresh(scope, candidates):
            await self._hear(scope, order, by_order.get(_bare(Watched.of(order)), ()))

    async def _fresh(self, scope: CompanyScope, wanted: Sequence[Watched]) -> Sequence[Order]:
        """The orders as the ERP has them now: what it said before would be taken for what it says."""
        orders: list[Order] = []
        for start in range(0, len(wanted), _ASKED_AT_ONCE):
            numbers = dict.fromkeys(one.number for one in wanted[start : start + _ASKED_AT_ONCE])
            orders += await self.gateway.fresh(scope, list(numbers))
        return orders

    async def _changed(self, scope: CompanyScope, since: datetime) -> frozenset[str] | None:
        """Numbers of the orders that changed; None where the ERP cannot tell, and all must be looked at."""
        if not self.gateway.tells_changes(scope):
            return None
        numbers: set[str] = set()
        after = None
        for _ in range(_PAGES_MAX):
            page = await self.gateway.changed(scope, since, after=after, limit=_CHANGES_A_PAGE)
            if page.missing:
                # What one of the ERPs did not tell must be asked again from the same moment on.
                raise ErpUnavailable("one of several ERPs did not tell what changed")
            numbers.update(order.order_number for order in page.orders)
            after = page.next
            if after is None:
                return frozenset(numbers)
        return None

    async def _hear(
        self, scope: CompanyScope, order: Order, watches: Sequence[LiveWatch], held: "_Held | None" = None
    ) -> None:
        """Tell those who watch an order what is new to them; into `held`, where it is told together."""
        documents: Sequence[Document] | None = None
        if any(_wants_documents(watch) for watch in watches):
            documents = await self.gateway.documents(scope, order.order_number)
        for watch in watches:
            now = seen_of(order, documents if _wants_documents(watch) else None)
            news = changes(watch.seen, now, watch.events) if watch.seen is not None else ()
            if not news:
                if now != watch.seen or watch.due_at is not None:
                    await self.watches.outbox.note(watch, now)
            elif watch.outbox is not None:
                await self.watches.put_off(watch.id, self.clock() + _RETRY)
            elif (awake := await self.watches.quiet.until(watch.user, watch.time_zone)) is not None:
                await self.watches.put_off(watch.id, awake)
            elif await self._may_hear(watch):
                phrases = tuple(_phrase(order, change) for change in news)
                fired = Fired(watch.id, watch.company_id, phrases, last=is_over(order, watch.events))
                if held is None:
                    await self._tell([(watch, fired, now)])
                else:
                    held.setdefault((watch.user, watch.place), []).append((watch, fired, now))

    async def _may_hear(self, watch: LiveWatch) -> bool:
        access = await self.linking.access(watch.user, concerning=watch.company_id)
        shares = watch.place is None or access.may(Permission.SHARE, watch.company_id)
        if shares and access.may(Permission.WATCH, watch.company_id):
            return True
        if access.unsure:
            await self.watches.put_off(watch.id, self.clock() + _RETRY)
        else:
            await self.watches.stop(watch.id, "no_right")
        return False

    async def _tell(self, told: "_News", lists: Sequence[LiveWatch] = ()) -> bool:
        """Say what watches of one person at one company have seen, and their lists, as one message.

        False when another process has said all of it.
        """
        id = f"watch:{told[0][0].id}:{token_hex(8)}"
        said, missed = await self.watches.outbox.say_together(id, told, lists)
        for watch in missed:
            # Another process was faster. What it said is compared anew, with what it counted as told.
            await self.watches.put_off(watch.id, self.clock())
        if said is not None:
            await self._hand_over(said)
        return said is not None

    async def _tell_list(self, watch: LiveWatch, digest: Digest) -> None:
        if watch.place is None and (awake := await self.watches.quiet.chosen_until(watch.user)) is not None:
            await self.watches.put_off(watch.id, awake)
            return
        hour = f"{watch.due_at:%Y-%m-%dT%H:%M}"
        outgoing = Outgoing(f"watch:{watch.id}:{hour}", Fired(watch.id, watch.company_id))
        said = await self.watches.outbox.say(watch, outgoing, due_at=digest.next_after(self.clock()))
        if said is not None:
            await self._hand_over(said)

    async def _hand_over(self, watch: LiveWatch) -> None:
        if watch.outbox is None:
            return
        if watch.place is None:
            await self.say.tell(watch.outbox.id, watch.user, watch.outbox.fired)
        else:
            await self.say.post(watch.outbox.id, watch.user, watch.outbox.fired, watch.place)
        await self.watches.outbox.kept(watch)

    async def _look_again(
        self, company_id: int, watches: Sequence[LiveWatch], lists: dict[int, LiveWatch]
    ) -> None:
        """After quiet hours: one message to each about all that changed, and nothing of what changed back.

        Takes out of `lists` what it tells along: a list that is due to the same person would speak of the
        same orders in a message of its own.
        """
        held: _Held = {}
        try:
            seen = await lookouts(self.linking, self.watches, company_id, watches)
            for scope, some in seen.parts:
                by_order = _by_order(some)
                for order in await self._fresh(scope, list(by_order)):
                    await self._hear(scope, order, by_order.pop(_bare(Watched.of(order)), ()), held)
                for gone in by_order.values():
                    for watch in gone:
                        await self.watches.stop(watch.id, "gone")
            for (user, place), told in held.items():
                along = [
                    one
                    for one in lists.values()
                    if (one.user, one.place, one.company_id) == (user, place, company_id)
                ]
                if await self._tell(told, along):
                    for watch in along:
                        del lists[watch.id]
            if not seen.complete:
                raise ErpUnavailable("a platform did not tell how somebody stands")
        except ErpError as error:
            structlog.get_logger().warning("watch_put_off", reason=error.reason)
            for watch in watches:
                await self.watches.put_off(watch.id, self.clock() + _RETRY)


_News = Sequence[tuple[LiveWatch, Fired, Seen]]
_Held = dict[tuple[ChatUser, Conversation | None], list[tuple[LiveWatch, Fired, Seen]]]
"""What is to be told to each person, and of each for a channel, at one company."""


def _by_order(watched: Sequence[LiveWatch]) -> dict[Watched, list[LiveWatch]]:
    by_order: dict[Watched, list[LiveWatch]] = {}
    for watch in watched:
        if watch.order is not None:
            by_order.setdefault(_bare(watch.order), []).append(watch)
    return by_order


def _bare(order: Watched) -> Watched:
    return Watched(order.erp, order.company_key, order.number)


def _wants_documents(watch: LiveWatch) -> bool:
    return OrderEvent.DOCUMENT in watch.events


def _phrase(order: Order, change: Change) -> Phrase:
    number = order.customer_reference or order.order_number
    values: dict[str, Value] = {"number": number, "status": Phrase(f"status_{order.status}")}
    if change.number:
        values["which"] = change.number
    if change.day is not None:
        values["day"] = Day(change.day)
    return Phrase(f"changed_{change.kind}", values)
