"""The judge of every outgoing call in the suite: it fails on each mistake that was put in on purpose."""

from typing import Any

import httpx
import pytest

from bot.demo.called_wrongly import CalledWrongly
from bot.demo.events import ANA
from bot.demo.slack_double.elements import options_problems
from tests.handlers.slack.world import CHANNEL, TOKEN, World, world

DM = ANA.slack_dm
Object = dict[str, Any]


def plain(text: str) -> Object:
    return {"type": "plain_text", "text": text}


def option(number: int = 0, **changes: Any) -> Object:
    return {"text": plain(f"Order {number}"), "value": str(number), **changes}


def menu(count: int = 1, **changes: Any) -> Object:
    options = [option(number) for number in range(count)]
    return {"type": "static_select", "action_id": "m", "options": options, **changes}


def in_section(element: Object) -> list[Object]:
    return [{"type": "section", "text": plain("x"), "accessory": element}]


def asked(element: Object, **changes: Any) -> Object:
    return {"type": "input", "label": plain("Number"), "element": element, **changes}


def typing(**changes: Any) -> Object:
    return {"type": "plain_text_input", "action_id": "t", **changes}


def modal(*blocks: Object, **changes: Any) -> Object:
    return {"type": "modal", "title": plain("Find"), "submit": plain("Go"), "blocks": list(blocks), **changes}


def table(rows: int = 2, cells: int = 2, text: str = "x") -> Object:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": text}] * cells] * rows}


CARD: Object = {"type": "card", "title": plain("PO-7782")}
RIGHT: list[list[Object]] = [
    in_section(menu(100)),
    in_section({"type": "overflow", "action_id": "o", "options": [option(n) for n in range(5)]}),
    [asked(typing(max_length=80))],
    [asked({"type": "external_select", "action_id": "e", "min_query_length": 2})],
    [table(100, 20)],
    [{"type": "carousel", "elements": [CARD] * 10}],
    [{"type": "alert", "text": plain("late"), "level": "warning"}],
    [{"type": "plan", "title": "Looking", "tasks": [{"task_id": "1", "title": "ERP", "status": "complete"}]}],
]


@pytest.mark.parametrize("blocks", RIGHT)
async def test_what_slack_takes_is_taken(world: World, blocks: list[Object]) -> None:
    answer = await _call(world, "chat.postMessage", {"channel": DM, "text": "x", "blocks": blocks})
    assert answer.get("error") is None, answer


SEEDED: list[tuple[str, list[Object]]] = [
    ("a menu of 101", in_section(menu(101))),
    ("an empty menu", in_section(menu(0))),
    ("a menu with options and groups", in_section(menu(option_groups=[]))),
    ("an option's text of 76", in_section(menu(options=[option(text=plain("x" * 76))]))),
    ("an option's value of 151", in_section(menu(options=[option(value="x" * 151)]))),
    ("an option's description of 76", in_section(menu(options=[option(description=plain("x" * 76))]))),
    ("an option with markup", in_section(menu(options=[option(text={"type": "mrkdwn", "text": "*x*"})]))),
    ("a placeholder of 151", in_section(menu(placeholder=plain("x" * 151)))),
    ("an overflow of 6", in_section({"type": "overflow", "action_id": "o", "options": [option()] * 6})),
    ("an overflow of none", in_section({"type": "overflow", "action_id": "o", "options": []})),
    ("11 checkboxes", in_section({"type": "checkboxes", "action_id": "c", "options": [option()] * 11})),
    ("a field to type in outside an input", in_section(typing())),
    ("a button inside an input", [asked({"type": "button", "action_id": "b", "text": plain("Go")})]),
    ("a label of 2001", [asked(typing(), label=plain("x" * 2001))]),
    ("a hint of 2001", [asked(typing(), hint=plain("x" * 2001))]),
    ("a field for 3001 characters", [asked(typing(max_length=3001))]),
    ("a date that is none", in_section({"type": "datepicker", "action_id": "d", "initial_date": "1 May"})),
    ("a length as text", [asked({"type": "external_select", "action_id": "e", "min_query_length": "2"})]),
    (
        "a confirmation titled with 101",
        in_section(
            menu(
                confirm={
                    "title": plain("x" * 101),
                    "text": plain("x"),
                    "confirm": plain("y"),
                    "deny": plain("n"),
                }
            )
        ),
    ),
    ("a table of 101 rows", [table(101)]),
    ("a table of 21 columns", [table(1, 21)]),
    ("an empty cell", [table(1, 1, "")]),
    ("two tables", [table(), table()]),
    ("markdown of 12 001 in sum", [{"type": "markdown", "text": "x" * 6001}] * 2),
    ("a card with four buttons", [CARD | {"actions": [menu()] * 4}]),
    ("a card titled with 151", [CARD | {"title": plain("x" * 151)}]),
    ("a carousel of 11", [{"type": "carousel", "elements": [CARD] * 11}]),
    ("an alert of 201", [{"type": "alert", "text": plain("x" * 201)}]),
    ("an alert of no known level", [{"type": "alert", "text": plain("x"), "level": "loud"}]),
    ("a picture without words", [{"type": "image", "image_url": "https://x.example/1.png"}]),
    ("a plan of 51", [{"type": "plan", "title": "x", "tasks": [{"task_id": "1"}] * 51}]),
    ("a status of no known kind", [{"type": "task_card", "task_id": "1", "title": "x", "status": "soon"}]),
    ("a block id of 256", [{"type": "divider", "block_id": "x" * 256}]),
    ("6 context actions", [{"type": "context_actions", "elements": [{"type": "feedback_buttons"}] * 6}]),
    ("11 texts in a context", [{"type": "context", "elements": [plain("x")] * 11}]),
    ("a link that is none", in_section({"type": "button", "action_id": "b", "text": plain("x"), "url": "x"})),
    ("a truth as text", [{"type": "section", "text": plain("x") | {"emoji": "no"}}]),
]


