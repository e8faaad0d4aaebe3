"""What fails a test, or ends a demo, in which the bot called a platform wrongly."""

from collections.abc import Sequence


class CalledWrongly(Exception):
    """The bot called a platform in a way that it refuses, whatever the state of its world."""

    def __init__(self, platform: str, violations: Sequence[str]) -> None:
        super().__init__(f"{platform} refuses: {'; '.join(violations)}")


def excused(violations: list[str]) -> Sequence[str]:
    """The violations so far, taken off the list: they were made on purpose."""
    taken = list(violations)
    violations.clear()
    return taken
