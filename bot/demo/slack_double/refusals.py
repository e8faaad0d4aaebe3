"""How Slack says no."""

from collections.abc import Sequence


class Refusal(Exception):
    """An answer with `ok: false`.

    `fault` tells a mistake of the caller (an unknown argument, blocks over the limit) from a state of
    the world that a right caller meets too (not in the channel, a message deleted).
    """

    def __init__(self, error: str, *messages: str, fault: bool = False) -> None:
        super().__init__(error)
        self.error = error
        self.messages: Sequence[str] = messages
        self.fault = fault


def mistake(error: str, *messages: str) -> Refusal:
    return Refusal(error, *messages, fault=True)
