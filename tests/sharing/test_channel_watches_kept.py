"""A watch for a tied channel that was asked for while the ERP was away is the channel's all the same."""

from typing import Literal

import httpx
import pytest
from sqlalchemy import update

from bot.demo.events import ANA
from bot.demo.supplier.known import SPLIT, STAR
from bot.kept.rows import KeptRow
from bot.store import utc_now
from tests.sharing.test_channel_watches import ANAS, watched
from tests.sharing.world import TIED, World, user

REFERENCE = STAR.customer_reference


async def erp_is(world: World, mode: Literal["ok", "down"]) -> None:
    async with httpx.AsyncClient() as http:
        answered = await http.post(f"{world.core.settings.erp.url}/demo/faults", json={"mode": mode})
        answered.raise_for_status()


async def erp_comes_back(world: World) -> None:
    """The ERP answers again, and what waited for it is asked."""
    await erp_is(world, "ok")
    async with world.core.store.writing() as session:
        await session.exec(update(KeptRow).values(not_before=utc_now()))
    assert (await world.core.releaser.look()).released == 1
    await world.settle()


@pytest.fixture
async def kept(world_: World) -> World:
    """Ana asked in the tied channel that everybody there hear of the order, and the ERP was away."""
    await world_.tie()
    await erp_is(world_, "down")
    await world_.ask(ANA, TIED, f"tell us when {REFERENCE} ships")
    assert await watched(world_, user(ANA)) == []
    return world_


async def test_once_the_erp_is_back_it_is_watched_for_everybody_in_the_channel(kept: World) -> None:
    await erp_comes_back(kept)
    [watch] = await watched(kept, user(ANA))
    assert watch.place is not None
    assert watch.place.id == TIED
    assert f"northwind-and-us: {REFERENCE}: I will tell everybody" in kept.words(ANA, ANAS)


async def test_what_holds_by_then_decides_not_what_held_when_it_was_asked(kept: World) -> None:
    tied = kept.core.desk.services.channels
    [place] = await tied.tied_to(user(ANA).platform, kept.northwind)
    await tied.untie(user(ANA), place)
    await erp_comes_back(kept)
    assert await watched(kept, user(ANA)) == []
    assert "will tell" not in kept.words(ANA, ANAS)


async def test_the_choice_that_it_comes_to_in_the_direct_chat_is_for_everybody_in_the_channel(
    world_: World,
) -> None:
    await world_.tie()
    await erp_is(world_, "down")
    await world_.ask(ANA, TIED, f"tell us when {SPLIT[2].customer_reference} ships")
    await erp_comes_back(world_)
    await world_.press(ANA, ANAS, chosen(world_, ANAS))
    [watch] = await watched(world_, user(ANA))
    assert watch.place is not None
    assert watch.place.id == TIED
    assert "northwind-and-us: PO-7800: I will tell everybody" in world_.words(ANA, ANAS)


async def test_who_may_see_it_is_found_out_when_the_choice_is_made(world_: World) -> None:
    await world_.tie()
    await erp_is(world_, "down")
    await world_.ask(ANA, TIED, f"tell us when {SPLIT[2].customer_reference} ships")
    await erp_comes_back(world_)
    world_.channel(TIED, members=frozenset({"ana", "davi", "sofia", "carla"}))
    await world_.press(ANA, ANAS, chosen(world_, ANAS))
    assert "Somebody here may not see the orders of Northwind" in world_.words(ANA, ANAS)
    assert await watched(world_, user(ANA)) == []


async def test_a_choice_made_in_the_channel_while_the_erp_is_away_is_for_everybody_there(
    world_: World,
) -> None:
    await world_.tie()
    await world_.ask(ANA, TIED, f"tell us when {SPLIT[2].customer_reference} ships")
    await erp_is(world_, "down")
    await world_.press(ANA, TIED, chosen(world_, TIED))
    assert await watched(world_, user(ANA)) == []
    await erp_comes_back(world_)
    [watch] = await watched(world_, user(ANA))
    assert watch.place is not None
    assert watch.place.id == TIED


def chosen(world: World, place: str) -> str:
    """The button by which Ana chooses the last of several orders."""
    return next(label for label in world.labels(ANA, place) if SPLIT[2].order_number in label)
