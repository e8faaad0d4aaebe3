"""Of all the workers that a message wakes, one looks for it."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from bot.inbox import Inbox, InboxSettings
from bot.inbox.doorbell import Doorbell
from bot.inbox.glances import SharedGlances, Worth, glances_for
from bot.inbox.storage import open_engine
from tests.inbox.people import message


@contextmanager
def _glances(settings: InboxSettings, count: int = 1) -> Iterator[list[SharedGlances]]:
    engine = open_engine(settings, connections=1, patience=5, synchronous="NORMAL")
    found = [glances_for(settings, engine) for _ in range(count)]
    try:
        yield found  # type: ignore[misc]
    finally:
        for one in found:
            one.close()
        engine.dispose()


async def _keep(settings: InboxSettings) -> None:
    inbox = Inbox(settings)
    await inbox.receive(message(1))
    await inbox.close()


async def test_a_look_is_worth_it_once_something_waits(settings: InboxSettings) -> None:
    with _glances(settings) as (one,):
        assert one.worth() is Worth.NOTHING
        await _keep(settings)
        assert one.worth() is Worth.LOOK
        one.over()
        assert one.worth() is Worth.LOOK


async def test_while_one_worker_looks_the_others_are_told_to_ask_later(on_postgres: InboxSettings) -> None:
    await _keep(on_postgres)
    with _glances(on_postgres, 2) as (one, other):
        assert one.worth() is Worth.LOOK
        assert other.worth() is Worth.LATER
        one.over()
        assert other.worth() is Worth.LOOK
        assert one.worth() is Worth.LATER


async def test_a_worker_that_keeps_its_turn_holds_nobody_up_for_long(on_postgres: InboxSettings) -> None:
    await _keep(on_postgres)
    with _glances(on_postgres, 2) as (stuck, other):
        stuck.worth()
        assert [other.worth() for _ in range(4)] == [Worth.LATER, Worth.LATER, Worth.LOOK, Worth.LATER]


async def test_the_turn_of_a_worker_that_lost_its_connection_is_free_and_it_looks_all_the_same(
    on_postgres: InboxSettings,
) -> None:
    await _keep(on_postgres)
    with _glances(on_postgres, 2) as (cut, other):
        assert cut.worth() is Worth.LOOK
        with psycopg.connect(on_postgres.database_url, autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' "
                "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        assert other.worth() is Worth.LOOK
        cut.over()
        assert cut.worth() is Worth.LATER


async def test_where_the_database_does_not_answer_the_look_is_to_find_out(on_postgres: InboxSettings) -> None:
    away = InboxSettings(
        database_url="postgresql://nobody@127.0.0.1:9/none", secret_keys=on_postgres.secret_keys
    )
    with _glances(away) as (one,):
        assert one.worth() is Worth.LOOK
        one.over()


class _Scripted:
    """Tells what it is told to tell."""

    def __init__(self, *worths: Worth) -> None:
        self.worths = list(worths)
        self.looks_over = 0

    def worth(self) -> Worth:
        return self.worths.pop(0)

    def over(self) -> None:
        self.looks_over += 1

    def close(self) -> None:
        return


@pytest.mark.parametrize("first", [Worth.LATER, Worth.LOOK])
def test_a_rung_worker_looks_once_it_is_its_turn_without_another_ring(first: Worth) -> None:
    glances = _Scripted(*([first] if first is Worth.LATER else []), Worth.LOOK)
    bell = Doorbell(glances)
    bell.ring()
    assert bell.wait(None) is False
    assert not glances.worths


def test_a_look_that_was_done_is_told_before_the_next_is_waited_for() -> None:
    glances = _Scripted(Worth.LOOK, Worth.LOOK)
    bell = Doorbell(glances)
    for _ in range(2):
        bell.ring()
        bell.wait(None)
    assert glances.looks_over == 2
