"""Worker processes: who may run, who takes over, and how one ends."""

import asyncio
import sqlite3
from dataclasses import replace

import psycopg
import pytest
import structlog

from bot.chat.messages import Message
from bot.chat.people import Platform
from bot.chat.replies import Reply
from bot.inbox import Inbox, InboxBusy, InboxNotPossible, InboxSettings, LeaseLost, Worker
from bot.inbox.in_line import ToldHere
from tests.inbox.people import KEY, Desk, Post, message, open_inbox, saying, until


async def test_a_second_worker_on_a_sqlite_file_is_told_what_to_do(
    on_sqlite: InboxSettings,
) -> None:
    async with open_inbox(on_sqlite, Desk(), Post()):
        with pytest.raises(InboxBusy, match=r"inbox\.db\.lock.*Stop it first"):
            await Worker(on_sqlite, Desk(), {}).start()


async def test_a_second_worker_with_a_live_executor_id_is_refused(on_postgres: InboxSettings) -> None:
    named = replace(on_postgres, executor_id="worker.1")
    async with open_inbox(named, Desk(), Post()):
        with pytest.raises(InboxBusy, match=r"already is executor 'worker\.1'"):
            await Worker(named, Desk(), {}).start()


async def test_a_second_worker_in_the_same_process_is_refused_and_the_first_goes_on(
    on_postgres: InboxSettings,
) -> None:
    post = Post()
    async with open_inbox(on_postgres, Desk(), post) as (inbox, _):
        with pytest.raises(InboxBusy, match="already runs in this process"):
            await Worker(on_postgres, Desk(), {}).start()
        await inbox.receive(message(1))
        await until(lambda: len(post.delivered) == 1)


async def test_a_worker_without_tables_says_what_to_run(tmp_path) -> None:  # type: ignore[no-untyped-def]
    settings = InboxSettings(database_url=f"sqlite:///{tmp_path}/none.db", secret_keys=(KEY,))
    with pytest.raises(InboxNotPossible, match="orderbot migrate"):
        await Worker(settings, Desk(), {}).start()


async def test_a_worker_can_be_stopped_and_another_started_and_the_loop_still_has_threads(
    settings: InboxSettings,
) -> None:
    post = Post()
    for number in (1, 2):
        async with open_inbox(settings, Desk(), post) as (inbox, worker):
            assert worker.ready
            await inbox.receive(message(number))
            await until(lambda number=number: len(post.delivered) == number)  # type: ignore[misc]
        assert not worker.ready
        await worker.wait()
        assert await asyncio.to_thread(lambda: 7) == 7


async def test_stopping_lets_what_runs_finish(settings: InboxSettings) -> None:
    started = asyncio.Event()

    async def answer(question: Message) -> Reply:
        started.set()
        await asyncio.sleep(0.3)
        return saying("found")

    post = Post()
    worker = Worker(settings, Desk(does=answer), {Platform.SLACK: post})
    await worker.start()
    inbox = Inbox(settings, kept=worker.wake)
    await inbox.receive(message(1))
    await started.wait()
    await worker.stop(drain_seconds=10)
    await inbox.close()
    assert len(post.delivered) == 1


async def test_what_stopping_cut_off_is_answered_by_the_next_worker(settings: InboxSettings) -> None:
    started = asyncio.Event()

    async def hang(question: Message) -> Reply:
        started.set()
        await asyncio.Event().wait()
        raise AssertionError

    post = Post()
    async with open_inbox(settings, Desk(does=hang), post) as (inbox, _):
        await inbox.receive(message(1))
        await inbox.receive(message(2))
        await started.wait()
    assert not post.delivered
    async with open_inbox(settings, Desk(), post):
        await until(lambda: len(post.delivered) == 2)
    assert [identity for identity, _ in post.delivered] == [message(1).id, message(2).id]


