"""The stand-in counts what Telegram limits, and refuses what is over as Telegram does."""

from typing import Any

import pytest

from bot.demo.telegram_double.flood import FloodLimits, too_many_requests
from bot.demo.telegram_double.refusals import Refused

GROUP = -7


class Calls:
    def __init__(self) -> None:
        self.now = 0.0
        self.limits = FloodLimits(clock=lambda: self.now)

    def __call__(self, chat: int, method: str = "sendMessage", **given: Any) -> str:
        """After how many seconds to try again; empty where it is taken."""
        try:
            self.limits(method, {"chat_id": chat, **given})
        except Refused as refused:
            return str(refused.body()["parameters"]["retry_after"])
        return ""


def test_what_is_over_is_refused_as_telegram_refuses_it_and_is_no_mistake_in_the_call() -> None:
    refused = too_many_requests(2.1)
    assert refused.status == 429
    assert not refused.violation
    assert refused.body() == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 3",
        "parameters": {"retry_after": 3},
    }


def test_one_a_second_to_a_chat_of_which_three_may_be_saved_up() -> None:
    send = Calls()
    assert [send(1) for _ in range(4)] == ["", "", "", "1"]
    assert send(2) == ""
    send.now += 1.0
    assert [send(1), send(1)] == ["", "1"]
    assert send.limits.excesses == ["chat 1", "chat 1"]


def test_thirty_in_any_second_to_all_chats() -> None:
    send = Calls()
    assert [send(chat) for chat in range(31)] == [""] * 30 + ["1"]
    send.now += 1.0
    assert send(40) == ""
    assert send.limits.excesses == ["all 30"]


def test_twenty_in_any_minute_to_a_group_edits_among_them() -> None:
    send = Calls()
    for _ in range(10):
        assert send(GROUP) == send(GROUP, "editMessageText") == ""
        send.now += 1.0
    assert [send(GROUP), send(GROUP, "editMessageText")] == ["50", "50"]
    assert send(1, "editMessageText") == ""
    send.now = 60.0
    assert send(GROUP) == ""
    assert send.limits.excesses == [f"group {GROUP}"] * 2


def test_each_document_of_an_album_and_no_typing() -> None:
    send = Calls()
    assert send(1, "sendMediaGroup", media=[{}, {}]) == ""
    assert send(1, "sendDocument") == ""
    assert send(1, "sendChatAction") == ""
    assert send(1, "sendDocument") == "1"


@pytest.mark.parametrize(("later", "refused"), [(2.9, "1"), (3.0, "")])
def test_nothing_to_a_chat_before_it_was_asked_to_wait_for_is_over(later: float, refused: str) -> None:
    send = Calls()
    send.limits.hold(1, 3.0)
    send.now = later
    assert send(1) == refused
    assert send(2) == ""
