"""What a process shows of itself: metrics, traces, health. Built where the settings ask for it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.inbox import Inbox
from bot.seeing.health import Look, look_at_all
from bot.settings import Settings
from bot.web import Panel

if TYPE_CHECKING:
    from bot.seeing.counting import Meters


class TracesNotPossible(Exception):
    """Traces are asked for and their packages are not there; the sentence says what to install."""


@dataclass(frozen=True)
class Seen:
    """What watches the log of this process."""

    meters: "Meters | None" = None
    watchers: tuple[structlog.typing.Processor, ...] = ()

    def panel(self, inbox: Inbox, looks: Mapping[str, Look]) -> Panel:
        """The operator's panel of a process with these parts."""
        health = partial(look_at_all, looks)
        if self.meters is None:
            return Panel(health)
        from bot.seeing.counting import MEDIA_TYPE

        return Panel(health, partial(_metrics, self.meters, inbox), MEDIA_TYPE)


@contextmanager
def watched(settings: Settings) -> Iterator[Seen]:
    """Begin to count and trace, as the settings say; send the last spans at the end.

    Raises TracesNotPossible. What is not asked for is not imported: it costs a start 80 ms and more.
    """
    meters = _meters(settings)
    watchers: list[structlog.typing.Processor] = [meters.note] if meters else []
    if not settings.traces_url:
        yield Seen(meters, tuple(watchers))
        return
    try:
        from bot.seeing.tracing import Tracer
    except ImportError as missing:
        raise TracesNotPossible(
            f"ORDERBOT_TRACES_URL is set, and {missing.name} is missing: pip install 'orderbot[traces]'."
        ) from missing
    tracer = Tracer(settings.traces_url)
    try:
        yield Seen(meters, (*watchers, tracer.note))
    finally:
        tracer.close()


def _meters(settings: Settings) -> "Meters | None":
    if not settings.ops_port and not settings.metrics_token.get_secret_value():
        return None
    from bot.seeing.counting import Meters

    meters = Meters()
    for erp in settings.erps.values():
        meters.knows_erp(erp.name)
    return meters


async def _metrics(meters: "Meters", inbox: Inbox) -> bytes:
    try:
        waiting = await inbox.waiting()
    except Exception as error:
        structlog.get_logger().warning("queue_not_counted", reason=type(error).__name__)
        return meters.page(None, 0)
    return meters.page(waiting.count, waiting.oldest_seconds)
