"""What is kept, when, and how it looks on disk."""

import asyncio
import re
import socket
import sqlite3
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from bot.delivery import NotKept
from bot.inbox import Inbox, InboxNotPossible, InboxSettings, check_runtime, inbox_url, migrate
from tests.inbox.people import KEY, OTHER_KEY, Desk, Post, message, open_inbox, saying, until


async def test_a_message_kept_while_no_worker_runs_is_answered_later(
    settings: InboxSettings,
) -> None:
    inbox = Inbox(settings)
    await inbox.receive(message(1))
    await inbox.close()
    post = Post()
    async with open_inbox(settings, Desk(), post):
        await until(lambda: len(post.delivered) == 1)


async def test_an_event_sent_five_times_at_once_and_again_after_its_answer_is_answered_once(
    settings: InboxSettings,
) -> None:
    desk, post = Desk(), Post()
    async with open_inbox(settings, desk, post) as (inbox, _):
        await asyncio.gather(*(inbox.receive(message(1)) for _ in range(5)))
        await until(lambda: len(post.delivered) == 1)
        await inbox.receive(message(1))
        await inbox.receive(message(2))
        await until(lambda: len(post.delivered) == 2)
    assert desk.asked == [message(1).id, message(2).id]


async def test_one_that_cannot_be_written_takes_none_of_those_along_that_came_with_it(
    settings: InboxSettings,
) -> None:
    post = Post()
    async with open_inbox(settings, Desk(), post) as (inbox, _):
        # Half of a pair of UTF-16 is no text, and cannot be written.
        unwritable = message(2, text="where is \ud83d?")
        came = [message(1), unwritable, message(3), message(4, lane="D0BRUNO")]
        told = await asyncio.gather(*map(inbox.receive, came), return_exceptions=True)
        assert [type(one) for one in told] == [type(None), NotKept, type(None), type(None)]
        await until(lambda: len(post.delivered) == 3)
    of_ana = [id for id, _ in post.delivered if id != message(4).id]
    assert of_ana == [message(1).id, message(3).id]


async def test_a_hundred_that_come_at_once_are_kept_in_few_commits_and_answered_in_their_order(
    settings: InboxSettings,
) -> None:
    post, kept = Post(), 0

    def count() -> None:
        nonlocal kept
        kept += 1

    inbox = Inbox(settings, kept=count)
    await asyncio.gather(*(inbox.receive(message(number)) for number in range(100)))
    await inbox.close()
    assert 2 <= kept <= 10
    async with open_inbox(settings, Desk(), post):
        await until(lambda: len(post.delivered) == 100)
    assert [id for id, _ in post.delivered] == [message(number).id for number in range(100)]


async def test_somebody_who_stops_waiting_disturbs_nobody_else(settings: InboxSettings) -> None:
    post = Post()
    async with open_inbox(settings, Desk(), post) as (inbox, _):
        tasks = [asyncio.create_task(inbox.receive(message(number))) for number in range(6)]
        await asyncio.sleep(0)
        tasks[3].cancel()
        await asyncio.wait(tasks)
        others = {message(number).id for number in range(6) if number != 3}
        assert all(
            not task.cancelled() and task.exception() is None for task in tasks if task is not tasks[3]
        )
        await until(lambda: others <= {id for id, _ in post.delivered})


async def test_two_web_processes_that_get_the_same_event_keep_it_once(settings: InboxSettings) -> None:
    post = Post()
    other = Inbox(settings)
    async with open_inbox(settings, Desk(), post) as (inbox, _):
        await asyncio.gather(inbox.receive(message(1)), other.receive(message(1)))
        await inbox.receive(message(2))
        await until(lambda: len(post.delivered) == 2)
    await other.close()


async def test_a_message_is_not_kept_where_there_are_no_tables(tmp_path: Path) -> None:
    inbox = Inbox(InboxSettings(database_url=f"sqlite:///{tmp_path}/none.db", secret_keys=(KEY,)))
    with pytest.raises(NotKept):
        await inbox.receive(message(1))
    assert not await inbox.ready()
    await inbox.close()


