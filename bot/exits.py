"""How a command ends: a sentence for the operator and an exit code for the shell."""

import contextlib
import sys
from collections.abc import Iterator

from bot.inbox import InboxBusy, InboxNotPossible, LeaseLost
from bot.keys import KeysUnusable
from bot.linking import CompanyUnknown, ImportRefused
from bot.mail import MailUnusable
from bot.store import DatabaseUrlUnusable

OK = 0
FAILED = 1
USAGE_ERROR = 2
CONFIGURATION_ERROR = 78  # EX_CONFIG of sysexits.h

_EXPLAINED = (
    InboxBusy,
    InboxNotPossible,
    KeysUnusable,
    MailUnusable,
    DatabaseUrlUnusable,
    CompanyUnknown,
    ImportRefused,
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


def say(sentence: str, code: int = CONFIGURATION_ERROR) -> int:
    """Tell the operator on standard error; returns the code."""
    print(sentence, file=sys.stderr)
    return code
