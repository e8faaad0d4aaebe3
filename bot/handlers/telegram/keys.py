"""The keys under a message, and how they are laid out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from telegram.constants import InlineKeyboardMarkupLimit

from bot.handlers.telegram.html import units

LABEL: Final = 40
"""UTF-16 units of a label at most."""
_ACROSS: Final = (LABEL, 16, 11)
"""UTF-16 units of a label that a phone shows whole, of one, two, or three in a row."""


@dataclass(frozen=True)
class Key:
    """A button: what it says, and the callback data it carries."""

    label: str
    data: str
    primary: bool = False
    opens: bool = False
    """The data is what a link into the chat with the bot says there, for which the bot's name is needed."""
    url: str = ""
    """A page of ours that it opens, instead of carrying data."""
    in_telegram: bool = False
    """The page is opened in Telegram, which tells it who opens it; in private chats only."""


Keyboard = tuple[tuple[Key, ...], ...]


def in_rows(keys: Sequence[Key]) -> list[tuple[Key, ...]]:
    """Side by side while each label has room on a phone, where the keys of a row are equally wide."""
    rows: list[tuple[Key, ...]] = []
    for key in keys:
        wider = (*rows[-1], key) if rows else ()
        if wider and len(wider) <= len(_ACROSS) and _widest(wider) <= _ACROSS[len(wider) - 1]:
            rows[-1] = wider
        else:
            rows.append((key,))
    return rows


def _widest(row: Sequence[Key]) -> int:
    return max(units(key.label) for key in row)


def size_of(keyboard: Keyboard) -> int:
    """How many keys it has."""
    return sum(len(row) for row in keyboard)


def most_buttons() -> int:
    """How many keys Telegram takes under one message."""
    return int(InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER)
