"""Person × place × act, as the page says it: no cell leaks, and the page tells what happens."""

from pathlib import Path

from bot.demo.events import ANA, DIEGO
from tests.sharing.matrix import ACTS, PERSONS, PLACES, leaks, outcome, secrets
from tests.sharing.world import PUBLIC, World, elements

PAGE = Path(__file__).parents[2] / "docs" / "slack.md"
BEGIN, END = "<!-- matrix -->", "<!-- /matrix -->"


async def test_what_everybody_sees_everywhere_is_what_the_page_says_and_nothing_leaks(
    world_: World,
) -> None:
    await world_.tie()
    await world_.slack.user_changed(DIEGO.id, deleted=True)
    await world_.settle()
    known = await secrets(world_)
    assert len(known.details) > 10
    assert known.amounts
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
    print(written(found))  # what to put into the page, where the test below fails
    assert leaks(world_.events, known) == []
    assert world_.slack.violations == []
    page = PAGE.read_text("utf-8")
    assert page[page.index(BEGIN) : page.index(END)] == BEGIN + "\n" + written(found)


def written(found: dict[tuple[str, str, str], str]) -> str:
    """The section of the page."""
    text = ""
    for act in ACTS:
        text += f"\n**{act}**\n\n| | {' | '.join(PLACES)} |\n|---|{'---|' * len(PLACES)}\n"
        for person in PERSONS:
            text += f"| {person} | {' | '.join(found[person, place, act] for place in PLACES)} |\n"
    return text + "\n"
