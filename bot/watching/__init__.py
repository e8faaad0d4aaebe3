"""Watches: a person is told when an order moves, or at set hours how a list of orders stands."""

from bot.watching.changes import Change, Seen, changes, is_over, seen_of
from bot.watching.rows import place_of_lane
from bot.watching.values import Digest, LiveWatch, Outgoing, TooManyWatches, Watched
from bot.watching.watches import Watches

__all__ = [
    "Change",
    "Digest",
    "LiveWatch",
    "Outgoing",
    "Seen",
    "TooManyWatches",
    "Watched",
    "Watches",
    "changes",
    "is_over",
    "place_of_lane",
    "seen_of",
]
