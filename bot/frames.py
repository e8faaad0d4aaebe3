"""An exception as a log may hold it: where it came through, and none of its words."""

import traceback
from pathlib import Path

_INNERMOST = 8


def came_through(error: BaseException) -> str:
    """Where an exception came through, the innermost last.

    Its words may quote what a person wrote or an ERP answered, and its frames hold all of that.
    """
    frames = traceback.extract_tb(error.__traceback__)[-_INNERMOST:]
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
