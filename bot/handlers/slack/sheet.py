"""Messages within Slack's limits, block by block.

Source of the limits: https://docs.slack.dev/reference/block-kit, and bolt-js#2509 for the sum.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.chat.buttons import Button
from bot.handlers.slack.text import clean, cut, mrkdwn, one_line, size

Block = Mapping[str, Any]

MAX_BLOCKS = 50
MAX_CHARACTERS = 8000
"""Of all texts of a message; Slack refuses from about 11 000 to 13 000 on (msg_blocks_too_long)."""
HEADER = 150
SECTION = 3000
FIELD = 2000
FIELDS = 10
CONTEXT = 500
LABEL = 75
BUTTONS = 25
OPTIONS = 5
"""Of an overflow menu."""
FALLBACK = 3000


@dataclass(frozen=True)
class Post:
    """One message: its blocks, and the same in plain words for where blocks cannot be shown."""

    blocks: tuple[Block, ...]
    plain: str

    @property
    def text(self) -> str:
        """For notifications and screen readers; Slack reads markup in it, so there is none."""
        return mrkdwn(cut(self.plain, FALLBACK))

    @property
    def plain_blocks(self) -> tuple[Block, ...]:
        """For a workspace that refused the real blocks."""
        return (section(cut(self.plain, SECTION)),)


@dataclass
class Sheet:
    """A message being laid out. Blocks that find no room are left out, and `add` says so."""

    blocks: list[Block] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    blocks_left: int = MAX_BLOCKS
    characters_left: int = MAX_CHARACTERS

    def add(self, block: Block, *lines: str) -> bool:
        return self.add_together((block,), *lines)

    def add_together(self, blocks: Sequence[Block], *lines: str) -> bool:
        """All of these, or none."""
        if len(blocks) > self.blocks_left or cost_of(blocks) > self.characters_left:
            return False
        self.blocks += blocks
        self.lines += lines
        self.reserve(blocks)
        return True

    def reserve(self, blocks: Iterable[Block]) -> None:
        """Keep room for what comes at the end."""
        for block in blocks:
            self.blocks_left -= 1
            self.characters_left -= cost_of(block)

    def release(self, blocks: Iterable[Block]) -> None:
        for block in blocks:
            self.blocks_left += 1
            self.characters_left += cost_of(block)

    def post(self) -> Post:
        return Post(tuple(self.blocks), "\n".join(line for line in self.lines if line))


def packed(posts: Sequence[Post]) -> tuple[Post, ...]:
    """Join neighbours that fit into one message; action ids become unique within it."""
    messages: list[Post] = []
    for post in posts:
        joined = (
            Post((*messages[-1].blocks, *post.blocks), f"{messages[-1].plain}\n{post.plain}")
            if (messages)
            else post
        )
        if messages and _fits(joined.blocks):
            messages[-1] = joined
        else:
            messages.append(post)
    return tuple(Post(with_unique_actions(message.blocks), message.plain) for message in messages)


def plain_text(text: str) -> Block:
    """A text object in which Slack reads neither markup nor :emoji:."""
    return {"type": "plain_text", "text": text, "emoji": False}


def marked_text(text: str) -> Block:
    """A text object with markup of ours; `text` is already escaped. Nothing is linked by itself."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def header(text: str) -> Block:
    return {"type": "header", "text": plain_text(cut(one_line(text), HEADER) or "–")}


def section(text: str, *, accessory: Block | None = None) -> Block:
    block = {"type": "section", "text": plain_text(cut(clean(text), SECTION) or "–")}
    return block | {"accessory": accessory} if accessory else block


def context(text: str) -> Block:
    return {"type": "context", "elements": [plain_text(cut(one_line(text), CONTEXT) or "–")]}


def divider() -> Block:
    return {"type": "divider"}


def actions(buttons: Sequence[tuple[Button, str]]) -> tuple[Block, ...]:
    """Buttons with their labels, in as many blocks as they need; those seldom wanted in a menu at the end."""
    rare = [(button, label) for button, label in buttons if button.rare][:OPTIONS]
    elements = [button_element(button, label) for button, label in buttons if (button, label) not in rare]
    if rare:
        elements.append(_overflow(rare))
    return tuple(
        {"type": "actions", "elements": elements[start : start + BUTTONS]}
        for start in range(0, len(elements), BUTTONS)
    )


def _overflow(buttons: Sequence[tuple[Button, str]]) -> Block:
    """A menu behind three dots; its own id is the first choice's, which stands for nothing else."""
    return {
        "type": "overflow",
        "action_id": buttons[0][0].action,
        "options": [
            {"text": plain_text(cut(one_line(label), LABEL) or "–"), "value": button.action}
            for button, label in buttons
        ],
    }


def button_element(button: Button, label: str) -> Block:
    element = {
        "type": "button",
        "text": plain_text(cut(one_line(label), LABEL) or "–"),
        "action_id": button.action,
        "value": button.action,
    }
    return element | {"style": "primary"} if button.primary else element


def link_button(label: str, url: str, *, action: str) -> Block:
    """A button that opens an address in the browser."""
    return {
        "type": "button",
        "text": plain_text(cut(one_line(label), LABEL) or "–"),
        "action_id": action,
        "url": url,
    }


def cost_of(value: object) -> int:
    """The characters of all texts within a block, as far as Slack counts them."""
    if isinstance(value, Mapping):
        own = value.get("text")
        return (size(own) if isinstance(own, str) else 0) + sum(
            cost_of(item) for item in value.values() if isinstance(item, (Mapping, list, tuple))
        )
    return sum(cost_of(item) for item in value) if isinstance(value, (list, tuple)) else 0


def _fits(blocks: Sequence[Block]) -> bool:
    return len(blocks) <= MAX_BLOCKS and sum(map(cost_of, blocks)) <= MAX_CHARACTERS


def with_unique_actions(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Slack refuses two elements of one action_id in a message. The value tells what was pressed."""
    used: set[str] = set()

    def unique(element: Block) -> Block:
        action = element.get("action_id")
        if action is None:
            return element
        # Messages that were told apart already are put together in a view.
        own, number = action.partition("#")[0], 1
        while action in used:
            number += 1
            action = f"{own}#{number}"
        used.add(action)
        return {**element, "action_id": action}

    def renamed(block: Block) -> Block:
        if block["type"] == "actions":
            return {**block, "elements": [unique(element) for element in block["elements"]]}
        if "accessory" in block:
            return {**block, "accessory": unique(block["accessory"])}
        return block

    return tuple(renamed(block) for block in blocks)
