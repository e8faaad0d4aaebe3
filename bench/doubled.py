"""Why an answer came twice: what the first call of its delivery came to, and what happened just after it.

Every repeat must be one of those that docs/operations.md says remain ("What may arrive twice"): Telegram
cannot be asked what it was sent. Slack can, so an answer that comes twice there is a fault of the bot's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

TOLD_AFTER = 3.0
"""Seconds after a platform's answer within which its commit may still be under way on a busy machine."""


@dataclass(frozen=True)
class Shown:
    """An order that reached a chat, with how the platform's call ended for the bot."""

    at: float
    platform: str
    ended: str
    """`ok`, or carried out and answered with an error (`lost`) or not at all (`hung`)."""


@dataclass(frozen=True)
class Trouble:
    """Something that ended processes or their connections, on the same clock."""

    at: float
    what: str


def explained(shown: Sequence[Shown], troubles: Iterable[Trouble]) -> tuple[str, bool]:
    """Why an order was shown again, and whether nothing could have been done about it."""
    first, again = shown[:2]
    if first.ended != "ok":
        return (
            f"{first.platform} carried it out and said otherwise ({first.ended})",
            first.platform == "telegram",
        )
    until = min(again.at, first.at + TOLD_AFTER)
    between = [trouble for trouble in troubles if first.at - 0.2 <= trouble.at <= until]
    if between:
        ago = between[0].at - first.at
        reason = f"{between[0].what} {ago:+.2f} s after {first.platform} had taken it"
        return reason, first.platform == "telegram"
    return f"nothing went wrong near it; again after {again.at - first.at:.1f} s on {again.platform}", False
