"""What Block Kit accepts, as strict as Slack: every block has its rules, and what has none is refused.

Source: https://docs.slack.dev/reference/block-kit/blocks and the validators of slack_sdk's models.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block as SdkBlock

from bot.demo.slack_double.elements import (
    IMAGE,
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    element,
)
from bot.demo.slack_double.refusals import mistake
from bot.demo.slack_double.shapes import (
    Rule,
    Shape,
    https,
    items,
    number,
    one_of,
    plain,
    string,
    text,
    truth,
    units,
)

MAX_BLOCKS = 50
MAX_VIEW_BLOCKS = 100
MAX_CHARACTERS = 13_200
"""Of all texts in a message (bolt-js#2509)."""
MAX_MARKDOWN = 12_000
MAX_DATA = 20_000


def check_blocks(blocks: object) -> None:
    """Raise the Refusal Slack would answer for a message; `messages` point at each mistake."""
    problems = list(problems_of(blocks, most=MAX_BLOCKS))
    if not isinstance(blocks, Sequence) or isinstance(blocks, str):
        raise mistake("invalid_blocks_format", *problems)
    if problems:
        raise mistake("invalid_blocks", *problems)
    if sum(_characters(block) for block in blocks) > MAX_CHARACTERS:
        raise mistake("msg_blocks_too_long", f"blocks hold more than {MAX_CHARACTERS} characters")


def problems_of(blocks: object, *, most: int) -> Iterator[str]:
    """Everything wrong with the blocks of a message, a view or a container."""
    if not isinstance(blocks, Sequence) or isinstance(blocks, str):
        yield "blocks must be an array"
        return
    if len(blocks) > most:
        yield f"no more than {most} items allowed [json-pointer:/blocks]"
    block_ids: set[str] = set()
    action_ids: set[str] = set()
    for index, block in enumerate(blocks):
        path = f"/blocks/{index}"
        yield from _block(block, path)
        if not isinstance(block, Mapping):
            continue
        yield from _unique(block.get("block_id"), block_ids, f"{path}/block_id")
        for one in _elements(block):
            yield from _unique(one.get("action_id"), action_ids, f"{path}/action_id")
        yield from _sdk_problems(block, path)
    yield from _sums([block for block in blocks if isinstance(block, Mapping)])


def _block(block: object, path: str) -> Iterator[str]:
    kind = block.get("type") if isinstance(block, Mapping) else None
    shape = _BLOCKS.get(kind) if isinstance(kind, str) else None
    if shape is None:
        yield f"unsupported type [json-pointer:{path}/type]"
    else:
        yield from shape(block, path)


def _text_or_fields(block: Mapping[str, Any], path: str) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield f"missing required field: text or fields [json-pointer:{path}]"


def _in_context(value: object, path: str) -> Iterator[str]:
    picture = isinstance(value, Mapping) and value.get("type") == "image"
    yield from (IMAGE if picture else text(3000))(value, path)


def _rich_text(value: object, path: str) -> Iterator[str]:
    known = ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")
    if not isinstance(value, Mapping) or value.get("type") not in known:
        yield f"unsupported element [json-pointer:{path}/type]"
    elif not isinstance(value.get("elements"), list):
        yield f"missing required field: elements [json-pointer:{path}]"


def _cell(value: object, path: str) -> Iterator[str]:
    kind = value.get("type") if isinstance(value, Mapping) else None
    cells: Mapping[Any, Rule] = {
        "raw_text": Shape({"text": string(3000)}),
        "raw_number": Shape({"value": _a_number, "text": string(3000)}),
        "rich_text": Shape({"elements": items(_rich_text, 1000)}),
    }
    if kind not in cells:
        yield f"unsupported type [json-pointer:{path}/type]"
    else:
        yield from cells[kind](value, path)


def _a_number(value: object, path: str) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        yield f"must be a number [json-pointer:{path}]"


def _fallback(value: object, path: str) -> Iterator[str]:
    yield from items(_block, 10)(value, path)


_ID: Mapping[str, Rule] = {"block_id": string(255)}
_BUTTON = frozenset({"button"})
_STATUS = one_of("pending", "in_progress", "complete", "error")
_COLUMN = Shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": truth})
_RICH = Shape({"elements": items(_rich_text, 1000)}, _ID)
_SOURCE = Shape({"url": https(), "text": string(3000)})
_TASK = Shape(
    {"task_id": string(255), "title": string(3000), "status": _STATUS},
    {"details": _RICH, "output": _RICH, "sources": items(_SOURCE, 50), **_ID},
)
_CARD = Shape(
    {},
    {
        "title": text(150),
        "subtitle": text(150),
        "body": text(200),
        "icon": IMAGE,
        "hero_image": IMAGE,
        "actions": items(element(_BUTTON), 3),
        **_ID,
    },
)
_BLOCKS: Mapping[str, Shape] = {
    "actions": Shape({"elements": items(element(IN_ACTIONS), 25)}, _ID),
    "alert": Shape(
        {"text": text(200)},
        {"level": one_of("default", "info", "warning", "error", "success"), **_ID},
    ),
    "auth_provider": Shape(
        {"value": string(150), "name": plain(75), "is_connected": truth},
        {
            "description": plain(150),
            "connected_identity": plain(75),
            "connected_context": plain(75),
            "icon_url": https(),
            "auth_url": string(3000, pattern=r"https://\S+"),
            "disconnect_url": string(3000, pattern=r"https://\S+"),
            "accessory": element(frozenset({"overflow"})),
            "fallback": _fallback,
            **_ID,
        },
    ),
    "card": _CARD,
    "carousel": Shape({"elements": items(_CARD, 10)}, _ID),
    "container": Shape(
        {"child_blocks": items(_block, 10)},
        {
            "title": text(150),
            "rich_text_title": _RICH,
            "subtitle": text(150),
            "icon": IMAGE,
            "width": string(20),
            "is_collapsible": truth,
            "default_collapsed": truth,
            "has_header_divider": truth,
            **_ID,
        },
    ),
    "context": Shape({"elements": items(_in_context, 10)}, _ID),
    "context_actions": Shape({"elements": items(element(IN_CONTEXT_ACTIONS), 5)}, _ID),
    "data_table": Shape(
        {"caption": string(3000), "rows": items(items(_cell, 20), 201, least=2)},
        {"page_size": number(1, 100), "sortable": truth, "filterable": truth, **_ID},
    ),
    "divider": Shape({}, _ID),
    "header": Shape({"text": plain(150)}, {"level": number(1, 4), **_ID}),
    "image": Shape(IMAGE.needs, {**IMAGE.may, "title": plain(2000), **_ID}, also=IMAGE.also),
    "input": Shape(
        {"label": plain(2000), "element": element(IN_INPUT)},
        {"hint": plain(2000), "optional": truth, "dispatch_action": truth, **_ID},
    ),
    "markdown": Shape({"text": string(MAX_MARKDOWN)}, _ID),
    "plan": Shape({"title": string(3000)}, {"tasks": items(_TASK, 50, least=0), **_ID}),
    "rich_text": _RICH,
    "section": Shape(
        {},
        {
            "text": text(3000),
            "fields": items(text(2000), 10),
            "accessory": element(IN_SECTION),
            "expand": truth,
            **_ID,
        },
        also=_text_or_fields,
    ),
    "table": Shape({"rows": items(items(_cell, 20), 100)}, {"column_settings": items(_COLUMN, 20), **_ID}),
    "task_card": _TASK,
}


def _sums(blocks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Limits that hold for a message as a whole."""

    def of(kind: str) -> list[Mapping[str, Any]]:
        return [block for block in blocks if block.get("type") == kind]

    if sum(units(str(block.get("text", ""))) for block in of("markdown")) > MAX_MARKDOWN:
        yield f"markdown blocks hold more than {MAX_MARKDOWN} characters [json-pointer:/blocks]"
    if sum(_characters(block.get("rows")) for block in of("data_table")) > MAX_DATA:
        yield f"data tables hold more than {MAX_DATA} characters [json-pointer:/blocks]"
    if len(of("table")) > 1:
        yield "only one table allowed [json-pointer:/blocks]"


def _unique(value: object, seen: set[str], path: str) -> Iterator[str]:
    if value is None:
        return
    if str(value) in seen:
        yield f"must be unique [json-pointer:{path}]"
    seen.add(str(value))


def _elements(block: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    listed = block.get("elements")
    several = listed if isinstance(listed, list) else ()
    for one in (*several, block.get("accessory"), block.get("element")):
        if isinstance(one, Mapping):
            yield one


def _sdk_problems(block: Mapping[str, Any], path: str) -> Iterator[str]:
    try:
        parsed = SdkBlock.parse(dict(block))
        if parsed is not None:
            parsed.to_dict()
    except (SlackObjectFormationError, TypeError, AttributeError) as error:
        yield f"{error} [json-pointer:{path}]"


def _characters(value: object) -> int:
    if isinstance(value, Mapping):
        own = value.get("text")
        return (units(own) if isinstance(own, str) else 0) + sum(
            _characters(item) for item in value.values() if not isinstance(item, str)
        )
    return sum(map(_characters, value)) if isinstance(value, list) else 0
