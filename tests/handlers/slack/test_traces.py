"""Whether Slack has a post or a file whose answer got lost, as it tells us itself."""

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.chat.files import OrderFile
from bot.chat.messages import Message
from bot.chat.phrases import Phrase
from bot.chat.replies import Files, Part, Reply, Say
from bot.delivery import DeliveryDelayed, Parcel, StagedParcel, TracedParcel
from bot.demo.events import ANA
from bot.handlers.slack.places import direct
from bot.orders import Document, DocumentKind
from tests.handlers.slack.world import World

DM = ANA.slack_dm
THANKS = Say(Phrase("thanks"))
INVOICE = OrderFile(1, Document(id="danfe-1", kind=DocumentKind.DANFE, order_number="10042"))


async def parcels(world: World, asked: Message, *parts: Part) -> Sequence[Parcel]:
    # The double's clock is another one than ours.
    asked = replace(asked, received_at=datetime.fromtimestamp(world.clock(), UTC))
    return world.courier.parcels(asked, Reply(parts=parts, reader=await world.courier.reader(asked)))


async def asked_in(world: World, how: str) -> Message:
    asked = await world.asked_in_direct_chat()
    if how == "thread":
        return asked
    if how == "chat":
        return replace(asked, handle={k: v for k, v in asked.handle.items() if k != "thread_ts"})
    conversation, handle = direct(asked.sender)
    return replace(asked, conversation=conversation, handle=handle)


@pytest.mark.parametrize("how", ["thread", "chat", "notice"])
async def test_a_post_whose_answer_got_lost_is_found(world: World, how: str) -> None:
    asked = await asked_in(world, how)
    (parcel,) = await parcels(world, asked, THANKS)
    assert isinstance(parcel, TracedParcel)
    assert not await parcel.arrived()
    world.slack.lose_next("chat.postMessage")
    with pytest.raises(DeliveryDelayed):
        await parcel.send()
    assert await parcel.arrived()
    assert len(world.answers_to("ana", DM)) == 1


async def test_another_answer_with_the_same_words_is_not_taken_for_it(world: World) -> None:
    earlier, asked = await world.asked_in_direct_chat(), await world.asked_in_direct_chat()
    await (await parcels(world, earlier, THANKS))[0].send()
    (parcel,) = await parcels(world, asked, THANKS)
    assert isinstance(parcel, TracedParcel)
    assert not await parcel.arrived()


async def test_a_post_that_a_busy_chat_has_pushed_to_the_next_page_is_found(world: World) -> None:
    asked = await asked_in(world, "chat")
    (parcel,) = await parcels(world, asked, THANKS)
    await parcel.send()
    for _ in range(110):
        await world.slack.say("ana", DM, "and?")
    assert isinstance(parcel, TracedParcel)
    assert await parcel.arrived()


@pytest.mark.parametrize(("wait", "told"), [(5, False), (60, True)])
async def test_where_slack_will_not_say_for_long_it_is_sent_again(
    world: World, wait: int, told: bool
) -> None:
    asked = await asked_in(world, "chat")
    (parcel,) = await parcels(world, asked, THANKS)
    assert isinstance(parcel, TracedParcel)
    world.slack.fail_next("conversations.history", "ratelimited", wait)
    if told:
        assert not await parcel.arrived()
        return
    with pytest.raises(DeliveryDelayed):
        await parcel.arrived()


async def test_a_workspace_that_forbids_the_question_gets_the_answer_again(world: World) -> None:
    asked = await asked_in(world, "chat")
    (parcel,) = await parcels(world, asked, THANKS)
    assert isinstance(parcel, TracedParcel)
    world.slack.fail_next("conversations.history", "missing_scope")
    assert not await parcel.arrived()


async def test_a_file_is_handed_over_unseen_and_found_once_it_is_shown(world: World, tmp_path: Path) -> None:
    asked = await world.asked_in_direct_chat()
    document = tmp_path / "danfe.pdf"
    document.write_bytes(b"%PDF-1.7")
    world.documents.files["danfe-1"] = document
    (parcel,) = await parcels(world, asked, Files((INVOICE,)))
    assert isinstance(parcel, StagedParcel)
    note = await parcel.stage()
    assert world.answers_to("ana", DM) == []
    # Another process, to which only the note came.
    (again,) = await parcels(world, asked, Files((INVOICE,)))
    assert isinstance(again, StagedParcel)
    rest = again.staged(note)
    assert isinstance(rest, TracedParcel)
    assert not await rest.arrived()
    world.slack.lose_next("files.completeUploadExternal")
    with pytest.raises(DeliveryDelayed):
        await rest.send()
    assert await rest.arrived()
    assert len(world.answers_to("ana", DM)) == 1


async def test_a_file_handed_over_long_ago_is_decided_anew(world: World, tmp_path: Path) -> None:
    asked = await world.asked_in_direct_chat()
    document = tmp_path / "danfe.pdf"
    document.write_bytes(b"%PDF-1.7")
    world.documents.files["danfe-1"] = document
    (parcel,) = await parcels(world, asked, Files((INVOICE,)))
    assert isinstance(parcel, StagedParcel)
    note = await parcel.stage()
    old = json.dumps({**json.loads(note), "at": time.time() - 61})
    world.documents.files["danfe-1"] = Phrase("file_not_there")
    await parcel.staged(old).send()
    (said,) = world.answers_to("ana", DM)
    assert not said.get("files")
