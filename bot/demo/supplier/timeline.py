"""When things happened to an order: working days, office hours, nothing later than yesterday."""

import random
from datetime import UTC, date, datetime, time, timedelta

from bot.demo.supplier.plans import (
    CANCELLED,
    COMMERCIAL_RELEASE,
    DELIVERED,
    DESPATCHED,
    RECEIVED,
    Plan,
    age_in_days,
)


def estimated(
    status: int, steps: dict[int, datetime], promised: date, today: date, rng: random.Random
) -> str | None:
    if status == CANCELLED:
        return None
    if status < DESPATCHED:
        return promised.isoformat()
    if status == DELIVERED:
        return (steps[DELIVERED].date() + timedelta(days=rng.choice((-1, 0, 0, 0, 1, 1)))).isoformat()
    return max(
        steps[DESPATCHED].date() + timedelta(days=rng.randint(2, 6)), today + timedelta(days=1)
    ).isoformat()


def placed_at(plan: Plan, today: date, rng: random.Random) -> datetime:
    age = age_in_days(plan.slot)
    day = today - timedelta(days=1 + int(age))
    # Office hours of São Paulo, so that the day is the same there and in UTC; slots keep their order.
    within = 1 - age % 1
    placed = datetime.combine(day, time(11), UTC) + timedelta(
        seconds=int(within * 9 * 3600) + rng.randint(0, 900)
    )
    if not plan.by_web and placed.weekday() >= 5:
        placed -= timedelta(days=placed.weekday() - 4)
    return placed


def steps_of(plan: Plan, placed: datetime, latest: datetime, rng: random.Random) -> dict[int, datetime]:
    """When each status was or would be reached: working days, office hours, never after `latest`."""
    furthest = max(plan.centres.values())
    if furthest in (CANCELLED, DELIVERED):
        days = [rng.uniform(0.2, 1.6) for _ in range(DESPATCHED)] + [rng.uniform(1.5, 4.5)]
    else:
        # Still under way: what is known last happened in the last few days.
        lasted = (latest - placed) / timedelta(days=1)
        until_last = max(lasted - rng.uniform(0.2, min(4, max(0.3, lasted / 2))), 0)
        parts = [rng.uniform(0.2, 1) for _ in range(furthest)]
        days = [until_last * part / sum(parts) for part in parts] + [1.0] * (DELIVERED - furthest)
    moments = {RECEIVED: placed}
    at = placed
    for status, passed in enumerate(days, COMMERCIAL_RELEASE):
        at += timedelta(days=passed)
        if at.weekday() >= 5 and at + timedelta(days=2) < latest:
            at += timedelta(days=7 - at.weekday())
        at = at.replace(hour=rng.randint(11, 19), minute=rng.randrange(60), second=rng.randrange(60))
        at = min(max(at, moments[status - 1] + timedelta(minutes=rng.randint(25, 90))), latest)
        moments[status] = at
    return moments


def utc_text(moment: datetime) -> str:
    """As the database and the interface write it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
