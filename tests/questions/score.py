"""How well the corpus is read: `python -m tests.questions.score [file ...]` prints it, and every miss.

Of the held-out files and the fresh ones only the figures are printed, unless `--held` asks for their misses
too. The fresh ones were written after the rules, and measured before the rules were looked at again.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.questions import as_json
from tests.questions.expected import FIELDS, LANGUAGES, LEFT_OPEN, Case, cases, misses
from tests.questions.reading import SAO_PAULO, read

TUNED = LANGUAGES
HELD = tuple(f"held_{language}" for language in LANGUAGES)
FRESH = tuple(f"fresh_{language}" for language in LANGUAGES)
BLIND = tuple(f"blind{number}_{language}" for number in (1, 2, 3, 4, 5, 6, 7) for language in LANGUAGES)
"""Written without a look at the rules and measured at once; then the rules were mended for them too."""

KIN = tuple(f"kin_{language}" for language in LANGUAGES)
"""More of each family that blind sets 4 and 6 had shown to be missed, written with the rules in view."""


@dataclass
class Score:
    """What a set of cases came to."""

    cases: int = 0
    whole: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    """Misses by field."""
    held: Counter[str] = field(default_factory=Counter)
    """By field: cases that say what it has to be."""
    intents: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    """By wanted intent: right, all."""
    messy: list[int] = field(default_factory=lambda: [0, 0])
    missed: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Of fields read right, over all cases and fields."""
        return 1 - self.fields.total() / self.held.total()

    def field_share(self, name: str) -> float:
        return 1 - self.fields[name] / self.held[name]


def score(names: Iterable[str]) -> Score:
    """Read every case of some files and count."""
    total = Score()
    for name in names:
        for case in cases(name):
            _count(total, name, case)
    return total


def told(case: Case) -> dict[str, Any]:
    """A case as `orderbot parse` prints it."""
    return as_json(read(case.text, locale=case.locale), SAO_PAULO)


def lines(total: Score, title: str) -> Iterator[str]:
    """The figures of a score, and every miss."""
    yield f"{title}: {total.cases} utterances, {total.messy[1]} messy; all fields right: {total.whole}"
    yield "  " + ", ".join(f"{name} {total.field_share(name):.1%}" for name in FIELDS)
    yield "  " + ", ".join(f"{intent} {right}/{of}" for intent, (right, of) in sorted(total.intents.items()))
    yield from (f"  MISS {missed}" for missed in total.missed)


def _count(total: Score, name: str, case: Case) -> None:
    wrong = misses(case, told(case))
    total.cases += 1
    total.whole += not wrong
    total.fields.update(list(wrong))
    total.held.update(name for name in FIELDS if case.wanted[name] != LEFT_OPEN)
    if case.wanted["intent"] != LEFT_OPEN:
        total.intents[case.wanted["intent"]][1] += 1
        total.intents[case.wanted["intent"]][0] += "intent" not in wrong
    total.messy[1] += case.messy
    total.messy[0] += case.messy and not wrong
    if wrong:
        total.missed.append(f"{name}: {case.text!r} (wanted, read): {wrong}")


def main() -> None:
    named = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    for name in named or (*TUNED, *KIN, *BLIND, *HELD, *FRESH):
        total = score([name])
        if name not in (*TUNED, *KIN, *BLIND) and "--held" not in sys.argv:
            total.missed.clear()
        print("\n".join(lines(total, name)))


if __name__ == "__main__":
    main()
