"""What every adapter is given and looks at first: a clock, a time zone, a company's keys."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog

from bot.erp.addresses import ErpAddressRefused
from bot.scope import CompanyScope


def utc_now() -> datetime:
    return datetime.now(UTC)


def zone_named(name: str) -> ZoneInfo:
    """The IANA zone of the settings; raises ErpAddressRefused where there is none of the name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # A part of the world, "America", is a folder.
        raise ErpAddressRefused(f"Not an IANA time zone: {name!r}") from None


def usable_keys(scope: CompanyScope, fits: Callable[[str], bool], *, erp: str, reason: str) -> list[str]:
    """The scope's keys that this ERP can be asked for, each once; `reason` says in the log why not others.

    None of them: nothing must be asked, for an empty list would mean no clause to some.
    """
    keys = dict.fromkeys(scope.keys)
    usable = [key for key in keys if fits(key)]
    if len(usable) < len(keys):
        log = structlog.get_logger()
        log.warning("company_key_unusable", erp=erp, reason=reason)
    return usable
