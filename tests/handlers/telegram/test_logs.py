"""The bot's token stands in every Bot API address, and must stand in no log."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from structlog.testing import capture_logs

from bot.chat.phrases import Phrase
from bot.chat.replies import Say
from bot.delivery import DeliveryDelayed
from bot.handlers.telegram import Intake, make_bot, protect_logs, redact_event
from bot.handlers.telegram.client import RedactTokens
from bot.logs import OfLibraries
from tests.handlers.telegram.world import TOKEN, Inbox, World, until


@contextmanager
def standard_logs() -> Iterator[io.StringIO]:
    """Everything that standard logging would write, at its most talkative."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    root = logging.getLogger()
    level = root.level
    levels = {name: logging.getLogger(name).level for name in ("httpx", "httpcore", "telegram")}
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        protect_logs()
        yield written
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        for name, before in levels.items():
            logging.getLogger(name).setLevel(before)


async def test_no_log_holds_the_token_or_what_was_said(world: World) -> None:
    with standard_logs() as written, capture_logs() as events:
        await world.telegram.say("ana", "where is my very secret order")
        await world.deliver(Say(Phrase("greeting")))
        world.telegram.fail_next("sendMessage", 500)
        with pytest.raises(DeliveryDelayed):
            await world.deliver(Say(Phrase("greeting")))
        world.inbox.errors = [RuntimeError(f"https://api/bot{TOKEN}/getMe")] * 2
        await world.telegram.say("ana", "again")
        logging.getLogger("httpx").warning("HTTP Request: POST https://api/bot%s/getMe", TOKEN)
        try:
            raise ValueError(f"https://api/bot{TOKEN}/getMe")
        except ValueError:
            logging.getLogger("anything").exception("failed")

    assert "[telegram token]" in written.getvalue()
    assert TOKEN not in written.getvalue()
    assert TOKEN.partition(":")[2] not in written.getvalue()
    assert "very secret" not in written.getvalue()
    assert "very secret" not in repr(events)


def test_what_a_library_logs_is_one_line_like_ours_without_the_words_of_its_exceptions() -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(OfLibraries())
    handler.addFilter(RedactTokens())
    logger = logging.getLogger("some.library")
    logger.addHandler(handler)
    try:
        try:
            raise ValueError("PO-7782-SECRET")
        except ValueError:
            logger.exception("asking %s failed: Traceback\n  File x\nPO-7782-SECRET", f"bot{TOKEN}/getMe")
    finally:
        logger.removeHandler(handler)
    (line,) = written.getvalue().splitlines()
    event = json.loads(line)
    assert event["said"] == "asking bot[telegram token]/getMe failed: Traceback"
    assert (event["event"], event["logger"], event["level"]) == ("library", "some.library", "error")
    assert (event["error"], event["lines_left_out"]) == ("ValueError", 2)
    assert "test_logs.py" in event["trace"]
    assert "SECRET" not in line


async def test_a_refused_token_is_reported_without_being_shown(world: World) -> None:
    other = "8000000001:" + "x" * 35
    intake = Intake(make_bot(other, world.api_url), Inbox())
    with capture_logs() as events:
        await intake.start()
        await until(lambda: events)
    await intake.aclose()

    assert events[0]["reason"] == "token_refused"
    assert other not in repr(events)
    assert set(world.telegram.excuse()) == {"getMe: Unauthorized"}


def test_a_structlog_event_is_redacted() -> None:
    event = redact_event(None, "info", {"event": f"x bot{TOKEN}/y", "error": ValueError(TOKEN), "n": 1})

    assert TOKEN not in repr(event)
    assert event["n"] == 1
