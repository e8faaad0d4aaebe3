"""What buttons do can be typed: the table in docs/slack-doors.md, read by the bot itself."""

from pathlib import Path

import pytest

from bot.answers import acts
from bot.questions import Intent
from tests.questions.reading import read

DOORS = (Path(__file__).parents[2] / "docs" / "slack-doors.md").read_text()
INTENTS = {
    acts.ORDER: Intent.FIND,
    acts.DOCUMENTS: Intent.DOCUMENTS,
    acts.SEND_DOCUMENT: Intent.DOCUMENTS,
    acts.OPEN_ORDERS: Intent.LIST,
    acts.LATEST_ORDERS: Intent.LIST,
    acts.OPEN_PAGE: Intent.OPEN_PAGE,
    acts.WATCH: Intent.WATCH,
    acts.UNWATCH: Intent.UNWATCH,
    acts.WATCHES: Intent.LIST_WATCHES,
    acts.USE_COMPANY: Intent.SWITCH_COMPANY,
    acts.ASK_UNLINK: Intent.UNLINK,
    acts.HOW_TO_LINK: Intent.LINK,
    acts.HELP: Intent.HELP,
    acts.INVITE: Intent.INVITE,
    acts.MEMBERS: Intent.MEMBERS,
    acts.HISTORY: Intent.HISTORY,
    acts.SHARE: Intent.SHARE,
}


def twins() -> dict[str, list[str]]:
    """The texts in three languages, by the act of the button."""
    rows = DOORS.partition("## What to type instead")[2].partition("\n## ")[0].splitlines()
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows if row.startswith("| `")]
    return {act.strip("`"): texts for act, *texts in cells}


@pytest.mark.parametrize("act", INTENTS)
@pytest.mark.parametrize(("column", "locale"), list(enumerate(("en", "pt-BR", "es"))))
def test_what_a_button_does_can_be_typed(act: str, column: int, locale: str) -> None:
    text = twins()[act][column]
    question = read(text, locale=locale)
    assert question.intent is INTENTS[act]
    assert [one.value for one in question.references] == (["104233"] if "104233" in text else [])


def test_the_table_names_each_button_once() -> None:
    assert set(twins()) == set(INTENTS)
