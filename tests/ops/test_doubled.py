"""What a chaos run calls a repeat that nobody could have prevented."""

import pytest

from bench.doubled import Shown, Trouble, explained


@pytest.mark.parametrize(
    ("platform", "ended", "troubled_after", "unavoidable"),
    [
        ("telegram", "hung", None, True),
        ("telegram", "lost", None, True),
        ("telegram", "ok", 0.4, True),
        ("telegram", "ok", None, False),
        ("telegram", "ok", -5.0, False),
        ("telegram", "ok", 9.0, False),
        ("slack", "lost", None, False),
        ("slack", "ok", 0.4, False),
    ],
)
def test_only_telegram_may_be_told_again_and_only_after_something_went_wrong(
    platform: str, ended: str, troubled_after: float | None, unavoidable: bool
) -> None:
    shown = [Shown(100.0, platform, ended), Shown(112.0, platform, "ok")]
    troubles = [] if troubled_after is None else [Trouble(100.0 + troubled_after, "worker-1 killed")]
    assert explained(shown, troubles)[1] is unavoidable