async def test_a_composed_reply_is_not_composed_again_after_a_restart(settings: InboxSettings) -> None:
    reached = asyncio.Event()

    async def hang(question: Message, phrase: object) -> None:
        reached.set()
        await asyncio.Event().wait()

    first = Desk(reply=saying("one", "two"))
    async with open_inbox(settings, first, Post(before=hang)) as (inbox, _):
        await inbox.receive(message(1))
        await reached.wait()
    second, post = Desk(reply=saying("other")), Post()
    async with open_inbox(settings, second, post):
        await until(lambda: len(post.delivered) == 2)
    assert [key for _, key in post.delivered] == ["one", "two"]
    assert not second.asked


async def test_a_worker_whose_lock_connection_drops_cuts_off_its_work_and_ends_loudly(
    on_postgres: InboxSettings,
) -> None:
    started, cut = asyncio.Event(), asyncio.Event()

    async def hang(question: Message) -> Reply:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            cut.set()
        raise AssertionError

    post = Post()
    with structlog.testing.capture_logs() as logs:
        async with open_inbox(on_postgres, Desk(does=hang), post) as (inbox, worker):
            await inbox.receive(message(1))
            await started.wait()
            with psycopg.connect(on_postgres.database_url, autocommit=True) as admin:
                admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' "
                    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
                )
            with pytest.raises(LeaseLost):
                await worker.wait()
            assert cut.is_set()
            assert not worker.ready
    assert [entry["reason"] for entry in logs if entry["event"] == "worker_ended"] == ["lease_lost"]
    async with open_inbox(on_postgres, Desk(), post):
        await until(lambda: len(post.delivered) == 1)


async def test_a_message_that_ended_its_process_too_often_gets_an_apology_once_and_frees_its_lane(
    settings: InboxSettings,
) -> None:
    inbox = Inbox(settings)
    await inbox.receive(message(1))
    await inbox.receive(message(2))
    await inbox.close()
    _mark_as_recovered(settings, message(1).id, times=settings.most_recoveries + 1)
    desk, post = Desk(), Post()
    with structlog.testing.capture_logs() as logs:
        async with open_inbox(settings, desk, post):
            await until(lambda: len(post.delivered) == 2)
    async with open_inbox(settings, desk, post) as (inbox, _):
        await inbox.receive(message(1))
        await inbox.receive(message(3))
        await until(lambda: len(post.delivered) == 3)
    assert desk.asked == [message(2).id, message(3).id]
    assert sorted(post.delivered) == [
        (message(1).id, "answer_failed"),
        (message(2).id, "found"),
        (message(3).id, "found"),
    ]
    assert "ended_its_process_too_often" in str(logs)


async def test_without_the_bell_the_queue_is_still_looked_at(settings: InboxSettings) -> None:
    post = Post()
    async with open_inbox(replace(settings, wake=False, poll_seconds=0.02), Desk(), post) as (inbox, _):
        await inbox.receive(message(1))
        await until(lambda: len(post.delivered) == 1)


async def test_a_web_process_rings_the_workers_of_other_processes(on_postgres: InboxSettings) -> None:
    post = Post()
    worker = Worker(replace(on_postgres, poll_seconds=60), Desk(), {Platform.SLACK: post})
    await worker.start()
    elsewhere = Inbox(on_postgres)
    await elsewhere.receive(message(1))
    await until(lambda: len(post.delivered) == 1)
    await elsewhere.close()
    await worker.stop()


def _mark_as_recovered(settings: InboxSettings, identity: str, times: int) -> None:
    """Leave the row as that many crashes would."""
    if settings.on_sqlite:
        with sqlite3.connect(str(settings.url.database)) as file:
            file.execute(
                "UPDATE workflow_status SET recovery_attempts = ? WHERE workflow_uuid = ?", (times, identity)
            )
    else:
        with psycopg.connect(settings.database_url) as server:
            server.execute(
                "UPDATE dbos.workflow_status SET recovery_attempts = %s WHERE workflow_uuid = %s",
                (times, identity),
            )


