"""What the page sends with a POST, read with care, and what it is answered."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any


class Refused(Exception):
    """A request of the page that cannot be done; the text says why."""


@dataclass(frozen=True)
class Asked:
    """The body of a POST."""

    body: Mapping[str, Any]

    def text(self, name: str) -> str:
        value = self.body.get(name)
        if not isinstance(value, str):
            raise Refused(f"{name} must be a text.")
        return value

    def number(self, name: str) -> int:
        value = self.body.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise Refused(f"{name} must be a whole number.")
        return value

    def texts(self, name: str) -> Mapping[str, str]:
        """Texts by name."""
        value = self.body.get(name)
        if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
            raise Refused(f"{name} must hold texts.")
        return value


Act = Callable[[Asked], Awaitable[Mapping[str, Any]]]
"""Something the page may ask for."""


def status_told(status: int) -> Mapping[str, Any]:
    """The HTTP status that the bot gave the platform, and a sentence where it took nothing."""
    if 200 <= status < 300:
        return {"status": status}
    return {"status": status, "error": f"The bot did not take it ({status or 'no answer'}). Is it starting?"}
