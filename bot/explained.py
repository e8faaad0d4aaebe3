"""What an operator can mend, told as a sentence instead of a traceback."""

import contextlib
from collections.abc import Iterator

from bot.exits import FAILED, OK, say
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


class Outcome:
    """The exit code of what ran within `explained`."""

    code = OK


@contextlib.contextmanager
def explained() -> Iterator[Outcome]:
    """Turn what an operator can mend into a sentence and an exit code."""
    outcome = Outcome()
    try:
        yield outcome
    except _EXPLAINED as error:
        outcome.code = say(str(error))
    except LeaseLost as error:
        outcome.code = say(f"This worker ended because it lost its lease: {error}", FAILED)
    except KeyboardInterrupt:
        outcome.code = FAILED
