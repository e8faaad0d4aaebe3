"""Python's search for garbage in a process that lives long: seldom, and not in what is there for good."""

import gc

_YOUNG, _MIDDLE, _OLD = 20_000, 20, 20
"""So many objects more than before, and then so many smaller searches, are waited for (CPython: 700, 10, 10).

A question makes some thousands and leaves hardly a circle of them behind. What is in no circle goes at once,
without any search.
"""


def leave_alone_what_is_built() -> None:
    """Call once all is built that stays as long as the process.

    A million objects are, and a search through them holds everybody up for a fifth of a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
