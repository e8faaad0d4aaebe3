"""What an operator can mend, told as a sentence instead of a traceback."""

import contextlib
import sqlite3
from collections.abc import Iterator

import psycopg
from sqlalchemy.exc import DBAPIError

from bot.exits import CONFIGURATION_ERROR, FAILED, OK, say
from bot.inbox import InboxBusy, InboxNotPossible, LeaseLost, NoSuchFailure
from bot.keys import KeysUnusable
from bot.linking import CompanyUnknown, ImportRefused
from bot.mail import MailUnusable
from bot.store import DatabaseUrlUnusable
from bot.watched import TracesNotPossible

_EXPLAINED = (
    InboxBusy,
    InboxNotPossible,
    KeysUnusable,
    MailUnusable,
    DatabaseUrlUnusable,
    CompanyUnknown,
    ImportRefused,
    NoSuchFailure,
    TracesNotPossible,
)


_NO_SUCH_TABLE = ("42P01", "42703", "3F000")
"""PostgreSQL's codes of an undefined table, column and schema."""


class Outcome:
    """How what ran within `explained` ended."""

    code = OK
    reason = ""
    """A code for the log; empty where all is well."""

    def failed(self, reason: str, sentence: str, code: int = CONFIGURATION_ERROR) -> None:
        """Say why."""
        self.reason, self.code = reason, say(sentence, code)


@contextlib.contextmanager
def explained() -> Iterator[Outcome]:
    """Turn what an operator can mend into a sentence and an exit code."""
    outcome = Outcome()
    try:
        yield outcome
    except _EXPLAINED as error:
        outcome.failed(type(error).__name__, str(error))
    except LeaseLost as error:
        outcome.failed("lease_lost", f"This worker ended because it lost its lease: {error}", FAILED)
    except (DBAPIError, psycopg.Error, sqlite3.Error) as error:
        _say_what_is_wrong_with_the_database(error, outcome)
    except KeyboardInterrupt:
        outcome.code = FAILED


def _say_what_is_wrong_with_the_database(error: Exception, outcome: Outcome) -> None:
    """Raises the error again where it is a defect of ours."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    line = (str(cause).splitlines() or [""])[0]
    absent = line.startswith(("no such table", "no such column"))
    if absent or getattr(cause, "sqlstate", None) in _NO_SUCH_TABLE:
        sentence = "The database is not set up for this release. Run `orderbot migrate` and try again."
        outcome.failed("not_migrated", sentence)
    elif isinstance(cause, psycopg.OperationalError | sqlite3.OperationalError):
        sentence = (
            f"The database of ORDERBOT_DATABASE_URL cannot be used: {line}. See that it runs, and that this "
            "machine, user and password may connect to it. What was received is kept: start again then."
        )
        outcome.failed("database_away", sentence, FAILED)
    else:
        raise error
