"""Person × place × act on Telegram, as the page says it: no cell leaks, and the page tells what happens."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.demo.events import StageEvent
from tests.sharing.hidden import Secrets
from tests.sharing.tabled import section, written
from tests.sharing.telegram_matrix import ACTS, leaks, outcome, secrets
from tests.sharing.telegram_stage import GROUP, PERSONS, PLACES, TIED, stage

HIDDEN = Secrets(
    insiders=frozenset({"ana", "bruno"}),
    number="104233",
    details=frozenset({"000119920"}),
    amounts=frozenset({"44.00"}),
)
INVOICE = {"from": {"is_bot": True}, "text": "invoice 000119920"}
PAGE = Path(__file__).parents[2] / "docs" / "telegram.md"


async def test_what_everybody_sees_everywhere_is_what_the_page_says_and_nothing_leaks(
    blank: Path, tmp_path: Path
) -> None:
    shutil.copytree(blank, tmp_path, dirs_exist_ok=True)
    async with stage(tmp_path) as played:
        known = await secrets(played)
        assert all(len(one.details) > 10 and one.amounts for one in known)
        found = {
            (person, place, act): await outcome(played, person, place, act)
            for person in PERSONS
            for place in PLACES
            for act in ACTS
        }
        expected = written(found, tuple(PERSONS), PLACES, ACTS)
        print(expected)  # what to put into the page, where the test below fails
        assert leaks(played.events, known, tied=played.tied) == []
    assert section(PAGE) == expected


def found(**changes: Any) -> int:
    """How many leaks are found in what Diego, who is unlinked, is told of an invoice."""
    seen = StageEvent(
        platform="telegram", kind="message", person="diego", conversation="700007", payload=INVOICE
    )
    return len(leaks([replace(seen, **changes)], [HIDDEN], tied={str(TIED)}))


def test_the_look_for_leaks_finds_one() -> None:
    assert found() == 1
    assert found(payload={**INVOICE, "from": {"is_bot": False}}) == 0
    assert found(person="ana", conversation="700001") == 0
    assert found(person="ana", conversation=str(GROUP)) == 1
    assert found(person="ana", conversation=str(TIED)) == 0
    assert found(person="diego", conversation=str(TIED)) == 1
    amount = {**INVOICE, "text": "R$ 44.00"}
    assert found(person="ana", conversation="700001", payload=amount) == 0
    assert found(person="bruno", conversation="700002", payload=amount) == 1
    assert found(person="ana", conversation=str(TIED), payload=amount) == 1
    number = {**INVOICE, "text": "104233"}
    assert found(payload=number) == 1
    assert found(payload=number, conversation="typing diego") == 1
    assert found(payload=number, conversation=str(GROUP)) == 0
    document = {**INVOICE, "text": "", "document": {}}
    assert found(person="ana", conversation=str(TIED), payload=document) == 1
    assert found(person="ana", conversation="700001", payload=document) == 0
