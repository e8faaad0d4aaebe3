"""How each command begins: with the operator's settings, or with what is wrong with what it was told."""

import sys
from typing import TYPE_CHECKING, NoReturn

from bot.exits import CONFIGURATION_ERROR, say

if TYPE_CHECKING:
    from bot.settings import Settings


def read_settings() -> "Settings":
    """The settings of the environment; ends the command where they cannot be used."""
    from pydantic import ValidationError

    from bot.logs import quiet_logs
    from bot.settings import Settings, explain

    # Standard output is for what was asked; a command that serves sets up more.
    quiet_logs()
    try:
        return Settings()
    except ValidationError as errors:
        fail(explain(errors))


def fail(sentence: str, code: int = CONFIGURATION_ERROR) -> NoReturn:
    """End the command with a sentence for the operator on standard error."""
    sys.exit(say(sentence, code))
