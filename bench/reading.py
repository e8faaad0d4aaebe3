"""`python -m bench.reading [pictures]`: how many pictures of labels and codes are read, and how fast.

The pictures are made by the tests (`tests.reading.album`): as they are, turned by up to 40 degrees,
blurred, in low light, small, and turned, dark and noisy at once. Timed is the reading alone; the process
it happens in is timed apart.
"""

import asyncio
import statistics
import sys
import time
from collections import Counter

from bot.reading.outside import Glasses
from bot.reading.reading import read
from tests.reading.album import album

PICTURES = 200


def main() -> None:
    """Print a table by kind and harm, and the times."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else PICTURES
    right: Counter[tuple[str, str]] = Counter()
    wrong = 0
    shown: Counter[tuple[str, str]] = Counter()
    seconds: list[float] = []
    for shot in album(count):
        began = time.process_time()
        numbers = read(shot.jpeg).numbers
        seconds.append(time.process_time() - began)
        shown[shot.kind, shot.harm] += 1
        right[shot.kind, shot.harm] += shot.number in numbers
        wrong += bool(numbers) and shot.number not in numbers
    for kind in sorted(shown):
        print(f"{kind[0]:8}{kind[1]:24}{right[kind]:4} of {shown[kind]}")
    cuts = statistics.quantiles(seconds, n=100)
    print(f"{sum(right.values())} of {count} read, {wrong} read wrong")
    print(f"CPU seconds a picture: median {cuts[49]:.3f}, 95 % {cuts[94]:.2f}, most {max(seconds):.2f}")
    jpeg = next(album(1)).jpeg
    began = time.perf_counter()
    asyncio.run(_apart(jpeg))
    print(f"in a process of its own: {(time.perf_counter() - began) / 5:.2f} s a picture")


async def _apart(jpeg: bytes) -> None:
    glasses = Glasses()
    for _ in range(5):
        await glasses.read(jpeg)


if __name__ == "__main__":
    main()
