"""What a process does about garbage once everything is built, seen from a process of its own."""

import subprocess
import sys
import textwrap

SCRIPT = textwrap.dedent(
    """
    import gc, weakref
    from bot.garbage import leave_alone_what_is_built

    class Thing:
        pass

    def circle():
        thing = Thing()
        thing.itself = thing
        return weakref.ref(thing)

    built = [Thing() for _ in range(1000)]
    before, forgotten = gc.get_freeze_count(), circle()
    leave_alone_what_is_built()
    searched = {id(one) for one in gc.get_objects()}
    later = circle()
    kept = [Thing() for _ in range(40_000)]
    print(before, forgotten() is None, sum(id(one) in searched for one in built), later() is None)
    """
)


def test_what_is_built_is_searched_no_more_and_later_garbage_still_goes() -> None:
    ran = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)

    assert ran.stdout.split() == ["0", "True", "0", "True"]
