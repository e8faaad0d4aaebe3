"""The supplier's support: find a customer, answer for them in the thread, see what the team looked up."""

import pytest

from bot.demo.events import ANA, CARLA, SOFIA
from bot.demo.supplier.known import STAR
from tests.sharing.world import TIED, World


@pytest.mark.parametrize(
    "text", ["company ana.souza@northwind.example", "company +55 11 98765-0001", "company Ana Souza"]
)
async def test_staff_find_a_company_by_its_contacts(world_: World, text: str) -> None:
    await world_.ask(SOFIA, SOFIA.slack_dm, text)
    await world_.ask(SOFIA, SOFIA.slack_dm, "where is PO-7782?")
    assert STAR.order_number in world_.words(SOFIA, SOFIA.slack_dm)


async def test_nobody_else_finds_a_company_by_its_contacts(world_: World) -> None:
    await world_.ask(CARLA, CARLA.slack_dm, "company ana.souza@northwind.example")
    assert "Northwind" not in world_.words(CARLA, CARLA.slack_dm)


async def test_staff_answer_for_a_customer_in_the_thread_after_confirming(world_: World) -> None:
    await world_.tie()
    await world_.slack.say("ana", TIED, "has our order left?")
    root = world_.slack.sees("ana", TIED)[-1]["ts"]
    await world_.ask(SOFIA, TIED, "where is PO-7782?", thread_ts=root)
    assert world_.public(TIED) == []
    await world_.press(SOFIA, TIED, "Share here")
    await world_.press(SOFIA, TIED, "Post it")
    (post,) = world_.public(TIED)
    assert post["thread_ts"] == root


async def test_recent_tells_the_team_what_it_looked_up_and_nobody_else(world_: World) -> None:
    await world_.ask(ANA, ANA.slack_dm, "where is PO-7782?")
    await world_.ask(SOFIA, SOFIA.slack_dm, "recent")
    assert "has looked up nothing" in world_.words(SOFIA, SOFIA.slack_dm)
    await world_.ask(SOFIA, SOFIA.slack_dm, "for Northwind: where is PO-7782?")
    await world_.ask(SOFIA, SOFIA.slack_dm, "recent")
    told = world_.words(SOFIA, SOFIA.slack_dm)
    assert "Sofia Reis for Northwind Industrial Ltda" in told
    assert "Ana Souza for" not in told
    await world_.ask(ANA, ANA.slack_dm, "recent")
    assert "Sofia Reis" not in world_.words(ANA, ANA.slack_dm)
