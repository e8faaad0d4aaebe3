"""What becomes of a message: order, retries, failures, errands."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import structlog

from bot.chat.messages import Message
from bot.chat.people import Platform, Reader
from bot.chat.phrases import Day, Moment, Phrase
from bot.chat.replies import Errand, OrderCard, OrderTable, Reply, Say
from bot.delivery import DeliveryDelayed, DeliveryImpossible
from bot.inbox import Inbox, InboxSettings, Worker
from bot.orders import Money, Order, OrderLine, OrderStatus, ReferenceKind
from tests.inbox.people import Desk, Post, message, open_inbox, saying, until


async def test_a_lane_is_answered_in_order_and_lanes_side_by_side(
    settings: InboxSettings,
) -> None:
    at_work: set[str] = set()
    overlaps: list[str] = []
    side_by_side = asyncio.Event()
    lanes = ("D0ANA", "D0BRUNO", "D0CARLA")
    most_lanes = 0

    async def answer(message: Message) -> Reply:
        nonlocal most_lanes
        lane = message.conversation.lane
        if lane in at_work:
            overlaps.append(message.id)
        at_work.add(lane)
        most_lanes = max(most_lanes, len(at_work))
        if most_lanes == len(lanes):
            side_by_side.set()
        await side_by_side.wait()
        await asyncio.sleep(0.01)
        at_work.discard(lane)
        return saying("found")

    inbox = Inbox(settings)
    for number in range(18):
        await inbox.receive(message(number, lane=lanes[number % 3]))
    await inbox.close()
    post = Post()
    async with open_inbox(settings, Desk(does=answer), post):
        await until(lambda: len(post.delivered) == 18)
    assert not overlaps
    assert most_lanes == 3
    delivered = [identity for identity, _ in post.delivered]
    for first in range(3):
        asked = [message(number).id for number in range(first, 18, 3)]
        assert [identity for identity in delivered if identity in asked] == asked


async def test_messages_kept_within_a_second_are_answered_in_order_of_ids(
    settings: InboxSettings,
) -> None:
    inbox = Inbox(settings)
    for number in range(1, 16):
        await inbox.receive(message(number))
    await inbox.close()
    post = Post()
    async with open_inbox(settings, Desk(), post):
        await until(lambda: len(post.delivered) == 15)
    assert [identity for identity, _ in post.delivered] == [message(number).id for number in range(1, 16)]


async def test_a_lane_that_waits_for_its_platform_holds_up_nobody_else_but_its_own_later_messages(
    settings: InboxSettings,
) -> None:
    open_again = asyncio.Event()

    async def refuse_bruno(message: Message, phrase: Phrase) -> None:
        if message.conversation.id.startswith("BLOCKED") and not open_again.is_set():
            raise DeliveryDelayed("rate_limited", retry_after=0.2)

    post = Post(before=refuse_bruno)
    two_at_once = replace(settings, worker_concurrency=2)
    async with open_inbox(two_at_once, Desk(), post) as (inbox, _):
        for number in range(1, 6):
            await inbox.receive(message(number, lane=f"BLOCKED{number}"))
        await inbox.receive(message(6, lane="BLOCKED1"))
        await until(lambda: len(post.tried) >= 5)
        await inbox.receive(message(7, lane="D0ANA"))
        await until(lambda: (message(7).id, "found") in post.delivered)
        assert post.delivered == [(message(7).id, "found")]
        open_again.set()
        await until(lambda: len(post.delivered) == 7)
    delivered = [identity for identity, _ in post.delivered]
    assert delivered.index(message(1).id) < delivered.index(message(6).id)


async def test_a_delayed_parcel_is_sent_later_and_before_the_next_one(settings: InboxSettings) -> None:
    refusals = iter(["first", "second"])

    async def refuse_twice(message: Message, phrase: Phrase) -> None:
        if phrase.key == "one" and next(refusals, None):
            raise DeliveryDelayed("rate_limited", retry_after=0.05)

    post = Post(before=refuse_twice)
    quick = replace(settings, retry_seconds=0.01)
    async with open_inbox(quick, Desk(reply=saying("one", "two")), post) as (inbox, _):
        await inbox.receive(message(1))
        await until(lambda: len(post.delivered) == 2)
    assert [key for _, key in post.tried] == ["one", "one", "one", "two"]


async def test_a_platform_that_never_takes_a_parcel_is_given_up_after_the_time_for_it(
    settings: InboxSettings,
) -> None:
    async def refuse(message: Message, phrase: Phrase) -> None:
        if phrase.key == "one":
            raise DeliveryDelayed("rate_limited", retry_after=0.2)

    post = Post(before=refuse)
    short = replace(settings, retry_seconds=0.01, give_up_seconds=0.5)
    with structlog.testing.capture_logs() as logs:
        async with open_inbox(short, Desk(reply=saying("one", "two")), post) as (inbox, _):
            await inbox.receive(message(1))
            await until(lambda: len(post.delivered) == 1)
    assert [key for _, key in post.tried] == ["one", "one", "one", "two"]
    assert _reasons(logs, "delivery_failed") == ["rate_limited"]


async def test_what_can_never_be_delivered_is_logged_and_the_rest_goes_out(
    settings: InboxSettings,
) -> None:
    async def refuse(message: Message, phrase: Phrase) -> None:
        if phrase.key == "one":
            raise DeliveryImpossible("bot_was_blocked")

    post = Post(before=refuse)
    with structlog.testing.capture_logs() as logs:
        async with open_inbox(settings, Desk(reply=saying("one", "two")), post) as (inbox, _):
            await inbox.receive(message(1))
            await until(lambda: len(post.delivered) == 1)
    assert [key for _, key in post.tried] == ["one", "two"]
    assert _reasons(logs, "delivery_impossible") == ["bot_was_blocked"]


async def test_a_send_that_fails_for_no_known_reason_is_tried_five_times(settings: InboxSettings) -> None:
    async def fail(message: Message, phrase: Phrase) -> None:
        if message.id == message_one.id:
            raise RuntimeError("PO-7782 could not be sent")

    message_one = message(1)
    post = Post(before=fail)
    quick = replace(settings, retry_seconds=0.01)
    with structlog.testing.capture_logs() as logs:
        async with open_inbox(quick, Desk(), post) as (inbox, _):
            await inbox.receive(message_one)
            await inbox.receive(message(2))
            await until(lambda: len(post.delivered) == 1)
    assert [identity for identity, _ in post.tried] == [message_one.id] * 5 + [message(2).id]
    assert _reasons(logs, "delivery_failed") == ["RuntimeError"]
    assert "PO-7782" not in str(logs)


async def test_errands_run_after_the_reply_each_until_it_works(settings: InboxSettings) -> None:
    failures = iter(["once"])

    async def run(errand: Errand) -> None:
        if errand.name == "mail_code" and next(failures, None):
            raise OSError("mail server is down")

    reply = saying("code_sent", errands=[Errand("mail_code", {"to": "7"}), Errand("audit")])
    desk, post = Desk(reply=reply, errand=run), Post()
    quick = replace(settings, retry_seconds=0.01)
    async with open_inbox(quick, desk, post) as (inbox, _):
        await inbox.receive(message(1))
        await until(lambda: "audit" in desk.errands)
    assert len(post.delivered) == 1
    assert desk.errands == ["mail_code", "mail_code", "audit"]


async def test_a_question_nobody_can_answer_ends_in_an_apology_with_an_incident_number(
    settings: InboxSettings,
) -> None:
    async def fail(message: Message) -> Reply:
        raise LookupError("PO-7782 of Northwind")

    post = Post()
    with structlog.testing.capture_logs() as logs:
        async with open_inbox(settings, Desk(does=fail), post) as (inbox, _):
            await inbox.receive(message(1))
            await until(lambda: len(post.delivered) == 1)
    (said,) = post.phrases[message(1).id]
    assert said.key == "answer_failed"
    (entry,) = [entry for entry in logs if entry["event"] == "answer_failed"]
    assert entry["reason"] == "LookupError"
    assert entry["incident"] == said.values["incident"]
    assert "Northwind" not in str(logs)


async def test_an_answer_that_takes_for_ever_ends_in_an_apology(settings: InboxSettings) -> None:
    async def hang(message: Message) -> Reply:
        await asyncio.Event().wait()
        raise AssertionError

    post = Post()
    async with open_inbox(replace(settings, answer_seconds=0.1), Desk(does=hang), post) as (inbox, _):
        await inbox.receive(message(1))
        await until(lambda: len(post.delivered) == 1)
    assert post.delivered == [(message(1).id, "answer_failed")]


async def test_who_waits_longer_than_a_second_is_shown_that_work_goes_on(
    on_sqlite: InboxSettings,
) -> None:
    post = Post()

    async def answer(question: Message) -> Reply:
        if question.id == message(2).id:
            await until(lambda: bool(post.shown_working))
        return saying("found")

    async with open_inbox(on_sqlite, Desk(does=answer), post) as (inbox, _):
        await inbox.receive(message(1))
        await inbox.receive(message(2))
        await until(lambda: len(post.delivered) == 2)
    assert post.shown_working == [message(2).id]


async def test_a_message_of_a_platform_that_is_switched_off_does_not_hold_up_its_lane(
    on_sqlite: InboxSettings,
) -> None:
    inbox = Inbox(on_sqlite)
    await inbox.receive(message(1))
    worker = Worker(on_sqlite, Desk(), {Platform.TELEGRAM: Post()})
    with structlog.testing.capture_logs() as logs:
        await worker.start()
        await until(lambda: bool(_reasons(logs, "not_answered")))
        await worker.stop()
    await inbox.close()
    assert _reasons(logs, "not_answered") == ["platform_not_configured"]


async def test_a_reply_comes_back_from_its_checkpoint_as_it_was_composed(on_sqlite: InboxSettings) -> None:
    moment = datetime(2026, 1, 5, 14, 2, tzinfo=UTC)
    order = Order(
        erp="erp",
        company_key="55",
        order_number="10042",
        status=OrderStatus.SHIPPED,
        total=Money(Decimal("1234.50"), "BRL"),
        lines=(OrderLine(line_id="1", sku="7", description="Bolt", ordered=Decimal(3)),),
        as_of=moment,
    )
    values: dict[str, str | int | Money | Day | Moment | Phrase] = {
        "text": "7782",
        "count": 3,
        "money": Money(Decimal("0.10"), "EUR"),
        "day": Day(date(2026, 1, 6)),
        "moment": Moment(moment),
        "phrase": Phrase("inner", {"count": 1}),
    }
    reply = Reply(
        parts=(
            Say(Phrase("found", values)),
            OrderCard(order, "Northwind Industrial Ltda", ReferenceKind.CUSTOMER_REFERENCE),
            OrderTable(Phrase("orders"), (order,), "Northwind Industrial Ltda", as_of=moment),
        ),
        reader=Reader("pt-BR", "America/Sao_Paulo"),
        replaces=True,
        errands=(Errand("audit", {"a": "b"}),),
    )
    rendered: list[Reply] = []

    class Printer(Post):
        def parcels(self, message: Message, reply: Reply):  # type: ignore[no-untyped-def]
            rendered.append(reply)
            return super().parcels(message, reply)

    post = Printer()
    async with open_inbox(on_sqlite, Desk(reply=reply), post) as (inbox, _):
        await inbox.receive(message(1))
        await until(lambda: len(post.delivered) == 1)
    assert rendered == [reply]


async def test_a_reply_that_cannot_be_rendered_ends_in_an_apology(on_sqlite: InboxSettings) -> None:
    class Printer(Post):
        def parcels(self, message: Message, reply: Reply):  # type: ignore[no-untyped-def]
            if reply.parts == saying("odd").parts:
                raise ValueError("no such template")
            return super().parcels(message, reply)

    post = Printer()
    async with open_inbox(on_sqlite, Desk(reply=saying("odd")), post) as (inbox, _):
        await inbox.receive(message(1))
        await until(lambda: len(post.delivered) == 1)
    assert post.delivered == [(message(1).id, "answer_failed")]


async def test_finished_messages_are_forgotten_and_unfinished_ones_are_not(settings: InboxSettings) -> None:
    release = asyncio.Event()

    async def answer(question: Message) -> Reply:
        if question.id == message(3, lane="D0BRUNO").id:
            await release.wait()
        return saying("found")

    desk, post = Desk(does=answer), Post()
    async with open_inbox(settings, desk, post) as (inbox, worker):
        await inbox.receive(message(1))
        await inbox.receive(message(2))
        await inbox.receive(message(3, lane="D0BRUNO"))
        await until(lambda: len(post.delivered) == 2)
        assert await worker.forgetting.messages(timedelta(days=1)) == 0
        forgotten = 0
        async with asyncio.timeout(10):
            while forgotten < 2:
                forgotten += await worker.forgetting.messages(timedelta(seconds=-5))
        await inbox.receive(message(3, lane="D0BRUNO"))
        release.set()
        await until(lambda: len(post.delivered) == 3)
        # Forgotten means that the same event would be answered anew.
        await inbox.receive(message(1))
        await until(lambda: len(post.delivered) == 4)
    assert sorted(desk.asked) == [message(number).id for number in (1, 1, 2, 3)]


def _reasons(logs: list[structlog.typing.EventDict], event: str) -> list[str]:
    return [str(entry["reason"]) for entry in logs if entry["event"] == event]


@dataclass
class Lost:
    """Sends in two halves to a platform that loses its answers, and can be asked what it has."""

    post: "Losing"
    place: str = ""

    async def send(self) -> None:
        if not self.place:
            await self.staged(await self.stage()).send()
            return
        self.post.shown.append(self.place)
        if self.post.loses.pop():
            raise DeliveryDelayed("http_503", retry_after=0.0)

    async def stage(self) -> str:
        self.post.made += 1
        return f"F{self.post.made}"

    def staged(self, note: str) -> "Shown":
        return Shown(self.post, note)


@dataclass
class Shown(Lost):
    async def arrived(self) -> bool:
        if self.post.makes_no_sense:
            raise KeyError("messages")
        return self.place in self.post.shown


@dataclass
class Losing(Post):
    made: int = 0
    shown: list[str] = field(default_factory=list)
    loses: list[bool] = field(default_factory=lambda: [False, True])
    makes_no_sense: bool = False

    def parcels(self, message: Message, reply: Reply) -> Sequence[Lost]:  # type: ignore[override]
        return [Lost(self)]


async def test_what_was_shown_without_an_answer_is_asked_for_by_the_name_of_its_first_half(
    settings: InboxSettings,
) -> None:
    post = Losing()
    async with open_inbox(settings, Desk(), post) as (inbox, _):
        await inbox.receive(message(1))
        # In the same lane: it comes when the first is done with.
        await inbox.receive(message(2))
        await until(lambda: "F2" in post.shown)
    assert post.shown == ["F1", "F2"]


async def test_a_platform_whose_word_makes_no_sense_is_sent_it_again_at_once(settings: InboxSettings) -> None:
    """Five tries of asking would end with an answer that never came: better said twice than never."""
    post = Losing(makes_no_sense=True)
    with structlog.testing.capture_logs() as logs:
        async with open_inbox(settings, Desk(), post) as (inbox, _):
            await inbox.receive(message(1))
            await until(lambda: post.shown == ["F1", "F1"])
    assert _reasons(logs, "not_told_whether_sent") == ["KeyError"]
