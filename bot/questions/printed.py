"""A question as `orderbot parse` prints it. The keys are stable: docs/parse.md."""

import calendar
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.questions.question import Period, Question, Schedule


def as_json(question: Question, time_zone: ZoneInfo) -> dict[str, Any]:
    """The question as plain JSON values; days are those of the reader's time zone."""
    return {
        "intent": question.intent.public.value,
        "references": [
            {
                "text": reference.text or reference.value,
                "value": reference.value,
                "kinds": [kind.value for kind in reference.kinds or (reference.kind,)],
            }
            for reference in question.references
        ],
        "documents": [kind.value for kind in question.documents],
        "period": _period(question.period, time_zone),
        "filters": _filters(question),
        "language": question.language,
        "confidence": question.confidence,
    }


def _period(period: Period | None, time_zone: ZoneInfo) -> dict[str, str | None] | None:
    if period is None:
        return None
    last = (period.until - timedelta(microseconds=1)).astimezone(time_zone).date()
    return {
        "from": period.since.astimezone(time_zone).date().isoformat() if period.began else None,
        "to": last.isoformat() if period.ended else None,
    }


def _filters(question: Question) -> dict[str, Any]:
    """Only what was said: a filter that is not set is absent."""
    filters = question.filters
    named: dict[str, Any] = {
        "open": question.open_only or None,
        "late": filters.late or None,
        "backordered": filters.backordered or None,
        "invoiced": filters.invoiced,
        "unpaid": filters.unpaid or None,
        "overdue": filters.overdue or None,
        "on_hold": filters.on_hold or None,
        "status": [status.value for status in filters.statuses] or None,
        "product": filters.product,
        "sku": filters.sku,
        "place": filters.place,
        "placed_by": filters.placed_by,
        "limit": question.limit,
        "ordinal": question.ordinal,
        "same_order": question.same_order or None,
        "all_documents": question.all_documents or None,
        "events": [event.value for event in question.events] or None,
        "schedule": None if question.schedule is None else _schedule(question.schedule),
    }
    return {name: value for name, value in named.items() if value is not None}


def _schedule(schedule: Schedule) -> dict[str, str | None]:
    return {
        "weekday": None if schedule.weekday is None else calendar.day_name[schedule.weekday].lower(),
        "time": None if schedule.at is None else schedule.at.strftime("%H:%M"),
    }
