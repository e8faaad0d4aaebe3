"""A backup is of one moment, and what is restored from it is all there."""

import os
import sqlite3
from pathlib import Path

import psycopg
import pytest
from cryptography.fernet import Fernet

from bot.backups import run_backup, run_restore
from bot.building.basics import inbox_settings
from bot.inbox import migrate as migrate_inbox
from bot.inbox.lease import FileLease
from bot.mending import run_failures, run_retry
from bot.migrations import migrate
from bot.settings import Settings
from tests.support.postgres import PostgresServer, fresh_database, postgres_server

__all__ = ["postgres_server"]

KEY = Fernet.generate_key().decode()


def settings_of(url: str) -> Settings:
    return Settings(_env_file=None, database_url=url, secret_keys=KEY)


def migrated(url: str) -> Settings:
    settings = settings_of(url)
    migrate(url)
    migrate_inbox(inbox_settings(settings))
    return settings


def backed_up(settings: Settings, folder: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    capsys.readouterr()
    assert run_backup(settings, folder) == 0
    return Path(capsys.readouterr().out.strip())


def test_a_backup_of_files_in_use_is_restored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = migrated(f"sqlite:///{tmp_path}/var/orderbot.db")
    files = tmp_path / "var/orderbot.db", tmp_path / "var/orderbot-inbox.db"
    # As a running bot has them: open, with commits that are in the write-ahead log alone.
    writers = [sqlite3.connect(file) for file in files]
    for writer in writers:
        writer.execute("CREATE TABLE seen (n INTEGER)")
        writer.execute("INSERT INTO seen VALUES (1)")
        writer.commit()
    place = backed_up(settings, tmp_path / "kept", capsys)
    assert {file.name for file in place.iterdir()} == {file.name for file in files}
    assert [file.stat().st_mode & 0o77 for file in (place, *place.iterdir())] == [0, 0, 0]
    for writer in writers:
        writer.execute("INSERT INTO seen VALUES (2)")
        writer.commit()
        writer.close()

    assert run_restore(settings, place, yes=False) == 2
    assert run_restore(settings, place, yes=True) == 0
    for file in files:
        with sqlite3.connect(file) as connection:
            assert connection.execute("SELECT n FROM seen").fetchall() == [(1,)]


def test_a_restore_under_a_running_bot_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = migrated(f"sqlite:///{tmp_path}/orderbot.db")
    place = backed_up(settings, tmp_path / "kept", capsys)
    lease = FileLease(tmp_path / "orderbot-inbox.db")
    try:
        assert run_restore(settings, place, yes=True) == 1
    finally:
        lease.close()
    assert "Another process" in capsys.readouterr().err


def test_what_is_no_backup_is_not_restored_and_what_is_not_there_not_backed_up(tmp_path: Path) -> None:
    settings = migrated(f"sqlite:///{tmp_path}/orderbot.db")
    assert run_restore(settings, tmp_path / "nowhere", yes=True) == 1
    assert (tmp_path / "orderbot.db").stat().st_size > 0
    assert run_backup(settings_of(f"sqlite:///{tmp_path}/other.db"), tmp_path / "kept") == 1
    assert not list((tmp_path / "kept").iterdir())


def with_tools_of(server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the server's own client programs be found, which are of its version."""
    with psycopg.connect(server.admin_url) as connection:
        (found,) = connection.execute("SELECT setting FROM pg_config WHERE name = 'BINDIR'")
    monkeypatch.setenv("PATH", found[0], prepend=os.pathsep)


def test_postgresql_is_dumped_and_restored(
    postgres_server: PostgresServer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with_tools_of(postgres_server, monkeypatch)
    url = fresh_database(postgres_server)
    settings = migrated(url)
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE seen (n INTEGER)")
        connection.execute("INSERT INTO seen VALUES (1)")
    place = backed_up(settings, tmp_path / "kept", capsys)
    assert [file.stat().st_mode & 0o77 for file in (place, *place.iterdir())] == [0, 0]
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO seen VALUES (2)")
        connection.execute("DELETE FROM alembic_version")
    assert run_restore(settings, place, yes=True) == 0, capsys.readouterr().err
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT n FROM seen").fetchall() == [(1,)]
        assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
        assert connection.execute("SELECT count(*) FROM dbos.workflow_status").fetchone() == (0,)


def test_without_the_tools_it_says_what_to_install_and_leaves_nothing_behind(
    postgres_server: PostgresServer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    settings = settings_of(fresh_database(postgres_server))
    assert run_backup(settings, tmp_path / "kept") == 1
    assert "install PostgreSQL's client programs" in capsys.readouterr().err
    assert not list((tmp_path / "kept").iterdir())


def test_failures_of_a_bot_that_had_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = migrated(f"sqlite:///{tmp_path}/orderbot.db")
    capsys.readouterr()
    assert run_failures(settings, 20) == 0
    assert capsys.readouterr().out == ""
    assert run_retry(settings, "DEADBEEF") == 78
    assert "No failed message" in capsys.readouterr().err
