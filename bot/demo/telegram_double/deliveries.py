"""Updates on their way to the bot: pushed to its webhook or fetched by it, kept until confirmed."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx

from bot.demo.telegram_double.refusals import Refused

LONGEST_POLL_SECONDS = 50
NOT_DELIVERED = 0
"""In place of an HTTP status: nobody answered, or the update waits for getUpdates."""


@dataclass(frozen=True)
class Webhook:
    url: str
    secret: str


@dataclass(frozen=True)
class _Waiting:
    lane: str
    update: dict[str, Any]


class Deliveries:
    """What Telegram's server does with updates.

    A lane (a chat) has one update in flight; one that fails is sent again at once, then waits for
    `redeliver` or for the next update of its lane, which does not overtake it.
    """

    def __init__(
        self,
        *,
        first_update_id: int,
        violate: Callable[[str], None],
        sent_again: Callable[[dict[str, Any]], None],
    ) -> None:
        self.webhook: Webhook | None = None
        self.allowed: Sequence[str] = ()
        self.last_error = ""
        self._next_id = first_update_id
        self._waiting: dict[int, _Waiting] = {}
        self._last: _Waiting | None = None
        self._lanes: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._arrived = asyncio.Event()
        self._poller = 0
        self._violate = violate
        self._sent_again = sent_again
        self._sent: set[int] = set()
        self._http = httpx.AsyncClient(timeout=60, trust_env=False)

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    async def send(self, lane: str, fields: dict[str, Any]) -> int:
        """Send an update, after those of its lane that still wait; returns the HTTP status."""
        if self.allowed and not set(fields) & set(self.allowed):
            return NOT_DELIVERED
        update = {"update_id": self._next_id, **fields}
        self._next_id += 1
        waiting = _Waiting(lane, update)
        self._waiting[update["update_id"]] = self._last = waiting
        self._arrived.set()
        return await self._push(lane)

    async def redeliver(self) -> int:
        """Send what waits again; when nothing does, the last update, as after a lost answer."""
        if not self._waiting and self._last is not None:
            self._waiting[self._last.update["update_id"]] = self._last
            self._arrived.set()
        statuses = [await self._push(lane) for lane in {kept.lane for kept in self._waiting.values()}]
        return statuses[-1] if statuses else NOT_DELIVERED

    async def fetch(self, offset: int | None, limit: int, seconds: int) -> list[dict[str, Any]]:
        """getUpdates: forget what lies before the offset, return what waits, or wait for it."""
        if self.webhook is not None:
            raise Refused(
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to "
                "delete the webhook first",
                409,
            )
        self._poller += 1
        me = self._poller
        self._arrived.set()  # wakes the poller before us, which then learns that it is not alone
        if offset is not None and offset >= 0:
            for update_id in [known for known in self._waiting if known < offset]:
                del self._waiting[update_id]
        elif offset is not None:
            for update_id in sorted(self._waiting)[:offset]:
                del self._waiting[update_id]
        deadline = asyncio.get_running_loop().time() + min(seconds, LONGEST_POLL_SECONDS)
        while not self._waiting:
            self._arrived.clear()
            left = deadline - asyncio.get_running_loop().time()
            try:
                async with asyncio.timeout(left):
                    await self._arrived.wait()
            except TimeoutError:
                return []
            if me != self._poller:
                raise Refused(
                    "Conflict: terminated by other getUpdates request; make sure that only one bot "
                    "instance is running",
                    409,
                    violation=False,
                )
        updates = [self._waiting[known].update for known in sorted(self._waiting)][:limit]
        for update in updates:
            self._note_sent(update)
        return updates

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _push(self, lane: str) -> int:
        if self.webhook is None:
            return NOT_DELIVERED
        status = NOT_DELIVERED
        async with self._lanes[lane]:
            mine = [known for known, kept in sorted(self._waiting.items()) if kept.lane == lane]
            for update_id in mine:
                status = await self._post(self._waiting[update_id].update)
                if not _accepted(status):
                    status = await self._post(self._waiting[update_id].update)
                if not _accepted(status):
                    break
                del self._waiting[update_id]
        return status

    async def _post(self, update: dict[str, Any]) -> int:
        webhook = self.webhook
        if webhook is None:
            return NOT_DELIVERED
        self._note_sent(update)
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret} if webhook.secret else {}
        try:
            answer = await self._http.post(webhook.url, json=update, headers=headers)
        except httpx.HTTPError as error:
            self.last_error = type(error).__name__
            return NOT_DELIVERED
        if answer.status_code == HTTPStatus.GONE:
            self._violate("the webhook answered 410, which removes it")
        if not _accepted(answer.status_code):
            self.last_error = f"Wrong response from the webhook: {answer.status_code}"
        return answer.status_code

    def _note_sent(self, update: dict[str, Any]) -> None:
        if update["update_id"] in self._sent:
            self._sent_again(update)
        self._sent.add(update["update_id"])


def _accepted(status: int) -> bool:
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
