"""What people read, word for word and block for block; a change here is one to look at."""

import json

import pytest

from bot.demo.slack_double.block_kit import check_blocks
from tests.handlers.slack.golden_replies import FOLDER, KINDS, LOCALES, ROOT, kept


@pytest.mark.parametrize("locale", LOCALES)
def test_every_kind_of_reply_reads_as_it_did(locale: str) -> None:
    assert kept(locale) == (FOLDER / f"{locale}.json").read_text(), (
        "Look at the difference, then run `python -m tests.handlers.slack.golden_replies`."
    )


@pytest.mark.parametrize("locale", LOCALES)
def test_the_golden_replies_are_ones_slack_takes_and_have_their_picture(locale: str) -> None:
    replies = json.loads((FOLDER / f"{locale}.json").read_text())
    assert len(replies) == len(KINDS) == 12
    for messages in replies.values():
        for message in messages:
            check_blocks(message["blocks"])
            assert message["text"].strip()
    assert (ROOT / "docs" / "slack" / f"replies-{locale}.png").stat().st_size < 400_000
