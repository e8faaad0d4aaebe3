"""What Block Kit accepts in a message, as strict as Slack.

Source: https://docs.slack.dev/reference/block-kit and the validators of slack_sdk's models.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block as SdkBlock

from bot.demo.slack_double.refusals import mistake

MAX_BLOCKS = 50
MAX_CHARACTERS = 13_200
"""Of all texts in a message (bolt-js#2509)."""

Checker = Callable[[Mapping[str, Any], str], Iterator[str]]


def check_blocks(blocks: object) -> None:
    """Raise the Refusal Slack would answer; `messages` point at each mistake."""
    if not isinstance(blocks, Sequence) or isinstance(blocks, str):
        raise mistake("invalid_blocks_format", "blocks must be an array")
    problems = list(_problems(blocks))
    if problems:
        raise mistake("invalid_blocks", *problems)
    if sum(_characters(block) for block in blocks) > MAX_CHARACTERS:
        raise mistake("msg_blocks_too_long", f"blocks hold more than {MAX_CHARACTERS} characters")


def _problems(blocks: Sequence[Any]) -> Iterator[str]:
    if len(blocks) > MAX_BLOCKS:
        yield f"no more than {MAX_BLOCKS} items allowed [json-pointer:/blocks]"
    block_ids: set[str] = set()
    action_ids: set[str] = set()
    for index, block in enumerate(blocks):
        path = f"/blocks/{index}"
        if not isinstance(block, Mapping) or block.get("type") not in _BLOCKS:
            yield f"unsupported type [json-pointer:{path}/type]"
            continue
        keys, check = _BLOCKS[block["type"]]
        yield from _unknown_keys(block, keys | {"type", "block_id"}, path)
        yield from check(block, path)
        yield from _unique(block.get("block_id"), block_ids, f"{path}/block_id")
        for element in _elements(block):
            yield from _unique(element.get("action_id"), action_ids, f"{path}/action_id")
        yield from _sdk_problems(block, path)


def _section(block: Mapping[str, Any], path: str) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield f"missing required field: text or fields [json-pointer:{path}]"
    if "text" in block:
        yield from _text(block["text"], f"{path}/text", most=3000)
    if "fields" in block:
        yield from _list(block["fields"], f"{path}/fields", most=10)
        for index, field in enumerate(block["fields"]):
            yield from _text(field, f"{path}/fields/{index}", most=2000)
    if "accessory" in block:
        yield from _element(block["accessory"], f"{path}/accessory")


def _header(block: Mapping[str, Any], path: str) -> Iterator[str]:
    yield from _text(block.get("text"), f"{path}/text", most=150, kinds=("plain_text",))


def _context(block: Mapping[str, Any], path: str) -> Iterator[str]:
    elements = block.get("elements")
    yield from _list(elements, f"{path}/elements", most=10)
    for index, element in enumerate(elements or ()):
        if isinstance(element, Mapping) and element.get("type") == "image":
            yield from _image(element, f"{path}/elements/{index}")
        else:
            yield from _text(element, f"{path}/elements/{index}", most=3000)


def _actions(block: Mapping[str, Any], path: str) -> Iterator[str]:
    elements = block.get("elements")
    yield from _list(elements, f"{path}/elements", most=25)
    for index, element in enumerate(elements or ()):
        yield from _element(element, f"{path}/elements/{index}")


def _image(block: Mapping[str, Any], path: str) -> Iterator[str]:
    yield from _string(block.get("image_url"), f"{path}/image_url", most=3000)
    yield from _string(block.get("alt_text"), f"{path}/alt_text", most=2000)


def _rich_text(block: Mapping[str, Any], path: str) -> Iterator[str]:
    yield from _list(block.get("elements"), f"{path}/elements", most=1000)


def _markdown(block: Mapping[str, Any], path: str) -> Iterator[str]:
    yield from _string(block.get("text"), f"{path}/text", most=12_000)


def _nothing(_block: Mapping[str, Any], _path: str) -> Iterator[str]:
    return iter(())


_BLOCKS: Mapping[str, tuple[frozenset[str], Checker]] = {
    "actions": (frozenset({"elements"}), _actions),
    "context": (frozenset({"elements"}), _context),
    "divider": (frozenset(), _nothing),
    "header": (frozenset({"text"}), _header),
    "image": (frozenset({"image_url", "alt_text", "title", "slack_file"}), _image),
    "markdown": (frozenset({"text"}), _markdown),
    "rich_text": (frozenset({"elements"}), _rich_text),
    "section": (frozenset({"text", "fields", "accessory", "expand"}), _section),
}

_BUTTON_KEYS = frozenset(
    {"type", "text", "action_id", "url", "value", "style", "confirm", "accessibility_label"}
)


def _element(element: object, path: str) -> Iterator[str]:
    """Buttons are all this bot uses; anything else is refused so that it gets its rules first."""
    if not isinstance(element, Mapping) or element.get("type") != "button":
        yield f"unsupported element [json-pointer:{path}/type]"
        return
    yield from _unknown_keys(element, _BUTTON_KEYS, path)
    yield from _text(element.get("text"), f"{path}/text", most=75, kinds=("plain_text",))
    yield from _string(element.get("action_id"), f"{path}/action_id", most=255)
    if "value" in element:
        yield from _string(element["value"], f"{path}/value", most=2000)
    if "url" in element:
        yield from _string(element["url"], f"{path}/url", most=3000)
    if element.get("style", "primary") not in ("primary", "danger"):
        yield f"must be a valid enum value [json-pointer:{path}/style]"


def _text(
    text: object, path: str, *, most: int, kinds: Sequence[str] = ("plain_text", "mrkdwn")
) -> Iterator[str]:
    if not isinstance(text, Mapping) or text.get("type") not in kinds:
        yield f"must be a text object of type {' or '.join(kinds)} [json-pointer:{path}]"
        return
    own = "emoji" if text["type"] == "plain_text" else "verbatim"
    yield from _unknown_keys(text, frozenset({"type", "text", own}), path)
    if not isinstance(text.get(own, False), bool):
        yield f"must be a boolean [json-pointer:{path}/{own}]"
    yield from _string(text.get("text"), f"{path}/text", most=most)


def _string(value: object, path: str, *, most: int) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"must be a string [json-pointer:{path}]"
    elif not value.strip():
        yield f"must be more than 0 characters [json-pointer:{path}]"
    elif len(value.encode("utf-16-le")) // 2 > most:
        yield f"must be less than {most + 1} characters [json-pointer:{path}]"


def _list(value: object, path: str, *, most: int) -> Iterator[str]:
    if not isinstance(value, list) or not value:
        yield f"must be an array with at least 1 item [json-pointer:{path}]"
    elif len(value) > most:
        yield f"no more than {most} items allowed [json-pointer:{path}]"


def _unknown_keys(value: Mapping[str, Any], known: frozenset[str], path: str) -> Iterator[str]:
    for key in sorted(set(value) - known):
        yield f"additional property: {key} [json-pointer:{path}]"


def _unique(value: object, seen: set[str], path: str) -> Iterator[str]:
    if value is None:
        return
    yield from _string(value, path, most=255)
    if str(value) in seen:
        yield f"must be unique [json-pointer:{path}]"
    seen.add(str(value))


def _elements(block: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for element in (*(block.get("elements") or ()), block.get("accessory")):
        if isinstance(element, Mapping):
            yield element


def _sdk_problems(block: Mapping[str, Any], path: str) -> Iterator[str]:
    try:
        parsed = SdkBlock.parse(dict(block))
        if parsed is not None:
            parsed.validate_json()
    except (SlackObjectFormationError, TypeError, AttributeError) as error:
        yield f"{error} [json-pointer:{path}]"


def _characters(value: object) -> int:
    if isinstance(value, Mapping):
        own = value.get("text")
        return (len(own) if isinstance(own, str) else 0) + sum(
            _characters(item) for item in value.values() if not isinstance(item, str)
        )
    return sum(map(_characters, value)) if isinstance(value, list) else 0
