"""The process that reads: bytes in, one line of JSON out. It may use a second of its own for every need."""

import json
import sys

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 10


def main() -> None:
    """Read standard input and say what numbers are on it."""
    _bound()
    # After the bounds: a library is not trusted with more either.
    from bot.reading.reading import LARGEST_BYTES, read

    found = read(sys.stdin.buffer.read(LARGEST_BYTES + 1))
    sys.stdout.write(json.dumps({"numbers": found.numbers, "problem": found.problem}) + "\n")


def _bound() -> None:
    try:
        import resource
    except ImportError:  # Windows has none; the time is bounded from outside.
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    main()
