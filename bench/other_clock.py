"""`orderbot` with a clock that is off, which does not outlive whoever started it.

    python other_clock.py FOLDER SECONDS COMMAND…    of the release in a folder

Python's `time.time` is what signatures are checked against; `datetime.now` and the database stay right,
so that clocks disagree within one process, which is worse than one that is off as a whole.
"""

import ctypes
import signal
import sys
import time

_PR_SET_PDEATHSIG = 1


def orderbot(off: float, command: list[str]) -> None:
    """Become `orderbot COMMAND…`; never returns."""
    # Whoever started this may be killed without being able to end it.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    right = time.time

    def shifted() -> float:
        return right() + off

    if off:
        time.time = shifted
    sys.argv = ["orderbot", *command]

    from bot.cli import main

    main()


if __name__ == "__main__":
    # In place of this script's own folder.
    sys.path[0] = sys.argv[1]
    orderbot(float(sys.argv[2]), sys.argv[3:])