@pytest.mark.parametrize("blocks", [blocks for _, blocks in SEEDED], ids=[name for name, _ in SEEDED])
async def test_a_seeded_mistake_in_blocks_is_found(world: World, blocks: list[Object]) -> None:
    answer = await _call(world, "chat.postMessage", {"channel": DM, "text": "x", "blocks": blocks})
    assert answer["error"] == "invalid_blocks"
    assert len(world.slack.excuse()) == 1


VIEWS: list[tuple[str, Object]] = [
    ("a title of 25", modal(title=plain("x" * 25))),
    ("a button of 25", modal(submit=plain("x" * 25))),
    ("private metadata of 3001", modal(private_metadata="x" * 3001)),
    ("101 blocks", modal(*[{"type": "divider"}] * 101)),
    ("an input and no button", {k: v for k, v in modal(asked(typing())).items() if k != "submit"}),
    ("a home where a modal belongs", {"type": "home", "blocks": [{"type": "divider"}]}),
    ("a wrong block", modal({"type": "sektion"})),
    ("an unknown field", modal({"type": "divider"}, colour="red")),
]


@pytest.mark.parametrize("view", [view for _, view in VIEWS], ids=[name for name, _ in VIEWS])
async def test_a_seeded_mistake_in_a_view_is_found(world: World, view: Object) -> None:
    answer = await _call(world, "views.open", {"trigger_id": "1.2.3", "view": view})
    assert answer["error"] == "invalid_arguments"
    assert len(world.slack.excuse()) == 1


async def test_what_is_shown_of_a_link_is_looked_at_too(world: World) -> None:
    unfurls = {"https://shop.example/1": {"blocks": [{"type": "sektion"}]}}
    answer = await _call(world, "chat.unfurl", {"channel": CHANNEL, "ts": "1.2", "unfurls": unfurls})
    assert answer["error"] == "invalid_blocks"
    assert len(world.slack.excuse()) == 1


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ({"options": []}, True),
        ({"options": [option(n) for n in range(100)]}, True),
        ({"options": [option(n) for n in range(101)]}, False),
        ({"options": [option(value="x" * 151)]}, False),
        ({"options": [], "option_groups": []}, False),
        ({}, False),
    ],
)
def test_completions_are_judged_like_menus(answer: Object, right: bool) -> None:
    assert (list(options_problems(answer)) == []) is right


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.postMessages"])
async def test_a_wrong_call_fails_the_test_it_happens_in(method: str) -> None:
    with pytest.raises(CalledWrongly, match=method):
        async with world() as misused:
            await _call(misused, method, {"channel": DM, "text": "x", "colour": "red"})


async def _call(world: World, method: str, arguments: Object) -> Object:
    async with httpx.AsyncClient(trust_env=False) as client:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = await client.post(f"{world.slack.own_url}/api/{method}", json=arguments, headers=headers)
    body: Object = answer.json()
    return body
