"""What understanding one message costs, and whether any text of any shape costs too much.

`python -m bench.understanding` times the corpus and the longest messages; with `--seconds 600` it goes on
with random texts for so long (`make fuzz`) and fails on a crash or a text that stalls.
"""

import argparse
import random
import resource
import statistics
import string
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.questions import as_json, understand
from bot.questions.cleaning import LONGEST
from tests.questions.expected import LANGUAGES, LOCALES, cases

NOW = datetime(2026, 7, 15, 15, tzinfo=UTC)
ZONE = ZoneInfo("America/Sao_Paulo")
SLOWEST_OVER_MEDIAN = 20
ROUNDS = 5

_Make = Callable[[random.Random], str]


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seconds", type=int, default=0, help="How long to read random texts.")
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    spoken = [(case.text, case.locale) for name in LANGUAGES for case in cases(name)]
    _cost_of("the corpus", [text for text, _ in spoken])
    chance = random.Random(given.seed)  # noqa: S311 - not a secret, a seed
    words = " ".join(text for text, _ in spoken).split()
    longest = [make(chance)[:LONGEST] for make in _shapes(words) for _ in range(3)]
    ratio = _cost_of(f"texts of {LONGEST:,} characters", longest)
    if given.seconds:
        ratio = max(ratio, _fuzz(chance, words, given.seconds))
    if ratio > SLOWEST_OVER_MEDIAN:
        sys.exit(f"a text took {ratio:.1f} times the median; {SLOWEST_OVER_MEDIAN} are allowed")


def _cost_of(title: str, texts: list[str]) -> float:
    """Print p50, p99 and the slowest in milliseconds; the slowest over the median."""
    times = [min(_timed(text) for _ in range(ROUNDS)) for text in texts]
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    print(
        f"{title}: {len(texts)} texts, p50 {1000 * cuts[49]:.2f} ms, p99 {1000 * cuts[98]:.2f} ms, "
        f"slowest {1000 * max(times):.2f} ms ({max(times) / cuts[49]:.1f} x the median)"
    )
    return max(times) / cuts[49]


def _timed(text: str, locale: str = "en") -> float:
    began = time.perf_counter()
    understand(text, now=NOW, time_zone=ZONE, locale=locale)
    return time.perf_counter() - began


def _shapes(words: list[str]) -> tuple[_Make, ...]:
    """Makers of long texts: prose, numbers, one thing over and over, lines, any characters."""

    def over_and_over(chance: random.Random) -> str:
        piece = " ".join(chance.choices(words, k=chance.randint(1, 3))) + chance.choice(["", " ", ", ", "\n"])
        return piece * (LONGEST // len(piece) + 1)

    def numbers(chance: random.Random) -> str:
        return chance.choice([" ", ",", "\n", "/", "-", "."]).join(
            "".join(chance.choices(string.digits, k=chance.randint(1, 20))) for _ in range(1500)
        )

    def lines(chance: random.Random) -> str:
        between = chance.choice(["\t", "|", ";", "   "])
        return "\n".join(between.join(chance.choices(words, k=4)) for _ in range(400))

    def anything(chance: random.Random) -> str:
        return "".join(
            chr(chance.choice([chance.randrange(32, 127), chance.randrange(0x3000)])) for _ in range(LONGEST)
        )

    def punctuation(chance: random.Random) -> str:
        return "".join(chance.choices(string.punctuation + string.digits + " aeo", k=LONGEST))

    def letters(chance: random.Random) -> str:
        return chance.choice(["a", "1", "1 ", "a.", "é", "1Z", "PO-", "de ", "-", "@", "<"]) * LONGEST

    return (
        lambda chance: " ".join(chance.choices(words, k=900)),
        over_and_over, numbers, lines, anything, punctuation, letters,
    )  # fmt: skip


def _fuzz(chance: random.Random, words: list[str], seconds: int) -> float:
    """Read random texts for so long; the slowest of the long ones over their median."""
    until = time.monotonic() + seconds
    before, long, count = _resident_megabytes(), [], 0
    slowest = ("", 0.0)
    for text, locale in _texts(chance, words):
        if time.monotonic() > until:
            break
        count += 1
        began = time.perf_counter()
        question = understand(text, now=NOW, time_zone=ZONE, locale=locale)
        took = time.perf_counter() - began
        as_json(question, ZONE)
        if len(text) >= LONGEST:
            # A pause of the machine is not the text's: the slow ones are read again.
            if took > slowest[1]:
                took = min(took, *(_timed(text, locale) for _ in range(3)))
            slowest = max(slowest, (text, took), key=lambda one: one[1])
            long.append(took)
    median = statistics.median(long)
    print(
        f"{count:,} random texts in {seconds} s, {len(long):,} of {LONGEST:,} characters: median "
        f"{1000 * median:.2f} ms, slowest {1000 * slowest[1]:.2f} ms ({slowest[1] / median:.1f} x), "
        f"memory {before:.0f} to {_resident_megabytes():.0f} MB; slowest began {slowest[0][:60]!r}"
    )
    return slowest[1] / median


def _texts(chance: random.Random, words: list[str]) -> Iterator[tuple[str, str]]:
    shapes = _shapes(words)
    locales = [*LOCALES.values(), "en-US", "", "de"]
    while True:
        text = chance.choice(shapes)(chance)
        kept = LONGEST if chance.random() < 0.3 else chance.randrange(1, 400)
        start = chance.randrange(max(1, len(text) - kept))
        yield text[start : start + kept], chance.choice(locales)


def _resident_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
