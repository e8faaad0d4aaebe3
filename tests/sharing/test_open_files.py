"""Documents in a company's own channel: by a setting, and only where everybody there may have them."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.chat.people import Platform
from bot.delivery import StagedParcel
from bot.demo.events import ANA, SOFIA
from tests.sharing.world import PRIVATE, TIED, World, world

INVOICE = "invoice of PO-7782"
INSIDERS = frozenset({"ana", "sofia"})


@pytest.fixture
async def open_world(blank: Path, tmp_path: Path) -> AsyncIterator[World]:
    """The setting is on, and everybody in the tied channel may have everything."""
    shutil.copytree(blank, tmp_path, dirs_exist_ok=True)
    async with world(tmp_path, files_in_channels=True) as made:
        made.channel(TIED, members=INSIDERS)
        await made.tie()
        yield made


def files(world: World, who: Any, place: str) -> list[dict[str, Any]]:
    return [message for message in world.slack.sees(who.id, place) if message.get("files")]


async def test_everybody_in_the_channel_reads_what_everybody_may_have(open_world: World) -> None:
    await open_world.slack.say("sofia", TIED, "which invoice?")
    root = open_world.slack.sees("sofia", TIED)[-1]["ts"]
    await open_world.ask(ANA, TIED, INVOICE, thread_ts=root)
    assert len(files(open_world, SOFIA, TIED)) == 2
    assert {one["thread_ts"] for one in files(open_world, SOFIA, TIED)} == {root}
    assert files(open_world, ANA, ANA.slack_dm) == []
    assert "here those that everybody in this channel may have" in open_world.words(ANA, TIED)
    assert (ANA.slack_user, "file", "posted") in await open_world.audited("file")
    assert open_world.slack.violations == []


async def test_without_the_setting_files_go_to_the_direct_chat(world_: World) -> None:
    world_.channel(TIED, members=INSIDERS)
    await world_.tie()
    await world_.ask(ANA, TIED, INVOICE)
    assert files(world_, SOFIA, TIED) == []
    assert len(files(world_, ANA, ANA.slack_dm)) == 2


@pytest.mark.parametrize("other", ["davi", "bruno", "gustavo", "paula"])
async def test_one_person_who_may_not_have_it_is_enough(open_world: World, other: str) -> None:
    """Davi sees the company's orders and no invoices; the others see nothing of it."""
    open_world.channel(TIED, members=INSIDERS | {other})
    await open_world.ask(ANA, TIED, INVOICE)
    assert files(open_world, ANA, TIED) == []
    # Where somebody may not see the company at all, nothing is answered in its channel.
    assert len(files(open_world, ANA, ANA.slack_dm)) == 2


async def test_a_channel_of_nobody_gets_no_files(open_world: World) -> None:
    open_world.channel(PRIVATE, members=INSIDERS)
    await open_world.ask(ANA, PRIVATE, INVOICE)
    assert files(open_world, SOFIA, PRIVATE) == []
    assert len(files(open_world, ANA, ANA.slack_dm)) == 2


async def test_it_is_decided_anew_when_the_file_is_shown(open_world: World) -> None:
    assert await open_world.slack.say("ana", TIED, f"@Orderbot {INVOICE}") == 200
    message = open_world.inbox.waiting.pop()
    courier = open_world.couriers[Platform.SLACK]
    reply = await open_world.core.assistant.answer(message, await courier.reader(message))
    staged = [one for one in courier.parcels(message, reply) if isinstance(one, StagedParcel)]
    handed = [(one, await one.stage()) for one in staged]
    open_world.channel(TIED, members=INSIDERS | {"bruno"})
    for parcel, note in handed:
        await parcel.staged(note).send()
    assert files(open_world, ANA, TIED) == []
    assert len(files(open_world, ANA, ANA.slack_dm)) == 2


@pytest.mark.parametrize("error", ["posting_to_channel_denied", "not_in_channel", "channel_not_found"])
async def test_where_slack_does_not_take_it_there_it_goes_to_the_direct_chat(
    open_world: World, error: str
) -> None:
    open_world.slack.fail_next("files.completeUploadExternal", error)
    await open_world.ask(ANA, TIED, "XML of PO-7782")
    assert len(files(open_world, ANA, TIED)) + len(files(open_world, ANA, ANA.slack_dm)) == 2
    assert len(files(open_world, ANA, ANA.slack_dm)) == 1
