"""The site's time zone: Frappe writes every moment in it, and never says so beside the moment."""

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.erp.erpnext.frappe import Frappe
from bot.erp.errors import ErpBadAnswer, ErpDenied


class Source(StrEnum):
    """Where the zone is known from."""

    SYSTEM_SETTINGS = "System Settings"
    DEFAULTS = "defaults"
    """The key's user's own where that user has one, else the site's."""
    SETTING = "setting"


@dataclass(frozen=True)
class SiteZone:
    zone: ZoneInfo
    source: Source


class Clock:
    """Asks the site once for its zone; `fallback` is the operator's setting, where it will not tell."""

    def __init__(self, frappe: Frappe, fallback: ZoneInfo) -> None:
        self._frappe = frappe
        self._fallback = fallback
        self._known: SiteZone | None = None
        self._asking = asyncio.Lock()

    async def zone(self) -> SiteZone:
        """Raises ErpUnavailable and ErpRateLimited, and asks again the next time."""
        async with self._asking:
            if self._known is None:
                self._known = await self._ask()
            return self._known

    async def _ask(self) -> SiteZone:
        try:
            told = await self._frappe.ask(
                "frappe.client.get_single_value", doctype="System Settings", field="time_zone"
            )
            if (zone := _zone(told)) is not None:
                return SiteZone(zone, Source.SYSTEM_SETTINGS)
        except (ErpDenied, ErpBadAnswer):
            pass  # a role that may not read System Settings is a good one
        try:
            told = await self._frappe.ask("frappe.client.get_time_zone")
            if isinstance(told, dict) and (zone := _zone(told.get("time_zone"))) is not None:
                return SiteZone(zone, Source.DEFAULTS)
        except (ErpDenied, ErpBadAnswer):
            pass
        return SiteZone(self._fallback, Source.SETTING)


def _zone(name: object) -> ZoneInfo | None:
    if not isinstance(name, str) or not name or len(name) > 60:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