async def test_a_message_is_not_kept_while_somebody_else_holds_the_file(on_sqlite: InboxSettings) -> None:
    inbox = Inbox(replace(on_sqlite, keep_seconds=0.4))
    holder = sqlite3.connect(str(on_sqlite.url.database), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(NotKept):
        await inbox.receive(message(1))
    holder.execute("ROLLBACK")
    holder.close()
    await inbox.receive(message(1))
    assert await inbox.ready()
    await inbox.close()


async def test_a_message_is_not_kept_while_the_server_does_not_answer(on_postgres: InboxSettings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        silent_server = replace(
            on_postgres, database_url=f"postgresql://postgres@127.0.0.1:{port}/x", keep_seconds=0.5
        )
        inbox = Inbox(silent_server)
        with pytest.raises(NotKept):
            await inbox.receive(message(1))
    await inbox.close()


async def test_a_message_is_not_kept_while_a_lock_holds_the_table_and_is_kept_afterwards(
    on_postgres: InboxSettings,
) -> None:
    inbox = Inbox(replace(on_postgres, keep_seconds=0.6))
    assert await inbox.ready()
    with psycopg.connect(on_postgres.database_url) as holder:
        holder.execute("LOCK TABLE dbos.workflow_status IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(NotKept):
            await inbox.receive(message(1))
        holder.rollback()
    await inbox.receive(message(1))
    await inbox.close()


async def test_connections_the_server_closed_are_replaced(on_postgres: InboxSettings) -> None:
    inbox = Inbox(on_postgres)
    await inbox.receive(message(1))
    with psycopg.connect(on_postgres.database_url, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    await inbox.receive(message(2))
    await inbox.close()


async def test_neither_a_question_nor_a_reply_can_be_read_on_disk_and_nothing_is_pickled(
    settings: InboxSettings,
) -> None:
    secret = saying("found", "Northwind-secret-words")
    post = Post()
    async with open_inbox(settings, Desk(reply=secret), post) as (inbox, _):
        await inbox.receive(message(1, text="Where is PO-7782-very-secret?"))
        await until(lambda: len(post.delivered) == 2)
    cells = _every_cell(settings)
    assert any("slack:ev:" in cell for cell in cells)
    assert not [cell for cell in cells if "secret" in cell or "PO-7782" in cell or "U0ANA" in cell]
    # DBOS stores a pickle as base64, and protocols 4 and 5 begin with the bytes 0x80 0x04 and 0x80 0x05.
    assert not [cell for cell in cells if cell == "py_pickle" or re.match("gA[Q-X]", cell)]
    if settings.on_sqlite:
        files = Path(str(settings.url.database)).parent.glob("inbox.db*")
        assert b"secret" not in b"".join(path.read_bytes() for path in files)


async def test_rows_written_under_an_older_key_are_still_answered(
    settings: InboxSettings,
) -> None:
    inbox = Inbox(settings)
    await inbox.receive(message(1))
    await inbox.close()
    post = Post()
    async with open_inbox(replace(settings, secret_keys=(OTHER_KEY, KEY)), Desk(), post):
        await until(lambda: len(post.delivered) == 1)


def test_a_migrated_sqlite_file_is_in_wal_mode_and_migrating_again_changes_nothing(tmp_path: Path) -> None:
    settings = InboxSettings(database_url=f"sqlite:///{tmp_path}/var/inbox.db", secret_keys=(KEY,))
    migrate(settings)
    migrate(settings)
    with sqlite3.connect(tmp_path / "var/inbox.db") as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.parametrize(
    ("url", "keys", "python", "sqlite", "words"),
    [
        ("sqlite:///x.db", (KEY,), (3, 12, 0), (3, 40, 1), "SQLite 3.42 or later, but this is SQLite 3.40.1"),
        ("sqlite:///x.db", (), (3, 11, 7), (3, 45, 0), "set ORDERBOT_SECRET_KEYS"),
        ("sqlite://", (KEY,), (3, 11, 7), (3, 45, 0), "give it a file"),
    ],
)
def test_what_cannot_work_is_refused_with_a_sentence(
    url: str, keys: tuple[str, ...], python: tuple[int, ...], sqlite: tuple[int, ...], words: str
) -> None:
    with pytest.raises(InboxNotPossible, match=words):
        check_runtime(InboxSettings(database_url=url, secret_keys=keys), python=python, sqlite=sqlite)


@pytest.mark.parametrize(
    ("url", "python", "sqlite"),
    [
        ("sqlite:///x.db", (3, 11, 7), (3, 40, 1)),
        ("sqlite:///x.db", (3, 13, 1), (3, 46, 0)),
        ("postgresql://u:p@h/d", (3, 13, 1), (3, 40, 1)),
        ("postgres://u:p@h/d", (3, 13, 1), (3, 40, 1)),
    ],
)
def test_what_works_is_let_through(url: str, python: tuple[int, ...], sqlite: tuple[int, ...]) -> None:
    check_runtime(InboxSettings(database_url=url, secret_keys=(KEY,)), python=python, sqlite=sqlite)


def test_a_key_that_is_no_key_is_refused_with_a_sentence() -> None:
    with pytest.raises(InboxNotPossible, match="not a Fernet key"):
        Inbox(InboxSettings(database_url="sqlite:///x.db", secret_keys=("hunter2",)))


def test_the_inbox_lives_beside_the_store() -> None:
    assert inbox_url("sqlite:///var/orderbot.db") == "sqlite:///var/orderbot-inbox.db"
    assert inbox_url("sqlite:////srv/orderbot.db") == "sqlite:////srv/orderbot-inbox.db"
    assert inbox_url("postgresql://u:p@h/orders") == "postgresql://u:p@h/orders"


def test_settings_do_not_print_their_secrets() -> None:
    settings = InboxSettings(database_url="postgresql://u:hunter2@h/d", secret_keys=(KEY,))
    assert "hunter2" not in repr(settings)
    assert KEY not in repr(settings)


def _every_cell(settings: InboxSettings) -> list[str]:
    if settings.on_sqlite:
        with sqlite3.connect(str(settings.url.database)) as file:
            tables = [row[0] for row in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            rows = [row for table in tables for row in file.execute(f'SELECT * FROM "{table}"')]  # noqa: S608
    else:
        with psycopg.connect(settings.database_url) as server:
            found = server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'dbos'").fetchall()
            rows = [
                row
                for (table,) in found
                for row in server.execute(f'SELECT * FROM dbos."{table}"'.encode())  # noqa: S608
            ]
    return [str(cell) for row in rows for cell in row]
