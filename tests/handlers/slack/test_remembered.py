"""What Slack told is used for as long as it was meant to be, and no more of it than there is room for."""

from bot.handlers.slack.remembered import Remembered


def test_what_was_told_is_known_until_its_time_is_over_and_can_be_recalled_afterwards() -> None:
    now = 100.0
    known: Remembered[str, str] = Remembered(2, lambda: now)
    known.put("ana", "", seconds=10)
    assert (known.get("ana"), known.get("bruno"), known.last("bruno")) == ("", None, None)
    now = 110.0
    assert (known.get("ana"), known.last("ana")) == (None, "")


def test_of_too_many_the_one_told_longest_ago_goes() -> None:
    known: Remembered[str, int] = Remembered(2, lambda: 0.0)
    for key, value in (("ana", 1), ("bruno", 2), ("ana", 3), ("carla", 4)):
        known.put(key, value, seconds=10)
    assert (known.get("ana"), known.get("bruno"), known.get("carla")) == (3, None, 4)