def told_in_line(post: Post) -> list[str]:
    return [id.removesuffix(":in_line") for id, key in post.delivered if key == "in_line"]


async def test_who_waits_for_long_is_told_once_that_they_are_in_line_and_answered_later(
    settings: InboxSettings,
) -> None:
    """Also who comes from the queue into the worker only later; nobody who is being answered."""
    go_on = asyncio.Event()

    async def slowly(question: Message) -> Reply:
        await go_on.wait()
        return saying("found")

    crowded = replace(settings, worker_concurrency=1, in_line_seconds=0.2)
    desk, post = Desk(does=slowly), Post()
    async with open_inbox(crowded, desk, post) as (inbox, _):
        # One is composed, nine wait in the worker, which holds ten at most, and two in the queue.
        for number in range(12):
            await inbox.receive(message(number, lane=f"D{number}"))
        # Behind the first of its lane: that lane was told.
        await inbox.receive(message(50, lane="D3"))
        await until(lambda: len(told_in_line(post)) == 9)
        assert len(set(told_in_line(post))) == 9
        assert desk.asked[0] not in told_in_line(post)
        # Long enough for two more looks.
        await asyncio.sleep(2.2)
        go_on.set()
        await until(lambda: len(post.delivered) == len(told_in_line(post)) + 13)
    assert 9 <= len(told_in_line(post)) <= 11


async def test_who_was_told_is_not_told_again_by_the_worker_that_takes_over(settings: InboxSettings) -> None:
    async def never(question: Message) -> Reply:
        await asyncio.Event().wait()
        raise AssertionError

    crowded = replace(settings, worker_concurrency=1, in_line_seconds=0.2)
    told, posts = ToldHere(), [Post(), Post()]
    async with open_inbox(crowded, Desk(does=never), posts[0], told) as (inbox, _):
        for number in range(3):
            await inbox.receive(message(number, lane=f"D{number}"))
        await until(lambda: len(told_in_line(posts[0])) == 2)
    async with open_inbox(crowded, Desk(does=never), posts[1], told) as (inbox, _):
        await inbox.receive(message(3, lane="D3"))
        await until(lambda: told_in_line(posts[1]) != [])
    # One of the three is composed by each worker, and it need not be the same one.
    assert len(told_in_line(posts[0]) + told_in_line(posts[1])) <= 4
    assert not set(told_in_line(posts[0])) & set(told_in_line(posts[1]))


async def test_what_is_composed_is_sent_before_those_who_wait_are_composed(settings: InboxSettings) -> None:
    """Behind all who wait, answers lay ready for minutes under load and were not sent."""
    go_on, composing = asyncio.Event(), asyncio.Event()

    async def answer(question: Message) -> Reply:
        if question.id != desk.asked[0]:
            composing.set()
            await go_on.wait()
        else:
            # Until the others have queued up behind it.
            await asyncio.sleep(1)
        return saying("found")

    desk, post = Desk(does=answer), Post()
    single = replace(settings, worker_concurrency=1)
    async with open_inbox(single, desk, post) as (inbox, _):
        for number in range(1, 4):
            await inbox.receive(message(number, lane=f"D{number}"))
        await composing.wait()
        await until(lambda: (desk.asked[0], "found") in post.delivered)
        go_on.set()
        await until(lambda: sum(key == "found" for _, key in post.delivered) == 3)


async def test_nobody_is_told_to_wait_while_there_are_places(settings: InboxSettings) -> None:
    go_on = asyncio.Event()

    async def slowly(question: Message) -> Reply:
        await go_on.wait()
        return saying("found")

    post = Post()
    async with open_inbox(replace(settings, in_line_seconds=0.1), Desk(does=slowly), post) as (inbox, _):
        await inbox.receive(message(1))
        await inbox.receive(message(2))
        await asyncio.sleep(2.2)
        go_on.set()
        await until(lambda: len(post.delivered) == 2)
    assert told_in_line(post) == []
