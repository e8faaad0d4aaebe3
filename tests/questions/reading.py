"""How the tests read: on Wednesday 15 July 2026, noon in São Paulo."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.questions import Period, Question, understand

NOW = datetime(2026, 7, 15, 15, tzinfo=UTC)
SAO_PAULO = ZoneInfo("America/Sao_Paulo")


def read(text: str, *, locale: str = "en", now: datetime = NOW, time_zone: ZoneInfo = SAO_PAULO) -> Question:
    return understand(text, now=now, time_zone=time_zone, locale=locale)


def days(period: Period | None, time_zone: ZoneInfo = SAO_PAULO) -> tuple[date, date] | None:
    """First and last day of a period, both included, as the reader's calendar has them."""
    if period is None:
        return None
    last = period.until.astimezone(time_zone) - timedelta(seconds=1)
    return period.since.astimezone(time_zone).date(), last.date()
