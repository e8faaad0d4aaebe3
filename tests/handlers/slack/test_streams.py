"""How far a bundle is that takes long to make, as a task of Slack's own, and what may come in between."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest

from bot.chat.files import MadeFile, OrderFile
from bot.chat.messages import Message
from bot.chat.people import Reader
from bot.chat.phrases import Phrase, Value
from bot.chat.replies import Made, Reply
from bot.delivery import DeliveryImpossible, FileNotAvailable, OpenedFile, ResumedParcel, Show
from bot.demo.events import ANA
from bot.demo.slack_double.streams import OPEN_SECONDS
from bot.handlers.slack.apis import SlackApis
from bot.handlers.slack.courier import SlackCourier
from bot.handlers.slack.progress import EVERY_SECONDS, Progress
from bot.handlers.slack.traces import Trace
from bot.wording import Wording, load_catalogs
from tests.handlers.slack.documented_errors import DOCUMENTED, UNAVAILABLE
from tests.handlers.slack.world import CHANNEL, World

DM = ANA.slack_dm
BUNDLE = MadeFile(1, "documents", Reader("en"), {})
WORDING = Wording(load_catalogs(), supplier_name="Demo Supply")
STREAM = ("chat.startStream", "chat.appendStream", "chat.stopStream")


class Killed(BaseException):
    """What ends a process is caught by nobody."""


@dataclass
class Makes:
    """Makes a bundle of so many documents; `between` is called after each is shown."""

    between: Callable[[], None] = field(default=lambda: None)
    lacking: bool = False

    @asynccontextmanager
    async def open(
        self, message: Message, file: OrderFile | MadeFile, show: Show | None = None
    ) -> AsyncIterator[OpenedFile]:
        assert show is not None
        await show(so_far(0))
        self.between()
        if self.lacking:
            raise FileNotAvailable(Phrase("made_not_allowed"))
        await show(so_far(3), final=True)
        values: dict[str, Value] = {"company": "Northwind", "count": 3, "part": 1, "parts": 1, "missing": 0}
        yield OpenedFile(
            content=BytesIO(b"PK"),
            name="documents.zip",
            media_type="application/zip",
            size=2,
            caption=Phrase("bundle_caption", values),
        )


def so_far(done: int) -> Phrase:
    return Phrase("collect_progress", {"done": done, "all": 3})


async def bundle(world: World, makes: Makes, asked: Message) -> ResumedParcel:
    """The parcel of a bundle, as each process makes it anew."""
    courier = SlackCourier(SlackApis(world.api, {}), WORDING, makes, fallback=Reader("en", "UTC"))
    # The double's clock is another one than ours.
    asked = replace(asked, received_at=datetime.fromtimestamp(world.clock(), UTC))
    (parcel,) = courier.parcels(asked, Reply(parts=(Made(BUNDLE),), reader=Reader("en")))
    assert isinstance(parcel, ResumedParcel)
    return parcel


def shown(world: World) -> list[dict[str, Any]]:
    """What tells how far it is; the files aside."""
    return [one for one in world.answers_to("ana", DM) if not one.get("files")]


def files(world: World) -> list[dict[str, Any]]:
    return [one for one in world.answers_to("ana", DM) if one.get("files")]


def task(message: dict[str, Any]) -> tuple[str, str]:
    (card,) = [block for block in message["blocks"] if block["type"] == "task_card"]
    return str(card["title"]), str(card["status"])


def progress(world: World, asked: Message, clock: Callable[[], float]) -> Progress:
    asked = replace(asked, received_at=datetime.fromtimestamp(world.clock(), UTC))
    thread, trace = asked.handle["thread_ts"], Trace.of(asked, 0, "progress")
    return Progress(world.api, DM, thread, Reader("en"), WORDING, trace, clock=clock)


async def test_a_bundle_is_shown_as_a_task_in_the_thread_it_was_asked_in(world: World) -> None:
    asked = await world.asked_in_direct_chat("all XMLs of October")
    met: list[tuple[str, str]] = []
    makes = Makes(between=lambda: met.append(task(shown(world)[0])))
    await (await bundle(world, makes, asked)).send()
    (message,) = shown(world)
    assert met == [("Collecting documents: 0 of 3", "in_progress")]
    assert task(message) == ("Collecting documents: 3 of 3", "complete")
    # For notifications and screen readers.
    assert message["text"] == "The file is on its way."
    assert message["thread_ts"] == asked.handle["thread_ts"] == files(world)[0]["thread_ts"]
    assert [call for call in world.slack.calls if call in STREAM] == ["chat.startStream", "chat.stopStream"]
    assert world.slack.violations == []


async def test_it_is_written_on_no_faster_than_slack_takes_it(world: World) -> None:
    asked, now = await world.asked_in_direct_chat(), [0.0]
    show = progress(world, asked, lambda: now[0])
    for done in range(3):
        await show(so_far(done))
        now[0] += EVERY_SECONDS / 2
    assert world.slack.calls.count("chat.appendStream") == 1
    assert task(shown(world)[0]) == ("Collecting documents: 2 of 3", "in_progress")
    await show(so_far(3), final=True)
    assert task(shown(world)[0]) == ("Collecting documents: 3 of 3", "complete")


async def test_a_workbook_says_how_far_it_is_only_when_it_takes_its_time(world: World) -> None:
    asked, now = await world.asked_in_direct_chat(), [0.0]
    trace = Trace.of(asked, 0, "progress")
    for seconds, said in ((1.0, 0), (3.0, 1)):
        show = Progress(
            world.api,
            DM,
            asked.handle["thread_ts"],
            Reader("en"),
            WORDING,
            trace,
            patience=2.0,
            clock=lambda: now[0],
        )
        now[0] += seconds
        await show(Phrase("sheet_progress", {"count": 100}))
        await show(Phrase("sheet_made"), final=True)
        assert len(shown(world)) == said
    assert task(shown(world)[0]) == ("All looked through", "complete")


@pytest.mark.parametrize("killed_after", ["begun", "ended"])
async def test_a_kill_in_the_middle_leaves_one_message_that_came_to_its_end(
    world: World, killed_after: str
) -> None:
    asked = await world.asked_in_direct_chat()

    def kill() -> None:
        raise Killed

    if killed_after == "begun":
        with pytest.raises(Killed):
            await (await bundle(world, Makes(between=kill), asked)).stage()
        assert task(shown(world)[0])[1] == "in_progress"
    else:
        await (await bundle(world, Makes(), asked)).stage()
    parcel = (await bundle(world, Makes(), asked)).again()
    await parcel.staged(await parcel.stage()).send()
    (message,) = shown(world)
    assert "Collecting documents: 3 of 3" in json.dumps(message)
    assert message.get("streaming_state") != "in_progress"
    assert len(files(world)) == 1
    assert world.slack.violations == []


async def test_a_stream_that_slack_has_closed_meanwhile_ends_as_a_message_like_any_other(
    world: World,
) -> None:
    def wait() -> None:
        world.clock.offset += OPEN_SECONDS + 1

    await (await bundle(world, Makes(between=wait), await world.asked_in_direct_chat())).send()
    (message,) = shown(world)
    assert message["text"] == "Collecting documents: 3 of 3"
    assert "task_card" not in [block["type"] for block in message["blocks"]]


async def test_a_task_of_which_nothing_comes_does_not_turn_for_ever(world: World) -> None:
    await (await bundle(world, Makes(lacking=True), await world.asked_in_direct_chat())).send()
    stopped, said = shown(world)
    assert task(stopped)[1] == "error"
    assert stopped["streaming_state"] == "completed"
    assert stopped["text"] == "No file came of it."
    assert said["text"]
    assert files(world) == []


async def test_where_there_is_no_thread_one_message_is_changed_in_place(world: World) -> None:
    await (await bundle(world, Makes(), await world.asked_by_command(CHANNEL))).send()
    (message,) = shown(world)
    assert message["text"] == "Collecting documents: 3 of 3"
    assert not set(STREAM) & set(world.slack.calls)


@pytest.mark.parametrize("method", STREAM)
async def test_whatever_slack_answers_the_person_reads_how_far_it_is_and_gets_the_file(
    world: World, method: str
) -> None:
    for number, error in enumerate((*UNAVAILABLE, *DOCUMENTED[method]), start=1):
        asked, now = await world.asked_in_direct_chat(), [0.0]
        show = progress(world, asked, lambda: now[0])  # noqa: B023
        world.slack.fail_next(method, error)
        for done in range(2 if method == "chat.appendStream" else 1):
            await show(so_far(done))
            now[0] += EVERY_SECONDS
        await show(so_far(3), final=True)
        assert "Collecting documents: 3 of 3" in json.dumps(shown(world)[-1]), error
        assert len(shown(world)) == number, error
    # A stream said to be closed that is not: the one change of it that Slack refuses.
    closed = [] if method == "chat.startStream" else ["chat.update: streaming_state_conflict"]
    assert world.slack.excuse() == closed


TASK = {"type": "task_update", "id": "1", "title": "Looking", "status": "in_progress"}
MISTAKES: list[tuple[str, dict[str, Any]]] = [
    ("missing_recipient_team_id", {"channel": CHANNEL, "chunks": [TASK]}),
    ("missing_recipient_user_id", {"channel": CHANNEL, "chunks": [TASK], "recipient_team_id": "T0CUSTOMER"}),
    ("invalid_chunks", {"chunks": [{"type": "sparkles"}]}),
    ("invalid_chunks", {"chunks": [{**TASK, "status": "done"}]}),
    ("invalid_chunks", {"chunks": [{**TASK, "title": ""}]}),
    ("invalid_chunks", {"chunks": [{"type": "markdown_text", "text": "x" * 12_001}]}),
    ("invalid_chunks", {"chunks": [{"type": "task_update", "title": "Looking", "status": "pending"}]}),
    ("invalid_arguments", {"chunks": [TASK], "markdown_text": "x"}),
    ("invalid_arguments", {"chunks": [TASK], "task_display_mode": "circus"}),
    ("invalid_arguments", {"chunks": [TASK], "thread_ts": None}),
    ("cannot_reply_to_message", {"chunks": [TASK], "thread_ts": "1.5"}),
]


@pytest.mark.parametrize(("refusal", "wrong"), MISTAKES)
async def test_a_seeded_mistake_in_a_stream_is_found(
    world: World, refusal: str, wrong: dict[str, Any]
) -> None:
    asked = await world.asked_in_direct_chat()
    if wrong.get("channel") == CHANNEL:
        asked = await world.asked_by_mention(CHANNEL)
        wrong = {"thread_ts": world.slack.sees("ana", CHANNEL)[-1]["ts"], **wrong}
    fields = {"channel": DM, "thread_ts": asked.handle.get("thread_ts"), **wrong}
    with pytest.raises(DeliveryImpossible) as refused:
        await world.api._call("chat.startStream", fields)
    assert refused.value.reason == refusal
    assert len(world.slack.excuse()) == 1
