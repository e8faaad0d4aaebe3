"""Ports for servers that start later, and again at the same place."""

import contextlib
import random
import socket
from itertools import islice

# Below those a system gives to connections that go out (from 32768 on Linux, 49152 elsewhere): one of those,
# free now, may be at the near end of any connection a moment later.
_FIRST, _LAST = 20_000, 32_767


def free_ports(wanted: int) -> list[int]:
    """So many different ports of 127.0.0.1 on which nobody listens."""
    tried = random.sample(range(_FIRST, _LAST + 1), _LAST - _FIRST + 1)
    return list(islice(filter(_is_free, tried), wanted))


def _is_free(port: int) -> bool:
    with socket.socket() as probe, contextlib.suppress(OSError):
        probe.bind(("127.0.0.1", port))
        return True
    return False
