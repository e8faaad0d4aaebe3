"""The panel of a process with nothing amiss, for tests of what it serves besides."""

from bot.seeing.health import Health
from bot.web import Panel


def quiet_panel() -> Panel:
    return Panel(_healthy)


async def _healthy() -> Health:
    return Health({})
