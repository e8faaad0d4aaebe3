"""Person × place × act, as the page says it: no cell leaks, and the page tells what happens."""

from dataclasses import replace
from pathlib import Path

from bot.demo.events import ANA, DIEGO, StageEvent
from bot.demo.supplier.known import STAR
from tests.sharing.matrix import ACTS, PERSONS, PLACES, leaks, outcome, secrets
from tests.sharing.tabled import section, written
from tests.sharing.world import PUBLIC, World, elements

PAGE = Path(__file__).parents[2] / "docs" / "slack.md"


async def test_what_everybody_sees_everywhere_is_what_the_page_says_and_nothing_leaks(
    world_: World,
) -> None:
    await world_.tie()
    await world_.slack.user_changed(DIEGO.id, deleted=True)
    await world_.settle()
    known = await secrets(world_)
    assert all(len(one.details) > 10 and one.amounts for one in known)
    await world_.ask(ANA, ANA.slack_dm, "where is PO-7782?")
    lines = next(
        one["action_id"]
        for message in world_.slack.sees(ANA.id, ANA.slack_dm)
        for one in elements(message)
        if one["text"]["text"] == "Order lines"
    )
    await world_.slack.say("bruno", PUBLIC, "where is our order?")
    world_.root = world_.slack.sees("bruno", PUBLIC)[-1]["ts"]
    found = {
        (person, place, act): await outcome(world_, person, place, act, lines)
        for person in PERSONS
        for place in PLACES
        for act in ACTS
    }
    expected = written(found, tuple(PERSONS), PLACES, ACTS)
    print(expected)  # what to put into the page, where the test below fails
    assert leaks(world_.events, known) == []
    assert world_.slack.violations == []
    assert section(PAGE) == expected


async def test_the_look_for_leaks_finds_one(world_: World) -> None:
    known = await secrets(world_)
    message = {"bot_id": "B1", "text": f"invoice {STAR.invoices[0]}", "is_ephemeral": True}
    seen = StageEvent(platform="slack", kind="message", person="bruno", conversation=PUBLIC, payload=message)
    assert leaks([seen], known) == [f"bruno in {PUBLIC} saw {STAR.invoices[0]}"]
    assert leaks([replace(seen, person="ana")], known) == []
    assert len(leaks([replace(seen, person="ana", payload={**message, "is_ephemeral": False})], known)) == 1
    # One that holds no other: which comes first of a set is chance.
    details = STAR.invoices[0]
    unfurled = replace(seen, person="ana", payload={"text": "look", "unfurled": {"title": details}})
    assert len(leaks([unfurled], known)) == 1
    pane = replace(seen, kind="pane", conversation="", payload={"metadata": {"title": details}})
    assert len(leaks([pane], known)) == 1
    assert leaks([replace(pane, person="ana")], known) == []
