"""How a command ends: an exit code for the shell, a sentence for the operator. Light to import."""

import sys

OK = 0
FAILED = 1
USAGE_ERROR = 2
CONFIGURATION_ERROR = 78  # EX_CONFIG of sysexits.h


def say(sentence: str, code: int = CONFIGURATION_ERROR) -> int:
    """Tell the operator on standard error; returns the code."""
    print(sentence, file=sys.stderr)
    return code
