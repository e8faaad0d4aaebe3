"""What is seldom wanted stands in a menu behind three dots, and its choices do what buttons do."""

import pytest

from bot.chat.buttons import Button
from bot.chat.messages import Message, Pressed
from bot.chat.phrases import Phrase
from bot.chat.replies import Actions, Heading, OrderCard
from bot.demo.events import ANA
from bot.handlers.slack.sheet import OPTIONS, actions
from tests.handlers.slack.orders import button, order
from tests.handlers.slack.world import CHANNEL, World

DM = ANA.slack_dm
DOCUMENTS = button("ref-documents", "button_documents")
REFRESH = Button(Phrase("button_refresh"), "ref-refresh", rare=True)
HELP = Button(Phrase("button_help"), "ref-help", rare=True)
CARD = OrderCard(order(), "Northwind", buttons=(DOCUMENTS, REFRESH, HELP))


def menu(message: object) -> dict[str, object]:
    blocks = message["blocks"]  # type: ignore[index]
    (found,) = [one for block in blocks for one in block.get("elements", ()) if one["type"] == "overflow"]
    return dict(found)


async def shown(world: World, asked: Message) -> str:
    """The ts of the card."""
    await world.deliver(asked, CARD)
    place = DM if asked.conversation.private else CHANNEL
    return str(world.answers_to("ana", place)[-1]["ts"])


async def test_the_rare_ones_are_in_a_menu_after_the_buttons(world: World) -> None:
    ts = await shown(world, await world.asked_in_direct_chat())
    (message,) = [one for one in world.answers_to("ana", DM) if one["ts"] == ts]
    kinds = [element["type"] for element in message["blocks"][-1]["elements"]]
    assert kinds == ["button", "overflow"]
    options = menu(message)["options"]
    assert [(one["text"]["text"], one["value"]) for one in options] == [  # type: ignore[attr-defined]
        ("Refresh", "ref-refresh"),
        ("Help", "ref-help"),
    ]
    assert world.slack.violations == []


@pytest.mark.parametrize("place", [DM, CHANNEL])
@pytest.mark.parametrize("reference", ["ref-refresh", "ref-help"])
async def test_a_choice_is_a_press(world: World, place: str, reference: str) -> None:
    asked = await (world.asked_in_direct_chat() if place == DM else world.asked_by_mention())
    ts = await shown(world, asked)
    assert await world.slack.press("ana", place, ts, "ref-refresh", reference) == 200
    assert world.kept.last.content == Pressed(reference)


async def test_a_choice_in_the_app_home_is_a_press_too(world: World) -> None:
    assert await world.slack.doors.open_home("ana") == 200
    await world.deliver(world.kept.last, Heading(Phrase("home_more")), Actions((DOCUMENTS, REFRESH, HELP)))
    home = world.slack.doors.home("ana")
    assert home is not None
    assert await world.slack.doors.press("ana", home["id"], "ref-refresh", "ref-help") == 200
    assert world.kept.last.content == Pressed("ref-help")


async def test_nothing_is_chosen_that_is_not_offered(world: World) -> None:
    ts = await shown(world, await world.asked_in_direct_chat())
    before = len(world.kept.messages)
    for option in ("", "ref-documents", "ref-of-somebody-else"):
        with pytest.raises(LookupError):
            await world.slack.press("ana", DM, ts, "ref-refresh", option)
    with pytest.raises(LookupError):
        await world.slack.press("ana", DM, ts, "ref-documents", "ref-refresh")
    assert len(world.kept.messages) == before


def test_more_than_a_menu_holds_stay_buttons() -> None:
    rare = [(Button(Phrase("button_help"), f"ref-{number}", rare=True), "Help") for number in range(7)]
    (block,) = actions(rare)
    assert [one["type"] for one in block["elements"]] == ["button", "button", "overflow"]
    assert len(block["elements"][-1]["options"]) == OPTIONS
