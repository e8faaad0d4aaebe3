"""What the operator does when something went wrong: look at failures, try again."""

from bot.building.basics import inbox_settings
from bot.explained import explained
from bot.inbox import Failures
from bot.settings import Settings


def run_failures(settings: Settings, limit: int) -> int:
    """Print the last failures, newest first, one line each: time, code, message, step and reason."""
    with explained() as outcome:
        failures = Failures(inbox_settings(settings))
        try:
            for one in failures.last(limit):
                print(f"{one.at:%Y-%m-%d %H:%M:%S}Z  {one.incident}  {one.id}  {one.reason}")
        finally:
            failures.close()
    return outcome.code


def run_retry(settings: Settings, which: str) -> int:
    """Keep a failed message anew, for a worker to answer."""
    with explained() as outcome:
        failures = Failures(inbox_settings(settings))
        try:
            print(f"Kept again as {failures.retry(which)}; a running worker answers it.")
        finally:
            failures.close()
    return outcome.code
