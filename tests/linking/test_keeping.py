"""What is forgotten without anybody asking, and what buttons keep of people's addresses."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot import tending
from bot.answers import acts
from bot.chat.people import Platform
from bot.chat.phrases import Phrase
from bot.chat.unasked import Told
from bot.exits import OK
from bot.keeping import ADDRESSES_LAST, BUTTONS_LAST
from bot.keys import Keys, new_secret_key
from bot.linking import CompanyRow, Linking, StoredContacts
from bot.linking.leavers import Leavers
from bot.membership import Standing
from bot.memory import Act, Memory
from bot.settings import Settings
from bot.spoken import Focus, Spot
from bot.store import Store, utc_now
from tests.linking.desk import ANA, ANA_MAIL, BRUNO, COMPANIES
from tests.linking.hall import Hall
from tests.linking.test_endings import Post, keeper_of

RESEND = Act(acts.RESEND_CODE, 0, {"email": ANA_MAIL.upper(), "purpose": "link"})
ORDER = Act(acts.ORDER, 1, {"order": "SO-1"})


def memory_then(hall: Hall, ago: timedelta) -> Memory:
    """The memory as it was a while ago."""
    then = utc_now() - ago
    return Memory(hall.linking.books.store, hall.linking.books.keys, clock=lambda: then)


@pytest.mark.parametrize(
    ("ago", "kept"),
    [
        (ADDRESSES_LAST - timedelta(minutes=1), [True, True]),
        (ADDRESSES_LAST + timedelta(minutes=1), [False, True]),
        (BUTTONS_LAST - timedelta(minutes=1), [False, True]),
        (BUTTONS_LAST + timedelta(minutes=1), [False, False]),
    ],
)
async def test_t16_an_address_in_a_button_is_kept_for_a_day_other_buttons_for_ninety(
    hall: Hall, ago: timedelta, kept: list[bool]
) -> None:
    memory = memory_then(hall, ago)
    references = await memory.remember([RESEND, ORDER])
    await keeper_of(hall, Post()).forget()
    assert [await memory.recall(one) is not None for one in references] == kept


async def test_the_order_spoken_of_is_forgotten_once_it_cannot_be_meant_any_more(hall: Hall) -> None:
    for minutes, kept in ((29, True), (31, False)):
        memory = memory_then(hall, timedelta(minutes=minutes))
        await memory.spoken.set_focus(Spot("place"), Focus(1, "SO-1"))
        await keeper_of(hall, Post()).forget()
        assert (await memory.spoken.focus(Spot("place")) is not None) == kept


async def test_t16_a_button_with_an_address_that_linked_somebody_is_forgotten_with_them(
    store: Store, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    key = new_secret_key()
    keys = Keys([key])
    linking, memory = Linking(store, keys, [StoredContacts(store, keys)]), Memory(store, keys)
    await linking.import_companies(COMPANIES)
    issued = await linking.codes.request(ANA, ANA_MAIL)
    assert issued is not None
    await linking.codes.redeem(ANA, issued.code)
    other = Act(acts.RESEND_CODE, 0, {"email": "other@elsewhere.example", "purpose": "link"})
    member = Act(acts.MEMBER, 1, {"person": BRUNO.key})
    references = await memory.remember([RESEND, other, member, ORDER])
    settings = Settings(_env_file=None, database_url=database_url, secret_keys=key)
    capsys.readouterr()
    with capture_logs():
        assert await asyncio.to_thread(tending.run_person_export, settings, ANA.key, None) == OK
    told = json.loads(capsys.readouterr().out)["buttons that name them"]
    assert [one["kind"] for one in told] == ["resend_code"]
    assert await asyncio.to_thread(tending.run_person_erase, settings, ANA.key, True) == OK
    assert [await memory.recall(one) is not None for one in references] == [False, True, True, True]


async def test_a_button_that_no_key_opens_is_left_alone(hall: Hall, store: Store) -> None:
    lost = Memory(store, Keys([new_secret_key()]))
    (reference,) = await lost.remember([RESEND])
    assert await memory_then(hall, timedelta(0)).made([acts.RESEND_CODE], lambda _: True) == []
    assert await lost.recall(reference) == RESEND


async def test_t7_who_lost_access_with_their_contact_is_told_why_once(hall: Hall) -> None:
    await hall.linking.codes.redeem(ANA, await hall.code(ANA))
    await hall.linking.link_directly(BRUNO, "erp", "55")
    hall.platform.standings[BRUNO] = Standing.GONE
    post = Post()
    books = hall.linking.books
    keeper = replace(
        keeper_of(hall, post),
        leavers=Leavers(
            hall.linking, {Platform.SLACK: hall.platform}, [StoredContacts(books.store, books.keys)]
        ),
    )
    row = CompanyRow(erp="erp", erp_key="56", name="Southgate Comércio S.A.", email="c@southgate.example")
    await hall.linking.import_companies([row], replace=True)
    await keeper.end_leavers()
    await keeper.end_leavers()
    # Who is gone from the platform hears nothing there any more.
    assert list(post.said.values()) == [(ANA, Told((Phrase("told_contact_gone"),)))]
    assert await hall.seeing() == {}
