"""The section of a page that a test writes: a table of persons and places for each act."""

from collections.abc import Mapping, Sequence
from pathlib import Path

_BEGIN, _END = "<!-- matrix -->", "<!-- /matrix -->"


def section(page: Path) -> str:
    """What the page holds of it."""
    text = page.read_text("utf-8")
    return text[text.index(_BEGIN) + len(_BEGIN) + 1 : text.index(_END)]


def written(
    found: Mapping[tuple[str, str, str], str],
    persons: Sequence[str],
    places: Sequence[str],
    acts: Sequence[str],
) -> str:
    """What it must hold, for what came of each person, place and act."""
    text = ""
    for act in acts:
        text += f"\n**{act}**\n\n| | {' | '.join(places)} |\n|---|{'---|' * len(places)}\n"
        for person in persons:
            text += f"| {person} | {' | '.join(found[person, place, act] for place in places)} |\n"
    return text + "\n"
