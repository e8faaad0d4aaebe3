"""What can be pressed: a button as answers want it, and one that carries its reference."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.chat.phrases import Phrase


@dataclass(frozen=True)
class Offer:
    """A button to be made: what it says and what pressing it asks for."""

    label: Phrase
    act: str
    values: Mapping[str, str] = field(default_factory=dict)
    primary: bool = False
    rare: bool = False
    """Seldom wanted: out of the way where a platform has a place for such."""
    company_id: int = 0
    """Another company than the one the answer speaks of; 0 for that one."""


@dataclass(frozen=True)
class Button:
    """Something to press. `action` is an opaque reference of ours, at most 40 ASCII characters."""

    label: Phrase
    action: str
    primary: bool = False
    rare: bool = False
    """Seldom wanted."""
