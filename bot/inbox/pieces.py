"""One thing to do of an answer: a parcel to be sent, in one step or in two, or an errand."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Literal

import structlog

from bot.delivery import (
    DeliveryDelayed,
    DeliveryImpossible,
    PacedParcel,
    Parcel,
    ResumedParcel,
    StagedParcel,
    TracedParcel,
)
from bot.inbox.trying import Unsure

Act = Callable[[], Awaitable[str | None]]
"""Returns a note where there is more to do."""
Turn = Callable[[], AbstractAsyncContextManager[None]]


@dataclass(frozen=True)
class Piece:
    """One thing to do, and in what step it is remembered."""

    step: str
    kind: Literal["delivery", "errand"]
    act: Act
    turn: Turn = nullcontext
    """Held while it is done: a platform's limits may make it wait."""
    rest: Callable[[str], "Piece"] | None = None
    """What is left where `act` returned a note."""

    @property
    def paced(self) -> bool:
        return self.turn is not nullcontext


def sending(number: int, parcel: Parcel, unsure: Unsure) -> Piece:
    """What is to be done of the parcel with this number, or what is left of that."""
    if not isinstance(parcel, StagedParcel):
        return Piece(f"send {number}", "delivery", partial(_send, parcel, unsure), turn_of(parcel))

    def rest(note: str) -> Piece:
        staged = parcel.staged(note)
        return Piece(f"finish {number}", "delivery", partial(_send, staged, unsure), turn_of(staged))

    begun = False

    async def stage() -> str:
        nonlocal begun
        again = begun or unsure.maybe_sent
        begun = True
        return await (parcel.again() if again and isinstance(parcel, ResumedParcel) else parcel).stage()

    return Piece(f"send {number}", "delivery", stage, turn_of(parcel), rest)


def turn_of(parcel: Parcel) -> Turn:
    """When the platform's limits let a parcel be sent."""
    return parcel.turn if isinstance(parcel, PacedParcel) else nullcontext


async def _send(parcel: Parcel, unsure: Unsure) -> None:
    if unsure.maybe_sent and isinstance(parcel, TracedParcel) and await _arrived(parcel):
        structlog.get_logger().info("delivery_found", reason="sent_before")
        return
    await parcel.send()


async def _arrived(parcel: TracedParcel) -> bool:
    try:
        return await parcel.arrived()
    except (DeliveryDelayed, DeliveryImpossible):
        raise
    except Exception as error:
        # Asked again it would make no sense again, and the tries would be spent: better twice than never.
        structlog.get_logger().warning("not_told_whether_sent", reason=type(error).__name__)
        return False
